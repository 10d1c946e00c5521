"""In what two plans differ, in words; and what of a rest was not in the whole."""

from dataclasses import replace
from typing import Any

import pytest

from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import AddressKind, EventAction, EventSummary, Plan
from hubevents_sync.plan.differences import find_differences, find_excess
from tests.builders import build_change, build_completion, build_key, build_plan, build_rows, build_summary

REGISTERED, CANCELLED = AttendanceState.REGISTERED, AttendanceState.CANCELLED


def event(digest: str = "1", **changes: Any) -> EventSummary:
    return replace(build_summary(**changes), digest=digest)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (event(row_counts=(build_rows(ready=1),)), event(row_counts=(build_rows(ready=1),)), []),
        (event(), event("2"), []),
        (event(), None, []),
        (None, event(), []),
        (None, event(action=EventAction.CREATE), ["cooking: has steps, and was not in the files then"]),
        (event(action=EventAction.CREATE), None, ["cooking: is not in the files any more"]),
        (event(action=EventAction.CREATE), event("2"), ["cooking: nothing left to do"]),
        (event(), event("2", action=EventAction.UPDATE), ["cooking: has steps, and had none then"]),
        (
            event(action=EventAction.CREATE, completion=build_completion()),
            event("2", completion=build_completion()),
            ["cooking: created then, left alone now"],
        ),
        (
            event(action=EventAction.UPDATE, field_changes=(build_change("a"), build_change("b"), build_change("c"))),
            event("2", action=EventAction.UPDATE, field_changes=(build_change("a"), build_change("b", after="x"))),
            ["cooking: other values of b, c"],
        ),
        (
            event(action=EventAction.UPDATE, field_changes=(build_change("a"),)),
            event("2", action=EventAction.UPDATE, field_changes=(build_change("a"), build_change("new"))),
            ["cooking: other values of new"],
        ),
        (
            event(row_counts=(build_rows(ready=1, held=1), build_rows(CANCELLED, ready=1))),
            event("2", row_counts=(build_rows(ready=1_234, round_number=2),)),
            ["cooking: 2 registered then, 1,234 now; 1 cancelled then, 0 now"],
        ),
        (
            event(row_counts=(build_rows(ready=1),)),
            event("2", row_counts=(build_rows(held=1),)),
            ["cooking: other rows, as many of each state"],
        ),
        (
            event(completion=build_completion()),
            event("2", action=EventAction.UPDATE),
            ["cooking: left alone then, updated now; not completed, and was to be then"],
        ),
        (
            event(completion=build_completion()),
            event("2", completion=build_completion(due_at_ms=1)),
            ["cooking: completed by other times"],
        ),
        (
            event(action=EventAction.UPDATE),
            event("2", action=EventAction.UPDATE, completion=build_completion()),
            ["cooking: completed, and was not to be then"],
        ),
    ],
)
def test_each_event_that_differs_is_a_line(
    before: EventSummary | None, after: EventSummary | None, said: list[str]
) -> None:
    one, other = (build_plan(*(each for each in (given,) if each is not None)) for given in (before, after))
    assert find_differences(one, other) == said


def test_events_of_one_id_are_told_apart_by_their_accounts() -> None:
    plan = build_plan(event(action=EventAction.CREATE), event(action=EventAction.CREATE, account="Other"))
    assert find_differences(build_plan(), plan) == [
        "CookingCo/cooking: has steps, and was not in the files then",
        "Other/cooking: has steps, and was not in the files then",
    ]


def test_the_first_ten_events_are_named_and_the_others_counted() -> None:
    events = [event(event_id=f"e{number:02}", action=EventAction.CREATE) for number in range(12)]
    named = [f"e{number:02}: is not in the files any more" for number in range(10)]
    assert find_differences(build_plan(*events[:10]), build_plan()) == named
    assert find_differences(build_plan(*events), build_plan()) == [*named, "and 2 more events"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (Plan("d", files_digest="a"), Plan("d", files_digest="b"), ["the files changed"]),
        (Plan("d", files_digest=None), Plan("d", files_digest="b"), []),
        (Plan("d"), Plan("d", lineage="a"), []),
        (Plan("d"), Plan("d", lineage="a", serial=2), ["there was no state then; now it is at serial 2"]),
        (Plan("d", lineage="a", serial=1), Plan("d", lineage="a", serial=3), ["the state went from serial 1 to 3"]),
    ],
)
def test_files_and_state_come_first(before: Plan, after: Plan, said: list[str]) -> None:
    assert find_differences(before, after) == said


WHOLE = event(
    action=EventAction.CREATE,
    row_counts=(build_rows(ready=3), build_rows(ready=2, round_number=2), build_rows(CANCELLED, ready=1)),
    completion=build_completion(is_due=False),
)


@pytest.mark.parametrize(
    ("rest", "exceeds"),
    [
        (WHOLE, False),
        (event(), False),
        (event(row_counts=(build_rows(ready=5),)), False),  # a later row moved up a round
        (event(row_counts=(build_rows(ready=6),)), True),
        (event(row_counts=(build_rows(ready=1, address_kind=AddressKind.CONTACT_ID),)), True),
        (event(row_counts=(build_rows(CANCELLED, ready=1, held=1),)), True),
        (event(row_counts=(build_rows(AttendanceState.ATTENDED, held=1),)), True),
        (event(action=EventAction.UPDATE), False),  # created, and never answered
        (event(completion=build_completion()), False),  # due by now
        (event(completion=build_completion(due_at_ms=1)), True),
        (event(event_id="other", action=EventAction.CREATE), True),
        (event(event_id="other"), False),
    ],
)
def test_a_rest_has_no_step_that_the_whole_does_not_have(rest: EventSummary, *, exceeds: bool) -> None:
    assert bool(find_excess(build_plan(rest), build_plan(WHOLE))) is exceeds


def test_an_event_that_was_left_alone_stays_so() -> None:
    whole = build_plan(event(completion=build_completion()))
    rest = build_plan(event(action=EventAction.UPDATE, completion=build_completion()))
    assert find_excess(rest, whole) == [build_key()]
    assert find_excess(build_plan(event(completion=build_completion())), build_plan(event())) == [build_key()]
