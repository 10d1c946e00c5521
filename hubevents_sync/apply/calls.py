"""Turn planned rows into the fewest attendance calls. Pure, and counted by the plan in the same way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from hubevents_sync.model.batch import RowBatch, are_alike
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.first_round import FirstRound
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.model.plan import AddressKind, PlannedRow

_ROW, _ROUND, _IS_HELD, _IS_REMOVAL = map(itemgetter, range(len(PlannedRow._fields)))


@dataclass(frozen=True, slots=True)
class AttendanceCall:
    """Rows that go in one call: one event, one round, one state, all by e-mail or all by contact id."""

    key: EventKey
    round: int
    state: AttendanceState
    address_kind: AddressKind
    rows: Sequence[Participation]


def calls_by_round(
    key: EventKey,
    rows: Sequence[PlannedRow],
    *,
    batch_size: int,
    removed_at_ms: int,
    removed_before: Mapping[PersonId, int] | None = None,
) -> Iterator[list[AttendanceCall]]:
    """The calls of an event, a list for each round: all of a round may be under way at once, but no two rounds.

    *rows* come in the order that the plan gave them; held ones are left out. *removed_at_ms* is the time of the
    cancellations that stand for people who left the roster, but for those of *removed_before*, which were sent under
    another.
    """
    for number, timed in _list_rounds(rows, removed_before or {}, removed_at_ms):
        yield [
            AttendanceCall(key, number, state, kind, group[start : start + batch_size])
            for state, kind, group in _part_by_state_and_kind(timed)
            for start in range(0, len(group), batch_size)
        ]


def _list_rounds(
    rows: Sequence[PlannedRow], times: Mapping[PersonId, int], removed_at_ms: int
) -> Iterator[tuple[int, RowBatch]]:
    """The number of each round, and what is due of it."""
    if isinstance(rows, FirstRound):
        if rows:
            yield 1, rows.rows
        return
    ready = [planned for planned in rows if not planned.is_held] if any(map(_IS_HELD, rows)) else rows
    for number, of_round in groupby(ready, key=_ROUND):
        yield number, RowBatch.of(_with_times(list(of_round), times, removed_at_ms))


def count_held(rows: Sequence[PlannedRow]) -> int:
    """How many of *rows* are left out of the calls."""
    return 0 if isinstance(rows, FirstRound) else sum(map(_IS_HELD, rows))


def find_leaving(rows: Sequence[PlannedRow]) -> set[PersonId]:
    """The people of *rows* that stand for their leaving."""
    return set() if isinstance(rows, FirstRound) else {each.row.person for each in rows if each.is_removal}


def _with_times(
    planned: Sequence[PlannedRow], times: Mapping[PersonId, int], removed_at_ms: int
) -> list[Participation]:
    rows = list(map(_ROW, planned))
    if any(map(_IS_REMOVAL, planned)):
        for index, each in enumerate(planned):
            if each.is_removal:
                rows[index] = each.row._replace(occurred_at_ms=times.get(each.row.person, removed_at_ms))
    return rows


def _part_by_state_and_kind(rows: RowBatch) -> Iterator[tuple[AttendanceState, AddressKind, RowBatch]]:
    """The rows of each state and kind of address, which lie side by side."""
    columns = rows.columns
    if are_alike(columns.state) and all(columns.email):  # looking for None takes five times as long
        yield columns.state[0], AddressKind.EMAIL, rows
        return
    start = 0
    kinds = (AddressKind.CONTACT_ID if email is None else AddressKind.EMAIL for email in columns.email)
    for (state, kind), group in groupby(zip(columns.state, kinds, strict=True)):
        end = start + sum(1 for _ in group)
        yield state, kind, rows[start:end]
        start = end
