"""Read a state file without leaving a trace, whoever else has it open or was killed with it open."""

import contextlib
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from hubevents_sync.errors import StateError
from hubevents_sync.state.sqlite import damaged, opened_for_reading, opened_for_writing

# https://www.sqlite.org/fileformat2.html: the magic opens the file; bytes 18 and 19 are 2 in WAL mode.
MAGIC = b"SQLite format 3\x00"
HEADER_BYTES = 100
WAL_MODE = 2
WAL_HEADER_BYTES = 32
SIDECARS = ("-wal", "-journal")
COPY_ATTEMPTS = 20

# POSIX takes all locks that a process has on a file as soon as it closes any descriptor of it: SQLite's own trap
# (https://www.sqlite.org/howtocorrupt.html, 2.2). So a file that is open here must not be opened by other means.
_open_files: dict[tuple[int, int], int] = {}
_open_files_guard = threading.Lock()


@contextlib.contextmanager
def registered(path: Path) -> Iterator[bool]:
    """Note that SQLite has the file at *path* open in this process; True where it had before."""
    identity = file_identity(path)
    with _open_files_guard:
        before = _open_files.get(identity, 0)
        _open_files[identity] = before + 1
    try:
        yield before > 0
    finally:
        with _open_files_guard:
            _open_files[identity] -= 1
            if not _open_files[identity]:
                del _open_files[identity]


def file_identity(path: Path) -> tuple[int, int]:
    """Which file stands at *path*: another one under the same name has another identity."""
    status = path.stat()
    return status.st_dev, status.st_ino


def is_open_here(path: Path) -> bool:
    """SQLite has the file at *path* open in this process."""
    with _open_files_guard:
        return file_identity(path) in _open_files


def check_is_database(location: Path) -> None:
    """Raise StateError unless the file at *location* begins as a SQLite database does."""
    if location.is_dir():
        raise StateError(f"the state {location} is a folder", hint="name a file in hubevents.yaml, under state")
    if is_open_here(location):
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
def opened_without_trace(location: Path, *, needs_copy: bool = False) -> Iterator[Connection]:
    """A connection to what the file at *location* holds, in one read transaction from now to the end.

    A plain file is read where it lies. One in WAL mode, or with a journal beside it, belongs to a writer that lives or
    was killed: to read it there would make or change files, so a copy in a temporary folder is read.
    """
    if not needs_copy:
        with contextlib.ExitStack() as stack:
            connection = _open_in_place(location, stack)
            if connection is not None:
                yield connection
                return
    with tempfile.TemporaryDirectory(prefix="hubevents-state-") as folder:
        copy = Path(folder) / "state.db"
        _copy_consistently(location, copy)
        with opened_for_writing(copy) as connection, connection.begin():
            yield connection


def _open_in_place(location: Path, stack: contextlib.ExitStack) -> Connection | None:
    """A connection that holds a read lock, under which no writer can go over to WAL; None where it is too late."""
    has_reader = stack.enter_context(registered(location))
    if not has_reader and not _is_plain(location, _read_header(location)):
        return None
    connection = stack.enter_context(opened_for_reading(location))
    stack.enter_context(connection.begin())
    connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    if any(_sidecar(location, suffix).exists() for suffix in SIDECARS):
        stack.close()
        return None
    return connection


def _is_plain(location: Path, header: bytes) -> bool:
    return header[18] != WAL_MODE and not any(_sidecar(location, suffix).exists() for suffix in SIDECARS)


def _sidecar(location: Path, suffix: str) -> Path:
    return location.with_name(location.name + suffix)


@dataclass(frozen=True, slots=True)
class _Generation:
    """What must be the same before and after a copy for its parts to belong together."""

    wal_header: bytes | None
    journal: tuple[int, int] | None
    database: tuple[int, int] | None


def _copy_consistently(location: Path, copy: Path) -> None:
    for _ in range(COPY_ATTEMPTS):
        before = _look_at(location)
        for suffix in ("", *SIDECARS):
            part = _sidecar(copy, suffix)
            part.unlink(missing_ok=True)
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(_sidecar(location, suffix), part)
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
