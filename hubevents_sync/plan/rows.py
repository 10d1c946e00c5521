"""Put the rows to send in rounds, and hold back those whose time has not come.

Over a million rows each step of a loop costs a tenth of a second: what can be settled for all rows at once is. A
roster's blocks stay columns as long as nothing in them is held.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from operator import itemgetter, lt

from hubevents_sync.model.batch import RowBatch
from hubevents_sync.model.first_round import FirstRound
from hubevents_sync.model.moments import Moments, pair_times
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.model.plan import AddressKind, PlannedRow, RowCount
from hubevents_sync.model.roster import Block, Roster, RosterBlock, SentBlock, join_blocks

STATE_ORDER = {state: number for number, state in enumerate(AttendanceState)}
person_of = itemgetter(Participation._fields.index("person"))
state_of = itemgetter(Participation._fields.index("state"))
occurred_at_of = itemgetter(Participation._fields.index("occurred_at_ms"))
left_at_of = itemgetter(Participation._fields.index("left_at_ms"))
email_of = itemgetter(Participation._fields.index("email"))

STATES = REGISTERED, ATTENDED, CANCELLED = (
    AttendanceState.REGISTERED,
    AttendanceState.ATTENDED,
    AttendanceState.CANCELLED,
)

# What rows are sent together by: the round, the state, the kind of address.
BatchGroup = tuple[int, AttendanceState, AddressKind]


def split_rows(rows: Sequence[Participation], *, now_ms: int) -> tuple[list[Block], Sequence[Participation]]:
    """The blocks among *rows* of which nothing is held, and all other rows one by one.

    No person is in two of them, so what is counted of each adds up.
    """
    if not isinstance(rows, Roster):
        return [], rows
    blocks: list[Block] = []
    others: list[Participation] = []
    for part in rows.parts:
        if not isinstance(part, Block):
            others += part
        elif part.latest_ms <= now_ms:
            blocks.append(part)
        else:
            others += part.rows()
    return blocks, others


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
) -> Sequence[PlannedRow]:
    """The rows in the order in which they are sent: by round, state, kind of address and person.

    *removals* are cancellations of people who left; they go in round 1 and are never held.
    """
    blocks, others = split_rows(missing, now_ms=now_ms)
    if not others and not removals and all(block.count_rows() == len(block) for block in blocks):
        return FirstRound(_order_blocks(blocks) or _order_rows(missing))  # nobody has two rows, and none is held
    rounds, held = number_rounds(missing), find_held(missing, now_ms=now_ms)
    if rounds is None and held is None and not removals:
        return tuple(_plan_all(_order_rows(missing)))
    arranged = [*_plan_all(missing, rounds, held), *_plan_all(removals, are_removals=True)]
    groups: dict[BatchGroup, list[PlannedRow]] = {}
    for planned, kind in zip(arranged, _kinds_of((*missing, *removals)), strict=True):
        groups.setdefault((planned.round, planned.row.state, kind), []).append(planned)
    return tuple(
        planned
        for group in sorted(groups, key=_sending_order)
        for planned in sorted(groups[group], key=lambda planned: planned.row.person)
    )


def _plan_all(
    rows: Iterable[Participation],
    rounds: Sequence[int] | None = None,
    held: Sequence[bool] | None = None,
    *,
    are_removals: bool = False,
) -> Iterable[PlannedRow]:
    columns = zip(rows, rounds or repeat(1), held or repeat(object=False), repeat(are_removals), strict=False)
    # PlannedRow's own constructor ends in this too, by a detour that takes as long again.
    return map(tuple.__new__, repeat(PlannedRow), columns)


def _order_blocks(blocks: Iterable[Block]) -> RowBatch | None:
    """The same of *blocks* in whose rows nothing but the person tells which is first; None where something does."""
    columns = join_blocks([part for block in blocks for part in block.blocks])
    return None if columns is None else RowBatch(columns).by_person()


def _order_rows(rows: Iterable[Participation]) -> list[Participation]:
    """*rows*, all of one round, in the order in which they are sent."""
    ordered = sorted(rows, key=person_of)
    states, emails = list(map(state_of, ordered)), list(map(email_of, ordered))
    if None not in emails and states.count(states[0] if states else None) == len(states):
        return ordered
    arranged: list[Participation] = []
    for state in STATES:
        of_state = [row for row in ordered if row.state is state]
        arranged += [row for row in of_state if row.email is None]
        arranged += [row for row in of_state if row.email is not None]
    return arranged


def count_rows(
    blocks: Iterable[Block],
    others: Sequence[Participation],
    removals: Sequence[Participation],
    *,
    rounds: Sequence[int] | None,
    held: Sequence[bool] | None,
) -> tuple[RowCount, ...]:
    """How many rows each batch group has, in the order of sending. *rounds* and *held* are those of *others*."""
    planned = zip(
        rounds or repeat(1), map(state_of, others), _kinds_of(others), held or repeat(object=False), strict=False
    )
    removed = zip(repeat(1), map(state_of, removals), _kinds_of(removals), repeat(object=False), strict=False)
    counts = Counter(planned)
    counts.update(removed)
    for block in blocks:
        for (number, state), count in rounds_of(block).items():
            counts[number, state, AddressKind.EMAIL, False] += count
    groups = sorted({group[:3] for group, count in counts.items() if count}, key=_sending_order)
    return tuple(RowCount(*group, ready=counts[*group, False], held=counts[*group, True]) for group in groups)


def rounds_of(block: Block) -> Mapping[tuple[int, AttendanceState], int]:
    """How many rows of each state go in each round."""
    return block.tally.rounds if isinstance(block, SentBlock) else count_rounds(block)


def count_rounds(block: RosterBlock) -> Counter[tuple[int, AttendanceState]]:
    """How many rows of each state go in each round."""
    registered, joined, cancelled = block.registered, block.joined, block.cancelled
    counts = Counter({(1, state): len(moments) for state, moments in block.moments.items()})
    moved: Counter[tuple[int, AttendanceState]] = Counter()
    if cancelled and joined and _count_both(joined, cancelled):
        given = [repeat(0) if column is None else column.spread() for column in (registered, joined, cancelled)]
        moved = Counter(chain.from_iterable(map(_rank_later, zip(*given, strict=False))))
    else:
        if registered and cancelled:
            moved[2, CANCELLED] = _count_both(registered, cancelled)
        if registered and joined:
            moved[2, REGISTERED] = _count_earlier(joined, registered)
            moved[2, ATTENDED] = _count_both(registered, joined) - moved[2, REGISTERED]
    for (_, state), count in moved.items():
        counts[1, state] -= count
    counts.update(moved)
    return counts


def _count_both(one: Moments, other: Moments) -> int:
    """How many entries have a time in both."""
    return len(other) if one.given is None else sum(other.select(one.given))


def _count_earlier(one: Moments, other: Moments) -> int:
    """Of the entries with a time in both, how many have the earlier one in *one*."""
    return 0 if other.is_days_before(one) else sum(map(lt, *pair_times(one, other)))


def _rank_later(times: Iterable[int]) -> list[tuple[int, AttendanceState]]:
    """The rounds behind the first of somebody who registered, attended and cancelled at *times*, 0 for never."""
    ordered = sorted(
        (moment, state) for moment, state in zip(times, (REGISTERED, ATTENDED, CANCELLED), strict=True) if moment
    )
    return [(number, state) for number, (_, state) in enumerate(ordered[1:], start=2)]


def _kinds_of(rows: Iterable[Participation]) -> list[AddressKind]:
    by_email, by_contact_id = AddressKind.EMAIL, AddressKind.CONTACT_ID
    return [by_contact_id if email is None else by_email for email in map(email_of, rows)]


def _sending_order(group: BatchGroup) -> tuple[int, int, str]:
    number, state, kind = group
    return number, STATE_ORDER[state], kind
