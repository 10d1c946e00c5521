"""What is due of a plan, and what falls due when."""

from dataclasses import replace

from hubevents_sync.model.app_settings import SettingsChange
from hubevents_sync.model.due import Due, DueEvent, HeldStep
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import EventAction
from hubevents_sync.plan.due import find_due
from tests.builders import DIGEST, HOUR_MS, NOW_MS, build_completion, build_key, build_plan, build_rows, build_summary

REGISTERED, ATTENDED, CANCELLED = AttendanceState


def test_a_plan_without_steps_has_nothing_due_and_nothing_held() -> None:
    plan = build_plan(build_summary(), environment="staging", portal=4711)
    assert find_due(plan) == Due(DIGEST, environment="staging", portal=4711)


def test_what_an_apply_would_do_now_is_told_by_event_and_state() -> None:
    rows = (
        build_rows(REGISTERED, ready=2),
        build_rows(REGISTERED, ready=3, held=1, round_number=2),
        build_rows(CANCELLED, ready=1),
        build_rows(ATTENDED, held=1),
    )
    plan = build_plan(
        build_summary("a", action=EventAction.CREATE, row_counts=rows, completion=build_completion(is_due=False)),
        build_summary("b"),
        build_summary("c", completion=build_completion()),
    )
    assert find_due(plan).now == (
        DueEvent(build_key("a"), EventAction.CREATE, {REGISTERED: 5, CANCELLED: 1}, completes=False),
        DueEvent(build_key("c"), EventAction.NONE, {}, completes=True),
    )


def test_what_is_held_is_told_in_the_order_in_which_it_falls_due() -> None:
    held = (build_rows(held=2), build_rows(ATTENDED, held=1, ready=4))
    waits = build_completion(is_due=False, due_at_ms=NOW_MS + HOUR_MS)
    plan = build_plan(
        build_summary("b", row_counts=held, completion=waits, next_due_ms=NOW_MS + HOUR_MS),
        build_summary("a", completion=waits, next_due_ms=NOW_MS + HOUR_MS),
        build_summary("c", row_counts=held, completion=build_completion(), next_due_ms=NOW_MS + 1),
        build_summary("d", row_counts=(build_rows(ready=1),), next_due_ms=NOW_MS),
    )
    assert find_due(plan).held == (
        HeldStep(build_key("c"), NOW_MS + 1, rows=3),
        HeldStep(build_key("a"), NOW_MS + HOUR_MS, completes=True),
        HeldStep(build_key("b"), NOW_MS + HOUR_MS, rows=3),
        HeldStep(build_key("b"), NOW_MS + HOUR_MS, completes=True),
    )


def test_settings_that_change_are_due() -> None:
    plan = replace(build_plan(), settings=SettingsChange(4711, None, "https://new.example/%s"))
    assert find_due(plan) == Due(DIGEST, changes_settings=True)
