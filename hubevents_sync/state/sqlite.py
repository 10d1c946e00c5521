"""All that is SQLite's own: opening files, durability, its faults in a person's words."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from hubevents_sync.state.driver import BUSY_SECONDS, connect, explain

LEAVE_SECONDS = 1.0
CACHE_KIB = 32_768
# Pages of 4 KiB. A batch of 100 people touches as many, so with the default of 1,000 most are written twice.
CHECKPOINT_PAGES = 4_000


@contextlib.contextmanager
def opened_for_writing(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Iterator[Connection]:
    """A connection to the file at *path*, which must exist. Each transaction has the write lock from its start."""
    engine = _make_engine(path, mode="rw", begin="BEGIN IMMEDIATE", busy_seconds=busy_seconds)
    with _connected(engine) as connection:
        run_pragma(connection, "synchronous = FULL")
        run_pragma(connection, "fullfsync = ON")  # macOS: without it a sync stops at the drive's own cache
        run_pragma(connection, f"cache_size = -{CACHE_KIB}")
        run_pragma(connection, f"wal_autocheckpoint = {CHECKPOINT_PAGES}")
        yield connection


@contextlib.contextmanager
def opened_for_reading(path: Path) -> Iterator[Connection]:
    """A connection that can't write to *path*, and makes no file beside it as long as that is not in WAL mode."""
    with _connected(_make_engine(path, mode="ro", begin="BEGIN", busy_seconds=BUSY_SECONDS)) as connection:
        yield connection


@contextlib.contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _make_engine(path: Path, *, mode: str, begin: str, busy_seconds: float) -> Engine:
    def open_file() -> sqlite3.Connection:
        return connect(path, mode=mode, busy_seconds=busy_seconds)

    # hide_parameters: the text of an error must not tell what was written.
    engine = create_engine("sqlite+pysqlite://", creator=open_file, poolclass=StaticPool, hide_parameters=True)
    # With isolation_level None the driver leaves BEGIN to us: SQLAlchemy's documented recipe for pysqlite.
    event.listen(engine, "begin", _make_begin(begin))
    return engine


def _make_begin(statement: str) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        cursor = connection.connection.cursor()  # SQLAlchemy's way to the driver takes ten times as long
        cursor.execute(statement)
        cursor.close()

    return begin


def run_pragma(connection: Connection, pragma: str) -> object:
    """Run ``PRAGMA`` outside a transaction; the first value it answers."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(f"PRAGMA {pragma}")
        row = cursor.fetchone()
    finally:
        cursor.close()
    return row[0] if row else None


def enter_wal(connection: Connection) -> None:
    """Let commits append to a log: a tenth of the cost of a rollback journal.

    Where a reader holds the file, the mode stays as it is, and all works as before, slower.
    """
    with contextlib.suppress(sqlite3.OperationalError):
        run_pragma(connection, "journal_mode = WAL")


def leave_wal(connection: Connection) -> None:
    """Make the state one plain file again, which can be read without making others beside it.

    Where another process holds the file, it stays in WAL mode; readers take a copy then.
    """
    with contextlib.suppress(sqlite3.OperationalError):
        run_pragma(connection, f"busy_timeout = {LEAVE_SECONDS * 1000:.0f}")
        run_pragma(connection, "wal_checkpoint(TRUNCATE)")
        run_pragma(connection, "journal_mode = DELETE")


@contextlib.contextmanager
def faults_explained(location: Path) -> Iterator[None]:
    """Turn what the disk or another process did to the file at *location* into a StateError; a bug stays a bug."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        explained = explain(cause, location)
        if explained is None:
            raise
        raise explained from error
