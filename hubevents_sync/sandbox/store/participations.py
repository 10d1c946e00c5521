"""Who took part in what. A row is one interaction (or a derived no-show); a contact's newest row is its current one.

A row an interaction is our choice: HubSpot was seen to hold several rows a contact, and is not known to hold all.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewRow:
    """An interaction to store. *state* is as HubSpot reads it back: REGISTERED, ATTENDED, CANCELLED or NO_SHOW."""

    contact_id: int
    state: str
    occurred_ms: int
    joined_ms: int | None = None
    left_ms: int | None = None


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """A stored participation with what a breakdown shows of its contact and its event."""

    id: int
    state: str
    occurred_ms: int
    joined_ms: int | None
    left_ms: int | None
    created_ms: int
    contact_id: int
    email: str
    contact_properties: str
    event_id: int


@dataclass(frozen=True, slots=True)
class Held:
    """What an event holds of a set of contacts: their interactions' keys and their newest rows' times."""

    states: dict[tuple[int, int], set[str]]
    newest_ms: dict[int, int]

    @property
    def keys(self) -> set[tuple[int, int]]:
        """Of every interaction."""
        return set(self.states)

    def keys_of(self, *states: str) -> set[tuple[int, int]]:
        """Of the interactions that are held in one of *states*."""
        return {key for key, found in self.states.items() if found & set(states)}


def find_held(connection: sqlite3.Connection, event_id: int, contact_ids: Iterable[int]) -> Held:
    """What *event_id* already holds of *contact_ids*. A key is (contact, interactionDateTime): documented, measured."""
    # Left to itself SQLite reads the whole event for each batch: a large roster would take the square of its time.
    rows = connection.execute(
        "SELECT contact_id, occurred_ms, created_ms, derived, state FROM participations"
        " INDEXED BY participations_by_contact"
        " WHERE event_id = ? AND contact_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (event_id, json.dumps(list(contact_ids))),
    )
    held = Held(states={}, newest_ms={})
    for contact_id, occurred_ms, created_ms, derived, state in rows:
        held.newest_ms[contact_id] = created_ms
        if not derived:
            held.states.setdefault((contact_id, occurred_ms), set()).add(state)
    return held


def add_rows(
    connection: sqlite3.Connection,
    event_id: int,
    rows: list[NewRow],
    *,
    held: Held,
    now_ms: int,
    on_timeline: bool = True,
) -> None:
    """Store *rows*, none of whose keys is held. The newest row of a contact always has its latest createdAt.

    *on_timeline*: the contact's timeline shows them; the older upsert's rows it does not.
    """
    connection.execute(
        "UPDATE participations INDEXED BY participations_by_contact SET current = 0 WHERE event_id = ? AND current = 1"
        " AND contact_id IN (SELECT value FROM json_each(?))",
        (event_id, json.dumps([row.contact_id for row in rows if row.contact_id in held.newest_ms])),
    )
    last = {row.contact_id: index for index, row in enumerate(rows)}
    values = []
    for index, row in enumerate(rows):
        created_ms = max(now_ms, held.newest_ms.get(row.contact_id, now_ms - 1) + 1)
        held.newest_ms[row.contact_id] = created_ms
        is_current = last[row.contact_id] == index
        moments = (row.occurred_ms, row.joined_ms, row.left_ms, created_ms)
        values.append((event_id, row.contact_id, row.state, *moments, is_current, on_timeline))
    connection.executemany(
        "INSERT INTO participations"
        " (event_id, contact_id, state, occurred_ms, joined_ms, left_ms, created_ms, current, timeline)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )


def derive_no_shows(connection: sqlite3.Connection, event_id: int, *, over_ms: int) -> None:
    """Give each contact that is still REGISTERED one more row: NO_SHOW, as of *over_ms*."""
    connection.execute(
        "INSERT INTO participations (event_id, contact_id, state, occurred_ms, created_ms, derived, current)"
        " SELECT event_id, contact_id, 'NO_SHOW', ?, max(?, created_ms + 1), 1, 1 FROM participations"
        " WHERE event_id = ? AND state = 'REGISTERED' AND current = 1 ORDER BY id",
        (over_ms, over_ms, event_id),
    )
    connection.execute(
        "UPDATE participations SET current = 0 WHERE event_id = ? AND state = 'REGISTERED' AND current = 1", (event_id,)
    )


def count_states(connection: sqlite3.Connection, event_id: int, *, until_ms: int | None = None) -> Counter[str]:
    """How many contacts of the event are in each state now, or by the rows that were made *until_ms*."""
    if until_ms is not None:
        # SQLite takes the other columns from the row that has the maximum: https://sqlite.org/lang_select.html#bareagg
        rows = connection.execute(
            "SELECT state, count(*) FROM (SELECT state, max(id) FROM participations"
            " WHERE event_id = ? AND created_ms <= ? GROUP BY contact_id) GROUP BY state",
            (event_id, until_ms),
        )
        return Counter(dict(rows))
    rows = connection.execute(
        "SELECT state, count(*) FROM participations WHERE event_id = ? AND current = 1 GROUP BY state", (event_id,)
    )
    return Counter(dict(rows))


def read_page(
    connection: sqlite3.Connection,
    *,
    event_id: int | None,
    contact_id: int | None,
    state: str | None,
    after: int,
    limit: int,
    until_ms: int | None = None,
) -> tuple[int, list[BreakdownRow]]:
    """How many rows match in all, and at most *limit* of them with ids above *after*, oldest first.

    *until_ms*: only rows that were made by then.
    """
    filters = {"p.event_id": event_id, "p.contact_id": contact_id, "p.state": state}
    given: dict[str, int | str] = {column: value for column, value in filters.items() if value is not None}
    where = " AND ".join(f"{column} = ?" for column in given) or "1"
    if until_ms is not None:
        given["p.created_ms"], where = until_ms, f"{where} AND p.created_ms <= ?"
    total = connection.execute(
        f"SELECT count(*) FROM participations p WHERE {where}",  # noqa: S608 - columns are constants
        tuple(given.values()),
    ).fetchone()[0]
    rows = connection.execute(
        "SELECT p.id, p.state, p.occurred_ms, p.joined_ms, p.left_ms, p.created_ms, c.id, c.email, c.properties,"  # noqa: S608 - columns are constants
        " p.event_id FROM participations p JOIN contacts c ON c.id = p.contact_id"
        f" WHERE {where} AND p.id > ? ORDER BY p.id LIMIT ?",
        (*given.values(), after, limit),
    )
    return total, list(_as_breakdown(rows))


def _as_breakdown(rows: Iterable[tuple[object, ...]]) -> Iterator[BreakdownRow]:
    for row in rows:
        yield BreakdownRow(*row)  # type: ignore[arg-type]  # the columns in the order of the fields
