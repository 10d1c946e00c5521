"""SQLite by its driver alone, which needs no SQLAlchemy: connecting to a file, and its faults in a person's words."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from hubevents_sync.errors import StateError

# A plan may hold its read lock for as long as it reads; an apply waits for it that long before it gives up.
BUSY_SECONDS = 30.0


def connect(path: Path, *, mode: str, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection to the file at *path*, which must exist, in the *mode* ``ro`` or ``rw``. BEGIN is for us to say.

    In mode ``ro`` it can't write, and makes no file beside it as long as that is not in WAL mode.
    """
    return sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )


@contextlib.contextmanager
def faults_explained(location: Path) -> Iterator[None]:
    """Turn what the disk or another process did to the file at *location* into a StateError; a bug stays a bug."""
    try:
        yield
    except sqlite3.Error as error:
        explained = explain(error, location)
        if explained is None:
            raise
        raise explained from error


def explain(cause: BaseException | None, location: Path) -> StateError | None:
    """The StateError of what *cause* says of the file at *location*; None where that is nobody's fault but ours."""
    primary = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    match primary:
        case sqlite3.SQLITE_FULL:
            return StateError(
                f"the state {location} can't be written: the disk is full",
                hint="free some space and run again: what was recorded so far is kept",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return StateError(
                f"the state {location} can't be written: it is read-only",
                hint="let this user write to the file and to its folder",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StateError(
                f"the state {location} is busy: another process did not let go of it",
                hint="wait until that plan or apply is over and run again",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(location, str(cause))
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_IOERR | sqlite3.SQLITE_AUTH:
            return StateError(
                f"the state {location} can't be opened, read or written: {cause}",
                hint="look at the disk, and at who may read and write the file and its folder",
            )
    return None


def damaged(location: Path, what: str) -> StateError:
    """The error of a file that is no state, or no longer."""
    return StateError(
        f"{location} is not a state that can be read: {what}",
        hint="restore a backup; or move it away: the next apply sends all again, which HubSpot takes for repeats",
    )
