"""What happened when: an event's interactions by stretches of time, its rows in pages, and one contact's history."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from hubevents_sync.sandbox.store.overview import as_pattern

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MOST_STRETCHES = 200
# A year as 52 whole weeks: all that matters is that a chart has few points and each has a date.
_WIDTHS = (HOUR_MS, 6 * HOUR_MS, DAY_MS, 7 * DAY_MS, 28 * DAY_MS, 364 * DAY_MS)
# 1970 began on a Thursday; weeks begin on Mondays.
_MONDAY_MS = 4 * DAY_MS


@dataclass(frozen=True, slots=True)
class Stretch:
    """How many interactions fell into the time from *start_ms* on."""

    start_ms: int
    registered: int = 0
    cancelled: int = 0
    attended: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """An event's interactions over time, in stretches of *width_ms*; those in which nothing happened are left out."""

    width_ms: int
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Interaction:
    """One stored row with its contact and its event. *is_current*: it says the contact's state now.

    *is_on_timeline*: HubSpot's own timeline of the contact shows it, which it does not for the older upsert's rows.
    """

    id: int
    state: str
    occurred_ms: int
    joined_ms: int | None
    left_ms: int | None
    created_ms: int
    is_derived: bool
    is_current: bool
    is_on_timeline: bool
    contact_id: int
    email: str
    properties: str
    event_id: int
    event_name: str

    @property
    def person(self) -> str:
        """First and last name, or "" where neither is known."""
        known = json.loads(self.properties)
        return " ".join(str(known[name]) for name in ("firstname", "lastname") if known.get(name))


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A contact as the account keeps it."""

    id: int
    email: str
    properties: dict[str, str]
    created_ms: int


_SELECT = (
    "SELECT p.id, p.state, p.occurred_ms, p.joined_ms, p.left_ms, p.created_ms, p.derived, p.current, p.timeline,"
    " c.id, c.email, c.properties, e.id, e.name FROM participations p JOIN contacts c ON c.id = p.contact_id"
    " JOIN events e ON e.id = p.event_id"
)


def read_series(connection: sqlite3.Connection, event_id: int) -> Series:
    """The event's interactions, by the times that were sent with them. Derived no-shows are none of them.

    A registration that came after the event and is kept as a NO_SHOW counts as the registration it was.
    """
    earliest, latest = connection.execute(
        "SELECT min(occurred_ms), max(occurred_ms) FROM participations WHERE event_id = ? AND derived = 0", (event_id,)
    ).fetchone()
    if earliest is None:
        return Series(DAY_MS, ())
    width_ms = choose_width_ms(latest - earliest)
    origin_ms = floor_to_width(earliest, width_ms)
    rows = connection.execute(
        "SELECT (occurred_ms - ?) / ? AS stretch, sum(state IN ('REGISTERED', 'NO_SHOW')), sum(state = 'CANCELLED'),"
        " sum(state = 'ATTENDED') FROM participations WHERE event_id = ? AND derived = 0 GROUP BY stretch",
        (origin_ms, width_ms, event_id),
    )
    return Series(width_ms, tuple(Stretch(origin_ms + index * width_ms, *counts) for index, *counts in rows))


def choose_width_ms(span_ms: int) -> int:
    """The narrowest stretch that cuts *span_ms* into few enough: an hour, six, a day, a week, four weeks, years."""
    for width_ms in _WIDTHS:
        if span_ms < width_ms * MOST_STRETCHES:
            return width_ms
    return _WIDTHS[-1] * (span_ms // (_WIDTHS[-1] * MOST_STRETCHES) + 1)


def floor_to_width(at_ms: int, width_ms: int) -> int:
    """The beginning of *at_ms*'s stretch, in UTC: of its hour or day, or the Monday of its week."""
    shift_ms = _MONDAY_MS if width_ms > DAY_MS else 0
    return (at_ms - shift_ms) // width_ms * width_ms + shift_ms


def read_rows(
    connection: sqlite3.Connection, event_id: int, *, state: str, text: str, offset: int, limit: int
) -> tuple[int, list[Interaction]]:
    """How many of the event's rows match in all, and a page of them, newest first. "" asks for any state or e-mail."""
    joined, where = "participations p", "p.event_id = ?"
    parameters: list[object] = [event_id]
    if state:
        where, parameters = f"{where} AND p.state = ?", [*parameters, state]
    if text:
        joined = f"{joined} JOIN contacts c ON c.id = p.contact_id"
        where, parameters = f"{where} AND c.email LIKE ? ESCAPE '\\'", [*parameters, as_pattern(text)]
    (total,) = connection.execute(f"SELECT count(*) FROM {joined} WHERE {where}", parameters).fetchone()  # noqa: S608 - constants
    rows = connection.execute(
        f"{_SELECT} WHERE {where} ORDER BY p.id DESC LIMIT ? OFFSET ?", (*parameters, limit, offset)
    )
    return total, list(_as_interactions(rows))


def find_contact(connection: sqlite3.Connection, contact_id: int) -> ContactRecord | None:
    """The contact of this id."""
    row = connection.execute(
        "SELECT id, email, properties, created_ms FROM contacts WHERE id = ?", (contact_id,)
    ).fetchone()
    return None if row is None else _as_contact(row)


def list_contacts(
    connection: sqlite3.Connection, *, text: str, offset: int, limit: int
) -> tuple[int, list[ContactRecord]]:
    """How many contacts have *text* in their e-mail or are the one of that id, and a page of them, newest first."""
    where = "? = '' OR email LIKE ? ESCAPE '\\' OR id = ?"
    parameters = (text, as_pattern(text), text)
    (total,) = connection.execute(f"SELECT count(*) FROM contacts WHERE {where}", parameters).fetchone()  # noqa: S608 - constants
    rows = connection.execute(
        f"SELECT id, email, properties, created_ms FROM contacts WHERE {where} ORDER BY id DESC LIMIT ? OFFSET ?",  # noqa: S608 - constants
        (*parameters, limit, offset),
    )
    return total, [_as_contact(row) for row in rows]


def read_history(
    connection: sqlite3.Connection, contact_id: int, *, offset: int, limit: int
) -> tuple[int, list[Interaction]]:
    """How many rows the contact has over all events, and a page of them, the latest happening first."""
    (total,) = connection.execute("SELECT count(*) FROM participations WHERE contact_id = ?", (contact_id,)).fetchone()
    rows = connection.execute(
        f"{_SELECT} WHERE p.contact_id = ? ORDER BY p.occurred_ms DESC, p.id DESC LIMIT ? OFFSET ?",
        (contact_id, limit, offset),
    )
    return total, list(_as_interactions(rows))


def _as_contact(row: tuple[Any, ...]) -> ContactRecord:
    contact_id, email, properties, created_ms = row
    return ContactRecord(contact_id, email, json.loads(properties), created_ms)


def _as_interactions(rows: Iterable[tuple[Any, ...]]) -> Iterator[Interaction]:
    """Rows of ``_SELECT``, whose columns stand in the order of the fields."""
    names = [each.name for each in fields(Interaction)]
    for row in rows:
        values = dict(zip(names, row, strict=True))
        flags = {name: bool(values[name]) for name in ("is_derived", "is_current", "is_on_timeline")}
        yield Interaction(**{**values, **flags})
