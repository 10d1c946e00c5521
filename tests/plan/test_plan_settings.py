"""When an app's settings are a step of a plan, and what that does to its digest and its cost."""

from dataclasses import replace

import pytest

from hubevents_sync.model.app_settings import AppSettings, RecordedSettings, SettingsChange
from hubevents_sync.model.plan import RequestCount
from hubevents_sync.model.project import RequestBudget
from hubevents_sync.plan.differences import find_differences, sets_anew
from hubevents_sync.plan.settings import add_settings, digest_with_settings, find_settings_change
from tests.builders import build_plan, build_summary

OLD, NEW = "https://old.example/%s", "https://new.example/%s"
DESIRED = AppSettings(4711, NEW)
BUDGET = RequestBudget(per_10_seconds=100, keep_free=0)


@pytest.mark.parametrize(
    ("recorded", "before"),
    [
        (None, None),
        (RecordedSettings(4711, None, is_open=True), None),
        (RecordedSettings(4711, OLD), OLD),
        (RecordedSettings(4711, NEW, is_open=True), NEW),
    ],
)
def test_what_is_not_known_to_be_at_hubspot_is_a_change(recorded: RecordedSettings | None, before: str | None) -> None:
    assert find_settings_change(recorded, DESIRED, is_partial=False, is_retry=False) == SettingsChange(
        4711, before, NEW
    )


def test_what_is_as_recorded_or_not_desired_is_none() -> None:
    assert find_settings_change(RecordedSettings(4711, NEW), DESIRED, is_partial=False, is_retry=False) is None
    assert find_settings_change(RecordedSettings(4711, OLD), None, is_partial=False, is_retry=False) is None


@pytest.mark.parametrize(
    ("is_open", "is_partial", "is_retry", "is_left_out"),
    [
        (False, True, False, True),
        (False, False, True, True),
        (True, False, True, False),
        (True, True, True, True),
    ],
)
def test_single_events_leave_it_out_and_so_does_a_retry_of_what_was_never_sent(
    *, is_open: bool, is_partial: bool, is_retry: bool, is_left_out: bool
) -> None:
    recorded = RecordedSettings(4711, OLD, is_open=is_open)
    change = find_settings_change(recorded, DESIRED, is_partial=is_partial, is_retry=is_retry)
    assert change == SettingsChange(4711, OLD, NEW, is_left_out=is_left_out)


def test_a_plan_with_settings_has_a_digest_and_a_cost_of_its_own() -> None:
    plan = build_plan(build_summary())
    added = add_settings(plan, SettingsChange(4711, OLD, NEW), budget=BUDGET)
    assert added.estimate.requests == RequestCount(settings=1, reads=2)
    assert (added.estimate.requests.total, added.estimate.seconds) == (3, 0.3)
    assert (added.is_empty, added.has_work_now) == (False, True)
    others = [SettingsChange(7, OLD, NEW), SettingsChange(4711, None, NEW), SettingsChange(4711, OLD, OLD)]
    digests = {add_settings(plan, change, budget=BUDGET).digest for change in others}
    other_steps = add_settings(replace(plan, digest="ab" * 32), SettingsChange(4711, OLD, NEW), budget=BUDGET)
    assert len({plan.digest, added.digest, other_steps.digest, *digests}) == 6


def test_a_digest_with_settings_is_known() -> None:
    # Approvals hold it, as they hold those of plans without.
    change = SettingsChange(4711, OLD, "https://neu.example/größe/%s")
    assert digest_with_settings("3f1c", change) == "a83c49e836905eb2b401b3de0e7c6a8db230b94a5676422a2639101d9582370e"


def test_a_plan_without_keeps_its_digest_and_so_does_one_that_leaves_them_out() -> None:
    plan = build_plan(build_summary())
    left_out = add_settings(plan, SettingsChange(4711, OLD, NEW, is_left_out=True), budget=BUDGET)
    assert add_settings(plan, None, budget=BUDGET) == plan
    assert (left_out.digest, left_out.estimate, left_out.is_empty) == (plan.digest, plan.estimate, True)


def test_plans_that_set_something_else_differ() -> None:
    without = build_plan()
    old, new = (add_settings(without, SettingsChange(4711, None, url), budget=BUDGET) for url in (OLD, NEW))
    assert find_differences(new, new) == []
    assert find_differences(without, new) == ["the app's settings: left alone then, changed now"]
    assert find_differences(old, new) == ["the app's settings: something else then, changed now"]
    assert find_differences(new, without) == ["the app's settings: nothing left to do"]
    left_out = add_settings(without, SettingsChange(4711, None, NEW, is_left_out=True), budget=BUDGET)
    assert (find_differences(without, left_out), find_differences(left_out, without)) == ([], [])
    assert [sets_anew(*pair) for pair in ((new, new), (without, new), (new, without), (new, old))] == [
        False,
        False,
        True,
        True,
    ]
