"""The definitions of the marketing-event object's properties."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Definition:
    """A property that an account defined. *values* are the fields as its maker sent them."""

    name: str
    values: dict[str, Any]
    created_ms: int


def find_definitions(connection: sqlite3.Connection) -> list[Definition]:
    """All definitions, by name."""
    rows = connection.execute("SELECT name, definition, created_ms FROM property_definitions ORDER BY name")
    return [Definition(name, json.loads(values), created_ms) for name, values, created_ms in rows]


def find_definition(connection: sqlite3.Connection, name: str) -> Definition | None:
    """The definition of that name."""
    row = connection.execute(
        "SELECT name, definition, created_ms FROM property_definitions WHERE name = ?", (name,)
    ).fetchone()
    return None if row is None else Definition(row[0], json.loads(row[1]), row[2])


def find_names(connection: sqlite3.Connection) -> frozenset[str]:
    """The names that are defined."""
    return frozenset(name for (name,) in connection.execute("SELECT name FROM property_definitions"))


def add_definition(connection: sqlite3.Connection, name: str, values: dict[str, Any], *, now_ms: int) -> None:
    """Define a property; there must be none of that name."""
    connection.execute(
        "INSERT INTO property_definitions (name, definition, created_ms) VALUES (?, ?, ?)",
        (name, json.dumps(values, ensure_ascii=False), now_ms),
    )


def delete_definition(connection: sqlite3.Connection, name: str) -> bool:
    """Take a definition away. Whether there was one."""
    return connection.execute("DELETE FROM property_definitions WHERE name = ?", (name,)).rowcount > 0
