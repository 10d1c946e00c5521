"""Compare the people on record with those that HubSpot shows. Pure.

The latest word of each person is compared, and no more: HubSpot is not known to keep what came before it. Its latest is
the row that was made last; all rows are looked at, for it holds several of one contact.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from itertools import chain

from hubevents_sync.model.drift import NO_SHOW, LiveRow, PeopleDrift, RowChange
from hubevents_sync.model.outcome import AttendanceCounters
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.plan.participations import latest_by_person

_KNOWN_STATES = frozenset({*(state.value for state in AttendanceState), NO_SHOW})


class _Verdict(Enum):
    SAME = auto()
    NO_SHOW = auto()
    CHANGED = auto()
    UNCLEAR = auto()


def count_recorded(rows: Iterable[Participation]) -> AttendanceCounters:
    """The people on record by their latest state, as HubSpot's counters count."""
    states = [row.state for row in latest_by_person(rows).values()]
    return AttendanceCounters(
        registered=states.count(AttendanceState.REGISTERED),
        attended=states.count(AttendanceState.ATTENDED),
        cancelled=states.count(AttendanceState.CANCELLED),
        no_shows=0,
    )


def are_counters_equal(recorded: AttendanceCounters, live: AttendanceCounters, *, is_over: bool) -> bool:
    """HubSpot counts as many people in each state. A no-show of an event that is over was registered."""
    no_shows = live.no_shows if is_over else 0
    counted = AttendanceCounters(live.registered + no_shows, live.attended, live.cancelled, live.no_shows - no_shows)
    return counted == recorded


def compare_people(
    recorded: Sequence[Participation],
    leftovers: Sequence[Participation],
    live: Iterable[LiveRow],
    *,
    is_over: bool,
) -> PeopleDrift:
    """How *live* differs from *recorded*; *leftovers* are rows on record that HubSpot was not known to have."""
    ours: dict[PersonId, list[Participation]] = defaultdict(list)
    for row in recorded:
        ours[row.person].append(row)
    theirs, unrecorded = _sort_by_person(live, ours, leftovers)
    found: dict[_Verdict, list[RowChange]] = {verdict: [] for verdict in _Verdict}
    missing = []
    for person, rows in ours.items():
        latest = max(rows, key=lambda row: row.occurred_at_ms)
        shown = theirs.get(person)
        if not shown:
            missing.append(latest)
            continue
        verdict, newest = _judge(rows, latest, shown, is_over=is_over)
        found[verdict].append(RowChange(latest, newest))
    return PeopleDrift(
        missing=tuple(sorted(missing, key=_place)),
        changed=tuple(sorted(found[_Verdict.CHANGED], key=lambda change: _place(change.row))),
        unrecorded=tuple(sorted(unrecorded)),
        no_shows=len(found[_Verdict.NO_SHOW]),
        unclear=len(found[_Verdict.UNCLEAR]),
        left_over=tuple(row for row in leftovers if _is_shown(row, theirs.get(row.person, ()))),
        contacts=_find_contacts(ours, theirs),
    )


def _sort_by_person(
    live: Iterable[LiveRow], ours: dict[PersonId, list[Participation]], leftovers: Sequence[Participation]
) -> tuple[dict[PersonId, list[LiveRow]], list[LiveRow]]:
    """The live rows of each person on record, and the newest row of each contact who is not."""
    left_over = {row.person for row in leftovers}
    by_contact = _index_contacts(chain(*ours.values(), leftovers))
    theirs: dict[PersonId, list[LiveRow]] = defaultdict(list)
    others: dict[tuple[int, tuple[PersonId, ...]], LiveRow] = {}
    for shown in live:
        people = {person for person in shown.people if person in ours or person in left_over}
        people.update(by_contact.get(shown.contact_id, ()))
        if people:
            kept = shown._replace(people=())  # of a million rows two million hashes would be kept
            for person in people:
                theirs[person].append(kept)
        else:
            name = (shown.contact_id, shown.people)
            others[name] = max(others.get(name, shown), shown, key=_age)
    return theirs, list(others.values())


def _index_contacts(rows: Iterable[Participation]) -> dict[int, tuple[PersonId, ...]]:
    """Who is on record under a contact id: mostly one, two where a roster names somebody by e-mail and by id."""
    found: dict[int, tuple[PersonId, ...]] = {}
    for row in rows:
        if row.contact_id is not None:
            held = found.get(row.contact_id, ())
            if row.person not in held:
                found[row.contact_id] = (*held, row.person)
    return found


def _judge(
    ours: Sequence[Participation], latest: Participation, theirs: Sequence[LiveRow], *, is_over: bool
) -> tuple[_Verdict, LiveRow]:
    stated = [row for row in theirs if row.state in _KNOWN_STATES]
    if not stated:  # EMPTY has no description at HubSpot
        return _Verdict.UNCLEAR, theirs[0]
    newest = max(stated, key=_age)
    if newest.state == NO_SHOW:
        is_expected = is_over and latest.state is AttendanceState.REGISTERED
        return (_Verdict.NO_SHOW if is_expected else _Verdict.CHANGED), newest
    sent = {(row.state.value, row.occurred_at_ms) for row in ours}
    # An interaction that was sent after a later one is the newest at HubSpot: as we sent it, so no drift.
    is_ours = (newest.state, newest.occurred_at_ms) in sent and _is_shown(latest, stated)
    return (_Verdict.SAME if is_ours else _Verdict.CHANGED), newest


def _is_shown(row: Participation, theirs: Iterable[LiveRow]) -> bool:
    return any((shown.state, shown.occurred_at_ms) == (row.state.value, row.occurred_at_ms) for shown in theirs)


def _find_contacts(
    ours: dict[PersonId, list[Participation]], theirs: dict[PersonId, list[LiveRow]]
) -> dict[PersonId, int]:
    """The contact ids of people on record, where HubSpot tells just one."""
    found = {}
    for person in ours:
        ids = set(_contact_ids(theirs.get(person, ())))
        if len(ids) == 1:
            found[person] = ids.pop()
    return found


def _contact_ids(rows: Iterable[LiveRow]) -> Iterator[int]:
    return (row.contact_id for row in rows if row.contact_id)


def _age(row: LiveRow) -> tuple[int, int]:
    return row.created_at_ms, row.occurred_at_ms


def _place(row: Participation) -> tuple[str, int, int, bytes]:
    return row.file, row.line, row.occurred_at_ms, row.person
