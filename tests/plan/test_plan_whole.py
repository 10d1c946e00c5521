"""A whole plan: its order, its digest, and what it costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.apply.calls import calls_by_round
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import Estimate, EventAction, EventSummary, Plan, PlanBasis, RequestCount
from hubevents_sync.model.project import BatchSizes, HubSpotSettings, RequestBudget
from hubevents_sync.plan.digest import digest_plan
from hubevents_sync.plan.event import plan_event
from hubevents_sync.plan.people import PeopleCount
from hubevents_sync.plan.plan import build_plan, count_requests
from tests.builders import build_completion, build_key, build_rows, build_summary
from tests.desired import ATTENDED, DIGEST_KEY, ROWS, build_desired, hash_person

SETTINGS = HubSpotSettings()


def test_events_are_sorted_and_the_unchanged_ones_are_no_part_of_the_digest() -> None:
    changed = build_summary("b", action=EventAction.UPDATE)
    unchanged = build_summary("a")
    plan = build_plan(
        [changed, unchanged],
        settings=HubSpotSettings(portal=99),
        environment="staging",
        lineage="5d0e",
        serial=7,
        forgotten=[build_key("z"), build_key("y")],
        left_out=[build_key("x"), build_key("w")],
        open_ends={build_key("v"): ("sent, and never answered",)},
        is_retry=True,
    )
    assert plan == Plan(
        digest=digest_plan([(changed.key, changed.digest)], is_retry=True),
        events=(unchanged, changed),
        estimate=Estimate(RequestCount(upserts=1), seconds=0.125),
        environment="staging",
        portal=99,
        lineage="5d0e",
        serial=7,
        forgotten=(build_key("y"), build_key("z")),
        left_out=(build_key("w"), build_key("x")),
        open_ends={build_key("v"): ("sent, and never answered",)},
        is_retry=True,
    )
    assert plan.digest == build_plan([unchanged, changed], settings=SETTINGS, is_retry=True).digest


def test_a_plan_says_what_it_was_made_by_and_its_digest_stands_for_that() -> None:
    changed = build_summary(action=EventAction.UPDATE)
    for basis in PlanBasis:
        plan = build_plan([changed], settings=SETTINGS, basis=basis)
        assert (plan.basis, plan.digest) == (basis, digest_plan([(changed.key, changed.digest)], basis=basis))


def test_a_plan_without_a_state_has_its_first_serial_to_come() -> None:
    assert build_plan([], settings=SETTINGS) == Plan(digest=digest_plan([]), events=(), estimate=Estimate(), serial=0)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], RequestCount()),
        ([build_summary(action=EventAction.CREATE)] * 100, RequestCount(upserts=1)),
        ([build_summary(action=EventAction.CREATE)] * 101, RequestCount(upserts=2)),
        ([build_summary(row_counts=(build_rows(ready=100),))], RequestCount(attendance=1)),
        ([build_summary(row_counts=(build_rows(ready=101),))], RequestCount(attendance=2)),
        ([build_summary(row_counts=(build_rows(held=101),))], RequestCount()),
        ([build_summary(row_counts=(build_rows(ready=1), build_rows(ATTENDED, ready=1)))], RequestCount(attendance=2)),
        ([build_summary(row_counts=(build_rows(ready=1),))] * 2, RequestCount(attendance=2)),
        ([build_summary(completion=build_completion())], RequestCount(completions=1, reads=2)),
        ([build_summary(completion=build_completion(is_due=False))], RequestCount()),
    ],
)
def test_requests_are_the_fewest_that_the_batches_allow(events: list[EventSummary], expected: RequestCount) -> None:
    assert count_requests(events, BatchSizes()) == expected


@given(ROWS, st.integers(1, 4), st.integers(0, 7))
def test_as_many_attendance_calls_are_made_as_were_counted(rows: list[Participation], size: int, now_ms: int) -> None:
    planned = plan_event(None, build_desired(*rows), now_ms=now_ms, digest_key=DIGEST_KEY)
    counted = count_requests([planned.summary], BatchSizes(attendance=size)).attendance
    made = calls_by_round(build_key(), planned.plan.rows, batch_size=size, removed_at_ms=0)
    assert sum(len(calls) for calls in made) == counted


def test_the_time_is_that_of_the_configured_rate() -> None:
    events = [build_summary(row_counts=(build_rows(ready=16_000),))]
    settings = HubSpotSettings(requests=RequestBudget(per_10_seconds=100, keep_free=0.2))
    assert build_plan(events, settings=settings).estimate.seconds == 20.0


def test_a_person_at_several_events_is_one_new_contact() -> None:
    ana, ben = hash_person("ana")[:8], hash_person("ben")[:8]
    people = PeopleCount()
    for packed in (ana + ben, ana, b""):
        people.add(packed, packed)
    assert build_plan([], settings=SETTINGS, people=people).estimate.new_contacts_at_most == 2
