"""The settings of apps on record: what was sent is open until HubSpot confirms it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hubevents_sync.model.app_settings import AppSettings, RecordedSettings

if TYPE_CHECKING:
    from tests.state.conftest import Bench

FORMAT_1 = Path(__file__).with_name("format-1.sql")
FIRST, SECOND = AppSettings(4711, "https://a.example/%s"), AppSettings(4711, "https://b.example/%s")


def tables_of(location: Path) -> set[str]:
    with closing(sqlite3.connect(location)) as database:
        return {sql for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE name = 'app_settings'")}


def test_settings_are_open_until_they_are_confirmed(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        assert state.read_settings(4711) is None
        call_id = state.intend_settings(FIRST)
        assert state.read_settings(4711) == RecordedSettings(4711, None, is_open=True)
        state.record_settings(call_id, FIRST)
        assert state.read_settings(4711) == RecordedSettings(4711, FIRST.event_details_url)
        state.fail_settings(state.intend_settings(SECOND), "no", status=500)
        assert state.read_settings(4711) == RecordedSettings(4711, FIRST.event_details_url, is_open=True)
        assert state.read_settings(7) is None
        assert [(call.kind, call.keys, call.error) for call in state.journal_of(state.run_id)] == [
            ("settings", (), None),
            ("settings", (), "no"),
        ]
        assert state.header.serial == 1
    with bench.read() as state:
        assert state.read_settings(4711) == RecordedSettings(4711, FIRST.event_details_url, is_open=True)


def test_settings_that_a_killed_run_left_open_stay_open(bench: Bench) -> None:
    with bench.write(run_id="first") as state:
        state.begin_run(bench.run("first"))
        state.intend_settings(FIRST)
    with bench.write(run_id="second") as state:
        state.begin_run(bench.run("second"))
        assert state.read_settings(4711) == RecordedSettings(4711, None, is_open=True)
        assert state.open_ends() == []
        assert state.unfinished_calls() == []


def test_a_state_of_format_1_gets_the_table_that_a_new_one_has(bench: Bench, tmp_path: Path) -> None:
    bench.location.parent.mkdir()
    with closing(sqlite3.connect(bench.location)) as database:
        database.executescript(FORMAT_1.read_text(encoding="utf-8"))
    with bench.read() as state:
        assert state.read_settings(4711) is None
    assert tables_of(bench.location) == set()
    with bench.write():
        pass
    other = replace(bench, location=tmp_path / "new" / "hubevents.db")
    with other.write():
        pass
    assert tables_of(bench.location) == tables_of(other.location) != set()
