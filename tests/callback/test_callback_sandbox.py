"""The whole way, over real sockets: attendance for an unknown event → our endpoint, signed → event made → rows kept."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from hubevents_sync.sandbox.behaviours import BEHAVIOURS
from hubevents_sync.sandbox.known.callback import CALLBACK_ENCODING, IdEncoding
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.sandbox.settings import MAIN_APP_ID, MAIN_CLIENT_SECRET
from hubevents_sync.sandbox.switches import read_switches
from tests.callback.serving import ServeProcess, find_free_port, served
from tests.projects import ProjectFolder

BASE = "/marketing/v3/marketing-events"
IDS = {"class": "class", "slashed": "conf/2026:spring day", "odd": "Käse & Wein+?"}
ACCOUNT = "CookingCo"
MARCH_MS = 1_772_359_200_000  # before the events


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    folder = ProjectFolder(tmp_path)
    folder.write_settings()
    for name, external_id in IDS.items():
        folder.write_event(name, "eventType: WORKSHOP", "eventDescription: Yum.", name=name)
        file = folder.path / "events" / f"{name}.yaml"
        text = file.read_text().replace(f"externalEventId: {name}", f'externalEventId: "{external_id}"')
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def server(project: ProjectFolder) -> Iterator[ServeProcess]:
    with served(
        project.path, "--app-id", str(MAIN_APP_ID), secret=MAIN_CLIENT_SECRET, port=find_free_port()
    ) as running:
        yield running


def register(sandbox: RunningSandbox, external_id: str, *, account: str = ACCOUNT) -> httpx.Response:
    """Record one registration for an event that the sandbox may not know."""
    path = f"{BASE}/attendance/{quote(external_id, safe='')}"
    rows = {"inputs": [{"email": "ana@example.com", "interactionDateTime": MARCH_MS}]}
    return httpx.post(
        f"{sandbox.base_url}{path}/register/email-create",
        params={"externalAccountId": account},
        json=rows,
        headers={"Authorization": "Bearer any"},
    )


def set_details_url(sandbox: RunningSandbox, url: str) -> None:
    answer = httpx.post(
        f"{sandbox.base_url}{BASE}/{MAIN_APP_ID}/settings",
        json={"eventDetailsUrl": url},
        headers={"Authorization": "Bearer any"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("encoding", list(IdEncoding))
@pytest.mark.parametrize("name", list(IDS))
def test_attendance_for_an_unknown_event_makes_it_from_what_serve_tells(
    server: ServeProcess, name: str, encoding: IdEncoding
) -> None:
    switches = read_switches([f"{CALLBACK_ENCODING.name}={encoding.value}"], BEHAVIOURS)
    with running_sandbox(switches=switches) as sandbox:
        set_details_url(sandbox, f"{server.base_url}/events/%s")
        answer = register(sandbox, IDS[name])
        assert (answer.status_code, len(answer.json()["results"])) == (200, 1)
        (event,) = sandbox.account.events
        (row,) = (row for row in sandbox.account.participations if not row["derived"])
        assert (event["external_account_id"], event["external_event_id"]) == (ACCOUNT, IDS[name])
        assert (event["name"], event["organizer"], event["description"]) == (name, "Chef Joe", "Yum.")
        assert (row["email"], row["external_event_id"]) == ("ana@example.com", IDS[name])
    server.wait_for(f"GET 200 {ACCOUNT}/{IDS[name]} ")


@pytest.mark.parametrize(("external_id", "account"), [("nowhere", ACCOUNT), ("class", "Other")])
def test_an_event_that_is_not_declared_for_the_account_is_not_made(
    server: ServeProcess, external_id: str, account: str
) -> None:
    with running_sandbox() as sandbox:
        set_details_url(sandbox, f"{server.base_url}/events/%s")
        assert register(sandbox, external_id, account=account).status_code == 404
        assert (sandbox.account.events, sandbox.account.participations) == ([], [])
    server.wait_for(f"GET 404 {account}/{external_id} ")


def test_another_address_or_secret_than_the_apps_is_refused(project: ProjectFolder, server: ServeProcess) -> None:
    with running_sandbox() as sandbox, served(project.path, secret="another") as other:
        set_details_url(sandbox, f"{other.base_url}/events/%s")
        assert register(sandbox, "class").status_code == 404
        set_details_url(sandbox, f"{server.base_url.replace('127.0.0.1', 'localhost')}/events/%s")
        assert register(sandbox, "class").status_code == 404
        assert sandbox.account.events == []
    for refused in (server, other):
        refused.wait_for("GET 401 ")
