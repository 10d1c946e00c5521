"""Which rows of earlier runs the plan settles by sending them again, and which have to be looked up."""

import pytest

from hubevents_sync.model.event import MarketingEvent
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.plan import EventAction, EventPlan, PlannedRow
from hubevents_sync.model.record import OpenEnd, RecordedRow
from hubevents_sync.model.snapshot import EventSnapshot, RecordedEvent
from hubevents_sync.plan.leftovers import find_stranded, say_open_end
from tests.builders import build_key

KEY = build_key()
ANA, BEN = b"a" * 16, b"b" * 16
EVENT = MarketingEvent(KEY, {})


def row(person: bytes = ANA, state: AttendanceState = AttendanceState.REGISTERED, at_ms: int = 1_000) -> Participation:
    return Participation(person, state, at_ms)


def left(kept: Participation, outcome: Outcome = Outcome.INTENDED) -> RecordedRow:
    return RecordedRow(KEY, kept, outcome)


def plan_of(*rows: Participation, is_removal: bool = False) -> EventPlan:
    return EventPlan(
        EVENT, EventAction.NONE, rows=tuple(PlannedRow(each, 1, is_held=False, is_removal=is_removal) for each in rows)
    )


@pytest.mark.parametrize("outcome", [Outcome.INTENDED, Outcome.UNCONFIRMED, Outcome.REJECTED, Outcome.NOT_ATTEMPTED])
def test_a_row_that_is_planned_as_it_was_is_left_to_the_plan(outcome: Outcome) -> None:
    assert find_stranded([left(row(), outcome)], plan_of(row()), None) == ()


@pytest.mark.parametrize("outcome", [Outcome.INTENDED, Outcome.UNCONFIRMED, Outcome.REJECTED, Outcome.NOT_ATTEMPTED])
def test_a_row_that_is_not_planned_any_more_is_stranded(outcome: Outcome) -> None:
    assert find_stranded([left(row(), outcome)], plan_of(row(BEN), row(at_ms=2_000)), None) == (left(row(), outcome),)


@pytest.mark.parametrize(
    ("outcome", "is_stranded"),
    [
        (Outcome.INTENDED, True),
        (Outcome.UNCONFIRMED, True),
        (Outcome.REJECTED, False),
        (Outcome.NOT_ATTEMPTED, False),
    ],
)
def test_a_row_with_other_values_now_is_stranded_where_hubspot_may_have_it(
    outcome: Outcome,
    is_stranded: bool,  # noqa: FBT001  a case
) -> None:
    cancelled = row(state=AttendanceState.CANCELLED)
    assert bool(find_stranded([left(row(), outcome)], plan_of(cancelled), None)) is is_stranded


def test_a_removal_is_left_to_the_plan_unless_it_belongs_to_an_earlier_leaving() -> None:
    cancelled = row(state=AttendanceState.CANCELLED, at_ms=5_000)
    plan = plan_of(row(state=AttendanceState.CANCELLED, at_ms=0), is_removal=True)
    recorded = RecordedEvent(EventSnapshot(EVENT, (row(at_ms=1_000),)))
    later = RecordedEvent(EventSnapshot(EVENT, (row(at_ms=6_000), row(at_ms=1_000))))
    assert find_stranded([left(cancelled)], plan, recorded) == ()
    assert find_stranded([left(cancelled)], plan, later) == (left(cancelled),)
    same = RecordedEvent(EventSnapshot(EVENT, (row(at_ms=5_000),)))
    assert find_stranded([left(cancelled)], plan, same) == (left(cancelled),)
    assert find_stranded([left(cancelled)], plan_of(), recorded) == (left(cancelled),)


@pytest.mark.parametrize("at_ms", [1, 5_000])
def test_a_removal_is_left_to_the_plan_where_nothing_of_the_person_is_confirmed(at_ms: int) -> None:
    cancelled = row(state=AttendanceState.CANCELLED, at_ms=at_ms)
    plan = plan_of(row(state=AttendanceState.CANCELLED, at_ms=0), is_removal=True)
    assert find_stranded([left(cancelled)], plan, None) == ()


def test_a_row_that_the_plan_settles_hides_no_stranded_one_behind_it() -> None:
    assert find_stranded([left(row()), left(row(BEN))], plan_of(row()), None) == (left(row(BEN)),)


def test_an_open_end_says_what_is_open_and_what_an_apply_does() -> None:
    rows = (left(row()), left(row(BEN), Outcome.REJECTED), left(row(BEN, at_ms=2_000), Outcome.NOT_ATTEMPTED))
    end = OpenEnd(KEY, rows, is_upsert_open=True, is_completion_open=True)
    assert say_open_end(end) == (
        "sent to be completed, and never answered: apply asks HubSpot first whether it is complete",
        "sent, and never answered, and in no file any more: apply asks HubSpot whether it has the event",
        "1 row in flight that no file names any more: apply asks HubSpot first",
        "2 rows that HubSpot did not take and no file names any more: apply drops them here",
    )
    assert (end.is_empty, end.needs_look) == (False, True)
    assert OpenEnd(KEY, (left(row(), Outcome.REJECTED),)).needs_look is False
    assert OpenEnd(KEY).is_empty
