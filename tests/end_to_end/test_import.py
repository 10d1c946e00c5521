"""What HubSpot has becomes files and a record, and the next plan has nothing to do; what it hides stays open."""

import json

import pytest

from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.outsider import Outsider
from tests.projects import ProjectFolder, hash_tree

MARCH_MS = 1_772_359_200_000  # 2026-03-01T10:00:00Z
DAY_MS = 86_400_000
TIMES = {"startDateTime": "2099-05-01T10:00:00Z", "endDateTime": "2099-05-01T12:00:00Z"}
VALUES = {"eventDescription": "Yes: no #1\nand more", "eventType": "WORKSHOP", "eventUrl": "https://x.example/?a=b"}


@pytest.fixture
def outsider(server: RunningSandbox) -> Outsider:
    """Who made an event with three people, before there was a project."""
    made = Outsider(server.base_url)
    properties = [{"name": "room", "value": "12"}]
    made.create("gala/2026", eventName="The gala", customProperties=properties, **TIMES, **VALUES)
    made.record("gala%2F2026", "register", "Zoe@example.com", "ana@example.com", "ben@example.com", at_ms=MARCH_MS)
    made.record("gala%2F2026", "cancel", "ben@example.com", at_ms=MARCH_MS + DAY_MS)
    made.record("gala%2F2026", "register", "ben@example.com", at_ms=MARCH_MS + 2 * DAY_MS)
    return made


def test_an_imported_event_is_in_files_and_on_record_and_the_next_plan_has_nothing_to_do(
    project: ProjectFolder, run: Run, server: RunningSandbox, outsider: Outsider
) -> None:
    asked = len(server.requests())
    ended = run("import", "gala/2026")
    assert (ended.code, ended.out) == (
        0,
        "Imported 1 event in 3 requests:\n"
        "  + CookingCo/gala/2026: 3 people, 5 rows; events/gala-2026.yaml, rosters/gala-2026.csv\n",
    )
    assert {request.method for request in server.requests()[asked:]} == {"GET"}
    assert (project.path / "events/gala-2026.yaml").read_text() == (
        "# yaml-language-server: $schema=../schemas/events.schema.json\n"
        "events:\n"
        "  - externalEventId: gala/2026\n"
        "    eventName: The gala\n"
        "    eventOrganizer: Ana\n"
        "    eventType: WORKSHOP\n"
        "    startDateTime: 2099-05-01T10:00:00Z\n"
        "    endDateTime: 2099-05-01T12:00:00Z\n"
        '    eventDescription: "Yes: no #1\\nand more"\n'
        "    eventUrl: https://x.example/?a=b\n"
        "    eventCancelled: false\n"
        "    customProperties:\n"
        '      room: "12"\n'
        "    roster: ../rosters/gala-2026.csv\n"
    )
    assert (project.path / "rosters/gala-2026.csv").read_text() == (
        "email,registered,cancelled\n"
        "ana@example.com,2026-03-01T10:00:00Z,\n"
        "ben@example.com,2026-03-01T10:00:00Z;2026-03-03T10:00:00Z,2026-03-02T10:00:00Z\n"
        "zoe@example.com,2026-03-01T10:00:00Z,\n"
    )
    plan = run("plan", "--detailed-exitcode")
    assert (plan.code, plan.out) == (
        0,
        "Nothing to do: 1 event and 3 people compared, all as recorded.\n",
    )
    assert run("fmt", "--check").code == 0
    assert run("drift", "--deep", "--detailed-exitcode").code == 0
    runs = json.loads(run("runs", "list", "--format", "json").out)["runs"]
    assert [(each["command"], each["status"], each["rows"]["repeated"]) for each in runs] == [("import", "done", 5)]


def test_attendance_is_on_record_and_no_times_are_made_up(project: ProjectFolder, run: Run, outsider: Outsider) -> None:
    span = {"joinedAt": "2026-05-01T10:00:00Z", "leftAt": "2026-05-01T11:00:00Z"}
    outsider.record("gala%2F2026", "attend", "ana@example.com", "eve@example.com", at_ms=MARCH_MS + 1, **span)
    ended = run("import", "gala/2026")
    assert "2 attendances on record and in no roster: when people joined and left, HubSpot doesn't tell" in ended.out
    written = (project.path / "events/gala-2026.yaml").read_text()
    assert "# attended at HubSpot: 2; when they joined and left can't be read back, so no roster says it\n" in written
    assert "eve@example.com" not in (project.path / "rosters/gala-2026.csv").read_text()
    assert run("plan", "--detailed-exitcode").code == 0
    assert run("drift", "--deep", "--detailed-exitcode").code == 0


def test_all_imports_what_this_app_may_manage_and_counts_the_rest(
    project: ProjectFolder, run: Run, server: RunningSandbox, outsider: Outsider
) -> None:
    outsider.create("ball", **TIMES)
    outsider.create("ball", account="Other & Co", **TIMES)
    project.write_event("mine")
    assert run("apply", "--auto-approve").code == 0
    project.write_event("ours")
    outsider.create("ours", **TIMES)
    ended = run("import", "--all", "--format", "json")
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)
    assert [(each["key"]["externalAccountId"], each["event_file"]) for each in found["events"]] == [
        ("CookingCo", "events/ball.yaml"),
        ("CookingCo", "events/gala-2026.yaml"),
        ("Other & Co", "events/Other-Co-ball.yaml"),
    ]
    assert found["passed_over"] == {"declared": 1, "on_record": 1}
    assert "    externalAccountId: Other & Co\n" in (project.path / "events/Other-Co-ball.yaml").read_text()
    (project.path / "events/ours.yaml").unlink()
    assert run("plan", "--detailed-exitcode").code == 0
    again = run("import", "--all", "--account", "CookingCo")
    assert "Imported 1 event" in again.out
    assert "passed over 1 event: of another account than --account names" in again.out


def test_a_completed_event_stays_completed(project: ProjectFolder, run: Run, outsider: Outsider) -> None:
    outsider.complete("gala%2F2026")
    assert "3 people, 5 rows, complete;" in run("import", "gala/2026").out
    assert (project.path / "events/gala-2026.yaml").read_text().endswith("    complete: true\n")
    assert run("plan", "--detailed-exitcode").code == 0
    assert "seen at HubSpot" in run("state", "show", "gala/2026").out


@pytest.mark.parametrize(
    ("name", "taken"), [("events/gala-2026.yaml", "events: []\n"), ("rosters/gala-2026.csv", "email,registered\n")]
)
def test_no_file_is_overwritten_and_nothing_is_written_then(
    project: ProjectFolder, run: Run, outsider: Outsider, name: str, taken: str
) -> None:
    project.write(name, taken)
    before = hash_tree(project.path)
    ended = run("import", "gala/2026")
    assert ended.code == 64
    assert f"error: there already: {name}\n" in ended.err
    assert hash_tree(project.path) == before


def test_an_event_that_cannot_be_imported_is_an_error_that_says_why(
    project: ProjectFolder, run: Run, outsider: Outsider
) -> None:
    outsider.create("twice", account="One", **TIMES)
    outsider.create("twice", account="Two", **TIMES)
    assert "HubSpot shows this app no event gaal" in run("import", "gaal").err
    assert "several accounts have an event twice: One/twice, Two/twice" in run("import", "twice").err
    assert run("import", "twice", "--account", "Two").code == 0
    assert "the event Two/twice is on record already" in run("import", "twice", "--account", "Two").err
    project.write_event("declared")
    outsider.create("declared", **TIMES)
    assert "the event CookingCo/declared is in the files already" in run("import", "declared").err
    assert "is not in the project's folder" in run("import", "gala/2026", "--to", str(project.path.parent)).err
    assert run("import").code == run("import", "gala/2026", "--all").code == 64


def test_files_in_a_folder_that_the_project_does_not_look_into_are_said(
    project: ProjectFolder, run: Run, outsider: Outsider
) -> None:
    ended = run("import", "gala/2026", "--to", str(project.path / "taken"))
    assert (project.path / "taken/events/gala-2026.yaml").exists()
    assert '! hubevents.yaml does not name these files: add "taken/events/*.yaml" under events' in ended.out


def test_what_a_rule_forbids_is_imported_as_it_is_and_said(
    project: ProjectFolder, run: Run, outsider: Outsider
) -> None:
    outsider.create("odd", startDateTime="2099-05-02T10:00:00Z", endDateTime="2099-05-01T10:00:00Z")
    ended = run("import", "odd")
    assert ended.code == 0
    assert "! HubSpot has what a rule forbids: mend events/odd.yaml; validate says what\n" in ended.out
    assert "[event-times]" in run("validate").out


def test_an_account_that_has_nothing_leaves_no_state_behind(project: ProjectFolder, run: Run) -> None:
    ended = run("import", "--all")
    assert (ended.code, ended.out) == (0, "nothing to import\n")
    assert not (project.path / "state").exists()
