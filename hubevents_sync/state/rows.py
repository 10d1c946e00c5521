"""Read participations in bulk, and let go of leftovers: as little as can be stands between the driver and a value."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    null,
    select,
    update,
)

from hubevents_sync.collector import collector_at_rest
from hubevents_sync.model.batch import are_alike
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome, Rejection, RowResult
from hubevents_sync.model.participation import Participation, PersonId
from hubevents_sync.model.record import RecordedRow
from hubevents_sync.state.prepared import Prepared
from hubevents_sync.state.tables import (
    IS_AT_HUBSPOT,
    IS_LEFTOVER,
    OUTCOME_CODES,
    OUTCOMES,
    STATES,
    event,
    participation,
    source_file,
)

# In the order of the table's columns, which is that of the tuples below.
COLUMNS = tuple(column.name for column in participation.columns)
STREAMED_ROWS = 10_000
# Fewer than the parameters that any database takes in one statement.
PEOPLE_AT_ONCE = 500


class SourceFiles:
    """The names of the files that rows stand in: long, and always the same few, so a row holds a number."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def ids_of(self, connection: Connection, paths: Sequence[str]) -> dict[str, int]:
        """The number of each of *paths*; those not seen before are stored."""
        wanted = {paths[0]} if paths and are_alike(paths) else set(paths)
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
        found = _FIND_FILE.find(self._connection, number=number)
        if found is None:
            raise KeyError(number)
        name = self[number] = str(found[0])
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
