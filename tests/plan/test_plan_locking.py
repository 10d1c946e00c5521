"""What a lock file takes down of an event, and how far an event can be planned by it."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.model.event import CompletionPolicy, RemovalPolicy
from hubevents_sync.model.lock import LockedEvent, LockedState
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import AddressKind, EventAction, RosterReview, RowCount
from hubevents_sync.model.snapshot import DesiredEvent, RecordedEvent
from hubevents_sync.plan.event import plan_event
from hubevents_sync.plan.locking import (
    PlannedByLock,
    digest_roster,
    list_lock_unknowns,
    lock_event,
    plan_by_lock,
)
from tests.builders import DAY_MS, NOW_MS, build_summary
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

LINEAGE = "5d0e8f9a-0000-4000-8000-000000000000"


def take(desired: DesiredEvent, recorded: RecordedEvent, *, now_ms: int = NOW_MS) -> LockedEvent:
    planned = plan_event(recorded, desired, now_ms=now_ms, digest_key=DIGEST_KEY)
    return lock_event(desired, recorded, planned, lineage=LINEAGE, now_ms=now_ms)


def plan(locked: LockedEvent | None, desired: DesiredEvent, *, now_ms: int = NOW_MS) -> PlannedByLock:
    return plan_by_lock(locked, desired, lineage=LINEAGE, now_ms=now_ms, digest_key=DIGEST_KEY)


def keep(recorded: list[Participation]) -> RecordedEvent:
    return build_recorded(*recorded)


def test_an_event_is_taken_down_in_counts() -> None:
    later = build_participation("ben", at_ms=NOW_MS + DAY_MS)
    waits_for_it = build_participation("ben", CANCELLED, at_ms=NOW_MS + 2 * DAY_MS)
    desired = build_desired(build_participation(), later, waits_for_it, build_participation("cem"))
    assert take(desired, build_recorded(build_participation())) == LockedEvent(
        event=build_event(),
        roster_digest=digest_roster(desired.snapshot.participations, lineage=LINEAGE),
        people=3,
        rows={REGISTERED: 1},
        unsent=1,
        held=2,
        held_until_ms=NOW_MS + DAY_MS,
    )


def test_what_is_held_for_an_earlier_row_alone_does_not_say_when_it_is_over() -> None:
    attended = build_participation("ana", ATTENDED, at_ms=1, joined_at_ms=1, left_at_ms=NOW_MS + 1)
    locked = take(build_desired(attended, build_participation("ana", CANCELLED, at_ms=NOW_MS)), build_recorded())
    assert (locked.unsent, locked.held, locked.held_until_ms) == (0, 2, NOW_MS + 1)


@given(ROWS)
def test_what_was_applied_in_full_has_nothing_to_do(rows: list[Participation]) -> None:
    desired = build_desired(*rows, completion=CompletionPolicy())
    found = plan(take(desired, reached(desired)), desired)
    assert (found.is_counted, found.planned.summary.is_empty) == (False, True)


SOME_TIME = st.integers(0, 8)


@given(ROWS, SOME_TIME, SOME_TIME)
def test_what_was_held_is_planned_row_by_row_once_it_is_due(rows: list[Participation], then: int, after: int) -> None:
    """As the state itself would have it, whatever had come due by the time of the lock file and comes due since."""
    now_ms = then + after
    desired = build_desired(*rows)
    sent = plan_event(None, desired, now_ms=then, digest_key=DIGEST_KEY).plan.rows
    recorded = keep([each.row for each in sent if not each.is_held])
    found = plan(take(desired, recorded, now_ms=then), desired, now_ms=now_ms)
    exact = plan_event(recorded, desired, now_ms=now_ms, digest_key=DIGEST_KEY)
    assert found.is_counted is False
    assert found.planned.plan.rows == exact.plan.rows
    assert found.planned.summary.row_counts == exact.summary.row_counts


def test_who_was_sent_before_is_no_new_contact_when_a_held_row_of_theirs_is_due() -> None:
    registered = build_participation("ana")
    desired = build_desired(registered, build_attendance("ana", at_ms=NOW_MS))
    found = plan(take(desired, build_recorded(registered)), desired, now_ms=NOW_MS + DAY_MS)
    assert (found.is_counted, found.planned.summary.rows_ready) == (False, 1)
    assert found.planned.summary.new_contacts_at_most == 0


def test_an_event_that_the_lock_file_does_not_have_is_new() -> None:
    found = plan(None, build_desired(*build_roster(3)))
    assert (found.planned.summary.action, found.planned.summary.rows_ready) == (EventAction.CREATE, 3)


def test_a_changed_field_is_shown_and_the_roster_stays_exact() -> None:
    desired = build_desired(*build_roster(3))
    found = plan(
        take(desired, reached(desired)), build_desired(*build_roster(3), event=build_event(eventName="Baking"))
    )
    (change,) = found.planned.summary.field_changes
    assert (change.before, change.after) == ("Virtual cooking class", "Baking")
    assert (found.is_counted, found.planned.summary.row_counts) == (False, ())


def test_a_roster_that_grew_is_counted_as_far_as_it_grew() -> None:
    before = build_desired(*build_roster(3))
    now = build_desired(*build_roster(5), build_attendance("guest0"))
    found = plan(take(before, reached(before)), now)
    summary = found.planned.summary
    assert found.is_counted
    assert summary.row_counts == (
        RowCount(1, REGISTERED, AddressKind.EMAIL, 2, 0),
        RowCount(1, build_attendance().state, AddressKind.EMAIL, 1, 0),
    )
    assert (summary.people, summary.recorded_people, summary.left, summary.review.joined) == (5, 3, 0, 2)
    assert summary.new_contacts_at_most == 2
    assert summary.notes == (
        "the roster is not the one that was applied: 3 people then, 5 now; rows that are due: 3 to 5 registered,"
        " 0 to 1 attended",
    )


def test_somebody_in_the_place_of_another_is_at_least_one_row() -> None:
    before = build_desired(build_participation("ana"), build_participation("ben"))
    now = build_desired(build_participation("ana"), build_participation("cem"))
    summary = plan(take(before, reached(before)), now).planned.summary
    assert summary.row_counts == (RowCount(1, REGISTERED, AddressKind.EMAIL, 1, 0),)


def test_others_in_several_states_are_at_least_one_row_all_the_same() -> None:
    before = build_desired(build_participation("ana"), build_attendance("ben"))
    now = build_desired(build_participation("ana", at_ms=1), build_attendance("cem"))
    summary = plan(take(before, reached(before)), now).planned.summary
    assert summary.row_counts == (RowCount(1, REGISTERED, AddressKind.EMAIL, 1, 0),)


def test_states_that_shrank_are_told_and_nobody_has_joined() -> None:
    before = build_desired(*build_roster(3), build_attendance("ana"))
    summary = plan(take(before, reached(before)), build_desired(*build_roster(2))).planned.summary
    assert (summary.review, summary.new_contacts_at_most, summary.left) == (RosterReview(), 0, 2)
    assert summary.notes == (
        "the roster is not the one that was applied: 4 people then, 2 now; rows that are due: 3 to 2 registered,"
        " 1 to 0 attended",
    )


def test_a_changed_roster_of_which_nothing_is_due_says_when_it_will_be() -> None:
    later, latest = (build_participation(name, at_ms=NOW_MS + DAY_MS) for name in ("ben", "cem"))
    summary = plan(take(build_desired(later), build_recorded()), build_desired(latest)).planned.summary
    assert summary.row_counts == (RowCount(1, REGISTERED, AddressKind.EMAIL, 0, 1),)
    assert summary.next_due_ms == NOW_MS + DAY_MS
    assert summary.notes == ("the roster is not the one that was applied: 1 people then, 1 now",)


def test_a_completion_that_waits_is_what_falls_due_next_where_no_row_is_held() -> None:
    complete = CompletionPolicy(not_before_ms=NOW_MS + DAY_MS)
    before = build_desired(*build_roster(1))
    now = build_desired(*build_roster(2), completion=complete)
    assert plan(take(before, reached(before)), now).planned.summary.next_due_ms == NOW_MS + DAY_MS


def test_who_leaves_is_cancelled_as_far_as_the_roster_shrank() -> None:
    before = build_desired(*build_roster(5))
    kept = plan(take(before, reached(before)), build_desired(*build_roster(3))).planned.summary
    assert (kept.is_empty, kept.left, kept.removals) == (True, 2, 0)
    summary = plan(
        take(before, reached(before)), build_desired(*build_roster(3), removals=RemovalPolicy.CANCEL)
    ).planned.summary
    assert (summary.left, summary.removals, summary.recorded_people) == (2, 2, 5)
    assert summary.row_counts == (RowCount(1, CANCELLED, AddressKind.CONTACT_ID, 2, 0),)


def test_rows_that_an_apply_left_over_are_counted_though_the_roster_is_the_same() -> None:
    desired = build_desired(*build_roster(5))
    found = plan(take(desired, build_recorded(*build_roster(3))), desired)
    assert found.is_counted
    assert found.planned.summary.row_counts == (RowCount(1, REGISTERED, AddressKind.EMAIL, 2, 0),)
    assert found.planned.summary.notes == ("the roster is as it was; rows that were due and are not at HubSpot: 2",)


def test_a_completion_is_planned_as_with_the_state() -> None:
    desired = build_desired(*build_roster(2), completion=CompletionPolicy())
    without = build_desired(*build_roster(2))
    assert plan(take(without, reached(without)), desired).planned.summary.completion is not None
    assert plan(take(desired, reached(desired)), desired).planned.summary.completion is None


def test_an_upsert_that_was_never_answered_is_planned_again() -> None:
    desired = build_desired(*build_roster(1))
    locked = take(desired, build_recorded(*build_roster(1), is_event_confirmed=False))
    assert plan(locked, desired).planned.summary.action is EventAction.UPDATE


@given(ROWS, ROWS)
def test_rows_of_a_changed_roster_are_never_more_than_those_that_are_new(
    before: list[Participation], now: list[Participation]
) -> None:
    desired, wanted = build_desired(*before), build_desired(*now)
    summary = plan(take(desired, reached(desired)), wanted).planned.summary
    grown = Counter(row.state for row in now) - Counter(row.state for row in before)
    assert summary.rows_ready >= grown.total()
    assert summary.rows_ready <= len(set(map(_say, now)) - set(map(_say, before)))


def _say(row: Participation) -> tuple[object, ...]:
    return row.email, row.state, row.occurred_at_ms, row.joined_at_ms, row.left_at_ms


@given(ROWS, ROWS)
def test_the_digest_of_a_roster_stands_for_who_did_what_when(
    before: list[Participation], now: list[Participation]
) -> None:
    moved = [row._replace(line=9, file="elsewhere.csv", email=str(row.email).upper()) for row in reversed(before)]
    assert digest_roster(before, lineage=LINEAGE) == digest_roster(moved, lineage=LINEAGE)
    is_same = sorted(map(str, map(_say, before))) == sorted(map(str, map(_say, now)))
    assert (digest_roster(before, lineage=LINEAGE) == digest_roster(now, lineage=LINEAGE)) is is_same
    assert digest_roster(before, lineage=LINEAGE) != digest_roster(before, lineage="another") or not before


def test_the_digest_of_a_roster_is_known() -> None:
    # Lock files are committed: whoever changes how it is made has every roster counted as changed.
    rows = [build_attendance("ana"), build_participation("Ben"), build_participation(vid=7)]
    assert digest_roster(rows, lineage=LINEAGE) == "e321b39f58cf92ee3c0fffe97f764aaa0397ddbed976eac1abb2af65b3f68c16"
    assert digest_roster(rows, lineage="k" * 70) == digest_roster(rows, lineage="k" * 64)


def test_the_digests_of_two_changes_differ() -> None:
    before = build_desired(*build_roster(3))
    locked = take(before, reached(before))
    digests = {plan(locked, build_desired(*build_roster(count))).planned.summary.digest for count in (3, 4, 5)}
    assert len(digests) == 3


def test_the_unknowns_say_what_matters_for_this_plan() -> None:
    lock = LockedState(None, LINEAGE, 7)
    always = [
        "whether anything was applied after serial 7, which the lock file stands for",
        "what earlier runs left over, who left a roster before, and what was changed in HubSpot by hand",
    ]
    counted = (
        "which rows of a changed roster are new: it is compared in counts, so somebody who took another's place does"
        " not show, and rows, people who joined and new contacts are counted as far as the roster grew"
    )
    cancelled = "who of those who leave can be cancelled: they are counted as far as the roster shrank"
    settings = "whether the app's settings change: the lock file does not hold them"
    assert list_lock_unknowns(lock, []) == always
    assert list_lock_unknowns(lock, [build_summary()]) == [*always, counted]
    assert list_lock_unknowns(lock, [build_summary(removals=2)]) == [*always, counted, cancelled]
    assert list_lock_unknowns(lock, [], has_settings=True) == [*always, settings]
