"""What did not arrive is named in a file, and can be sent again on its own."""

import csv
import json
import os
from pathlib import Path

import pytest

from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder, build_people, hash_tree

APPLY = ("apply", "--auto-approve")


@pytest.fixture
def gala(project: ProjectFolder) -> ProjectFolder:
    """Ten people."""
    project.write_event("gala", roster="gala.csv")
    project.write_roster("gala.csv", build_people(10))
    return project


def read_rejects(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_rejected_rows_are_in_the_file_by_line_with_the_reason(
    gala: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    server.faults.add("attendance: reject every 4")
    path = gala.path / "rejects.csv"
    assert run(*APPLY, "--rejects", str(path)).code == 3
    rejected = read_rejects(path)
    arrived = {row["email"] for row in server.account.participations}
    lines = [str(number + 2) for number in range(10) if f"person{number}@example.com" not in arrived]
    assert len(lines) == 2
    assert [(row["file"], row["line"], row["outcome"]) for row in rejected] == [
        ("rosters/gala.csv", line, "rejected") for line in lines
    ]
    assert all(row["reason"] and row["correlation_id"] for row in rejected)
    assert {(row["event"], row["account"], row["state"]) for row in rejected} == {("gala", "CookingCo", "REGISTERED")}


def test_without_rejected_rows_and_without_anything_due_there_is_a_header(gala: ProjectFolder, run: Run) -> None:
    path, report = gala.path / "rejects.csv", gala.path / "report.json"
    for _ in range(2):
        assert run(*APPLY, "--rejects", str(path), "--report", str(report)).code == 0
        assert path.read_text().splitlines() == [
            "file,line,event,account,state,occurred_at,outcome,code,category,reason,correlation_id"
        ]
        assert json.loads(report.read_text())["format"] == "hubevents-sync/report"
    assert json.loads(report.read_text())["run"] is None


@pytest.mark.parametrize("flag", ["--report", "--rejects"])
def test_a_file_that_cant_be_written_is_found_out_before_anything_is_sent(
    gala: ProjectFolder, run: Run, server: RunningSandbox, flag: str
) -> None:
    before = hash_tree(gala.path)
    ended = run(*APPLY, flag, str(gala.path / "nowhere" / "out"))
    assert ended.code == 1
    assert f"{flag}: can't write " in ended.err
    assert "no such file or directory" in ended.err
    assert server.requests() == []
    assert hash_tree(gala.path) == before


def test_one_file_for_both_is_wrong_usage(gala: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    path = str(gala.path / "out")
    assert run(*APPLY, "--report", path, "--rejects", path).code == 64
    assert server.requests() == []


def test_files_are_replaced_in_one_piece_and_keep_their_mode(gala: ProjectFolder, run: Run) -> None:
    path = gala.path / "rejects.csv"
    path.write_text("file,line,event,account,state,occurred_at\n")
    path.chmod(0o640)
    link = gala.path / "link.csv"
    link.symlink_to(path)
    assert run(*APPLY, "--rejects", str(link)).code == 0
    assert link.is_symlink()
    assert path.read_text().startswith("file,line,event,account,state,occurred_at,outcome,")
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in gala.path.iterdir() if each.name.startswith(".")) == []


def test_a_pipe_is_written_as_it_is(gala: ProjectFolder, run: Run) -> None:
    reader, writer = os.pipe()
    try:
        assert run(*APPLY, "--rejects", f"/dev/fd/{writer}").code == 0
        assert os.read(reader, 1000).startswith(b"file,line,")
    finally:
        os.close(reader)
        os.close(writer)


def test_a_retry_sends_what_failed_and_nothing_new(gala: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    server.faults.add("attendance: reject every 4")
    assert run(*APPLY).code == 3
    server.faults.clear()
    gala.write_roster("gala.csv", build_people(13))
    gala.write_event("ball", roster="gala.csv")
    planned = run("plan", "--retry", "--detailed-exitcode")
    assert planned.code == 2
    assert planned.out.startswith("Retry of what earlier runs left over: send 2 rows, leave 1 event alone.")
    assert "rows that are new and not part of a retry: 3" in planned.out
    asked = len(server.requests())
    assert run(*APPLY, "--retry").code == 0
    assert [request.path.rsplit("/", 1)[-1] for request in server.requests()[asked:]] == ["email-create"]
    assert {row["email"] for row in server.account.participations} == {f"person{n}@example.com" for n in range(10)}
    nothing = run(*APPLY, "--retry")
    assert nothing.code == 0
    assert nothing.out.startswith("Nothing to retry: earlier runs left nothing over that the files still name.")
    assert run(*APPLY).code == 0
    assert len({row["email"] for row in server.account.participations}) == 13


def test_a_retry_has_a_digest_of_its_own_in_every_format(gala: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    server.faults.add("attendance: reject always")
    assert run(*APPLY).code == 3
    whole = json.loads(run("plan", "--format", "json").out)
    again = json.loads(run("plan", "--retry", "--format", "json").out)
    assert (whole["is_retry"], again["is_retry"]) == (False, True)
    assert whole["events"] == again["events"]
    assert whole["digest"] != again["digest"]


def test_rows_behind_a_failure_of_their_person_are_part_of_a_retry(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    project.write_event("gala", roster="gala.yaml")
    attended = {"joinedAt": "2026-05-01T10:00:00Z", "leftAt": "2026-05-01T12:00:00Z"}
    project.write_roster("gala.yaml", build_people(4, attended=attended))
    server.faults.add("attendance/*/register/*: reject every 2")
    assert run(*APPLY).code == 3
    server.faults.clear()
    assert "send 4 rows" in run("plan", "--retry").out
    assert run(*APPLY, "--retry").code == 0
    assert run("plan", "--detailed-exitcode").code == 0


def test_rows_of_an_event_that_hubspot_did_not_take_are_part_of_a_retry(
    gala: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    gala.write_event("ball", roster="ball.csv")
    gala.write_roster("ball.csv", build_people(3, prefix="ball-"))
    for rule in ("upsert: empty", "put: 500", "event: 500"):
        server.faults.add(rule)
    assert run(*APPLY).code == 3
    server.faults.clear()
    planned = run("plan", "--retry")
    assert "create 2 events, send 13 rows" in planned.out
    assert run(*APPLY, "--retry").code == 0
    assert run("plan", "--detailed-exitcode").code == 0


def test_three_contacts_that_are_not_there_are_named_and_747_people_arrive(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    project.write_roster("gala.csv", build_people(747))
    rows = [f"{900_000 + number},2026-03-01T10:00:00Z" for number in range(3)]
    project.write("rosters/bad.csv", "\n".join(["vid,registered", *rows]) + "\n")
    project.write_event("gala", "roster: [../rosters/gala.csv, ../rosters/bad.csv]")
    path = project.path / "rejects.csv"
    assert run(*APPLY, "--rejects", str(path)).code == 3
    rejected = read_rejects(path)
    assert [(row["file"], row["line"]) for row in rejected] == [("rosters/bad.csv", str(line)) for line in (2, 3, 4)]
    assert all(row["reason"] for row in rejected)
    assert {row["email"] for row in server.account.participations} == {f"person{n}@example.com" for n in range(747)}
