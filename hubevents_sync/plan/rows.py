"""Put the rows to send in rounds, and hold back those whose time has not come."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.plan import AddressKind, PlannedRow, RowCount

ATTENDED, CANCELLED = AttendanceState.ATTENDED, AttendanceState.CANCELLED
STATE_ORDER = {state: number for number, state in enumerate(AttendanceState)}


def arrange_rows(
    missing: Iterable[Participation], removals: Iterable[Participation], *, now_ms: int
) -> tuple[PlannedRow, ...]:
    """The rows in the order in which they are sent: by round, state, kind of address and person.

    The k-th interaction of a person, by time, goes in round k. A row is held until all of it has happened, and with it
    the person's later ones. *removals* are cancellations of people who left; they go in round 1 and are never held.
    """
    arranged: list[PlannedRow] = []
    ordered = sorted(missing, key=lambda row: (row.person, row.occurred_at_ms))
    for _, rows in groupby(ordered, key=lambda row: row.person):
        is_held = False
        for number, row in enumerate(rows, start=1):
            is_held = is_held or row.due_at_ms > now_ms
            arranged.append(PlannedRow(row, number, is_held))
    arranged.extend(PlannedRow(row, 1, is_held=False, is_removal=True) for row in removals)
    return tuple(sorted(arranged, key=_sending_order))


def count_rows(rows: Sequence[PlannedRow]) -> tuple[RowCount, ...]:
    """How many rows each batch group has, in the order of sending."""
    # An enum's hash is Python: over a million rows it takes longer than all the rest.
    counts = Counter(
        (planned.round, row.state is ATTENDED, row.state is CANCELLED, row.email is None, planned.is_held)
        for planned in rows
        for row in (planned.row,)
    )
    found: list[RowCount] = []
    for group in {group[:4] for group in counts}:
        number, is_attended, is_cancelled, has_no_email = group
        state = ATTENDED if is_attended else CANCELLED if is_cancelled else AttendanceState.REGISTERED
        kind = AddressKind.CONTACT_ID if has_no_email else AddressKind.EMAIL
        found.append(RowCount(number, state, kind, ready=counts[*group, False], held=counts[*group, True]))
    return tuple(sorted(found, key=lambda count: (count.round, STATE_ORDER[count.state], count.address_kind)))


def _sending_order(planned: PlannedRow) -> tuple[int, int, str, bytes]:
    return planned.round, STATE_ORDER[planned.row.state], planned.address_kind, planned.row.person
