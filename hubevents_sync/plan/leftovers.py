"""Tell the rows of earlier runs that the plan settles by sending them again from those it would never touch. Pure."""

from collections.abc import Iterable, Sequence

from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState, PersonId
from hubevents_sync.model.plan import EventPlan
from hubevents_sync.model.record import OpenEnd, RecordedRow
from hubevents_sync.model.snapshot import RecordedEvent

_NEVER_ARRIVED = (Outcome.REJECTED, Outcome.NOT_ATTEMPTED)


def find_stranded(
    leftovers: Iterable[RecordedRow], plan: EventPlan, recorded: RecordedEvent | None
) -> tuple[RecordedRow, ...]:
    """Those of *leftovers* that *plan* does not send again as they were sent.

    Sent again with the same person and time, a row tells by itself whether HubSpot had it; with other values under them
    it would be taken for a repeat of what HubSpot may have. A cancellation of somebody who is being removed is sent
    again under the time that it has on record.
    """
    again = {(planned.row.person, planned.row.occurred_at_ms): planned.row for planned in plan.rows}
    leaving = {planned.row.person for planned in plan.rows if planned.is_removal}
    confirmed_at_ms = _find_latest(recorded, leaving)
    stranded = []
    for leftover in leftovers:
        row = leftover.row
        same = again.get((row.person, row.occurred_at_ms))
        is_sent = same is not None and (same.state, same.joined_at_ms, same.left_at_ms) == (
            row.state,
            row.joined_at_ms,
            row.left_at_ms,
        )
        is_replaced = same is not None and leftover.outcome in _NEVER_ARRIVED
        is_removal = row.person in leaving and row.state is AttendanceState.CANCELLED
        if is_sent or is_replaced or (is_removal and row.occurred_at_ms > confirmed_at_ms.get(row.person, 0)):
            continue
        stranded.append(leftover)
    return tuple(stranded)


def say_open_end(end: OpenEnd) -> tuple[str, ...]:
    """What to say of it in a plan: what is open, and what an apply will do about it."""
    said = []
    if end.is_completion_open:
        said.append("sent to be completed, and never answered: apply asks HubSpot first whether it is complete")
    if end.is_upsert_open:
        said.append("sent, and never answered, and in no file any more: apply asks HubSpot whether it has the event")
    lost = _count(end.rows, _NEVER_ARRIVED)
    unknown = len(end.rows) - lost
    if unknown:
        said.append(f"{_rows(unknown)} in flight that no file names any more: apply asks HubSpot first")
    if lost:
        said.append(f"{_rows(lost)} that HubSpot did not take and no file names any more: apply drops them here")
    return tuple(said)


def _count(rows: Sequence[RecordedRow], outcomes: Sequence[Outcome]) -> int:
    return sum(row.outcome in outcomes for row in rows)


def _find_latest(recorded: RecordedEvent | None, people: set[PersonId]) -> dict[PersonId, int]:
    """When *people* did something last, as HubSpot confirmed it."""
    latest: dict[PersonId, int] = {}
    if recorded is None or not people:
        return latest
    for row in recorded.snapshot.participations:
        if row.person in people:
            latest[row.person] = max(row.occurred_at_ms, latest.get(row.person, row.occurred_at_ms))
    return latest


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
