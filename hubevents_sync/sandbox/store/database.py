"""One SQLite connection for one account, in memory or in a file that no other sandbox has open."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hubevents_sync.errors import SyncError

# SQLite's own place for "whose file is this": bytes 68 to 71 of the file's header, https://sqlite.org/fileformat2.html.
APPLICATION_ID = 0x48455342
FORMAT_VERSION = 1
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_LOCK_PATIENCE_SECONDS = 0.2

# Ids beyond 32 bits, as real ones are: clients that keep them in an int32 break here and not in production.
_SCHEMA = """
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id INTEGER NOT NULL,
    external_account_id TEXT NOT NULL,
    external_event_id TEXT NOT NULL,
    name TEXT NOT NULL,
    organizer TEXT NOT NULL,
    type TEXT,
    description TEXT,
    url TEXT,
    start_ms INTEGER,
    end_ms INTEGER,
    cancelled INTEGER NOT NULL DEFAULT 0,
    completed INTEGER NOT NULL DEFAULT 0,
    custom_properties TEXT NOT NULL DEFAULT '{}',
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0,
    UNIQUE (external_account_id, external_event_id, app_id)
);
CREATE INDEX events_to_settle ON events (id) WHERE settled = 0;
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE,
    properties TEXT NOT NULL DEFAULT '{}',
    created_ms INTEGER NOT NULL
);
CREATE TABLE participations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id INTEGER NOT NULL REFERENCES events (id),
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    state TEXT NOT NULL,
    occurred_ms INTEGER NOT NULL,
    joined_ms INTEGER,
    left_ms INTEGER,
    created_ms INTEGER NOT NULL,
    derived INTEGER NOT NULL DEFAULT 0,
    current INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX participations_by_event ON participations (event_id, id);
CREATE INDEX participations_by_contact ON participations (contact_id, event_id);
CREATE INDEX participations_now ON participations (event_id, state, current) WHERE current = 1;
INSERT INTO sqlite_sequence (name, seq)
VALUES ('events', 210000000000), ('contacts', 540000000000), ('participations', 730000000000);
"""
_MARKS = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT_VERSION};"


class Database:
    """The connection, and a lock that gives it to one thread at a time."""

    def __init__(self, connection: sqlite3.Connection, *, is_file: bool) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._is_file = is_file

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside is kept, or after an exception none of it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite may have rolled back by itself, as it does when the disk is full.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Leave one plain file: no ``-wal`` and no ``-shm`` beside it."""
        with self._lock:
            try:
                if self._is_file:
                    self._connection.execute("PRAGMA journal_mode = DELETE")
            finally:
                self._connection.close()


def open_database(file: Path | None) -> Database:
    """The account in *file*, made if there is none; None keeps it in memory. Raises SyncError for an unusable file."""
    if file is None:
        connection = _connect(":memory:")
        connection.executescript(_SCHEMA)
        return Database(connection, is_file=False)
    try:
        is_new = _check_file(file)
        return _open_file(file, is_new=is_new)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(file, error) from error


def empty_account(database: Database) -> None:
    """Take every row out of the account. Ids that were given are not given again."""
    with database.transaction() as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (name,) in tables.fetchall():
            connection.execute(f'DELETE FROM "{name}"')  # noqa: S608 - names of the schema's own tables


def _connect(name: str) -> sqlite3.Connection:
    # The server answers in its own thread; `Database` sees to it that only one thread is at work at a time.
    return sqlite3.connect(name, isolation_level=None, check_same_thread=False, timeout=_LOCK_PATIENCE_SECONDS)


def _check_file(file: Path) -> bool:
    """Whether *file* is to be filled. Looks at its first bytes only, so that a foreign file stays as it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        # It will hold people's addresses: for its owner's eyes only.
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with file.open("rb") as stream:
        header = stream.read(_HEADER_BYTES)
    if not header:
        return True
    if not header.startswith(_MAGIC) or int.from_bytes(header[68:72]) != APPLICATION_ID:
        raise SyncError(
            f"{file} is no account of the sandbox", hint="name another file; the sandbox makes one that does not exist"
        )
    version = int.from_bytes(header[60:64])
    if version != FORMAT_VERSION:
        raise SyncError(
            f"{file} has format {version} of the sandbox's account; this version knows format {FORMAT_VERSION}",
            hint="use the version of hubevents-sync that wrote it, or name another file",
        )
    return False


def _open_file(file: Path, *, is_new: bool) -> Database:
    connection = _connect(str(file))
    try:
        # Exclusive: a second sandbox on the same file is told so, and the write-ahead log needs no -shm file.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        if is_new:
            # Written before the write-ahead log is on, so that even after a kill the file itself says whose it is.
            connection.executescript(f"BEGIN EXCLUSIVE; {_SCHEMA} {_MARKS} COMMIT;")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("UPDATE sqlite_sequence SET seq = seq WHERE name = 'events'")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return Database(connection, is_file=True)


def _unusable(file: Path, error: Exception) -> SyncError:
    if "locked" in str(error):
        return SyncError(
            f"{file} is in use by another sandbox", hint="stop that one, or name another file for this one"
        )
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return SyncError(
        f"{file} can't be used as the sandbox's account: {reason}", hint="check its permissions, or name another file"
    )
