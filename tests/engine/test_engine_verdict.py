"""How a run ended: the table of statuses and exit codes."""

import pytest

from hubevents_sync.engine.applying.verdict import count_outcomes, judge_run
from hubevents_sync.errors import (
    AuthenticationFailed,
    DailyQuotaSpent,
    ExitCode,
    HubSpotError,
    Interrupted,
    Paused,
    PlanMismatch,
    StateError,
    StateMoved,
    Terminated,
    WrongPortal,
)
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.run import EventReport, RunStatus
from tests.builders import build_event_report

DONE = build_event_report(upserted=True, completed=True, rows={Outcome.CONFIRMED: 2, Outcome.REPEATED: 1})
REJECTED = build_event_report(rows={Outcome.CONFIRMED: 2, Outcome.REJECTED: 1})
UNAPPROVED = build_event_report(waiting_for="an approval of its own", needs_approval=True)


@pytest.mark.parametrize(
    ("events", "status", "code"),
    [
        ([], RunStatus.DONE, ExitCode.DONE),
        ([DONE], RunStatus.DONE, ExitCode.DONE),
        ([DONE, REJECTED], RunStatus.PARTIAL, ExitCode.PARTIAL),
        ([build_event_report(rows={Outcome.UNCONFIRMED: 1})], RunStatus.PARTIAL, ExitCode.PARTIAL),
        ([build_event_report(rows={Outcome.NOT_ATTEMPTED: 1})], RunStatus.PARTIAL, ExitCode.PARTIAL),
        ([build_event_report(error="no answer")], RunStatus.PARTIAL, ExitCode.PARTIAL),
        ([build_event_report(waiting_for="equal counts")], RunStatus.PARTIAL, ExitCode.PARTIAL),
        ([build_event_report(waiting_for="1 row not due yet", held=1)], RunStatus.DONE, ExitCode.DONE),
        ([DONE, UNAPPROVED], RunStatus.REFUSED, ExitCode.REFUSED),
        ([UNAPPROVED, REJECTED], RunStatus.PARTIAL, ExitCode.PARTIAL),
        ([build_event_report(notes=("a note",))], RunStatus.DONE, ExitCode.DONE),
    ],
)
def test_without_a_fault_the_rows_decide(events: list[EventReport], status: RunStatus, code: ExitCode) -> None:
    assert judge_run(events, None) == (status, code)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Interrupted("stopped"), RunStatus.INTERRUPTED, ExitCode.INTERRUPTED),
        (Terminated("stopped"), RunStatus.INTERRUPTED, ExitCode.TERMINATED),
        (DailyQuotaSpent("enough"), RunStatus.PAUSED, ExitCode.PAUSED),
        (Paused("deadline"), RunStatus.PAUSED, ExitCode.PAUSED),
        (AuthenticationFailed("no token"), RunStatus.FAILED, ExitCode.AUTHENTICATION),
        (WrongPortal("another"), RunStatus.FAILED, ExitCode.AUTHENTICATION),
        (PlanMismatch("changed"), RunStatus.FAILED, ExitCode.NOT_REVIEWED),
        (StateMoved("moved"), RunStatus.FAILED, ExitCode.NOT_REVIEWED),
        (StateError("full disk"), RunStatus.FAILED, ExitCode.ERROR),
        (HubSpotError("no"), RunStatus.FAILED, ExitCode.ERROR),
        (KeyError("a bug"), RunStatus.FAILED, ExitCode.ERROR),
    ],
)
@pytest.mark.parametrize("events", [[DONE], [REJECTED], [UNAPPROVED]], ids=["done", "rejected", "unapproved"])
def test_a_fault_that_ended_the_run_outranks_all(
    events: list[EventReport], fault: BaseException, status: RunStatus, code: ExitCode
) -> None:
    assert judge_run(events, fault) == (status, code)


def test_outcomes_are_counted_over_all_events_in_one_order() -> None:
    counted = count_outcomes([REJECTED, DONE])
    assert list(counted.items()) == [(Outcome.CONFIRMED, 4), (Outcome.REPEATED, 1), (Outcome.REJECTED, 1)]
    assert count_outcomes([]) == {}
