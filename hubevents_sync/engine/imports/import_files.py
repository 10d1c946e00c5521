"""Where the files of imported events go, and writing them where nothing is yet."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hubevents_sync.errors import ConfigurationError, UsageError
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.project import Project

LONGEST_STEM = 80
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class EventFiles:
    """The two files of an event, and how the event file names the roster."""

    event: Path
    roster: Path

    @property
    def roster_as_seen(self) -> str:
        """The roster's path from the event file."""
        return f"../rosters/{self.roster.name}"


def choose_files(project: Project, folder: Path, keys: Sequence[EventKey]) -> dict[EventKey, EventFiles]:
    """Two files for each of *keys* below *folder*, no two of them the same.

    Raises UsageError where *folder* is outside of the project, or one of the files is there already: nothing is
    written then.
    """
    root = Path(os.path.realpath(project.directory))
    target = Path(os.path.realpath(folder))
    if not target.is_relative_to(root):
        raise UsageError(f"--to {folder} is not in the project's folder", hint="the project could not name the files")
    chosen: dict[EventKey, EventFiles] = {}
    taken: set[str] = set()
    for key in keys:
        stem = _choose_stem(key, taken)
        taken.add(stem.lower())
        chosen[key] = EventFiles(target / "events" / f"{stem}.yaml", target / "rosters" / f"{stem}.csv")
    present = [path for files in chosen.values() for path in (files.event, files.roster) if os.path.lexists(path)]
    if present:
        names = ", ".join(str(path.relative_to(root)) for path in present[:5]) + (" …" if len(present) > 5 else "")
        raise UsageError(f"there already: {names}", hint="move them, or name another folder by --to")
    return chosen


def _choose_stem(key: EventKey, taken: set[str]) -> str:
    """A name like the event's id; with the account, and then a number, where another event has it."""
    plain = _clean(key.external_event_id)
    with_account = _clean(f"{key.external_account_id}-{key.external_event_id}")
    for stem in (plain, with_account):
        if stem.lower() not in taken:
            return stem
    number = 2
    while f"{with_account}-{number}".lower() in taken:
        number += 1
    return f"{with_account}-{number}"


def _clean(text: str) -> str:
    return _NOT_IN_NAMES.sub("-", text).strip("-")[:LONGEST_STEM].rstrip("-") or "event"


def write_new(path: Path, text: str) -> None:
    """Write *path*, which must not be there. Raises ConfigurationError where it can't be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(f"can't write {path}: {reason}", hint="what was imported before it is kept") from error
