"""The rows of a call, and what became of them, by column as well: so they are sent, answered and put on record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import starmap
from operator import itemgetter
from typing import NamedTuple, Self, TypeVar, overload

from hubevents_sync.model.outcome import Accepted, Outcome, Rejection, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId, make_participations

T = TypeVar("T")


class RowColumns(NamedTuple):
    """What is a field of a ``Participation``, with one entry for each row; the fields are in its order."""

    person: tuple[PersonId, ...] = ()
    state: tuple[AttendanceState, ...] = ()
    occurred_at_ms: tuple[int, ...] = ()
    joined_at_ms: tuple[int | None, ...] = ()
    left_at_ms: tuple[int | None, ...] = ()
    email: tuple[str | None, ...] = ()
    contact_id: tuple[int | None, ...] = ()
    contact_properties: tuple[Mapping[str, str] | None, ...] = ()
    file: tuple[str, ...] = ()
    line: tuple[int, ...] = ()

    def __repr__(self) -> str:
        """Without anybody's data."""
        return f"<RowColumns of {len(self.person)} rows>"


class RowBatch(Sequence[Participation]):
    """Rows held by column. They are made when somebody asks for one, and kept; of a million, hardly any is."""

    __slots__ = ("_rows", "columns")

    def __init__(self, columns: RowColumns, rows: tuple[Participation, ...] | None = None) -> None:
        self.columns = columns
        self._rows = rows

    @classmethod
    def of(cls, rows: Iterable[Participation]) -> Self:
        """*rows*, parted into columns once."""
        if isinstance(rows, cls):
            return rows
        kept = tuple(rows)
        return cls(RowColumns(*zip(*kept, strict=True)), kept)

    @property
    def rows(self) -> tuple[Participation, ...]:
        """All of them."""
        if self._rows is None:
            self._rows = tuple(make_participations(zip(*self.columns, strict=True)))
        return self._rows

    def by_person(self) -> Self:
        """The same rows in the order of their people."""
        people = self.columns.person
        order = sorted(range(len(people)), key=people.__getitem__)
        if len(order) < 2:
            return self
        pick = itemgetter(*order)
        return type(self)(RowColumns._make(column if are_alike(column) else pick(column) for column in self.columns))

    def __len__(self) -> int:
        return len(self.columns.person)

    def __iter__(self) -> Iterator[Participation]:
        return iter(self.rows)

    @overload
    def __getitem__(self, index: int) -> Participation: ...

    @overload
    def __getitem__(self, index: slice) -> Self: ...

    def __getitem__(self, index: int | slice) -> Participation | Self:
        if not isinstance(index, slice):
            return self.rows[index]
        rows = None if self._rows is None else self._rows[index]
        return type(self)(RowColumns._make(column[index] for column in self.columns), rows)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, RowBatch):
            return self.columns == other.columns
        return self.rows == tuple(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a list's: a row may hold a mapping

    def __repr__(self) -> str:
        """Without anybody's data."""
        return f"<RowBatch of {len(self)} rows>"


def columns_of(rows: Sequence[Participation]) -> RowColumns:
    """*rows* by column."""
    return RowBatch.of(rows).columns


def are_alike(column: Sequence[object]) -> bool:
    """All that *column*, which is not empty, has is the same."""
    first = column[0]
    return first == column[-1] and column.count(first) == len(column)


class ByColumn(Sequence[T]):
    """Items held by column, of which one is made where somebody asks for it; hardly anybody does."""

    __slots__ = ()

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...

    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a list's: a row may hold a mapping


class AcceptedRows(ByColumn[Accepted]):
    """Rows of an answer's ``results`` that all name an e-mail."""

    __slots__ = ("contact_ids", "emails")

    def __init__(self, contact_ids: tuple[int, ...], emails: tuple[str, ...]) -> None:
        self.contact_ids = contact_ids
        self.emails = emails

    def __len__(self) -> int:
        return len(self.emails)

    def __iter__(self) -> Iterator[Accepted]:
        return zip(self.contact_ids, self.emails, strict=True)

    def __repr__(self) -> str:
        """Without anybody's data."""
        return f"<AcceptedRows of {len(self)} rows>"


class ResultColumns(NamedTuple):
    """What is a field of a ``RowResult``, with one entry for each row; the fields are in its order."""

    row: Sequence[Participation] = ()
    outcome: tuple[Outcome, ...] = ()
    contact_id: tuple[int | None, ...] = ()
    rejection: tuple[Rejection | None, ...] = ()


class RowResults(ByColumn[RowResult]):
    """What became of rows."""

    __slots__ = ("columns",)

    def __init__(self, columns: ResultColumns) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns.row)

    def __iter__(self) -> Iterator[RowResult]:
        return starmap(RowResult, zip(*self.columns, strict=True))


def columns_of_results(results: Sequence[RowResult]) -> ResultColumns:
    """*results* by column."""
    return results.columns if isinstance(results, RowResults) else ResultColumns(*zip(*results, strict=True))
