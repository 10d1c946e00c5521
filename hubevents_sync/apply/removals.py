"""Find the times under which cancellations of people who left were sent before, so that a repeat is known for one.

A removal has no declared time; it gets that of the apply. With a new one each time, a run that was cut off and taken up
again would cancel somebody twice: the time is half of HubSpot's idempotency key.
"""

from collections.abc import Mapping, Sequence

from hubevents_sync.apply.calls import find_leaving
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import AttendanceState, PersonId
from hubevents_sync.model.plan import PlannedRow
from hubevents_sync.ports import Journal


def find_earlier_removals(journal: Journal, key: EventKey, rows: Sequence[PlannedRow]) -> Mapping[PersonId, int]:
    """When the removals among *rows* were sent before without being confirmed, by person.

    A cancellation that was declared does as well: HubSpot may have it. One that is older than what HubSpot has
    confirmed of the person since belongs to an earlier leaving.
    """
    leaving = find_leaving(rows)
    recorded = journal.read_event(key) if leaving else None
    if recorded is None:
        return {}
    confirmed_at_ms: dict[PersonId, int] = {}
    for row in recorded.snapshot.participations:
        confirmed_at_ms[row.person] = max(row.occurred_at_ms, confirmed_at_ms.get(row.person, row.occurred_at_ms))
    return {
        sent.person: sent.occurred_at_ms
        for leftover in journal.read_leftovers(key)
        if (sent := leftover.row).person in leaving
        and sent.state is AttendanceState.CANCELLED
        and sent.occurred_at_ms > confirmed_at_ms.get(sent.person, 0)
    }
