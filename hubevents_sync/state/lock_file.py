"""The lock file: what a state holds in counts, one entry an environment, for git to keep beside the files."""

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hubevents_sync.errors import ConfigurationError, StateError
from hubevents_sync.model.event import EVENT_FIELDS, EventKey, MarketingEvent
from hubevents_sync.model.instant import format_instant, parse_instant
from hubevents_sync.model.lock import LockedEvent, LockedState
from hubevents_sync.model.participation import AttendanceState

LOCK_FORMAT = "hubevents-sync/lock"
LOCK_VERSION = 1
REWRITE = "write it anew where the state is: hubevents-sync state lock"


def read_lock_file(path: Path, *, file: str) -> list[LockedState]:
    """All entries of the lock file, which people know as *file*; none where there is no such file.

    Raises StateError where it is no lock file, one of a newer version, or damaged.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise StateError(f"the lock file {file} can't be read: {reason}") from error
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as error:
        hint = f"were two branches merged into it? {REWRITE}" if b"<<<<<<<" in content else REWRITE
        raise StateError(f"the lock file {file} is no JSON", hint=hint) from error
    if not isinstance(whole, dict) or whole.get("format") != LOCK_FORMAT:
        raise StateError(f"{file} is no lock file of hubevents-sync", hint=REWRITE)
    version = whole.get("version")
    if isinstance(version, int) and version > LOCK_VERSION:
        raise StateError(
            f"the lock file {file} has version {version}; this hubevents-sync reads {LOCK_VERSION}",
            hint="use the hubevents-sync that wrote it, or a newer one",
        )
    try:
        return _read_states(whole)
    except _Damaged as damaged:
        raise StateError(f"the lock file {file} is damaged: {damaged} makes no sense", hint=REWRITE) from damaged


def write_lock_file(path: Path, states: list[LockedState]) -> bool:
    """Write the lock file, all of it or nothing; whether it had to be. The same states give the same bytes."""
    content = shape_lock_file(states).encode()
    try:
        if path.exists() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path.resolve(), content)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(f"can't write the lock file {path.name}: {reason}") from error
    return True


def shape_lock_file(states: list[LockedState]) -> str:
    """The text of the lock file: names, environments and events sorted, so that git shows what changed."""
    ordered = sorted(states, key=lambda state: (state.environment is not None, state.environment or ""))
    whole = {
        "format": LOCK_FORMAT,
        "version": LOCK_VERSION,
        "environments": [_shape_state(state) for state in ordered],
    }
    return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _shape_state(state: LockedState) -> dict[str, object]:
    return {
        "environment": state.environment,
        "lineage": state.lineage,
        "portal": state.portal,
        "serial": state.serial,
        "events": [_shape_event(event) for event in sorted(state.events, key=lambda event: event.key)],
    }


def _shape_event(locked: LockedEvent) -> dict[str, object]:
    fields = {name: dict(value) if isinstance(value, Mapping) else value for name, value in locked.event.fields.items()}
    return {
        "key": {
            "externalAccountId": locked.key.external_account_id,
            "externalEventId": locked.key.external_event_id,
        },
        "fields": fields,
        "is_confirmed": locked.is_confirmed,
        "is_completed": locked.is_completed,
        "people": locked.people,
        "roster_digest": locked.roster_digest,
        "rows": {state.value: count for state, count in locked.rows.items() if count},
        "rows_held": locked.held,
        "rows_held_until": None if locked.held_until_ms is None else format_instant(locked.held_until_ms),
        "rows_unsent": locked.unsent,
    }


class _Damaged(Exception):
    """A value of the file is not what it should be: the message is its name."""


def _take(mapping: object, name: str, *kinds: type) -> Any:  # Any: the JSON edge; the kinds are checked here
    if not isinstance(mapping, dict):
        raise _Damaged(name)
    value = mapping.get(name)
    if type(value) not in kinds or (isinstance(value, int) and value < 0):
        raise _Damaged(name)
    return value


NONE = type(None)


def _read_states(whole: object) -> list[LockedState]:
    if _take(whole, "version", int) != LOCK_VERSION:
        raise _Damaged("version")
    found = [_read_state(entry) for entry in _take(whole, "environments", list)]
    if len({entry.environment for entry in found}) < len(found):
        raise _Damaged("environments")
    return found


def _read_state(entry: object) -> LockedState:
    state = LockedState(
        environment=_take(entry, "environment", str, NONE),
        lineage=_take(entry, "lineage", str),
        serial=_take(entry, "serial", int),
        portal=_take(entry, "portal", int, NONE),
    )
    return replace(state, events=tuple(_read_event(event) for event in _take(entry, "events", list)))


def _read_event(entry: object) -> LockedEvent:
    key = _take(entry, "key", dict)
    fields = _take(entry, "fields", dict)
    rows = _take(entry, "rows", dict)
    if not fields.keys() <= set(EVENT_FIELDS):
        raise _Damaged("fields")
    if not rows.keys() <= {state.value for state in AttendanceState}:
        raise _Damaged("rows")
    for name in fields:
        _take(fields, name, *((dict,) if name == "customProperties" else (str, bool)))
    return LockedEvent(
        event=MarketingEvent(
            EventKey(_take(key, "externalAccountId", str), _take(key, "externalEventId", str)), fields
        ),
        roster_digest=_take(entry, "roster_digest", str, NONE),
        people=_take(entry, "people", int),
        rows={AttendanceState(name): _take(rows, name, int) for name in rows},
        unsent=_take(entry, "rows_unsent", int),
        held=_take(entry, "rows_held", int),
        held_until_ms=_read_instant(_take(entry, "rows_held_until", str, NONE)),
        is_confirmed=_take(entry, "is_confirmed", bool),
        is_completed=_take(entry, "is_completed", bool),
    )


def _read_instant(written: str | None) -> int | None:
    try:
        return None if written is None else parse_instant(written)
    except (ValueError, TypeError) as error:
        raise _Damaged("rows_held_until") from error


def _replace(target: Path, content: bytes) -> None:
    number, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with open(number, "wb") as file:  # noqa: PTH123  mkstemp gives a number
            file.write(content)
            file.flush()
            os.fsync(number)
        mask = os.umask(0o077)
        os.umask(mask)
        Path(draft).chmod(0o666 & ~mask)
        Path(draft).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        raise
