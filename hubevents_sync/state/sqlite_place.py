"""A state in a SQLite file."""

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

from sqlalchemy import Connection, RowMapping

from hubevents_sync.errors import StateError
from hubevents_sync.state.copying import check_is_database, file_identity, find_state, opened_without_trace, registered
from hubevents_sync.state.driver import damaged
from hubevents_sync.state.lease import is_process_alive
from hubevents_sync.state.sqlite import (
    enter_wal,
    faults_explained,
    leave_wal,
    opened_for_writing,
)

MOST_DAMAGES = 20


class SqlitePlace:
    """The file at *location*, wherever links lead. It need not be there."""

    def __init__(self, location: Path) -> None:
        self._given = location
        self._path = find_state(location) or location.resolve()

    def __str__(self) -> str:
        return str(self._path)

    def exists(self) -> bool:
        """The file is there."""
        return find_state(self._given) is not None

    def create(self, fill: Callable[[Connection], None]) -> None:
        """Make it under another name first, so that a kill in between leaves no half of one."""
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with self.faults_explained(), opened_for_writing(draft) as connection, connection.begin():
                fill(connection)
            _put_in_place(draft, self._path)
        except OSError as error:
            raise StateError(
                f"the state {self} can't be made: {error.strerror}", hint="let this user write to its folder"
            ) from error
        finally:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)

    @contextlib.contextmanager
    def opened_for_reading(self, *, needs_copy: bool = False) -> Iterator[Connection | None]:
        """No byte is changed and no file made, not even where a writer is at work or was killed."""
        if not self.exists():
            yield None
            return
        check_is_database(self._path)
        with opened_without_trace(self._path, needs_copy=needs_copy) as connection:
            yield connection

    @contextlib.contextmanager
    def opened_for_writing(self, *, busy_seconds: float) -> Iterator[Connection]:
        """Each transaction has the write lock from its start."""
        check_is_database(self._path)
        with registered(self._path), opened_for_writing(self._path, busy_seconds=busy_seconds) as connection:
            yield connection

    def begin_writing(self, connection: Connection) -> None:
        """Let commits append to a log."""
        enter_wal(connection)

    def end_writing(self, connection: Connection) -> None:
        """Make it one plain file again."""
        leave_wal(connection)

    def keep_alive(self, connection: Connection, epoch: int) -> None:
        """Nothing to do: the lease names the process, and the system knows whether that lives."""

    def is_alive(self, connection: Connection, row: RowMapping, *, host: str) -> bool | None:  # noqa: ARG002
        """A process of this machine can be looked for; of another machine's nothing is known but its heartbeat."""
        return is_process_alive(row, host=host)

    def find_identity(self) -> object:
        """Which file it is: another one under the same name has another identity."""
        return file_identity(self._path)

    def back_up(self, connection: Connection, version: int) -> None:
        """Copy it to ``NAME.backup-vVERSION-sSERIAL`` beside it, as private as it is."""
        serial = connection.exec_driver_sql("SELECT serial FROM header").scalar_one()
        connection.rollback()
        target = self._path.with_name(f"{self._path.name}.backup-v{version}-s{serial}")
        if target.exists():  # it may be of an upgrade that was cut off
            return
        draft = target.with_name(f".{target.name}.new")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        with closing(sqlite3.connect(draft)) as copy:
            source: object = connection.connection.dbapi_connection
            if not isinstance(source, sqlite3.Connection):
                raise TypeError("only a SQLite file has a backup beside it")
            source.backup(copy)
        draft.rename(target)

    def find_damage(self, connection: Connection) -> list[str]:
        """What SQLite's own integrity check finds."""
        found = connection.exec_driver_sql(f"PRAGMA integrity_check({MOST_DAMAGES})").scalars().all()
        return [] if found == ["ok"] else [str(line) for line in found]

    def faults_explained(self) -> AbstractContextManager[None]:
        """Turn what the disk or another process did to the file into a StateError."""
        return faults_explained(self._path)

    def damaged(self, what: str) -> StateError:
        """The error of a file that is no state, or no longer."""
        return damaged(self._path, what)


def _put_in_place(draft: Path, location: Path) -> None:
    """Give *draft* its name, unless another run was quicker: then its state is the one."""
    with contextlib.suppress(FileExistsError):
        location.hardlink_to(draft)
    if hasattr(os, "O_DIRECTORY"):  # make the name itself survive a power cut
        folder = os.open(location.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
