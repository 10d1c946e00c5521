"""Tell the files that are no business of git's by what is in them: states, plans, reports, rejected rows, tokens."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hubevents_sync.errors import ConfigurationError

SQLITE_MAGIC = b"SQLite format 3\0"
# https://www.sqlite.org/fileformat2.html: the two magic numbers of a write-ahead log.
WAL_MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
SIDECARS = ("-wal", "-shm", "-journal")
# Tables that no other program's database has all of.
DATABASES = {
    "the state of what was applied": {"participation", "journal", "lease", "source_file"},
    "the account of the built-in HubSpot, with people's addresses in it": {
        "participations",
        "contacts",
        "app_settings",
    },
}
# The names under which sidecars are written beside those databases, where the database itself is not there to look at.
OUR_NAME = re.compile(r"(?:hubevents|sandbox|sandbox-account|production|staging)[\w-]*\.db")
JSON_MARK = re.compile(rb'"format"\s*:\s*"hubevents-sync/(plan|report|state|state-event|state-rows|runs?)"')
JSON_KINDS = {b"plan": "a saved plan", b"report": "the report of an apply"}
REJECTS_HEADER = b"file,line,event,account,state,occurred_at,outcome"
# Tokens of HubSpot's private apps and service keys: pat-na1-, and a UUID.
TOKEN = re.compile(rb"\bpat-[a-z]{2,3}[0-9]*-[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")
CHUNK = 1 << 20
# A mark or a token may lie across two chunks.
OVERLAP = 200


@dataclass(frozen=True, slots=True)
class Intruder:
    """A file that is to stay out of a commit: *what* it is, and the *line* for a token in a text."""

    file: str
    what: str
    line: int | None = None


def find_intruders(directory: Path, names: Iterable[str]) -> list[Intruder]:
    """Of the files *names*, as seen from *directory*, those that are to stay out of a commit.

    What is no plain file (a link to nothing, a submodule) is passed over. Raises ConfigurationError for a file that
    can't be read: nobody knows what would be committed.
    """
    return [found for name in dict.fromkeys(names) for found in _look_at(directory / name, name)]


def _look_at(path: Path, name: str) -> Iterator[Intruder]:
    if path.is_symlink() or not path.is_file():  # git keeps where a link leads, not what is there
        return
    try:
        with path.open("rb") as file:
            head = file.read(CHUNK)
    except OSError as error:
        raise ConfigurationError(f"can't read {name}: {(error.strerror or 'unknown reason').lower()}") from error
    what = _name_database(path, head) or _name_sidecar(path, head)
    if what is None and head.removeprefix(b"\xef\xbb\xbf").startswith(REJECTS_HEADER):
        what = "the rejected rows of an apply"
    if what is not None:
        yield Intruder(name, what)
        return
    yield from _search(path, name, is_json=head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{")


def _name_database(path: Path, head: bytes) -> str | None:
    if not head.startswith(SQLITE_MAGIC):
        return None
    try:
        # Immutable: nothing is made or changed beside it, and a log beside it is not looked at.
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error:
        return "a broken SQLite database" if _is_our_name(path.name) else None
    return next((what for what, needed in DATABASES.items() if needed <= tables), _name_unfinished(path, tables))


def _name_unfinished(path: Path, tables: set[str]) -> str | None:
    """A database whose tables are still in the log beside it is known by its name."""
    return "a SQLite database" if not tables and _is_our_name(path.name) else None


def _name_sidecar(path: Path, head: bytes) -> str | None:
    suffix = next((suffix for suffix in SIDECARS if path.name.endswith(suffix)), None)
    if suffix is None:
        return None
    base = path.with_name(path.name.removesuffix(suffix))
    is_ours = _is_our_name(base.name)
    if base.is_file():
        with base.open("rb") as file:
            is_ours = is_ours or _name_database(base, file.read(CHUNK)) is not None
    is_log = suffix != "-wal" or not head or head.startswith(WAL_MAGICS)
    return "SQLite's log of a state or account" if is_ours and is_log else None


def _is_our_name(name: str) -> bool:
    return OUR_NAME.fullmatch(name) is not None


def _search(path: Path, name: str, *, is_json: bool) -> Iterator[Intruder]:
    """Marks of our JSON, and tokens, anywhere in the file."""
    lines_before, rest = 1, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            window = rest + chunk
            if is_json and (mark := JSON_MARK.search(window)):
                yield Intruder(name, JSON_KINDS.get(mark[1], "what a command wrote of a state"))
                return
            if token := TOKEN.search(window):
                yield Intruder(name, "a HubSpot access token", lines_before + window.count(b"\n", 0, token.start()))
                return
            rest = window[-OVERLAP:]
            lines_before += window.count(b"\n") - rest.count(b"\n")
