"""Files that are no state, states that are another's, and disks that fail: each named, with what to do."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection

from hubevents_sync.errors import StateError, SyncError, WrongPortal
from hubevents_sync.state.identity import KEY_VARIABLE
from hubevents_sync.state.store import unlock

if TYPE_CHECKING:
    from hubevents_sync.state.writing import State
    from tests.state.conftest import Bench

FilesOf = Callable[[Path], dict[str, bytes]]
RESTORE = "restore a backup; or move it away: the next apply sends all again, which HubSpot takes for repeats"
KEY = {KEY_VARIABLE: "a key of sixteen letters"}
OTHER_KEY = {KEY_VARIABLE: "another key of many letters"}


def make_state(bench: Bench, rows: int = 1) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(number) for number in range(rows)])


def change(bench: Bench, statement: str) -> None:
    with closing(sqlite3.connect(bench.location)) as database, database:
        database.execute(statement)


def fault_of(action: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises((StateError, WrongPortal)) as caught:
        action()
    return caught.value.message, caught.value.hint


def try_to_read(bench: Bench, environ: dict[str, str] | None = None) -> Callable[[], object]:
    def read() -> object:
        with bench.read(environ) as reader:
            return reader.identity, reader.read_event(bench.key()), reader.list_events()

    return read


def try_to_write(bench: Bench, **options: object) -> Callable[[], object]:
    def write() -> None:
        with bench.write(run_id="second", **options) as state:  # type: ignore[arg-type]  # passed on as they are
            state.begin_run(bench.run("second"))
            bench.apply(state, [])

    return write


def no_state(content: bytes) -> Callable[[Path], None]:
    def make(location: Path) -> None:
        location.parent.mkdir()
        location.write_bytes(content)

    return make


def foreign_database(location: Path) -> None:
    location.parent.mkdir()
    with closing(sqlite3.connect(location)) as database, database:
        database.execute("CREATE TABLE header (title TEXT)")


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (no_state(b""), "the file is empty (0 bytes)"),
        (no_state(b"version: 1\n"), "it is no SQLite database"),
        (no_state(b"SQLite format 3\x00\x10\x00"), "it is cut off after 18 bytes"),
        (foreign_database, "it is a database of something else"),
    ],
)
def test_a_file_that_is_no_state_is_refused_and_left_alone(
    bench: Bench, files_of: FilesOf, make: Callable[[Path], None], what: str
) -> None:
    make(bench.location)
    before = files_of(bench.location.parent)
    expected = (f"{bench.location} is not a state that can be read: {what}", RESTORE)
    assert fault_of(try_to_read(bench)) == expected
    assert fault_of(try_to_write(bench)) == expected
    assert files_of(bench.location.parent) == before


def test_a_folder_is_no_state(bench: Bench) -> None:
    bench.location.mkdir(parents=True)
    expected = (f"the state {bench.location} is a folder", "name a file in hubevents.yaml, under state")
    assert fault_of(try_to_read(bench)) == expected
    assert fault_of(try_to_write(bench)) == expected


def test_a_state_without_its_end_is_refused(bench: Bench) -> None:
    make_state(bench, rows=500)
    size = bench.location.stat().st_size
    os.truncate(bench.location, size - 4096)
    expected = (
        f"{bench.location} is not a state that can be read: it is cut off: {size - 4096} bytes of {size}",
        RESTORE,
    )
    assert fault_of(try_to_read(bench)) == expected
    assert fault_of(try_to_write(bench)) == expected


def test_a_state_with_bytes_turned_over_is_refused(bench: Bench) -> None:
    make_state(bench, rows=500)
    content = bytearray(bench.location.read_bytes())
    content[4096 * 2 :] = b"\xff" * (len(content) - 4096 * 2)
    bench.location.write_bytes(content)
    message, hint = fault_of(try_to_read(bench))
    assert message == f"{bench.location} is not a state that can be read: database disk image is malformed"
    assert hint == RESTORE


def test_a_newer_format_is_refused_by_name(bench: Bench, files_of: FilesOf) -> None:
    make_state(bench)
    change(bench, "UPDATE header SET format_version = 4")
    before = files_of(bench.location.parent)
    expected = (
        "state is of format 4, this version reads up to 3: upgrade hubevents-sync",
        "pip install --upgrade hubevents-sync",
    )
    assert fault_of(try_to_read(bench)) == expected
    assert fault_of(try_to_write(bench)) == expected
    assert files_of(bench.location.parent) == before


def from_made_up_format(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE event RENAME COLUMN shown_fields TO fields")


def leave_as_it_is(_: Connection) -> None:
    """The made-up format has what later ones added."""


def make_older(bench: Bench) -> None:
    make_state(bench)
    change(bench, "ALTER TABLE event RENAME COLUMN fields TO shown_fields")
    change(bench, "UPDATE header SET format_version = 0")


def test_an_older_format_is_brought_up_to_date_with_a_backup_beside_it(bench: Bench) -> None:
    make_older(bench)
    older = bench.location.read_bytes()
    with bench.write(run_id="second", upgrades={0: from_made_up_format, 1: leave_as_it_is, 2: leave_as_it_is}) as state:
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.event == bench.event()
        assert state.header.format_version == 3
    backup = bench.location.with_name("hubevents.db.backup-v0-s1")
    assert sorted(path.name for path in bench.location.parent.iterdir()) == ["hubevents.db", backup.name]
    assert backup.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(backup)) as database:
        assert database.execute("SELECT format_version FROM header").fetchone() == (0,)
        assert database.execute("SELECT shown_fields FROM event").fetchone() == ('{"eventName": "The launch"}',)
    assert len(older) == backup.stat().st_size


def test_an_older_format_is_read_without_being_changed(bench: Bench, files_of: FilesOf) -> None:
    make_older(bench)
    before = files_of(bench.location.parent)
    with bench.read(upgrades={0: from_made_up_format, 1: leave_as_it_is, 2: leave_as_it_is}) as reader:
        recorded = reader.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.event == bench.event()
    assert files_of(bench.location.parent) == before


def test_an_upgrade_that_fails_changes_nothing(bench: Bench) -> None:
    make_older(bench)

    def fail(connection: Connection) -> None:
        from_made_up_format(connection)
        raise StateError("the disk is full")

    assert fault_of(try_to_write(bench, upgrades={0: fail})) == ("the disk is full", None)
    with bench.read(upgrades={0: from_made_up_format, 1: leave_as_it_is, 2: leave_as_it_is}) as reader:
        assert reader.keys() == [bench.key()]


def test_a_format_that_is_too_old_is_refused(bench: Bench) -> None:
    make_older(bench)
    expected = (
        "state is of format 0, which this version no longer reads",
        "upgrade it with an earlier version of hubevents-sync first",
    )
    assert fault_of(try_to_read(bench)) == expected
    assert fault_of(try_to_write(bench)) == expected


def test_a_state_of_another_portal_is_refused(bench: Bench) -> None:
    with bench.write(portal=99):
        pass
    expected = (
        f"the state {bench.location} belongs to HubSpot portal 99, not to 7",
        "use the token of that portal, or name another state in hubevents.yaml",
    )
    assert fault_of(try_to_write(bench, portal=7)) == expected
    with bench.write(portal=99), bench.read() as reader:
        assert fault_of(lambda: reader.require(environment=None, portal=7)) == expected
        reader.require(environment=None, portal=None)
    with bench.write(portal=None) as state:
        assert state.header.portal == 99


def test_a_state_of_another_environment_is_refused(bench: Bench) -> None:
    with bench.write(environment="staging"):
        pass
    hint = "give each environment a state of its own in hubevents.yaml, or choose the right one with --env"
    assert fault_of(try_to_write(bench)) == (
        f"the state {bench.location} belongs to environment staging, not to the default environment",
        hint,
    )
    with bench.read() as reader:
        reader.require(environment="staging", portal=7)
        assert fault_of(lambda: reader.require(environment="live", portal=7)) == (
            f"the state {bench.location} belongs to environment staging, not to environment live",
            hint,
        )


def test_a_state_whose_key_comes_from_outside_does_not_hold_it(bench: Bench) -> None:
    with bench.write(environ=KEY) as state:
        identity = state.identity
        assert not state.header.has_own_key
    assert identity.key not in bench.location.read_bytes()
    with bench.read(KEY) as reader:
        assert reader.identity == identity
    with bench.read() as reader:
        assert reader.header.identity_fingerprint == identity.fingerprint
    fingerprint = identity.fingerprint[:8]
    missing = (
        f"the state {bench.location} knows people by an identity key that is not in it (fingerprint {fingerprint})",
        "set HUBEVENTS_IDENTITY_KEY to the key it was made with",
    )
    other = (
        f"HUBEVENTS_IDENTITY_KEY holds another identity key than the state {bench.location} was made with"
        f" (fingerprint {fingerprint})",
        "set HUBEVENTS_IDENTITY_KEY to that key",
    )
    assert fault_of(try_to_read(bench)) == missing
    assert fault_of(try_to_write(bench)) == missing
    assert fault_of(try_to_read(bench, OTHER_KEY)) == other
    assert fault_of(try_to_write(bench, environ=OTHER_KEY)) == other


def test_a_state_that_keeps_its_own_key_refuses_another(bench: Bench) -> None:
    with bench.write() as state:
        identity = state.identity
        assert state.header.has_own_key
    with bench.read() as reader:
        assert reader.identity == identity
    _, hint = fault_of(try_to_read(bench, KEY))
    assert hint == "unset HUBEVENTS_IDENTITY_KEY: this state keeps its own key"


def pragma(state: State, setting: str) -> object:
    cursor = state._connection.connection.cursor()
    cursor.execute(f"PRAGMA {setting}")
    row = cursor.fetchone()
    return row[0] if row else None


def test_a_full_disk_stops_the_run_and_keeps_what_was_recorded(bench: Bench) -> None:
    rows = [bench.row(number) for number in range(2, 2_000)]
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
        # SQLite answers the same to a file that must not grow as to a disk that is full.
        pragma(state, f"max_page_count = {pragma(state, 'page_count')}")
        assert fault_of(lambda: bench.apply(state, rows)) == (
            f"the state {bench.location} can't be written: the disk is full",
            "free some space and run again: what was recorded so far is kept",
        )
    with bench.read() as reader:
        recorded = reader.read_event(bench.key())
        assert reader.lease is None
    assert recorded is not None
    assert recorded.snapshot.participations == [bench.row(1)]
    assert recorded.leftovers == {}


def test_a_state_that_turns_read_only_stops_the_run(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        pragma(state, "query_only = ON")
        assert fault_of(lambda: bench.apply(state, [])) == (
            f"the state {bench.location} can't be written: it is read-only",
            "let this user write to the file and to its folder",
        )


def test_a_folder_that_can_not_be_made_is_named(bench: Bench) -> None:
    bench.location.parent.write_text("a file where the folder should be")
    assert fault_of(try_to_write(bench)) == (
        f"the state {bench.location} can't be made: File exists",
        "let this user write to its folder",
    )


def test_a_kill_while_the_state_is_made_leaves_no_half_of_one(bench: Bench) -> None:
    def stop() -> int:
        raise KeyboardInterrupt

    clock = bench.clock
    clock.now_ms = stop  # type: ignore[method-assign]  # the last thing asked for before the tables are made
    with pytest.raises(KeyboardInterrupt), bench.write():
        pass
    assert not bench.location.exists()


def test_an_error_never_shows_what_was_to_be_written(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        pragma(state, "query_only = ON")
        with pytest.raises(SyncError) as caught:
            bench.apply(state, [])
    shown = f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__cause__}"
    assert "The launch" not in shown


def test_a_state_that_is_not_there_can_not_be_unlocked(bench: Bench) -> None:
    assert fault_of(lambda: unlock(bench.location, run_id="7f3c")) == (
        f"there is no state at {bench.location}",
        "nothing was changed",
    )
