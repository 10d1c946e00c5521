"""Events with their counters, searched, sorted and paged by SQL."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, fields
from typing import Any

STATES = ("upcoming", "live", "over", "complete", "cancelled")
SORTS = {
    "name": "name COLLATE NOCASE",
    "state": "rank",
    "start": "start_ms",
    "registered": "registered",
    "attended": "attended",
    "cancelled": "withdrawn",
    "no-shows": "no_shows",
}
COUNTS = frozenset({"registered", "attended", "cancelled", "no-shows"})

# An event's counters stand one row a state in `participations_now`, which covers this query: it reads no table.
_LISTED = """
WITH counted AS (
    SELECT event_id, sum(state = 'REGISTERED') AS registered, sum(state = 'ATTENDED') AS attended,
        sum(state = 'CANCELLED') AS withdrawn, sum(state = 'NO_SHOW') AS no_shows
    FROM participations WHERE current = 1 GROUP BY event_id
), listed AS (
    SELECT id, external_account_id, external_event_id, name, organizer, type, start_ms, end_ms,
        CASE WHEN cancelled THEN 4 WHEN completed THEN 3 WHEN end_ms <= :now THEN 2 WHEN start_ms <= :now THEN 1
            ELSE 0 END AS rank,
        coalesce(registered, 0) AS registered, coalesce(attended, 0) AS attended,
        coalesce(withdrawn, 0) AS withdrawn, coalesce(no_shows, 0) AS no_shows
    FROM events LEFT JOIN counted ON event_id = id
), found AS (
    SELECT * FROM listed
    WHERE :text = '' OR name LIKE :like ESCAPE '\\' OR external_event_id LIKE :like ESCAPE '\\'
        OR organizer LIKE :like ESCAPE '\\' OR id = :text
)
"""


@dataclass(frozen=True, slots=True)
class EventSummary:
    """An event as a list shows it. Each contact counts once, in its current state."""

    id: int
    account: str
    external_id: str
    name: str
    organizer: str
    type: str | None
    start_ms: int | None
    end_ms: int | None
    state: str
    registered: int
    attended: int
    cancelled: int
    no_shows: int


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events, in which order. *text* is looked for in names and ids; *state* "" is any of ``STATES``."""

    text: str = ""
    state: str = ""
    sort: str = "start"
    is_descending: bool = True


def find_events(
    connection: sqlite3.Connection, query: EventQuery, *, now_ms: int, offset: int, limit: int
) -> list[EventSummary]:
    """At most *limit* of the events that *query* finds, after the first *offset*. Missing times stand last."""
    column, direction = SORTS[query.sort], "DESC" if query.is_descending else "ASC"
    rows = connection.execute(
        f"{_LISTED} SELECT * FROM found WHERE :rank < 0 OR rank = :rank"  # noqa: S608 - constants
        f" ORDER BY {column} IS NULL, {column} {direction}, id DESC LIMIT :limit OFFSET :offset",
        {**_parameters(query, now_ms), "limit": limit, "offset": offset},
    )
    return [_as_summary(row) for row in rows]


def count_events(connection: sqlite3.Connection, query: EventQuery, *, now_ms: int) -> Counter[str]:
    """How many events the query's text finds, by state, whichever state it asks for."""
    rows = connection.execute(
        f"{_LISTED} SELECT rank, count(*) FROM found GROUP BY rank",  # noqa: S608 - constants
        _parameters(query, now_ms),
    )
    return Counter({STATES[rank]: count for rank, count in rows})


def as_pattern(text: str) -> str:
    """A LIKE pattern, escaped with a backslash, for what has *text* in it."""
    for special in ("\\", "%", "_"):
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"


def _parameters(query: EventQuery, now_ms: int) -> dict[str, Any]:
    rank = STATES.index(query.state) if query.state else -1
    return {"now": now_ms, "text": query.text, "like": as_pattern(query.text), "rank": rank}


def _as_summary(row: tuple[Any, ...]) -> EventSummary:
    """The columns of ``listed``, which stand in the order of the summary's fields."""
    values = dict(zip((each.name for each in fields(EventSummary)), row, strict=True))
    return EventSummary(**{**values, "state": STATES[values["state"]]})
