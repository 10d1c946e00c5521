"""Put the rows to send in rounds, and hold back those whose time has not come.

Over a million rows each step of a loop costs a tenth of a second: what can be settled for all rows at once is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import itemgetter

from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.model.plan import AddressKind, PlannedRow, RowCount

STATE_ORDER = {state: number for number, state in enumerate(AttendanceState)}
person_of = itemgetter(Participation._fields.index("person"))
state_of = itemgetter(Participation._fields.index("state"))
occurred_at_of = itemgetter(Participation._fields.index("occurred_at_ms"))
left_at_of = itemgetter(Participation._fields.index("left_at_ms"))
email_of = itemgetter(Participation._fields.index("email"))

# What rows are sent together by: the round, the state, the kind of address.
BatchGroup = tuple[int, AttendanceState, AddressKind]


def number_rounds(rows: Sequence[Participation]) -> Sequence[int] | None:
    """The round of each of *rows*; None where all go in the first.

    The k-th interaction of a person, by time, goes in round k.
    """
    counts = Counter(map(person_of, rows))
    if len(counts) == len(rows):
        return None
    times: dict[PersonId, list[int]] = {person: [] for person, count in counts.items() if count > 1}
    for row in rows:
        if row.person in times:
            times[row.person].append(row.occurred_at_ms)
    for moments in times.values():
        moments.sort()
    return [times[row.person].index(row.occurred_at_ms) + 1 if row.person in times else 1 for row in rows]


def find_held(rows: Sequence[Participation], *, now_ms: int) -> Sequence[bool] | None:
    """Which of *rows* are held; None where none is.

    A row is held until all of it has happened, and with it the person's later ones.
    """
    latest_ms = max(max(map(occurred_at_of, rows), default=0), max(filter(None, map(left_at_of, rows)), default=0))
    if latest_ms <= now_ms:
        return None
    held_from: dict[PersonId, int] = {}
    for row in rows:
        if row.due_at_ms > now_ms:
            held_from[row.person] = min(row.occurred_at_ms, held_from.get(row.person, row.occurred_at_ms))
    return [row.person in held_from and row.occurred_at_ms >= held_from[row.person] for row in rows]


def arrange_rows(
    missing: Sequence[Participation], removals: Sequence[Participation], *, now_ms: int
) -> tuple[PlannedRow, ...]:
    """The rows in the order in which they are sent: by round, state, kind of address and person.

    *removals* are cancellations of people who left; they go in round 1 and are never held.
    """
    rounds, held = number_rounds(missing), find_held(missing, now_ms=now_ms)
    arranged = [
        *map(PlannedRow, missing, rounds or repeat(1), held or repeat(object=False)),
        *map(PlannedRow, removals, repeat(1), repeat(object=False), repeat(object=True)),
    ]
    groups: dict[BatchGroup, list[PlannedRow]] = {}
    for planned, kind in zip(arranged, _kinds_of((*missing, *removals)), strict=True):
        groups.setdefault((planned.round, planned.row.state, kind), []).append(planned)
    return tuple(
        planned
        for group in sorted(groups, key=_sending_order)
        for planned in sorted(groups[group], key=lambda planned: planned.row.person)
    )


def count_rows(
    missing: Sequence[Participation],
    removals: Sequence[Participation],
    *,
    rounds: Sequence[int] | None,
    held: Sequence[bool] | None,
) -> tuple[RowCount, ...]:
    """How many rows each batch group has, in the order of sending. *rounds* and *held* are those of *missing*."""
    planned = zip(
        rounds or repeat(1), map(state_of, missing), _kinds_of(missing), held or repeat(object=False), strict=False
    )
    removed = zip(repeat(1), map(state_of, removals), _kinds_of(removals), repeat(object=False), strict=False)
    counts = Counter(planned)
    counts.update(removed)
    groups = sorted({group[:3] for group in counts}, key=_sending_order)
    return tuple(RowCount(*group, ready=counts[*group, False], held=counts[*group, True]) for group in groups)


def _kinds_of(rows: Iterable[Participation]) -> list[AddressKind]:
    by_email, by_contact_id = AddressKind.EMAIL, AddressKind.CONTACT_ID
    return [by_contact_id if email is None else by_email for email in map(email_of, rows)]


def _sending_order(group: BatchGroup) -> tuple[int, int, str]:
    number, state, kind = group
    return number, STATE_ORDER[state], kind
