"""Compare the people of one event: by person and time, which is HubSpot's own idempotency key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.model.roster import Roster


@dataclass(frozen=True, slots=True)
class RosterDiff:
    """What desired participations add to recorded ones.

    *missing* are to be sent. *left* are the people on record whom the roster no longer names, one row each: their
    latest. *undeclared* counts recorded interactions that are gone from the files though their person is still there:
    HubSpot keeps them. *unchangeable* are desired rows that differ from what was sent for the same person and time:
    HubSpot would take them for repeats. *returned* are people who are on the roster though a removal cancelled them.
    """

    missing: Sequence[Participation] = ()
    left: tuple[Participation, ...] = ()
    undeclared: int = 0
    unchangeable: tuple[Participation, ...] = ()
    returned: int = 0


def diff_participations(recorded: Sequence[Participation], desired: Sequence[Participation]) -> RosterDiff:
    """Compare two rosters of one event. The order of either does not matter."""
    if not recorded:
        return RosterDiff(desired if isinstance(desired, Roster) else tuple(desired))
    known = {(row.person, row.occurred_at_ms): row for row in recorded}
    missing: list[Participation] = []
    unchangeable: list[Participation] = []
    for row in desired:
        had = known.pop((row.person, row.occurred_at_ms), None)
        if had is None:
            missing.append(row)
        elif not is_same(had, row):
            unchangeable.append(row)
    if not known:
        return RosterDiff(tuple(missing), unchangeable=tuple(unchangeable))
    people = {row.person for row in desired}
    undeclared = [row for row in known.values() if row.person in people]
    return RosterDiff(
        tuple(missing),
        tuple(latest_by_person(row for row in known.values() if row.person not in people).values()),
        len(undeclared),
        tuple(unchangeable),
        _count_returned(undeclared, desired),
    )


def _count_returned(undeclared: Sequence[Participation], desired: Sequence[Participation]) -> int:
    """People whose last word on record is a cancellation that no file declares: a removal made it."""
    cancelled = latest_by_person(row for row in undeclared if row.state is AttendanceState.CANCELLED)
    if not cancelled:
        return 0
    wanted = latest_by_person(row for row in desired if row.person in cancelled)
    return sum(wanted[person].occurred_at_ms < row.occurred_at_ms for person, row in cancelled.items())


def latest_by_person(rows: Iterable[Participation]) -> dict[PersonId, Participation]:
    """Each person's last row."""
    latest: dict[PersonId, Participation] = {}
    for row in rows:
        had = latest.get(row.person)
        if had is None or had.occurred_at_ms < row.occurred_at_ms:
            latest[row.person] = row
    return latest


def is_same(recorded: Participation, desired: Participation) -> bool:
    """Both say the same of one person and time."""
    return (recorded.state, recorded.joined_at_ms, recorded.left_at_ms) == (
        desired.state,
        desired.joined_at_ms,
        desired.left_at_ms,
    )
