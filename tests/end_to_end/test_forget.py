"""Forgetting drops a record and nothing else; until then a record that the files no longer name is kept and listed."""

import json

import pytest

from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder, build_people, hash_tree

APPLY = ("apply", "--auto-approve")


@pytest.fixture
def applied(project: ProjectFolder, run: Run) -> ProjectFolder:
    """Three events at HubSpot and on record."""
    for event in ("gala", "ball", "expo"):
        project.write_event(event, roster=f"{event}.csv")
        project.write_roster(f"{event}.csv", build_people(4, prefix=f"{event}-"))
    assert run(*APPLY).code == 0
    return project


def recorded(run: Run) -> list[str]:
    events = json.loads(run("state", "list", "--format", "json").out)["events"]
    return [event["key"]["externalEventId"] for event in events]


def test_an_event_that_leaves_the_files_stays_on_record_and_every_plan_lists_it(
    applied: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    (applied.path / "events" / "ball.yaml").unlink()
    asked = len(server.requests())
    for command in (("plan",), APPLY, ("plan",)):
        ended = run(*command)
        assert ended.code == 0
        assert "No longer in the files (left alone at HubSpot and on record)" in ended.out
        assert "1 event: ball" in ended.out
    assert recorded(run) == ["ball", "expo", "gala"]
    assert len(server.requests()) == asked


def test_an_event_that_comes_back_before_it_is_forgotten_finds_its_rows(
    applied: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    path = applied.path / "events" / "ball.yaml"
    text = path.read_text()
    path.unlink()
    assert run(*APPLY).code == 0
    path.write_text(text)
    assert run("plan", "--detailed-exitcode").code == 0


def test_forgetting_drops_the_named_events_from_the_record_only(
    applied: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    for event in ("ball", "expo"):
        (applied.path / "events" / f"{event}.yaml").unlink()
    asked = len(server.requests())
    ended = run("forget", "ball", "CookingCo/expo", "--yes")
    assert (ended.code, ended.out) == (
        0,
        "Forgotten here, left alone at HubSpot:\n"
        "  - CookingCo/ball: 4 people, 4 rows\n"
        "  - CookingCo/expo: 4 people, 4 rows\n",
    )
    assert recorded(run) == ["gala"]
    assert len(server.requests()) == asked
    assert len(server.account.events) == 3
    assert "No longer in the files" not in run("plan").out


def test_an_event_that_comes_back_after_it_was_forgotten_doubles_nobody(
    applied: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    forgotten = run("forget", "gala", "--yes")
    assert "still in the files: CookingCo/gala" in forgotten.out
    assert "create 1 event, send 4 rows" in run("plan").out
    before = [row for row in server.account.participations if not row["derived"]]
    ended = run(*APPLY)
    assert ended.code == 0
    assert "4 repeated" in ended.out
    assert [row for row in server.account.participations if not row["derived"]] == before


def test_without_a_yes_and_without_a_terminal_nothing_is_forgotten(applied: ProjectFolder, run: Run) -> None:
    before = hash_tree(applied.path)
    ended = run("forget", "gala")
    assert ended.code == 6
    assert "CookingCo/gala: 4 people, 4 rows" in ended.err
    assert "read what would be forgotten, then add --yes" in ended.err
    assert hash_tree(applied.path) == before


def test_a_name_that_means_no_recorded_event_is_wrong_usage_and_forgets_none(applied: ProjectFolder, run: Run) -> None:
    ended = run("forget", "ball", "gaal", "--yes")
    assert ended.code == 64
    assert "did you mean gala?" in ended.err
    assert recorded(run) == ["ball", "expo", "gala"]
    assert run("forget").code == 64


def test_without_a_state_there_is_nothing_to_forget(project: ProjectFolder, run: Run) -> None:
    ended = run("forget", "gala", "--yes")
    assert ended.code == 1
    assert "there is no state at state/hubevents.db" in ended.err


def test_broken_event_files_are_no_reason_to_keep_a_record(applied: ProjectFolder, run: Run) -> None:
    applied.write("events/ball.yaml", "events: [\n")
    forgotten = json.loads(run("forget", "ball", "--yes", "--format", "json").out)
    assert forgotten == {
        "forgotten": [
            {
                "key": {"externalAccountId": "CookingCo", "externalEventId": "ball"},
                "people": 4,
                "rows": 4,
                "leftovers": 0,
                "is_completed": False,
                "is_declared": False,
            }
        ]
    }
