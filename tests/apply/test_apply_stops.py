"""What ends a run before its time: a stop, a fault, a kill; and that the next one takes it up."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hubevents_sync.errors import (
    AuthenticationFailed,
    DailyQuotaSpent,
    HubSpotError,
    Interrupted,
    NotSent,
    PlanMismatch,
    StateMoved,
    SyncError,
    Terminated,
)
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.plan import EventPlan, EventSummary
from hubevents_sync.model.project import BatchSizes
from hubevents_sync.ports import StopSwitch
from tests.builders import build_key
from tests.desired import (
    build_attendance,
    build_named,
    build_participation,
    build_roster,
)
from tests.fakes import FakeCall, on, pass_by, raising

if TYPE_CHECKING:
    from tests.apply.conftest import Bench


@pytest.mark.parametrize(
    "error", [AuthenticationFailed("no token", status=401), DailyQuotaSpent("enough for today", status=429)]
)
def test_a_fault_that_ends_the_run_at_the_events_sends_no_rows(bench: "Bench", error: HubSpotError) -> None:
    bench.hubspot.before = raising("upsert_events", error)
    applied, reports = bench.apply(build_named("a", *build_roster(2), completes=True), build_named("b"))
    assert applied.fault is error
    assert bench.stop.reason is error
    assert bench.hubspot.names() == ["upsert_events"]
    assert reports["a"].rows == {Outcome.NOT_ATTEMPTED: 2}
    assert reports["a"].waiting_for == "the next run: this one was stopped"
    assert reports["b"].rows == {}


def test_a_spent_quota_stops_the_rows_and_counts_what_was_not_begun(bench: "Bench") -> None:
    spent = DailyQuotaSpent("enough for today", status=429)
    bench.batch = BatchSizes(attendance=1)

    def spend(call: FakeCall) -> None:
        if bench.hubspot.count("record_attendance") > 3:
            raise spent

    bench.hubspot.before = spend
    applied, reports = bench.apply(*[build_named(f"e{number}", *build_roster(9)) for number in range(9)])
    assert applied.fault is spent
    total = sum((report.rows.get(Outcome.CONFIRMED, 0) for report in reports.values()), 0)
    assert total == 3
    assert sum(sum(report.rows.values()) for report in reports.values()) == 81
    assert len(bench.hubspot.calls) <= 1 + 3 + 8


def test_a_quota_that_is_spent_at_a_completion_ends_the_run(bench: "Bench") -> None:
    bench.approved = {build_key("a")}
    spent = DailyQuotaSpent("enough for today", status=429)
    bench.hubspot.before = raising("read_counters", spent)
    applied, reports = bench.apply(build_named("a", *build_roster(1), completes=True))
    assert applied.fault is spent
    assert bench.stop.reason is spent
    assert (reports["a"].completed, reports["a"].waiting_for) == (False, "the next run: this one was stopped")


def test_a_completion_that_a_stop_kept_from_being_sent_waits_for_the_next_run(bench: "Bench") -> None:
    bench.approved = {build_key("a")}
    bench.hubspot.before = raising("complete_event", NotSent("the run is being stopped"))
    applied, reports = bench.apply(build_named("a", *build_roster(1), completes=True))
    assert applied.fault is None
    assert (reports["a"].completed, reports["a"].error) == (False, None)
    assert reports["a"].waiting_for == "the next run: this one was stopped"


def test_a_stop_between_the_events_and_the_rows_sends_no_rows(bench: "Bench") -> None:
    bench.hubspot.after = lambda _: bench.stop.set(Terminated("stopped by a signal"))
    applied, reports = bench.apply(build_named("a", *build_roster(2), completes=True))
    assert applied.fault is None  # the switch has the reason
    assert bench.hubspot.names() == ["upsert_events"]
    assert (reports["a"].upserted, reports["a"].rows) == (True, {Outcome.NOT_ATTEMPTED: 2})
    assert reports["a"].waiting_for == "the next run: this one was stopped"


def test_a_stop_before_anything_sends_nothing(bench: "Bench") -> None:
    bench.stop.set(Interrupted("stopped"))
    _, reports = bench.apply(build_named("a", *build_roster(2)))
    assert bench.hubspot.calls == []
    assert (reports["a"].upserted, reports["a"].rows) == (False, {Outcome.NOT_ATTEMPTED: 2})


def test_a_stopped_run_is_taken_up_by_the_next_one(bench: "Bench") -> None:
    bench.batch = BatchSizes(attendance=1)
    bench.hubspot.after = on("record_attendance", "a", bench.stop.set)
    desired = build_named("a", *build_roster(20))
    _, reports = bench.apply(desired)
    done = reports["a"].rows[Outcome.CONFIRMED]
    assert done < 20
    bench.stop, bench.hubspot.after = StopSwitch(), pass_by
    _, reports = bench.apply(desired)
    assert reports["a"].rows == {Outcome.CONFIRMED: 20 - done}
    assert len(bench.hubspot.rows[build_key("a")]) == 20
    assert bench.plan(desired).summary.is_empty


@pytest.mark.parametrize(
    ("error", "said"),
    [(PlanMismatch("the roster of a changed"), "the roster of a changed"), (KeyError("a"), "KeyError")],
)
def test_files_that_changed_under_the_run_end_it_and_hide_nothing_that_was_done(
    bench: "Bench", error: Exception, said: str
) -> None:
    done = build_named("b", *build_roster(2))
    changed = build_named("a", *build_roster(3), completes=True)
    has_sent = threading.Event()
    bench.hubspot.after = on("record_attendance", "b", has_sent.set)

    def load(summary: EventSummary) -> EventPlan:
        if summary.key.external_event_id == "b":
            return bench.plan(done).plan
        assert has_sent.wait(20)
        raise error

    applied, reports = bench.apply(changed, done, load=load)
    assert applied.fault is error
    assert bench.stop.reason is (error if isinstance(error, SyncError) else None)
    assert reports["b"].rows == {Outcome.CONFIRMED: 2}
    assert (reports["a"].error, reports["a"].rows) == (said, {Outcome.NOT_ATTEMPTED: 3})
    assert reports["a"].waiting_for == "the event's error to be mended"


def test_a_bug_ends_the_run_and_is_no_reason_to_tell_a_user(bench: "Bench") -> None:
    bug = KeyError("a")
    bench.hubspot.before = raising("record_attendance", bug)
    applied, _ = bench.apply(build_named("a", *build_roster(2)))
    assert applied.fault is bug
    assert (bench.stop.is_set, bench.stop.reason) == (True, None)


def test_a_lost_state_stops_the_run_at_once(bench: "Bench") -> None:
    bench.batch = BatchSizes(attendance=1)
    location = Path(str(bench.state._location))
    taken = location.with_name("taken.db")

    def take_away(call: FakeCall) -> None:
        if bench.hubspot.count("record_attendance") == 1:
            location.rename(taken)

    bench.hubspot.after = on_first_row(take_away)
    applied, reports = bench.apply(build_named("a", *build_roster(40)))
    taken.rename(location)
    assert isinstance(applied.fault, StateMoved)
    assert isinstance(bench.stop.reason, StateMoved)
    assert bench.hubspot.count("record_attendance") <= 8
    assert sum(reports["a"].rows.values()) == 40


def on_first_row(act: Callable[[FakeCall], None]) -> Callable[[FakeCall], None]:
    turn = threading.Lock()

    def hook(call: FakeCall) -> None:
        if call.name == "record_attendance" and turn.acquire(blocking=False):
            act(call)

    return hook


def test_ctrl_c_stops_the_run_and_what_is_under_way_is_recorded(bench: "Bench") -> None:
    bench.batch = BatchSizes(attendance=1)
    main = threading.main_thread().ident
    assert main is not None

    def interrupt(call: FakeCall) -> None:
        signal.pthread_kill(main, signal.SIGINT)
        for _ in range(2000):
            if bench.stop._event.wait(0.01):
                return

    bench.hubspot.before = on_first_row(interrupt)
    applied, reports = bench.apply(build_named("a", *build_roster(200)))
    assert isinstance(applied.fault, Interrupted)
    assert (applied.fault.message, applied.fault.hint) == (
        "stopped by Ctrl-C; all is recorded",
        "run apply again to go on",
    )
    assert sum(reports["a"].rows.values()) == 200
    assert reports["a"].rows[Outcome.NOT_ATTEMPTED] > 0
    assert len(bench.confirmed(build_key("a"))) == reports["a"].rows[Outcome.CONFIRMED]
    assert bench.state.unfinished_calls() == []


class KilledError(BaseException):
    """Stands for a kill: nobody catches it, and nothing more is written down of the call."""


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("is_kept", [True, False], ids=["after it was kept", "before it was kept"])
def test_a_run_killed_at_any_call_is_taken_up_and_nothing_is_lost_or_doubled(
    bench: "Bench",
    at: int,
    is_kept: bool,  # noqa: FBT001  a case
) -> None:
    bench.approved = {build_key("a")}
    bench.batch = BatchSizes(attendance=2)
    rows = [row for number in range(3) for row in (build_participation(f"g{number}"), build_attendance(f"g{number}"))]
    desired = build_named("a", *rows, completes=True)

    def kill(call: FakeCall) -> None:
        if len(bench.hubspot.calls) >= at:
            raise KilledError

    bench.hubspot.before, bench.hubspot.after = (pass_by, kill) if is_kept else (kill, pass_by)
    bench.apply(desired)
    bench.hubspot.before = bench.hubspot.after = pass_by
    bench.stop = StopSwitch()
    applied, _ = bench.apply(desired)
    assert applied.fault is None
    assert bench.plan(desired).summary.is_empty
    assert bench.hubspot.completed == [build_key("a")]
    for number in range(3):
        assert bench.hubspot.states_of(f"g{number}@example.com", build_key("a")) == ["REGISTERED", "ATTENDED"]
