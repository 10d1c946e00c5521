"""The account's marketing events."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

_COLUMNS = (
    "id, app_id, external_account_id, external_event_id, name, organizer, type, description, url, start_ms, end_ms, "
    "cancelled, completed, custom_properties, created_ms, updated_ms, settled"
)


@dataclass(frozen=True, slots=True)
class CustomValue:
    """A custom property's value and when it was last set."""

    value: str
    set_ms: int


@dataclass(frozen=True, slots=True)
class EventRecord:
    """A marketing event. *id* is HubSpot's own (``objectId``), 0 before it is stored; *settled* says that its
    no-shows are derived."""

    id: int
    app_id: int
    account: str
    external_id: str
    name: str
    organizer: str
    type: str | None
    description: str | None
    url: str | None
    start_ms: int | None
    end_ms: int | None
    cancelled: bool
    completed: bool
    custom: dict[str, CustomValue]
    created_ms: int
    updated_ms: int
    settled: bool


def find_event(connection: sqlite3.Connection, *, app_id: int, account: str, external_id: str) -> EventRecord | None:
    """The event of these external ids, if *app_id* made it: other apps' events are not seen by them (documented)."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM events WHERE external_account_id = ? AND external_event_id = ? AND app_id = ?",  # noqa: S608 - constants
        (account, external_id, app_id),
    ).fetchone()
    return None if row is None else _as_record(row)


def get_event(connection: sqlite3.Connection, object_id: int) -> EventRecord | None:
    """The event of HubSpot's own id, whichever app made it."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM events WHERE id = ?", (object_id,)).fetchone()  # noqa: S608 - constants
    return None if row is None else _as_record(row)


def list_events(
    connection: sqlite3.Connection, *, app_id: int | None = None, after: int, limit: int
) -> list[EventRecord]:
    """At most *limit* events with ids above *after*, in the order they were made; of *app_id* or of all apps."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM events WHERE id > ? AND app_id = coalesce(?, app_id) ORDER BY id LIMIT ?",  # noqa: S608 - constants
        (after, app_id, limit),
    )
    return [_as_record(row) for row in rows]


def find_by_external_id(
    connection: sqlite3.Connection, external_id: str, *, app_id: int | None, made_until_ms: int
) -> list[EventRecord]:
    """The events of that external id in all external accounts, of *app_id* or of all apps, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM events WHERE external_event_id = ? AND app_id = coalesce(?, app_id)"  # noqa: S608 - constants
        " AND created_ms <= ? ORDER BY id",
        (external_id, app_id, made_until_ms),
    )
    return [_as_record(row) for row in rows]


def delete_event(connection: sqlite3.Connection, event_id: int) -> None:
    """Remove the event with its participations and list associations. Its contacts stay."""
    for table, column in (("participations", "event_id"), ("event_lists", "event_id"), ("events", "id")):
        connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (event_id,))  # noqa: S608 - constants


def find_unsettled(connection: sqlite3.Connection) -> Iterator[EventRecord]:
    """Events whose no-shows are not derived yet, over or not."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM events WHERE settled = 0 ORDER BY id")  # noqa: S608 - constants
    return map(_as_record, rows.fetchall())


def store_event(connection: sqlite3.Connection, event: EventRecord) -> int:
    """Write *event* over the one of its id, or as a new one where that is 0; its id."""
    columns = _COLUMNS.split(", ")
    marks = ", ".join("?" * len(columns))
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns[4:])
    cursor = connection.execute(
        f"INSERT INTO events ({_COLUMNS}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {updates}",  # noqa: S608 - constants
        _as_row(event),
    )
    return event.id or int(cursor.lastrowid or 0)


def mark_settled(connection: sqlite3.Connection, event_id: int) -> None:
    """The event's no-shows are derived."""
    connection.execute("UPDATE events SET settled = 1 WHERE id = ?", (event_id,))


def _as_row(event: EventRecord) -> tuple[object, ...]:
    custom = {name: [value.value, value.set_ms] for name, value in event.custom.items()}
    return (
        event.id or None,
        event.app_id,
        event.account,
        event.external_id,
        event.name,
        event.organizer,
        event.type,
        event.description,
        event.url,
        event.start_ms,
        event.end_ms,
        event.cancelled,
        event.completed,
        json.dumps(custom, ensure_ascii=False),
        event.created_ms,
        event.updated_ms,
        event.settled,
    )


def _as_record(row: tuple[Any, ...]) -> EventRecord:
    """A row of ``_COLUMNS``, which stand in the order of the record's fields."""
    values = dict(zip((each.name for each in fields(EventRecord)), row, strict=True))
    custom = {name: CustomValue(*value) for name, value in json.loads(values["custom"]).items()}
    flags = {name: bool(values[name]) for name in ("cancelled", "completed", "settled")}
    return EventRecord(**{**values, **flags, "custom": custom})
