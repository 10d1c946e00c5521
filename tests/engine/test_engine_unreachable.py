"""A HubSpot that is not there: who looks hears of each try, and is told soon."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hubevents_sync.engine.access.account import check_account
from hubevents_sync.engine.access.app_settings import show_settings
from hubevents_sync.engine.imports.importing import Wish, import_events
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import ExitCode, HubSpotError
from hubevents_sync.model.waiting import Wait
from tests.fakes import FakeClock, FakeProgress
from tests.projects import ProjectFolder

NOBODY_HOME = "http://127.0.0.1:1"
TOKEN = "pat-eu1-planted-token"


def find_events(workspace: Workspace) -> object:
    return import_events(workspace, Wish(), progress=FakeProgress())


@pytest.mark.parametrize(
    ("look", "tries", "longest_seconds"),
    [(check_account, 3, 10), (show_settings, 3, 10), (find_events, 5, 38)],
    ids=["auth check", "settings show", "import"],
)
def test_who_looks_gives_up_soon_and_hears_of_every_try(
    tmp_path: Path, look: Callable[[Workspace], object], tries: int, longest_seconds: float
) -> None:
    project = ProjectFolder(tmp_path)
    project.write_settings("settings: {appId: 7, eventDetailsUrl: https://events.example/%s}", base_url=NOBODY_HOME)
    clock, told = FakeClock(), list[Wait]()
    workspace = Workspace(tmp_path, {"HUBSPOT_ACCESS_TOKEN": TOKEN}, clock, on_wait=told.append)
    with pytest.raises(HubSpotError, match=f"HubSpot gave no answer after {tries} tries in ") as caught:
        look(workspace)
    assert caught.value.exit_code is ExitCode.ERROR
    assert sum(clock.slept) <= longest_seconds
    assert [wait.next_try for wait in told] == list(range(2, tries + 1))
    assert {wait.reason for wait in told} == {"HubSpot can't be reached (connection refused)"}
