"""Looking after a state: verified, exported, renamed, copied to another place and back."""

import json
import sqlite3
from contextlib import closing

import pytest

from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.postgres_server import PASSWORD, PostgresServer
from tests.projects import ProjectFolder, build_people, hash_tree

APPLY = ("apply", "--auto-approve")
STATE = "state/hubevents.db"


@pytest.fixture
def applied(project: ProjectFolder, run: Run) -> ProjectFolder:
    """Two events at HubSpot and on record."""
    for event in ("gala", "expo"):
        project.write_event(event, roster=f"{event}.csv")
        project.write_roster(f"{event}.csv", build_people(4, prefix=f"{event}-"))
    assert run(*APPLY).code == 0
    return project


def change(project: ProjectFolder, statement: str) -> None:
    with closing(sqlite3.connect(project.path / STATE)) as state, state:
        state.execute(statement)


def test_a_state_that_is_whole_is_said_to_be(applied: ProjectFolder, run: Run) -> None:
    before = hash_tree(applied.path)
    ended = run("state", "verify")
    assert ended.code == 0, ended.err
    first, counts, last = ended.out.splitlines()
    assert first.startswith(f"{STATE}: serial 1, lineage ")
    assert counts == "  2 events, 8 rows, 1 run, 3 calls, 2 files"
    assert last == "the state is whole"
    assert json.loads(run("state", "verify", "--format", "json").out)["is_whole"] is True
    assert hash_tree(applied.path) == before


def test_what_is_wrong_is_listed_and_ends_in_1(applied: ProjectFolder, run: Run) -> None:
    change(applied, "DELETE FROM event WHERE external_event_id = 'gala'")
    change(applied, "UPDATE participation SET state = 9 WHERE event_id = (SELECT id FROM event)")
    change(applied, "UPDATE journal SET result = NULL WHERE id = 1")
    change(applied, "UPDATE journal SET in_flight = x'00' WHERE id = 2")
    change(applied, "UPDATE header SET identity_fingerprint = 'x'")
    change(applied, "UPDATE roster_index SET entries = substr(entries, 2)")
    ended = run("state", "verify")
    assert ended.code == 1
    assert ended.out.splitlines()[2:] == [
        "  - 1 call without a result: the next apply looks up what came of it",
        "  ! the identity key in the state is not the one that its fingerprint is of",
        "  ! 4 rows of an event that is not there",
        "  ! 4 rows with a state or an outcome that this version does not know",
        "  ! 1 call with a result and rows in flight",
        "  ! 1 list of known entries of an event that is not there",
        "  ! 1 receipt of an event that is not there",
        "  ! 2 lists of known entries, cut off",
        "the state is damaged: restore a backup",
    ]


def test_storage_that_is_damaged_is_found(applied: ProjectFolder, run: Run) -> None:
    change(applied, "PRAGMA writable_schema = ON")
    with closing(sqlite3.connect(applied.path / STATE)) as state, state:
        state.execute("PRAGMA writable_schema = ON")
        state.execute("UPDATE sqlite_master SET rootpage = 2 WHERE name = 'journal_run'")
    ended = run("state", "verify")
    assert ended.code == 1
    assert "Traceback" not in ended.err


def test_verify_without_a_state_says_so(project: ProjectFolder, run: Run) -> None:
    project.write("events/a.yaml", "events: []\n")
    ended = run("state", "verify")
    assert (ended.code, ended.err) == (1, f"error: there is no state at {STATE}\nhint: apply makes it\n")


def test_an_export_tells_all_but_who_people_are(applied: ProjectFolder, run: Run) -> None:
    ended = run("state", "export", "-")
    assert ended.code == 0, ended.err
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [line["kind"] for line in lines] == ["state", *["event"] * 2, *["row"] * 8, "run", *["call"] * 3]
    assert "identity_key" not in lines[0]
    assert lines[1]["key"] == {"externalAccountId": "CookingCo", "externalEventId": lines[1]["key"]["externalEventId"]}
    assert (lines[3]["state"], lines[3]["outcome"], len(lines[3]["person"])) == ("REGISTERED", "confirmed", 32)
    assert "@" not in ended.out


def test_an_export_to_a_file_can_be_repeated_and_overwrites_nothing_else(applied: ProjectFolder, run: Run) -> None:
    file = applied.path / "export.jsonl"
    for _ in range(2):
        assert run("state", "export", str(file), "--with-identity-key").code == 0
    assert len(json.loads(file.read_text().splitlines()[0])["identity_key"]) == 64
    roster = applied.path / "rosters/gala.csv"
    before = roster.read_bytes()
    ended = run("state", "export", str(roster))
    assert ended.code == 64
    assert roster.read_bytes() == before


def test_a_record_under_a_wrong_name_is_renamed_and_nothing_is_sent(
    applied: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    asked = len(server.requests())
    ended = run("state", "mv", "gala", "OtherCo/ball", "--yes")
    assert ended.code == 0, ended.err
    assert ended.out.startswith(
        "Renamed on record:\n  CookingCo/gala -> OtherCo/ball\n  ! on record only: HubSpot can't"
    )
    applied.write_event("gala", "externalAccountId: OtherCo", roster="gala.csv", name="gala")
    (applied.path / "events/gala.yaml").write_text(
        (applied.path / "events/gala.yaml").read_text().replace("externalEventId: gala", "externalEventId: ball")
    )
    assert run("plan", "--detailed-exitcode").code == 0
    assert run("state", "verify").code == 0
    assert len(server.requests()) == asked


@pytest.mark.parametrize(
    ("new", "code", "error"),
    [
        ("expo", 64, "error: an event CookingCo/expo is on record already\n"),
        ("gala", 64, "error: CookingCo/gala has that name already\n"),
        ("CookingCo/", 64, "error: CookingCo/ is no name of an event\n"),
        ("ball", 6, ""),
    ],
)
def test_a_rename_that_can_not_be_is_refused(applied: ProjectFolder, run: Run, new: str, code: int, error: str) -> None:
    before = hash_tree(applied.path)
    ended = run("state", "mv", "gala", new)
    assert ended.code == code
    assert error in ended.err
    assert hash_tree(applied.path) == before


def test_rm_forgets(applied: ProjectFolder, run: Run) -> None:
    ended = run("state", "rm", "gala", "--yes")
    assert (ended.code, ended.out) == (
        0,
        "Forgotten here, left alone at HubSpot:\n  - CookingCo/gala: 4 people, 4 rows\n"
        "  ! still in the files: CookingCo/gala; the next plan shows all of it as new, and HubSpot takes rows that it"
        " has for repeats\n",
    )


def test_a_copy_is_the_same_state_and_can_be_brought_up_to_date(applied: ProjectFolder, run: Run) -> None:
    assert run("state", "copy", "state/copy.db").code == 0
    applied.write_roster("gala.csv", build_people(6, prefix="gala-"))
    assert run(*APPLY).code == 0
    ended = run("state", "copy", "state/copy.db")
    assert ended.code == 0, ended.err
    told = run("state", "export", "-").out
    applied.write("hubevents.yaml", (applied.path / "hubevents.yaml").read_text() + "state: state/copy.db\n")
    assert run("state", "export", "-").out == told
    assert run("plan", "--detailed-exitcode").code == 0
    assert run(*APPLY, "--event", "expo").code == 0


def test_a_folder_that_is_made_for_a_copy_is_named(applied: ProjectFolder, run: Run) -> None:
    folder = applied.path / "backup" / "monday"
    assert run("state", "copy", "backup/monday/copy.db").out.startswith(
        f"made the folder {folder}, which was not there\ncopied "
    )
    assert run("state", "copy", "backup/monday/other.db").out.startswith("copied ")
    made = json.loads(run("state", "copy", "backup/tuesday/copy.db", "--format", "json").out)
    assert made["folder_made"] == str(applied.path / "backup" / "tuesday")


def test_a_copy_over_another_state_or_a_later_one_is_refused(applied: ProjectFolder, run: Run) -> None:
    assert run("state", "copy", "state/copy.db").code == 0
    with closing(sqlite3.connect(applied.path / "state/copy.db")) as copy, copy:
        copy.execute("UPDATE header SET serial = 7")
    ended = run("state", "copy", "state/copy.db")
    assert (ended.code, "is further on (serial 7, not 1)" in ended.err) == (4, True)
    with closing(sqlite3.connect(applied.path / "state/copy.db")) as copy, copy:
        copy.execute("UPDATE header SET lineage = 'other'")
    ended = run("state", "copy", "state/copy.db")
    assert (ended.code, "holds another state (lineage other, not " in ended.err) == (1, True)
    assert run("state", "copy", STATE).code == 64


def test_a_state_moves_to_postgresql_and_back(
    applied: ProjectFolder, run: Run, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, server: RunningSandbox
) -> None:
    monkeypatch.setenv("PGPASS", PASSWORD)
    postgres.create_database("moved")
    url = postgres.url("moved", password="${PGPASS}")
    settings = applied.path / "hubevents.yaml"
    before, told = settings.read_text(), run("state", "export", "-", "--with-identity-key").out
    ended = run("state", "copy", url)
    assert ended.code == 0, ended.err
    assert PASSWORD not in ended.out
    settings.write_text(f"{before}state: {url}\n")
    assert run("state", "export", "-", "--with-identity-key").out == told
    asked = len(server.requests())
    assert run("plan", "--detailed-exitcode").code == 0
    assert len(server.requests()) == asked

    applied.write_event("ball", roster="ball.csv")
    applied.write_roster("ball.csv", build_people(3, prefix="ball-"))
    assert run(*APPLY).code == 0
    assert run("state", "verify").code == 0
    ended = run("state", "copy", STATE)
    assert ended.code == 0, ended.err
    told = run("state", "export", "-").out
    settings.write_text(before)
    assert run("state", "export", "-").out == told
    assert run("plan", "--detailed-exitcode").code == 0
    postgres.cut_sessions("moved")
    with postgres.connected("postgres") as session:
        session.run("DROP DATABASE moved")


@pytest.mark.parametrize("command", ["plan", "due"])
def test_with_another_key_than_the_states_nobody_is_compared(
    applied: ProjectFolder, run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    assert run("plan").out.startswith("Nothing to do")
    monkeypatch.setenv("HUBEVENTS_IDENTITY_KEY", "another secret of sixteen")
    ended = run(command)
    assert (ended.code, ended.out) == (1, "")
    assert "HUBEVENTS_IDENTITY_KEY holds another identity key than the state" in ended.err
    assert "hint: unset HUBEVENTS_IDENTITY_KEY: this state keeps its own key" in ended.err
