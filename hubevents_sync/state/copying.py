"""Read a state file without leaving a trace, whoever else has it open or was killed with it open."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hubevents_sync.errors import StateError
from hubevents_sync.state.driver import connect, damaged

if TYPE_CHECKING:
    from sqlalchemy import Connection

# https://www.sqlite.org/fileformat2.html: the magic opens the file; bytes 18 and 19 are 2 in WAL mode.
MAGIC = b"SQLite format 3\x00"
HEADER_BYTES = 100
WAL_MODE = 2
WAL_HEADER_BYTES = 32
SIDECARS = ("-wal", "-journal")
COPY_ATTEMPTS = 20

# POSIX takes all locks that a process has on a file as soon as it closes any descriptor of it: SQLite's own trap
# (https://www.sqlite.org/howtocorrupt.html, 2.2). So a file that SQLite has open here is not opened by other means:
# under the guard, either it is in this table and left alone, or it is not and may be looked into.
_open_files: dict[tuple[int, int], int] = {}
_guard = threading.RLock()


@contextlib.contextmanager
def registered(path: Path) -> Iterator[None]:
    """Note that SQLite has the file at *path* open in this process."""
    identity = file_identity(path)
    with _guard:
        _open_files[identity] = _open_files.get(identity, 0) + 1
    try:
        yield
    finally:
        with _guard:
            _open_files[identity] -= 1
            if not _open_files[identity]:
                del _open_files[identity]


def file_identity(path: Path) -> tuple[int, int]:
    """Which file stands at *path*: another one under the same name has another identity."""
    status = path.stat()
    return status.st_dev, status.st_ino


def find_state(location: Path) -> Path | None:
    """Where the state at *location* really lies: SQLite names the files beside it by that. None where there is none."""
    try:
        real = location.resolve()
        return real if real.exists() else None
    except OSError as error:
        raise StateError(
            f"the state {location} can't be reached: {error.strerror}", hint="let this user into its folder"
        ) from error


def check_is_database(location: Path) -> None:
    """Raise StateError unless the file at *location* begins as a SQLite database does."""
    if location.is_dir():
        raise StateError(f"the state {location} is a folder", hint="name a file in hubevents.yaml, under state")
    with _guard:
        if file_identity(location) in _open_files:
            return
        header = _read_header(location)
    if not header:
        raise damaged(location, "the file is empty (0 bytes)")
    if not header.startswith(MAGIC):
        raise damaged(location, "it is no SQLite database")
    if len(header) < HEADER_BYTES:
        raise damaged(location, f"it is cut off after {len(header)} bytes")
    size, wanted = location.stat().st_size, _count_bytes(header)
    if size < wanted and _is_plain(location, header):
        raise damaged(location, f"it is cut off: {size} bytes of {wanted}")


def _count_bytes(header: bytes) -> int:
    """How long the header says the file is; 0 where it does not know, the last writer having been a very old SQLite."""
    page_size = int.from_bytes(header[16:18], "big")
    is_known = header[24:28] == header[92:96]
    return int.from_bytes(header[28:32], "big") * (65_536 if page_size == 1 else page_size) if is_known else 0


def _read_header(location: Path) -> bytes:
    try:
        with location.open("rb") as file:
            return file.read(HEADER_BYTES)
    except OSError as error:
        raise StateError(
            f"the state {location} can't be read: {error.strerror}", hint="let this user read the file"
        ) from error


@contextlib.contextmanager
def opened_without_trace(location: Path, *, needs_copy: bool = False) -> "Iterator[Connection]":
    """A connection to what the file at *location* holds, in one read transaction from now to the end.

    A plain file is read where it lies. One in WAL mode, or with a journal beside it, belongs to a writer that lives or
    was killed: to read it there would make or change files, so a copy in a temporary folder is read.
    """
    with contextlib.ExitStack() as stack:
        with _guard:
            is_open_here = file_identity(location) in _open_files
            if not needs_copy and (is_open_here or _is_plain(location, _read_header(location))):
                connection = _open_in_place(location, stack, is_open_here=is_open_here)
            elif is_open_here:
                connection = _open_copy(location, stack, _copy_through_sqlite)
            else:
                connection = _open_copy(location, stack, _copy_consistently)
        yield connection


@contextlib.contextmanager
def opened_by_driver(location: Path) -> Iterator[sqlite3.Connection | None]:
    """The same by the driver alone; None where the file can't be read where it lies."""
    with contextlib.ExitStack() as stack:
        with _guard:
            is_open_here = file_identity(location) in _open_files
            connection = None
            if is_open_here or _is_plain(location, _read_header(location)):
                stack.enter_context(registered(location))
                connection = stack.enter_context(contextlib.closing(connect(location, mode="ro")))
                connection.execute("BEGIN")
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                if not is_open_here and _has_sidecar(location):
                    stack.pop_all().close()
                    connection = None
        yield connection


def _open_in_place(location: Path, stack: contextlib.ExitStack, *, is_open_here: bool) -> "Connection":
    """A connection that holds a read lock, under which no writer can go over to WAL; a copy's where it is too late."""
    from hubevents_sync.state.sqlite import opened_for_reading

    with contextlib.ExitStack() as here:
        here.enter_context(registered(location))
        connection = here.enter_context(opened_for_reading(location))
        here.enter_context(connection.begin())
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
        if is_open_here or not _has_sidecar(location):
            stack.push(here.pop_all())
            return connection
    return _open_copy(location, stack, _copy_consistently)


def _open_copy(location: Path, stack: contextlib.ExitStack, make_copy: Callable[[Path, Path], None]) -> "Connection":
    import tempfile

    from hubevents_sync.state.place import mark_own_copy
    from hubevents_sync.state.sqlite import opened_for_writing

    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hubevents-state-"))
    copy = Path(folder) / "state.db"
    make_copy(location, copy)
    connection = stack.enter_context(opened_for_writing(copy))
    mark_own_copy(connection)
    stack.enter_context(connection.begin())
    return connection


def _copy_through_sqlite(location: Path, copy: Path) -> None:
    """For a file that SQLite has open in this process, which therefore must not be opened by other means."""
    with (
        registered(location),
        closing(connect(location, mode="ro")) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)


def _is_plain(location: Path, header: bytes) -> bool:
    return header[18] != WAL_MODE and not _has_sidecar(location)


def _has_sidecar(location: Path) -> bool:
    return any(_sidecar(location, suffix).exists() for suffix in SIDECARS)


def _sidecar(location: Path, suffix: str) -> Path:
    return location.with_name(location.name + suffix)


@dataclass(frozen=True, slots=True)
class _Generation:
    """What must be the same before and after a copy for its parts to belong together."""

    wal_header: bytes | None
    journal: tuple[int, int] | None
    database: tuple[int, int] | None


def _copy_consistently(location: Path, copy: Path) -> None:
    import shutil

    for _ in range(COPY_ATTEMPTS):
        before = _look_at(location)
        for suffix in ("", *SIDECARS):
            part = _sidecar(copy, suffix)
            part.unlink(missing_ok=True)
            try:
                shutil.copyfile(_sidecar(location, suffix), part)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise StateError(
                    f"the state {location} can't be copied to {part.parent} to be read: {error.strerror}",
                    hint="free some space there, or point TMPDIR to a folder that has some",
                ) from error
        if _look_at(location) == before:
            return
    raise StateError(
        f"the state {location} changes faster than it can be read", hint="an apply is writing to it: wait until it ends"
    )


def _look_at(location: Path) -> _Generation:
    """In WAL mode the log's header alone.

    A checkpoint only moves pages into the database that the log holds too, and the log wins over them. So a copy of the
    database followed by one of the log is whole as long as the log was not begun anew, which changes its header.
    """
    wal_header = None
    with contextlib.suppress(FileNotFoundError), _sidecar(location, "-wal").open("rb") as wal:
        wal_header = wal.read(WAL_HEADER_BYTES)
    if wal_header:
        return _Generation(wal_header, None, None)
    return _Generation(wal_header, _stamp(_sidecar(location, "-journal")), _stamp(location))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size
