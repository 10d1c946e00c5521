"""The proxy of the examples hands addresses on as they came: signatures fit behind a real nginx."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from hubevents_sync.resources import examples_directory
from tests.callback.serving import find_free_port, served
from tests.callback.signing import build_headers
from tests.processes import PATIENCE_SECONDS, wait_until
from tests.projects import ProjectFolder

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
IDS = ["conf/2026:spring day", "Käse & Wein+?", "a//b", "100%", "..x/./y", "x;y,z"]

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


def configure(folder: Path, port: int, place: Path) -> Path:
    """The example, on *port* without TLS, with its socket at *place* and all that nginx writes in *folder*."""
    example = (examples_directory() / "serve" / "nginx.conf").read_text(encoding="utf-8")
    example = example.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace(
        "/run/hubevents/serve.sock", str(place)
    )
    example = re.sub(r"^ *ssl_\S+ .*;$", "", example, flags=re.MULTILINE)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "\n".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
    file = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # nginx would give up the right to a folder of root's
    file.write_text(
        f"{user} daemon off; worker_processes 1; pid {folder / 'pid'}; error_log {folder / 'error.log'};\n"
        f"events {{}}\nhttp {{ access_log off;\n{paths}\n{example} }}\n",
        encoding="utf-8",
    )
    return file


@contextmanager
def proxied(folder: Path, port: int, place: Path) -> Iterator[str]:
    """nginx, as long as the block lasts: its address."""
    file, url = configure(folder, port, place), f"http://127.0.0.1:{port}"
    with subprocess.Popen([str(NGINX), "-c", str(file), "-e", str(folder / "error.log")]) as process:
        try:
            wait_until(lambda: is_up(url) or process.poll() is not None)
            yield url
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def is_up(url: str) -> bool:
    try:
        return httpx.get(url).status_code > 0
    except httpx.TransportError:
        return False


def test_signatures_fit_behind_nginx_whatever_the_id(tmp_path: Path) -> None:
    project = ProjectFolder(tmp_path / "project")
    project.write_settings()
    for number, external_id in enumerate(IDS):
        project.write_event(f"e{number}", name=f"class {number}")
        file = project.path / "events" / f"e{number}.yaml"
        file.write_text(file.read_text().replace(f"externalEventId: e{number}", f'externalEventId: "{external_id}"'))
    port, place, work = find_free_port(), tmp_path / "s", tmp_path / "nginx"
    work.mkdir()
    with proxied(work, port, place) as url, served(project.path, "--uds", str(place), "--public-url", url):
        for number, external_id in enumerate(IDS):
            target = f"/events/{escape(external_id)}?appId=7&externalAccountId=CookingCo"
            headers = build_headers(target, at_ms=time.time_ns() // 1_000_000, public_url=url)
            answer = httpx.get(url + target, headers=headers)
            assert (answer.status_code, answer.json().get("eventName")) == (200, f"class {number}"), external_id
        assert httpx.get(f"{url}/events/x").status_code == 401
        assert httpx.get(f"{url}/healthz").status_code == 404  # the outside has no need to know


def escape(external_id: str) -> str:
    """Every byte but letters and digits escaped, as the strictest client would."""
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}" for byte in external_id.encode())
