"""``serve`` as a process of its own, and short ways to ask it."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.callback.signing import SECRET, build_headers
from tests.processes import PATIENCE_SECONDS, ROOT, wait_until


@dataclass
class ServeProcess:
    """A running ``serve``. *lines* are what it has logged so far; *code* is its exit code, once it has ended."""

    process: "subprocess.Popen[str]"
    base_url: str
    lines: list[str] = field(default_factory=list)
    code: int | None = None

    @property
    def log(self) -> str:
        """All that it has logged."""
        return "".join(self.lines)

    def wait_for(self, text: str) -> None:
        """Until it has logged *text*."""
        wait_until(lambda: text in self.log or self.process.poll() is not None)
        assert text in self.log, self.log

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


def find_free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        port = trying.getsockname()[1]
        assert isinstance(port, int)
        return port


@contextmanager
def served(
    folder: Path,
    *arguments: str,
    secret: str = SECRET,
    port: int | None = None,
    is_signed: bool = True,
    is_verbose: bool = False,
) -> Iterator[ServeProcess]:
    """``serve`` on the project in *folder*, once its files are read; its public URL is where it listens."""
    port = port or find_free_port()
    base_url = f"http://127.0.0.1:{port}"
    environ = {**os.environ, "HUBSPOT_CLIENT_SECRET": secret, "NO_COLOR": "1"}
    if (ROOT / "hubevents_sync").is_dir():
        environ["PYTHONPATH"] = str(ROOT)
    trust = ("--public-url", base_url) if is_signed else ("--insecure-no-signature",)
    options = ["-C", str(folder), *(["-v"] if is_verbose else [])]
    command = [sys.executable, "-W", "error", "-m", "hubevents_sync", *options, "serve", "--port", str(port)]
    with subprocess.Popen(
        [*command, *trust, *arguments], env=environ, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        running = ServeProcess(process, base_url)
        reader = threading.Thread(target=_collect, args=(process, running.lines))
        reader.start()
        try:
            wait_until(lambda: "files" in running.log or process.poll() is not None)
            yield running
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                running.code = process.wait(PATIENCE_SECONDS)
            finally:
                process.kill()
                reader.join()


def _collect(process: "subprocess.Popen[str]", lines: list[str]) -> None:
    assert process.stderr is not None
    while line := process.stderr.readline():
        lines.append(line)


def ask(server: ServeProcess, target: str, *, at_ms: int, secret: str = SECRET) -> httpx.Response:
    """The answer to a signed request."""
    headers = build_headers(target, at_ms=at_ms, public_url=server.base_url, secret=secret)
    return httpx.get(server.base_url + target, headers=headers)
