"""The rows of a call, and what became of them, by column as well: so they are sent, answered and put on record."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import starmap
from typing import NamedTuple, overload

from hubevents_sync.model.outcome import Outcome, Rejection, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId


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


class RowBatch(tuple[Participation, ...]):
    """Rows, parted into columns once, however many ask. Short-lived: the columns stay as long as it does."""

    @cached_property
    def columns(self) -> RowColumns:
        """The rows by column."""
        return _part(self)


def columns_of(rows: Sequence[Participation]) -> RowColumns:
    """*rows* by column."""
    return rows.columns if isinstance(rows, RowBatch) else _part(rows)


def _part(rows: Sequence[Participation]) -> RowColumns:
    return RowColumns(*zip(*rows, strict=True))


class ResultColumns(NamedTuple):
    """What is a field of a ``RowResult``, with one entry for each row; the fields are in its order."""

    row: tuple[Participation, ...] = ()
    outcome: tuple[Outcome, ...] = ()
    contact_id: tuple[int | None, ...] = ()
    rejection: tuple[Rejection | None, ...] = ()


class RowResults(Sequence[RowResult]):
    """What became of rows, held by column. A row's result is made where somebody asks for it; hardly anybody does."""

    __slots__ = ("columns",)

    def __init__(self, columns: ResultColumns) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns.row)

    def __iter__(self) -> Iterator[RowResult]:
        return starmap(RowResult, zip(*self.columns, strict=True))

    @overload
    def __getitem__(self, index: int) -> RowResult: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[RowResult]: ...

    def __getitem__(self, index: int | slice) -> RowResult | Sequence[RowResult]:
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a list's: a row may hold a mapping


def columns_of_results(results: Sequence[RowResult]) -> ResultColumns:
    """*results* by column."""
    return results.columns if isinstance(results, RowResults) else ResultColumns(*zip(*results, strict=True))
