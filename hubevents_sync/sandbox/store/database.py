"""One SQLite connection for one account, in memory or in a file that no other sandbox has open."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hubevents_sync.errors import StateLocked, SyncError
from hubevents_sync.sandbox.store.schema import FORMAT_VERSION, SCHEMA, UPGRADES

# SQLite's own place for "whose file is this": bytes 68 to 71 of the file's header, https://sqlite.org/fileformat2.html.
APPLICATION_ID = 0x48455342
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_LOCK_PATIENCE_SECONDS = 0.2
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
            except sqlite3.OperationalError as error:
                raise SyncError(f"the sandbox's account is gone, or can't be written: {error}") from error
            finally:
                self._connection.close()


def open_database(file: Path | None) -> Database:
    """The account in *file*, made if there is none; None keeps it in memory. Raises SyncError for an unusable file."""
    if file is None:
        connection = _connect(":memory:")
        connection.executescript(SCHEMA)
        return Database(connection, is_file=False)
    try:
        version = _check_file(file)
        return _open_file(file, version=version)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(file, error) from error


def empty_account(database: Database) -> None:
    """Take every row out of the account. Ids that were given are not given again, and tokens stay good."""
    with database.transaction() as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for name in {name for (name,) in tables.fetchall()} - {"tokens"}:
            connection.execute(f'DELETE FROM "{name}"')  # noqa: S608 - names of the schema's own tables


def _connect(name: str) -> sqlite3.Connection:
    # The server answers in its own thread; `Database` sees to it that only one thread is at work at a time.
    return sqlite3.connect(name, isolation_level=None, check_same_thread=False, timeout=_LOCK_PATIENCE_SECONDS)


def _check_file(file: Path) -> int:
    """The format of *file*, 0 where it is empty. Looks at its first bytes only: a foreign file stays as it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        # It will hold people's addresses: for its owner's eyes only.
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with file.open("rb") as stream:
        header = stream.read(_HEADER_BYTES)
    if not header:
        return 0
    if not header.startswith(_MAGIC) or int.from_bytes(header[68:72]) != APPLICATION_ID:
        raise SyncError(
            f"{file} is no account of the sandbox", hint="name another file; the sandbox makes one that does not exist"
        )
    version = int.from_bytes(header[60:64])
    if version not in range(1, FORMAT_VERSION + 1):
        raise SyncError(
            f"{file} has format {version} of the sandbox's account; this version knows format {FORMAT_VERSION}",
            hint="use the version of hubevents-sync that wrote it, or name another file",
        )
    return version


def _open_file(file: Path, *, version: int) -> Database:
    connection = _connect(str(file))
    try:
        # Exclusive: a second sandbox on the same file is told so, and the write-ahead log needs no -shm file.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        if version < FORMAT_VERSION:
            # Written before the write-ahead log is on, so that even after a kill the file itself says whose it is.
            changes = " ".join(UPGRADES[version:]) if version else SCHEMA
            connection.executescript(f"BEGIN EXCLUSIVE; {changes} {_MARKS} COMMIT;")
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
        return StateLocked(
            f"{file} is in use by another sandbox", hint="wait until it ends; sandbox --data takes another file"
        )
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return SyncError(
        f"{file} can't be used as the sandbox's account: {reason}", hint="check its permissions, or name another file"
    )
