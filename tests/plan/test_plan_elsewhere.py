"""The files of another commit in the place of what is on record, and what is said of it."""

from dataclasses import replace

import pytest

from hubevents_sync.model.event import CompletionPolicy, RemovalPolicy
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import EventSummary, PlanBasis
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.plan.elsewhere import (
    keep_new_completion,
    list_unknowns,
    note_policies,
    note_without_state,
    stand_for_record,
)
from hubevents_sync.plan.event import plan_event
from hubevents_sync.plan.participations import RosterDiff
from tests.builders import NOW_MS, build_summary
from tests.desired import (
    ATTENDED,
    CANCELLED,
    DIGEST_KEY,
    build_attendance,
    build_desired,
    build_event,
    build_participation,
    build_roster,
)

COMPLETE = CompletionPolicy()


def test_all_that_a_commit_declares_counts_as_confirmed() -> None:
    base = build_desired(*build_roster(2), completion=COMPLETE)
    assert stand_for_record(base) == RecordedEvent(base.snapshot, is_event_confirmed=True, leftovers={})


def test_a_plan_against_a_commit_takes_everybody_there_for_known_and_can_cancel_all_who_left() -> None:
    ana, ben, by_id = build_participation("ana", line=3), build_participation("ben"), build_participation(vid=7)
    changed = ana._replace(state=ATTENDED)
    rows = (changed, build_attendance("ana"), build_participation("cem"))
    planned = plan_event(
        stand_for_record(build_desired(ana, ben, by_id)),
        build_desired(*rows, removals=RemovalPolicy.CANCEL),
        now_ms=NOW_MS,
        digest_key=DIGEST_KEY,
        basis=PlanBasis.COMMIT,
    )
    assert planned.missing == rows[1:]
    assert planned.removals == (
        Participation(ben.person, CANCELLED, 0, contact_id=0),
        Participation(by_id.person, CANCELLED, 0, contact_id=7),
    )
    assert planned.summary.new_contacts_at_most == 1
    assert planned.summary.notes == tuple(note_without_state(RosterDiff(unchangeable=(changed,))))


def test_a_completion_is_new_unless_the_commit_has_it_for_the_same_moment() -> None:
    desired = build_desired(build_participation(), completion=COMPLETE)
    others = [
        None,
        build_desired(),
        build_desired(completion=CompletionPolicy(not_before_ms=NOW_MS)),
        build_desired(completion=COMPLETE, event=build_event(endDateTime="2026-11-30T10:00:00Z")),
    ]
    assert [keep_new_completion(desired, base) for base in others] == [desired] * 4
    same = build_desired(completion=COMPLETE, event=build_event(startDateTime="2026-11-30T08:30:00Z"))
    assert keep_new_completion(desired, same) == replace(desired, completion=None)
    assert keep_new_completion(build_desired(), desired) == build_desired()


def test_a_roster_compared_with_other_files_has_its_own_notes() -> None:
    assert note_without_state(RosterDiff()) == []
    changed = (build_participation(line=5), build_participation("ben", line=4))
    assert note_without_state(RosterDiff(unchangeable=changed, undeclared=3)) == [
        "rows whose values changed for the same person and time: 2 (first: rosters/cooking.csv:4); where the earlier"
        " ones were sent, HubSpot takes these for repeats, so give them another time",
        "interactions that are no longer declared: 3; HubSpot keeps those that were sent",
    ]


def test_changed_policies_are_told() -> None:
    plain, complete = build_desired(), build_desired(completion=COMPLETE)
    cancel = build_desired(removals=RemovalPolicy.CANCEL)
    assert [note_policies(one, one) for one in (plain, complete, cancel)] == [[], [], []]
    assert note_policies(complete, plain) == []
    assert note_policies(plain, complete) == ["complete is no longer declared"]
    assert note_policies(plain, cancel) == ["removals is keep now, and was cancel"]
    assert note_policies(cancel, complete) == [
        "complete is no longer declared",
        "removals is cancel now, and was keep: who left the roster before is cancelled too, as far as the state knows"
        " them",
    ]


COMPLETED = "which events are complete already"
CANCELLABLE = (
    "who of those who leave can be cancelled: it takes contact ids that only the state has, so all of them are counted"
)
KNOWN = "which people HubSpot knows already: everybody who is new since main is counted as a new contact"


@pytest.mark.parametrize(
    ("events", "has_completions", "said"),
    [
        ([], False, []),
        ([build_summary()], True, [COMPLETED]),
        ([build_summary(), build_summary(removals=1)], False, [CANCELLABLE]),
        ([build_summary(new_contacts_at_most=1), build_summary()], False, [KNOWN]),
        ([build_summary(removals=1), build_summary(new_contacts_at_most=1)], True, [COMPLETED, CANCELLABLE, KNOWN]),
    ],
)
def test_a_comparison_with_a_commit_says_what_it_can_not_tell_of_these_events(
    events: list[EventSummary], said: list[str], *, has_completions: bool
) -> None:
    assert list_unknowns("main", events, has_completions=has_completions) == [
        "what was really applied, and what HubSpot confirmed of it: all that the files of main declare is taken for"
        " done, what waits for its time included",
        "what earlier runs left over, and what was changed in HubSpot by hand",
        *said,
    ]
