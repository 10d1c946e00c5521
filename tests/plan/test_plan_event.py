"""The steps of one event."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.model.event import CompletionPolicy, EventKey, MarketingEvent, RemovalPolicy
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import (
    AddressKind,
    CompletionStep,
    DayCount,
    DomainCount,
    EventAction,
    EventPlan,
    EventSummary,
    FieldChange,
    PlannedRow,
    RosterReview,
    RowCount,
    RowSample,
)
from hubevents_sync.model.snapshot import DesiredEvent, RecordedEvent
from hubevents_sync.plan.digest import digest_event
from hubevents_sync.plan.event import PlannedEvent, plan_event
from tests.builders import DAY_MS, HOUR_MS, NOW_MS, build_key
from tests.desired import (
    ATTENDED,
    CANCELLED,
    DIGEST_KEY,
    REGISTERED,
    ROWS,
    build_attendance,
    build_desired,
    build_event,
    build_participation,
    build_recorded,
    build_roster,
    reached,
)

END_MS = NOW_MS - HOUR_MS // 2  # of the event that build_event makes
COMPLETE = CompletionPolicy()
CANCEL = RemovalPolicy.CANCEL


def plan(recorded: RecordedEvent | None, desired: DesiredEvent, *, now_ms: int = NOW_MS) -> PlannedEvent:
    return plan_event(recorded, desired, now_ms=now_ms, digest_key=DIGEST_KEY)


def notes_of(recorded: RecordedEvent | None, desired: DesiredEvent) -> tuple[str, ...]:
    return plan(recorded, desired).summary.notes


def test_a_new_event_is_created_with_its_fields_and_rows() -> None:
    desired = build_desired(build_participation(), event=MarketingEvent(build_key(), {"eventName": "Cooking"}))
    changes = (FieldChange("eventName", None, "Cooking"),)
    row = build_participation()
    digest = digest_event(build_key(), EventAction.CREATE, changes, [row], None, digest_key=DIGEST_KEY)
    planned = plan(None, desired)
    assert planned.plan == EventPlan(
        desired.snapshot.event, EventAction.CREATE, changes, (PlannedRow(row, 1, is_held=False),), None
    )
    assert planned == PlannedEvent(
        desired.snapshot.event,
        (row,),
        (),
        NOW_MS,
        EventSummary(
            key=EventKey("CookingCo", "cooking"),
            name="Cooking",
            position=desired.position,
            action=EventAction.CREATE,
            digest=digest,
            field_changes=changes,
            row_counts=(RowCount(1, REGISTERED, AddressKind.EMAIL, 1, 0),),
            people=1,
            new_contacts_at_most=1,
            samples=(RowSample("rosters/cooking.csv", 2, REGISTERED, NOW_MS - DAY_MS, is_held=False),),
            review=RosterReview(joined=1, domains=(DomainCount("", joined=1),)),
            days=(DayCount(NOW_MS // DAY_MS - 1, REGISTERED, 1),),
        ),
        build_participation().person[:8],
        build_participation().person[:8],
    )


def test_nothing_is_planned_for_an_event_that_is_as_declared() -> None:
    summary = plan(reached(build_desired(build_participation())), build_desired(build_participation())).summary
    assert (summary.action, summary.is_empty, summary.has_work_now, summary.is_held) == (
        EventAction.NONE,
        True,
        False,
        False,
    )


def test_a_changed_field_is_an_update() -> None:
    planned = plan(build_recorded(), build_desired(event=build_event(eventName="Baking"))).plan
    assert planned.action is EventAction.UPDATE
    assert planned.field_changes == (FieldChange("eventName", "Virtual cooking class", "Baking"),)


@pytest.mark.parametrize(
    ("object_id", "event", "action"),
    [
        (None, MarketingEvent(build_key(), {}), EventAction.CREATE),
        ("9000", MarketingEvent(build_key(), {}), EventAction.UPDATE),
        (None, build_event(), EventAction.UPDATE),
    ],
    ids=["never confirmed", "with an object id", "with fields on record"],
)
def test_an_event_whose_upsert_was_never_answered_is_sent_whole_again(
    object_id: str | None, event: MarketingEvent, action: EventAction
) -> None:
    recorded = build_recorded(event=event, object_id=object_id, is_event_confirmed=False)
    planned = plan(recorded, build_desired()).plan
    assert planned.action is action
    assert [change.path for change in planned.field_changes] == [
        "eventName",
        "eventOrganizer",
        "startDateTime",
        "endDateTime",
    ]


@pytest.mark.parametrize(
    ("not_before_ms", "due_at_ms"), [(None, END_MS), (END_MS - 1, END_MS), (END_MS + DAY_MS, END_MS + DAY_MS)]
)
def test_a_completion_falls_due_at_the_end_and_not_before_it_may(not_before_ms: int | None, due_at_ms: int) -> None:
    desired = build_desired(completion=CompletionPolicy(not_before_ms))
    for now_ms, is_due in ((due_at_ms - 1, False), (due_at_ms, True)):
        planned = plan(build_recorded(), desired, now_ms=now_ms)
        step = CompletionStep("2026-11-30T08:00:00Z", "2026-11-30T09:30:00Z", due_at_ms, is_due)
        assert planned.plan.completion == step
        assert planned.summary.digest == digest_event(
            build_key(), EventAction.NONE, (), (), step, digest_key=DIGEST_KEY
        )
        assert planned.summary.next_due_ms == (None if is_due else due_at_ms)


def test_a_completed_event_is_not_completed_again() -> None:
    assert plan(build_recorded(is_completed=True), build_desired(completion=COMPLETE)).summary.is_empty


def test_an_event_without_times_can_not_be_completed() -> None:
    event = build_event(startDateTime=True)
    with pytest.raises(TypeError, match="the times of CookingCo/cooking are no text"):
        plan(None, build_desired(event=event, completion=COMPLETE))


def test_the_next_due_moment_is_the_earliest_of_all_that_is_held() -> None:
    desired = build_desired(
        build_participation("ana", at_ms=NOW_MS + 2),
        build_participation("ben", at_ms=NOW_MS + 1),
        completion=CompletionPolicy(NOW_MS + 3),
    )
    summary = plan(build_recorded(), desired).summary
    assert (summary.next_due_ms, summary.is_held, summary.rows_held) == (NOW_MS + 1, True, 2)


def test_leaving_the_roster_means_nothing_by_default() -> None:
    summary = plan(reached(build_desired(build_participation())), build_desired()).summary
    assert (summary.is_empty, summary.left, summary.removals, summary.recorded_people) == (True, 1, 0, 1)


def test_leaving_the_roster_cancels_by_contact_id_where_the_event_says_so() -> None:
    recorded = build_recorded(build_participation()._replace(contact_id=77))
    planned = plan(recorded, build_desired(removals=CANCEL))
    person = build_participation().person
    assert planned.plan.rows == (
        PlannedRow(Participation(person, CANCELLED, 0, contact_id=77), 1, is_held=False, is_removal=True),
    )
    assert (planned.summary.removals, planned.summary.samples, planned.new_people) == (1, (), b"")


def test_only_those_whose_last_word_was_a_registration_are_cancelled() -> None:
    rows = [
        build_participation("ana"),
        build_attendance("ana"),
        build_participation("ben"),
        build_participation("ben", CANCELLED, at_ms=NOW_MS),
        build_participation("cem"),
    ]
    summary = plan(reached(build_desired(*rows)), build_desired(removals=CANCEL)).summary
    assert (summary.left, summary.removals, summary.notes) == (3, 1, ())


def test_who_left_and_is_kept_by_policy_needs_no_contact_id() -> None:
    recorded = build_recorded(build_participation("ana"))
    summary = plan(recorded, build_desired(removals=RemovalPolicy.KEEP)).summary
    assert (summary.left, summary.removals, summary.notes) == (1, 0, ())


def test_who_left_and_has_no_contact_id_is_named_as_one_who_can_not_be_cancelled() -> None:
    recorded = build_recorded(build_participation("ana"), build_participation("ben")._replace(contact_id=7))
    summary = plan(recorded, build_desired(removals=CANCEL)).summary
    assert summary.removals == 1
    assert summary.notes == (
        "people who left the roster and can't be cancelled: 1; HubSpot never told their contact ids, so cancel them"
        " there, or put them back with a cancelled time",
    )


def test_a_removed_person_is_no_part_of_the_recorded_people() -> None:
    rows = [*build_roster(4), build_participation("guest0", CANCELLED, at_ms=NOW_MS)]
    assert plan(build_recorded(*rows), build_desired(*rows)).summary.recorded_people == 3


def test_rows_that_can_not_be_sent_are_named_and_keep_the_event_from_being_completed() -> None:
    recorded = build_recorded(build_participation("ana"), build_participation("ben"))
    changed = [build_participation("ben", CANCELLED, line=9), build_participation("ana", CANCELLED, line=4)]
    planned = plan(recorded, build_desired(*changed, completion=COMPLETE))
    assert planned.plan.completion is None
    assert planned.summary.notes == (
        "rows that differ from what HubSpot has for the same person and time: 2 (first: rosters/cooking.csv:4); HubSpot"
        " would take them for repeats, so give them another time",
        "the event is not completed while rows differ from what HubSpot has",
    )
    assert len(notes_of(recorded, build_desired(*changed))) == 1
    completed = build_recorded(build_participation("ana"), is_completed=True)
    assert len(notes_of(completed, build_desired(changed[1], completion=COMPLETE))) == 1


def test_interactions_that_are_no_longer_declared_are_noted() -> None:
    recorded = build_recorded(build_participation(at_ms=1), build_participation(at_ms=2))
    assert notes_of(recorded, build_desired(build_participation(at_ms=2))) == (
        "recorded interactions that are no longer declared: 1; HubSpot keeps them",
    )


def test_who_came_back_after_a_removal_is_noted() -> None:
    registered = build_participation(at_ms=1)
    recorded = build_recorded(registered, build_participation(state=CANCELLED, at_ms=2))
    assert notes_of(recorded, build_desired(registered)) == (
        "recorded interactions that are no longer declared: 1; HubSpot keeps them",
        "people back on the roster whose removal was sent as a cancellation: 1; a new registered time registers them"
        " again",
    )


def test_rows_after_the_completion_are_noted() -> None:
    assert notes_of(build_recorded(is_completed=True), build_desired(build_participation())) == (
        "the event is complete at HubSpot; whether it counts later rows is unknown",
    )


def test_leftovers_of_earlier_runs_are_passed_on() -> None:
    recorded = build_recorded(leftovers={Outcome.REJECTED: 2})
    assert plan(recorded, build_desired()).summary.leftovers == {Outcome.REJECTED: 2}


def test_the_first_five_rows_of_the_files_are_the_samples() -> None:
    rows = build_roster(8)
    samples = plan(None, build_desired(*rows)).summary.samples
    assert [(sample.file, sample.line) for sample in samples] == [("rosters/cooking.csv", line) for line in range(2, 7)]


def test_new_people_are_those_sent_now_by_e_mail_whose_contact_hubspot_did_not_tell() -> None:
    known = build_participation("ana", at_ms=1)._replace(contact_id=7)
    unknown = build_participation("ben", at_ms=1)
    rows = [
        build_participation("ana", at_ms=2),
        build_participation("ben", at_ms=2),
        build_participation("ben", CANCELLED, at_ms=3),
        build_participation("cem", at_ms=NOW_MS + 1),
        build_participation("dee", at_ms=2),
        build_participation(vid=9),
    ]
    planned = plan(build_recorded(known, unknown), build_desired(*rows))
    people = {planned.new_people[:8], planned.new_people[8:]}
    assert people == {unknown.person[:8], build_participation("dee").person[:8]}
    assert str(planned.summary.new_contacts_at_most) == "2"  # as it is shown: a whole number


@given(ROWS, st.booleans(), st.sampled_from(RemovalPolicy))
def test_the_plan_after_an_apply_is_empty(rows: list[Participation], completes: bool, removals: RemovalPolicy) -> None:  # noqa: FBT001  hypothesis passes it
    desired = build_desired(*rows, removals=removals, completion=COMPLETE if completes else None)
    assert plan(reached(desired), desired).summary.is_empty


@given(ROWS, ROWS, st.integers(0, 7))
def test_the_plan_once_its_rows_are_recorded_is_empty(
    before: Sequence[Participation], after: Sequence[Participation], now_ms: int
) -> None:
    desired = build_desired(*after, removals=CANCEL)
    known = reached(build_desired(*before))
    first = plan(known, desired, now_ms=now_ms)
    sent = [
        planned.row._replace(occurred_at_ms=100 if planned.is_removal else planned.row.occurred_at_ms, email=None)
        for planned in first.plan.rows
        if not planned.is_held
    ]
    second = plan(build_recorded(*known.snapshot.participations, *sent), desired, now_ms=now_ms)
    assert second.summary.rows_ready == 0
    assert second.summary.rows_held == first.summary.rows_held


@given(ROWS, ROWS)
def test_the_same_files_and_state_give_the_same_plan_in_any_order(
    recorded: list[Participation], desired: list[Participation]
) -> None:
    one = plan(build_recorded(*recorded), build_desired(*desired, removals=CANCEL))
    other = plan(build_recorded(*recorded[::-1]), build_desired(*desired[::-1], removals=CANCEL))
    assert one.summary.digest == other.summary.digest
    assert one.plan == other.plan


@given(ROWS)
def test_the_digest_does_not_change_with_the_clock(rows: list[Participation]) -> None:
    desired = build_desired(*rows, completion=COMPLETE)
    assert plan(None, desired, now_ms=0).summary.digest == plan(None, desired, now_ms=NOW_MS).summary.digest


def test_the_digest_with_other_steps_for_the_event_stands_for_all_its_rows() -> None:
    left = build_participation("ben")._replace(contact_id=7)
    desired = build_desired(build_participation("ana"), removals=CANCEL, completion=COMPLETE)
    planned = plan(build_recorded(left, event=build_event(eventName="Baking")), desired)
    summary = planned.summary
    assert (summary.removals, summary.rows_ready, summary.action) == (1, 2, EventAction.UPDATE)
    same = planned.digest(summary.action, summary.field_changes, digest_key=DIGEST_KEY)
    assert same == summary.digest
    assert planned.digest(EventAction.CREATE, summary.field_changes, digest_key=DIGEST_KEY) != same
    assert planned.digest(summary.action, (), digest_key=DIGEST_KEY) != same


def test_attendance_follows_registration_in_a_round_of_its_own() -> None:
    desired = build_desired(build_attendance(), build_participation())
    assert [(each.row.state, each.round) for each in plan(None, desired).plan.rows] == [(REGISTERED, 1), (ATTENDED, 2)]


def test_people_who_were_passed_over_are_on_record_too() -> None:
    ana = build_participation("ana")
    desired = replace(build_desired(ana), people=4, passed_active=3)
    summary = plan(reached(build_desired(ana)), desired).summary
    assert (summary.people, summary.recorded_people) == (4, 4)


def test_the_digests_of_the_files_come_along() -> None:
    desired = replace(build_desired(), file_digests={"events/cooking.yaml": "ab"})
    assert plan(None, desired).file_digests == {"events/cooking.yaml": "ab"}


def test_a_sample_says_that_it_is_held() -> None:
    rows = [build_participation("ana"), build_participation("ben", at_ms=NOW_MS + 1)]
    assert [sample.is_held for sample in plan(None, build_desired(*rows)).summary.samples] == [False, True]
