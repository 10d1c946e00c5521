"""Reading leaves no trace, whatever state the file is in."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hubevents_sync
from hubevents_sync.errors import StateError
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.record import CallKind

if TYPE_CHECKING:
    from tests.state.conftest import Bench

FilesOf = Callable[[Path], dict[str, bytes]]
StartChild = Callable[[str], "subprocess.Popen[str]"]

KILLED_BETWEEN_INTENT_AND_RESULT = """
with write("7f3c") as state:
    begin(state)
    state.record_upsert(state.intend_upsert([event]), [(event, "991")])
    call = state.intend_attendance(key, 1, AttendanceState.REGISTERED, [row(1)])
    state.record_attendance(call, [RowResult(row(1), Outcome.CONFIRMED)])
    state.intend_attendance(key, 1, AttendanceState.REGISTERED, [row(2), row(3)])
    say("intended")
    sys.stdin.readline()
"""
WRITING_WITHOUT_END = """
with write("7f3c") as state:
    begin(state)
    state.record_upsert(state.intend_upsert([event]), [(event, "991")])
    say("writing")
    number = 0
    while True:
        rows = [row(number + extra) for extra in range(50)]
        number = (number + 50) % 20_000  # or the reader of a slow machine would have ever more to read
        call = state.intend_attendance(key, 1, AttendanceState.REGISTERED, rows)
        state.record_attendance(call, [RowResult(each, Outcome.CONFIRMED) for each in rows])
"""
READ_AS_NOBODY = """
os.setgid(65534); os.setuid(65534)
state = open_for_reading(location, environ={})
with state:
    say(len(state.read_event(key).snapshot.participations))
"""


def hear(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def test_a_closed_state_is_one_private_file(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
        assert bench.location.with_name("hubevents.db-wal").exists()
    assert [path.name for path in bench.location.parent.iterdir()] == ["hubevents.db"]
    assert bench.location.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(bench.location)) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_reading_a_closed_state_changes_nothing(bench: Bench, files_of: FilesOf) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
    before, stamp = files_of(bench.location.parent), bench.location.stat().st_mtime_ns
    with bench.read() as reader, bench.read() as second:
        assert reader.read_event(bench.key()) == second.read_event(bench.key())
        assert [event.people for event in reader.list_events()] == [1]
        assert files_of(bench.location.parent) == before
    assert files_of(bench.location.parent) == before
    assert bench.location.stat().st_mtime_ns == stamp


def test_a_writer_killed_between_intent_and_result_is_read_without_a_trace(
    bench: Bench, start_child: StartChild, files_of: FilesOf
) -> None:
    child = start_child(KILLED_BETWEEN_INTENT_AND_RESULT)
    assert hear(child) == "intended"
    child.kill()
    child.wait()
    before = files_of(bench.location.parent)
    assert set(before) >= {"hubevents.db", "hubevents.db-wal"}
    with bench.read() as reader:
        recorded = reader.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.participations == [bench.row(1)]
        assert recorded.leftovers == {Outcome.INTENDED: 2}
        (entry,) = reader.unfinished_calls()
        assert (entry.kind, entry.run_id, entry.row_count) == (CallKind.RECORD, "7f3c", 2)
        assert [row.row for row in reader.read_call_rows(entry.id)] == [bench.row(2), bench.row(3)]
    assert files_of(bench.location.parent) == before

    with bench.write(run_id="next") as state:
        assert state.unfinished_calls() == [entry]
    assert [path.name for path in bench.location.parent.iterdir()] == ["hubevents.db"]


def test_a_writer_at_work_is_read_as_of_one_moment(bench: Bench, start_child: StartChild, files_of: FilesOf) -> None:
    child = start_child(WRITING_WITHOUT_END)
    assert hear(child) == "writing"
    for _ in range(20):
        with bench.read() as reader:
            first, second = reader.read_event(bench.key()), reader.read_event(bench.key())
            assert first == second
            assert first is not None
            rows = len(first.snapshot.participations)
            assert rows % 50 == 0
            assert sum(first.leftovers.values()) in (0, 50)
            assert [event.people for event in reader.list_events()] == [rows]
    assert child.poll() is None
    assert set(files_of(bench.location.parent)) == {"hubevents.db", "hubevents.db-wal", "hubevents.db-shm"}


def test_a_transaction_that_was_cut_off_in_a_journal_is_not_seen(bench: Bench, files_of: FilesOf) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
    # A rollback journal of a transaction in the middle, copied away with its half-written database: a power cut.
    with closing(sqlite3.connect(bench.location, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE participation SET line = 99")
        writer.execute("CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                       " WHERE i < 5000) SELECT i, randomblob(100) FROM n")  # fmt: skip
        half = files_of(bench.location.parent)
        writer.execute("ROLLBACK")
    assert set(half) == {"hubevents.db", "hubevents.db-journal"}
    for name, content in half.items():
        bench.location.with_name(name).write_bytes(content)
    with bench.read() as reader:
        recorded = reader.read_event(bench.key())
    assert recorded is not None
    assert recorded.snapshot.participations == [bench.row(1)]
    assert files_of(bench.location.parent) == half


def test_a_writer_that_can_not_get_past_a_reader_says_so(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
    with bench.read(), pytest.raises(StateError) as caught, bench.write(run_id="second", busy_seconds=0.01):
        pass
    assert caught.value.message == f"the state {bench.location} is busy: another process did not let go of it"
    assert caught.value.hint == "wait until that plan or apply is over and run again"


def test_a_read_only_file_in_a_read_only_folder_is_read_by_somebody_else(bench: Bench) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
    folder = bench.location.parent
    _open_the_way(folder)
    bench.location.chmod(0o444)
    folder.chmod(0o555)
    child = _run_child(READ_AS_NOBODY, bench.location)
    folder.chmod(0o755)
    assert (child.returncode, child.stdout.strip()) == (0, "1"), child.stderr


def test_a_read_only_file_in_a_read_only_folder_is_read(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
    bench.location.chmod(0o444)
    bench.location.parent.chmod(0o555)
    try:
        with bench.read() as reader:
            assert reader.keys() == [bench.key()]
    finally:
        bench.location.parent.chmod(0o755)


def _open_the_way(folder: Path) -> None:
    for parent in [folder, *folder.parents]:
        if parent.owner() == folder.owner() and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o055)


def _run_child(code: str, location: Path) -> subprocess.CompletedProcess[str]:
    preamble = "import os, sys\nfrom pathlib import Path\nfrom hubevents_sync.model.event import EventKey\n"
    preamble += "from hubevents_sync.state.store import open_for_reading\nlocation = Path(sys.argv[1])\n"
    preamble += "key = EventKey('CookingCo', 'launch')\ndef say(word): print(word, flush=True)\n"
    preamble += "import sqlalchemy.dialects.sqlite.pysqlite, sqlalchemy.pool, tempfile, encodings.idna\n"
    root = Path(hubevents_sync.__file__).parents[1]
    return subprocess.run(
        [sys.executable, "-c", preamble + code, str(location)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
    )
