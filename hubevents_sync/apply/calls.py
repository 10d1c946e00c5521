"""Turn planned rows into the fewest attendance calls. Pure, and counted by the plan in the same way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.model.plan import AddressKind, PlannedRow


@dataclass(frozen=True, slots=True)
class AttendanceCall:
    """Rows that go in one call: one event, one round, one state, all by e-mail or all by contact id."""

    key: EventKey
    round: int
    state: AttendanceState
    address_kind: AddressKind
    rows: tuple[Participation, ...]


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
    times = removed_before or {}
    ready = (planned for planned in rows if not planned.is_held)
    for number, of_round in groupby(ready, key=lambda planned: planned.round):
        calls: list[AttendanceCall] = []
        for (state, kind), group in groupby(of_round, key=lambda planned: (planned.row.state, planned.address_kind)):
            timed = [_with_time(planned, times.get(planned.row.person, removed_at_ms)) for planned in group]
            calls += [
                AttendanceCall(key, number, state, kind, tuple(timed[start : start + batch_size]))
                for start in range(0, len(timed), batch_size)
            ]
        yield calls


def _with_time(planned: PlannedRow, removed_at_ms: int) -> Participation:
    return planned.row._replace(occurred_at_ms=removed_at_ms) if planned.is_removal else planned.row
