"""Runs on record: by whom, on which files, after which review, and whether the state is as the last one left it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.record import OpenEnd, Settlement
from hubevents_sync.model.run import Actor, Run, RunStatus

if TYPE_CHECKING:
    from tests.state.conftest import Bench

FORMAT_1 = Path(__file__).with_name("format-1.sql")


def make_format_1(bench: Bench) -> None:
    """The state of an apply that the first format's code made."""
    bench.location.parent.mkdir()
    with closing(sqlite3.connect(bench.location)) as database:
        database.executescript(FORMAT_1.read_text(encoding="utf-8"))


def read_latest(bench: Bench) -> str | None:
    with bench.read() as state:
        latest = state.read_latest_run()
        return None if latest is None else latest.id


def test_a_state_of_format_1_is_read_as_it_is_and_upgraded_by_the_next_run_with_a_backup(bench: Bench) -> None:
    make_format_1(bench)
    before = bench.location.read_bytes()
    with bench.read() as state:
        (old,) = state.runs()
        assert (old.actor, old.status) == (Actor("ana", "ci-17", 17610), RunStatus.DONE)
        assert (old.files_digest, old.reviewed_digest) == (None, None)
        assert state.read_latest_run() is None  # it is not known what changed the state last
    assert bench.location.read_bytes() == before
    with bench.write(run_id="second") as state:
        assert state.header.format_version == 3
        state.begin_run(bench.run("second"))
        assert [run.id for run in state.runs()] == ["second", "ded6ab05"]
        assert [event.people for event in state.list_events()] == [5]
    names = sorted(path.name for path in bench.location.parent.iterdir())
    assert names == ["hubevents.db", "hubevents.db.backup-v1-s1"]
    with closing(sqlite3.connect(bench.location.with_name(names[1]))) as backup:
        assert backup.execute("SELECT format_version FROM header").fetchone() == (1,)
        assert "files_digest" not in str(backup.execute("SELECT sql FROM sqlite_master").fetchall())


def test_an_upgraded_state_has_the_tables_of_a_new_one(bench: Bench, tmp_path: Path) -> None:
    make_format_1(bench)
    with bench.write():
        pass
    other = replace(bench, location=tmp_path / "new" / "hubevents.db")
    with other.write():
        pass
    every_column = (
        "SELECT tables.name, columns.name, columns.type, columns.[notnull]"
        " FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
    )
    shapes = []
    for location in (bench.location, other.location):
        with closing(sqlite3.connect(location)) as database:
            shapes.append(sorted(database.execute(every_column).fetchall()))
    assert shapes[0] == shapes[1]


def test_a_run_is_read_back_as_it_was_written(bench: Bench) -> None:
    actor = Actor("ana", "ci-17", 1, "9b2c1d0", "https://ci.example/17", "12")
    begun = Run("7f3c", actor, 1, "a" * 64, approvals=("Co/a",), files_digest="b" * 64, reviewed_digest="c" * 64)
    ended = replace(begun, status=RunStatus.DONE, ended_at_ms=2, exit_code=0)
    with bench.write() as state:
        state.begin_run(begun)
        assert state.read_run("7f3c") == begun
        state.end_run(ended)
        assert state.read_run("7f3c") == ended
        assert state.find_run_of_plan("a" * 64) == state.find_run_of_plan("c" * 64) == ended
        assert state.find_run_of_plan("b" * 64) is None


def test_the_last_run_of_a_plan_is_found_under_both_of_its_digests(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(replace(bench.run("first"), plan_digest="d1"))
    with bench.write() as state:
        state.begin_run(replace(bench.run("rest"), plan_digest="d2", reviewed_digest="d1"))
    with bench.read() as state:
        found = state.find_run_of_plan("d1")
        assert found is not None
        assert found.id == "rest"


def test_the_state_is_as_the_last_run_left_it_until_something_else_changes_it(bench: Bench) -> None:
    with bench.write() as state:
        assert state.read_latest_run() is None
        state.begin_run(bench.run())
    assert read_latest(bench) == "7f3c"  # it changed nothing
    with bench.write(run_id="second") as state:
        state.begin_run(bench.run("second"))
        bench.apply(state, [bench.row(1)])
        bench.apply(state, [bench.row(2)])
    assert read_latest(bench) == "second"
    with bench.write(run_id="forget") as state:
        state.forget_event(bench.key())
    assert read_latest(bench) is None
    with bench.write(run_id="third") as state:
        state.begin_run(bench.run("third"))
        bench.apply(state, [bench.row(3)])
    assert read_latest(bench) == "third"


def test_what_is_settled_of_the_last_run_belongs_to_it(bench: Bench) -> None:
    settlement = Settlement(OpenEnd(EventKey("CookingCo", "launch")))
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
    with bench.write(run_id="settles") as state:
        state.record_settlement(settlement)
        state.record_settlement(settlement)
    assert read_latest(bench) == "7f3c"
    with bench.write(run_id="forget") as state:
        state.forget_event(bench.key("other"))
    with bench.write(run_id="settles") as state:
        state.record_settlement(settlement)
    assert read_latest(bench) is None
