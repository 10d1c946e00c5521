"""Handle a batch of which some rows are dropped, refused, or answered and not stored."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from hubevents_sync.sandbox.faults.incident import Asked, Incident
from hubevents_sync.sandbox.faults.rule import RowFault
from hubevents_sync.sandbox.wire.call import Answer

Handle = Callable[[bytes], Answer]


def handle_with(incident: Incident, asked: Asked, handle: Handle, connection: sqlite3.Connection) -> Answer:
    """*handle* the request as *incident* has it: what it sees of the batch, what it stores, what it shows.

    Rows that are answered and not stored are handled for good with the others, in a savepoint that is rolled back;
    then the others are handled again and kept.
    """
    answer = _handle_rows(incident, asked, handle, connection)
    rejected = incident.rows(RowFault.REJECT) - incident.rows(RowFault.DROP)
    answer = _with_errors(answer, [_describe(asked.inputs or [], row) for row in sorted(rejected)])
    if incident.shows_nothing:
        answer = _without_results(answer)
    if incident.status is not None and answer.status in range(200, 300) and answer.payload:
        answer = replace(answer, status=incident.status)
    return replace(answer, rows=len(asked.inputs)) if asked.inputs is not None else answer


def _handle_rows(incident: Incident, asked: Asked, handle: Handle, connection: sqlite3.Connection) -> Answer:
    unseen = incident.rows(RowFault.DROP) | incident.rows(RowFault.REJECT)
    phantoms = incident.rows(RowFault.PHANTOM) - unseen
    seen = asked.body if asked.inputs is None else _without(asked, unseen)
    if incident.stores_nothing:
        with _forgotten(connection):
            return handle(seen)
    if not phantoms:
        return handle(seen)
    with _forgotten(connection):
        answer = handle(seen)
    if asked.inputs is not None:
        handle(_without(asked, unseen | phantoms))
    return answer


@contextmanager
def _forgotten(connection: sqlite3.Connection) -> Iterator[None]:
    """What is written inside is undone. Ids that were told are not given again: they would become somebody else's."""
    connection.execute("SAVEPOINT fault")
    told: list[tuple[str, int]] = []
    try:
        yield
        told = connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
    finally:
        connection.execute("ROLLBACK TO fault")
        connection.execute("RELEASE fault")
    connection.executemany("UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1", told)


def _without(asked: Asked, rows: frozenset[int]) -> bytes:
    if not rows:
        return asked.body
    values: dict[str, Any] = json.loads(asked.body)
    values["inputs"] = [entry for row, entry in enumerate(values["inputs"]) if row not in rows]
    return json.dumps(values).encode()


def _describe(inputs: Sequence[object], row: int) -> dict[str, Any]:
    """A StandardError of HubSpot's OpenAPI about one row. Its words are our choice."""
    entry = inputs[row] if row < len(inputs) else None
    values = entry if isinstance(entry, dict) else {}
    named = {name: [str(values[name])] for name in ("email", "vid", "externalEventId", "objectId") if name in values}
    return {
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": "This entry was refused by a fault that the sandbox was told to have",
        "context": named,
        "errors": [],
        "links": {},
    }


def _with_errors(answer: Answer, errors: list[dict[str, Any]]) -> Answer:
    if not errors or answer.payload is None or "results" not in answer.payload:
        return answer
    listed = [*answer.payload.get("errors", ()), *errors]
    return replace(answer, payload={**answer.payload, "numErrors": len(listed), "errors": listed})


def _without_results(answer: Answer) -> Answer:
    """As measured: COMPLETE, and no results."""
    if answer.payload is None or "results" not in answer.payload:
        return answer
    kept = {name: value for name, value in answer.payload.items() if name not in ("errors", "numErrors")}
    return replace(answer, payload={**kept, "results": []})
