"""Put participations on record, column by column: a million rows, so that what many share is handed over once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Connection

from hubevents_sync.model.batch import are_alike, columns_of, columns_of_results
from hubevents_sync.model.outcome import Rejection, RowResult
from hubevents_sync.model.participation import Participation
from hubevents_sync.state.prepared import run_sql
from hubevents_sync.state.redaction import redact
from hubevents_sync.state.tables import LAST_AT_HUBSPOT, OUTCOME_CODES, STATE_CODES, participation

Word = TypeVar("Word")
# By a column's name the value that all rows share, or a tuple with one for each row. What is left out is NULL.
Columns = Mapping[str, Any]
# 500 rows in two statements cost half of what they do one by one; larger ones gain nothing more.
ROWS_AT_ONCE = 250
_KEY_COLUMNS = tuple(column.name for column in participation.primary_key.columns)
_REST = tuple(column.name for column in participation.columns if column.name not in _KEY_COLUMNS)
_ON_KEY = f"ON CONFLICT ({', '.join(_KEY_COLUMNS)}) DO"
_SKIP = f"{_ON_KEY} NOTHING"
_OVERWRITE = (
    f"{_ON_KEY} UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _REST if name != "contact_id")
    + ", contact_id = coalesce(excluded.contact_id, participation.contact_id)"
    + f" WHERE excluded.outcome <= {LAST_AT_HUBSPOT} OR participation.outcome > {LAST_AT_HUBSPOT}"
)


def upsert_rows(connection: Connection, columns: Columns, count: int) -> None:
    """Store *count* rows.

    A row that HubSpot is known to have is never overwritten by one that it may not have: what it confirmed is true, and
    the plan finds again what is wished instead.
    """
    _put(connection, columns, count, on_conflict=_OVERWRITE)


def insert_rows(connection: Connection, columns: Columns, count: int) -> None:
    """Store those of *count* rows that are not there yet."""
    _put(connection, columns, count, on_conflict=_SKIP)


def make_columns(event_id: int, call_id: int | None, results: Sequence[RowResult], columns: Columns) -> Columns:
    """*results* as they are stored; *columns* are those of their rows. No e-mail and no property goes along."""
    if not results:
        return {}
    _, outcomes, told, rejections = columns_of_results(results)
    made = {**columns, "event_id": event_id, "call_id": call_id, "outcome": _coded(outcomes, OUTCOME_CODES)}
    contacts = columns["contact_id"]
    if None in told and isinstance(contacts, tuple):
        told = tuple(own if id_ is None else id_ for id_, own in zip(told, contacts, strict=True))
    elif None in told:
        told = tuple(contacts if id_ is None else id_ for id_ in told)
    made["contact_id"] = _shared(told)
    if any(rejections):
        names = ("reason", "category", "status", "correlation_id")
        made.update(zip(names, zip(*map(_make_rejection, rejections), strict=True), strict=True))
    return made


def columns_of_rows(rows: Sequence[Participation], file_ids: Mapping[str, int]) -> dict[str, Any]:
    """What *rows* say of themselves."""
    if not rows:
        return {}
    people, states, occurred, joined, left, _, contacts, _, files, lines = columns_of(rows)
    return {
        "person": people,
        "occurred_at_ms": occurred,
        "state": _coded(states, STATE_CODES),
        "joined_at_ms": _shared(joined),
        "left_at_ms": _shared(left),
        "contact_id": _shared(contacts),
        "file_id": _coded(files, file_ids),
        "line": lines,
    }


def _shared(values: tuple[object, ...]) -> object:
    """The one value, where all are the same."""
    return values[0] if are_alike(values) else values


def _coded(values: tuple[Word, ...], codes: Mapping[Word, int]) -> object:
    shared = _shared(values)
    return tuple(map(codes.__getitem__, values)) if shared is values else codes[values[0]]


def _make_rejection(rejection: Rejection | None) -> tuple[str | None, str | None, int | None, str | None]:
    if rejection is None:
        return None, None, None, None
    category, correlation_id = rejection.category, rejection.correlation_id
    return (
        redact(rejection.reason),
        None if category is None else redact(category),
        rejection.status,
        None if correlation_id is None else redact(correlation_id),
    )


def _put(connection: Connection, columns: Columns, count: int, *, on_conflict: str) -> None:
    if not count:
        return
    shared = {name: value for name, value in columns.items() if value is not None and not isinstance(value, tuple)}
    own = {name: value for name, value in columns.items() if isinstance(value, tuple)}
    # PostgreSQL refuses a statement that would change a row twice; in SQLite the last one has it.
    is_sqlite = connection.dialect.name == "sqlite"
    at_once = ROWS_AT_ONCE if is_sqlite or len(set(own["person"])) == count else 1
    # SQLite's driver looks for a way to adapt each value that is bytes: a quarter of what storing its row takes.
    own["person"] = tuple(map(bytearray, own["person"]))
    for start in range(0, count, at_once):
        parts = [values[start : start + at_once] for values in own.values()]
        sql = _make_sql(tuple(shared), tuple(own), len(parts[0]), on_conflict)
        run_sql(connection, sql, [*shared.values(), *chain.from_iterable(parts)])


@lru_cache(maxsize=64)
def _make_sql(shared: Sequence[str], own: Sequence[str], count: int, on_conflict: str) -> str:
    """INSERT of *count* rows. Parameters by number, from 1: the shared ones, then each column's, row by row."""
    first = [f"?{number}" for number in range(1, len(shared) + 1)]
    columns = range(len(shared) + 1, len(shared) + 1 + count * len(own), count)
    rows: Iterable[str] = (", ".join([*first, *(f"?{column + index}" for column in columns)]) for index in range(count))
    values = ", ".join(f"({row})" for row in rows)
    return f"INSERT INTO participation ({', '.join([*shared, *own])}) VALUES {values} {on_conflict}"  # noqa: S608  names
