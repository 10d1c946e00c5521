"""The account's lists, as far as marketing events need them: that they are there, and whose they are."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListRecord:
    """A list of contacts. It holds nobody: the sandbox has no lists API."""

    id: str
    name: str
    created_ms: int


def has_list(connection: sqlite3.Connection, list_id: str) -> bool:
    """There is a list of that id."""
    return connection.execute("SELECT 1 FROM lists WHERE id = ?", (list_id,)).fetchone() is not None


def add_list(connection: sqlite3.Connection, list_id: str, *, name: str, now_ms: int) -> None:
    """Make a list, or leave the one of that id as it is."""
    connection.execute(
        "INSERT INTO lists (id, name, created_ms) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (list_id, name, now_ms),
    )


def associate(connection: sqlite3.Connection, event_id: int, list_id: str) -> None:
    """Tie the list to the event, if it is not tied already."""
    connection.execute(
        "INSERT INTO event_lists (event_id, list_id) VALUES (?, ?) ON CONFLICT DO NOTHING", (event_id, list_id)
    )


def dissociate(connection: sqlite3.Connection, event_id: int, list_id: str) -> bool:
    """Untie the list from the event. Whether it was tied."""
    cursor = connection.execute("DELETE FROM event_lists WHERE event_id = ? AND list_id = ?", (event_id, list_id))
    return cursor.rowcount > 0


def find_lists(connection: sqlite3.Connection, event_id: int) -> list[ListRecord]:
    """The event's lists, by id."""
    rows = connection.execute(
        "SELECT l.id, l.name, l.created_ms FROM event_lists e JOIN lists l ON l.id = e.list_id WHERE e.event_id = ?"
        " ORDER BY l.id",
        (event_id,),
    )
    return [ListRecord(*row) for row in rows]
