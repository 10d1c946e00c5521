"""Write a first project: small, commented, valid as it stands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hubevents_sync.errors import ConfigurationError, UsageError
from hubevents_sync.model.instant import EPOCH
from hubevents_sync.resources import schemas_directory

PROJECT = """\
# yaml-language-server: $schema=schemas/project.schema.json
version: 1
account: {account}               # HubSpot keeps it as externalAccountId: with an event's id it is the event's key
# timezone: Europe/Berlin        # for times that are written without an offset; without it they are an error
hubspot:
  token: ${{HUBSPOT_ACCESS_TOKEN}} # looked up by apply only; plan and validate need none
  # portal: 12345678             # pin the HubSpot account: with a token of another one nothing is sent
"""

EVENT = """\
# yaml-language-server: $schema=../schemas/events.schema.json
events:
  - externalEventId: first-event   # never change it: another id is another event
    eventName: Our first webinar
    eventOrganizer: The events team
    eventType: WEBINAR
    startDateTime: {start}
    endDateTime: {end}
    roster: ../rosters/first-event.csv
    # complete: true               # once it is over and everybody's attendance is in; apply asks before it does
"""

ROSTER = """\
email,registered,cancelled,joinedAt,leftAt,contact.firstname
ana@example.com,{registered},,,,Ana
ben@example.com,{registered},{cancelled},,,Ben
"""

GITIGNORE = """\
# What was applied is no business of git's: it changes with every apply, and only one copy of it is right.
state/*
!state/hubevents.lock.json
"""


@dataclass(frozen=True, slots=True)
class Initialised:
    """What ``init`` did: the files that it wrote, and those that were there and were left alone."""

    written: tuple[Path, ...]
    left: tuple[Path, ...]


def write_project(directory: Path, *, account: str, now_ms: int) -> Initialised:
    """Write a project into *directory*, with the schemas for editors.

    Raises UsageError where a file of a project is there already: nothing is written then. A ``.gitignore`` or a schema
    that is there is no project's, and is left alone.
    """
    files = compose_project(account=account, now_ms=now_ms)
    present = sorted(name for name in files if (directory / name).exists())
    if present:
        raise UsageError(
            f"{directory} has a project already: {', '.join(present)}",
            hint="name another folder: hubevents-sync -C DIR init",
        )
    beside = {".gitignore": GITIGNORE, **{f"schemas/{name}": text for name, text in _read_schemas().items()}}
    left = tuple(directory / name for name in beside if (directory / name).exists())
    wanted = {directory / name: text for name, text in {**files, **beside}.items()}
    written = tuple(_write(path, text) for path, text in wanted.items() if path not in left)
    return Initialised(written, left)


def compose_project(*, account: str, now_ms: int) -> dict[str, str]:
    """The files of a first project by name. Its event lies four weeks ahead of *now_ms*, its registrations behind."""
    now = EPOCH + timedelta(milliseconds=now_ms)
    start = (now + timedelta(weeks=4)).replace(hour=16, minute=0, second=0, microsecond=0)
    return {
        "hubevents.yaml": PROJECT.format(account=_quote(account)),
        "events/first-event.yaml": EVENT.format(start=_say(start), end=_say(start + timedelta(hours=1))),
        "rosters/first-event.csv": ROSTER.format(
            registered=_say(now - timedelta(days=2)), cancelled=_say(now - timedelta(days=1))
        ),
    }


def _quote(account: str) -> str:
    """*account* as YAML reads it back: as it is where it is plain, else in quotes, a dollar sign doubled."""
    if not account.isprintable() or not account.strip():
        raise UsageError("--account takes a text of printable characters", hint="such as --account MyCompany")
    is_plain = account.replace("-", "").replace("_", "").isalnum() and account[0].isalpha()
    return account if is_plain else json.dumps(account.replace("$", "$$"), ensure_ascii=False)


def write_schemas(folder: Path) -> list[Path]:
    """Write all JSON Schemas into *folder*; the files."""
    return [_write(folder / name, text) for name, text in _read_schemas().items()]


def _read_schemas() -> Mapping[str, str]:
    found = sorted(schemas_directory().glob("*.schema.json"))
    return {path.name: path.read_text(encoding="utf-8") for path in found}


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"can't write {path}: {(error.strerror or 'unknown reason').lower()}") from error
    return path


def _say(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
