"""Move participations in bulk: a million rows, so as little as can be stands between the driver and a value."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from hubevents_sync.collector import collector_at_rest
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome, Rejection, RowResult
from hubevents_sync.model.participation import Participation, PersonId
from hubevents_sync.model.record import RecordedRow
from hubevents_sync.state.prepared import Prepared
from hubevents_sync.state.redaction import redact
from hubevents_sync.state.sqlite import insert_into
from hubevents_sync.state.tables import (
    IS_AT_HUBSPOT,
    IS_LEFTOVER,
    LAST_AT_HUBSPOT,
    OUTCOME_CODES,
    OUTCOMES,
    STATE_CODES,
    STATES,
    event,
    participation,
    source_file,
)

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert

# In the order of the table's columns, which is that of the tuples below.
COLUMNS = tuple(column.name for column in participation.columns)
KEY_COLUMNS = tuple(column.name for column in participation.primary_key.columns)
STREAMED_ROWS = 10_000
StoredRow = tuple[object, ...]
# Fewer than the parameters that any database takes in one statement.
PEOPLE_AT_ONCE = 500


class SourceFiles:
    """The names of the files that rows stand in: long, and always the same few, so a row holds a number."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def ids_of(self, connection: Connection, paths: Iterable[str]) -> dict[str, int]:
        """The number of each of *paths*; those not seen before are stored."""
        wanted = set(paths)
        if not wanted <= self._ids.keys():
            if not self._ids:
                self._load(connection)
            for path in sorted(wanted - self._ids.keys()):
                made = connection.execute(source_file.insert().values(path=path).returning(source_file.c.id))
                self._ids[path] = made.scalar_one()
        return self._ids

    def _load(self, connection: Connection) -> None:
        self._ids = {path: number for number, path in connection.execute(select(source_file.c.id, source_file.c.path))}

    def forget(self) -> None:
        """Read them anew: a transaction that stored some was rolled back."""
        self._ids = {}


def _make_upsert(dialect: Dialect) -> "SqliteInsert | PostgresInsert":
    statement = insert_into(participation, dialect).values({name: bindparam(name) for name in COLUMNS})
    offered = statement.excluded
    changes: dict[str, ColumnElement[object]] = {name: offered[name] for name in COLUMNS if name not in KEY_COLUMNS}
    changes["contact_id"] = func.coalesce(offered.contact_id, participation.c.contact_id)
    at_hubspot: ColumnElement[int] = literal_column(str(LAST_AT_HUBSPOT))
    return statement.on_conflict_do_update(
        index_elements=list(KEY_COLUMNS),
        set_=changes,
        where=or_(offered.outcome <= at_hubspot, participation.c.outcome > at_hubspot),
    )


_UPSERT = Prepared(_make_upsert)


def upsert_rows(connection: Connection, rows: Sequence[StoredRow]) -> None:
    """Store *rows*, each a tuple of all columns.

    A row that HubSpot is known to have is never overwritten by one that it may not have: what it confirmed is true, and
    the plan finds again what is wished instead.
    """
    _UPSERT.run_many(connection, COLUMNS, rows)


def _make_insert(dialect: Dialect) -> "SqliteInsert | PostgresInsert":
    statement = insert_into(participation, dialect).values({name: bindparam(name) for name in COLUMNS})
    return statement.on_conflict_do_nothing(index_elements=list(KEY_COLUMNS))


_INSERT = Prepared(_make_insert)


def insert_rows(connection: Connection, rows: Sequence[StoredRow]) -> None:
    """Store those of *rows*, each a tuple of all columns, that are not there yet."""
    _INSERT.run_many(connection, COLUMNS, rows)


def make_intended(
    event_id: int, call_id: int, rows: Sequence[Participation], file_ids: dict[str, int]
) -> list[StoredRow]:
    """*rows* as they are stored before they are sent. No e-mail and no property goes along."""
    intended = OUTCOME_CODES[Outcome.INTENDED]
    return [
        (
            event_id, row.person, row.occurred_at_ms, STATE_CODES[row.state], row.joined_at_ms, row.left_at_ms,
            row.contact_id, intended, call_id, file_ids[row.file], row.line, None, None, None, None,
        )
        for row in rows
    ]  # fmt: skip


def make_results(
    event_id: int, call_id: int | None, results: Sequence[RowResult], file_ids: dict[str, int]
) -> list[StoredRow]:
    """*results* as they are stored. No e-mail and no property goes along."""
    return [
        (
            event_id, row.person, row.occurred_at_ms, STATE_CODES[row.state], row.joined_at_ms, row.left_at_ms,
            row.contact_id if result.contact_id is None else result.contact_id, OUTCOME_CODES[result.outcome],
            call_id, file_ids[row.file], row.line, *_make_rejection(result.rejection),
        )
        for result in results
        for row in (result.row,)
    ]  # fmt: skip


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


_KEY_NAMES = ("of_event", "of_person", "at_ms")
_IS_THE_LEFTOVER = and_(
    participation.c.event_id == bindparam("of_event"),
    participation.c.person == bindparam("of_person"),
    participation.c.occurred_at_ms == bindparam("at_ms"),
    IS_LEFTOVER,
)
_DISCARD = Prepared(lambda _: delete(participation).where(_IS_THE_LEFTOVER))
_FOUND = Prepared(
    lambda _: (
        update(participation)
        .where(_IS_THE_LEFTOVER)
        .values(
            contact_id=func.coalesce(bindparam("contact", type_=BigInteger), participation.c.contact_id),
            outcome=literal_column(str(OUTCOME_CODES[Outcome.REPEATED])),
            reason=null(),
            category=null(),
            status=null(),
            correlation_id=null(),
        )
    )
)


def discard(connection: Connection, event_id: int, rows: Iterable[Participation]) -> None:
    """Drop the leftovers among *rows*."""
    _DISCARD.run_many(connection, _KEY_NAMES, [(event_id, row.person, row.occurred_at_ms) for row in rows])


def keep_found(connection: Connection, event_id: int, found: Iterable[RowResult]) -> None:
    """HubSpot shows these leftovers: it has them, and they are none any more."""
    values = [(each.contact_id, event_id, each.row.person, each.row.occurred_at_ms) for each in found]
    _FOUND.run_many(connection, ("contact", *_KEY_NAMES), values)


def read_confirmed(
    connection: Connection, event_id: int, people: Collection[PersonId] | None = None
) -> list[Participation]:
    """What HubSpot has of an event, or of some of its *people*, in the order of person and time."""
    table = participation.c
    statement = (
        select(
            table.person, table.state, table.occurred_at_ms, table.joined_at_ms, table.left_at_ms, table.contact_id,
            table.file_id, table.line,
        )
        .where(table.event_id == event_id, IS_AT_HUBSPOT)
        .order_by(table.person, table.occurred_at_ms)
    )  # fmt: skip
    files = FileNames(connection)
    if people is None:
        return _read_participations(connection, statement, files)
    wanted = sorted(people)
    parts = [wanted[start : start + PEOPLE_AT_ONCE] for start in range(0, len(wanted), PEOPLE_AT_ONCE)]
    return [
        row
        for part in parts
        for row in _read_participations(connection, statement.where(table.person.in_(part)), files)
    ]


def _read_participations(connection: Connection, statement: Select[Any], files: "FileNames") -> list[Participation]:
    states, make = STATES, tuple.__new__
    # tuple.__new__ is what the type's own constructor ends in, without its eight default arguments.
    with _driver_rows(connection, statement) as driver_rows:
        return [
            make(
                Participation,
                (person, states[state], occurred, joined, left, None, contact, None, files[file], line),
            )
            for person, state, occurred, joined, left, contact, file, line in driver_rows
        ]


@contextmanager
def _driver_rows(connection: Connection, statement: Select[Any]) -> Iterator[Iterable[tuple[Any, ...]]]:
    """The driver's own rows of *statement*: SQLAlchemy's cost as much again. A server sends them bit by bit."""
    if connection.dialect.name == "postgresql":
        compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
        cursor = cast("Any", connection.connection.driver_connection).cursor(name="rows")
        cursor.itersize = STREAMED_ROWS
        cursor.execute(str(compiled), compiled.params)
    else:
        cursor = connection.execute(statement).cursor
    try:
        with collector_at_rest():
            yield cursor
    finally:
        cursor.close()


_FIND_FILE = Prepared(lambda _: select(source_file.c.path).where(source_file.c.id == bindparam("number")))


class FileNames(dict[int | None, str]):
    """The names of files by their numbers, each looked up as it is met: one event has few of a state's many."""

    def __init__(self, connection: Connection) -> None:
        super().__init__({None: ""})
        self._connection = connection

    def __missing__(self, number: int | None) -> str:
        """Ask for it, once."""
        name = self[number] = str(_FIND_FILE.run(self._connection, number=number).scalar_one())
        return name


def read_file_names(connection: Connection) -> dict[int | None, str]:
    """The names of files by their numbers."""
    stored = connection.execute(select(source_file.c.id, source_file.c.path)).all()
    return {None: "", **dict(stored)}


def read_rows(connection: Connection, *conditions: ColumnElement[bool]) -> list[RecordedRow]:
    """The rows that meet *conditions*, with what became of them, by event, person and time."""
    names = event.c.external_account_id, event.c.external_event_id
    statement = (
        select(*(participation.c[name] for name in COLUMNS), *names)
        .join_from(event, participation, event.c.id == participation.c.event_id)
        .where(*conditions)
        .order_by(*names, participation.c.person, participation.c.occurred_at_ms)
    )
    files = FileNames(connection)
    with _driver_rows(connection, statement) as driver_rows:
        return [_to_recorded_row(row, files) for row in driver_rows]


def _to_recorded_row(row: tuple[Any, ...], files: "FileNames") -> RecordedRow:
    (
        _, person, occurred, state, joined, left, contact, outcome, call_id, file, line,
        reason, category, status, correlation_id, account, event_id,
    ) = row  # fmt: skip
    return RecordedRow(
        EventKey(account, event_id),
        Participation(bytes(person), STATES[state], occurred, joined, left, None, contact, None, files[file], line),
        OUTCOMES[outcome],
        None if reason is None else Rejection(reason, category, status, correlation_id),
        call_id,
    )
