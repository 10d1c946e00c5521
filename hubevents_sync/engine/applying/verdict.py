"""How a run ended, in a word and in an exit code. Pure."""

from collections import Counter
from collections.abc import Iterable

from hubevents_sync.errors import ExitCode, Interrupted, Paused, SyncError
from hubevents_sync.model.app_settings import SettingsReport
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.run import EventReport, RunStatus


def judge_run(
    events: Iterable[EventReport], fault: BaseException | None, settings: SettingsReport | None = None
) -> tuple[RunStatus, ExitCode]:
    """A fault that ended the run outranks failed rows and settings, which outrank a missing approval."""
    if fault is not None:
        code = fault.exit_code if isinstance(fault, SyncError) else ExitCode.ERROR
        return _status_of_fault(fault, code), code
    listed = list(events)
    if any(_is_short(event) for event in listed) or (settings is not None and not settings.outcome.is_at_hubspot):
        return RunStatus.PARTIAL, ExitCode.PARTIAL
    if any(event.needs_approval for event in listed):
        return RunStatus.REFUSED, ExitCode.REFUSED
    return RunStatus.DONE, ExitCode.DONE


def count_outcomes(events: Iterable[EventReport]) -> dict[Outcome, int]:
    """The rows of all events by outcome."""
    total: Counter[Outcome] = Counter()
    for event in events:
        total.update(event.rows)
    return {outcome: total[outcome] for outcome in Outcome if total[outcome]}


def _is_short(event: EventReport) -> bool:
    """Something that was due is not at HubSpot. A completion that waits for rows not due yet, or a yes, is none."""
    if event.error is not None or any(not outcome.is_at_hubspot for outcome in event.rows):
        return True
    return event.waiting_for is not None and not event.needs_approval and not event.held


def _status_of_fault(fault: BaseException, code: ExitCode) -> RunStatus:
    if isinstance(fault, Interrupted):
        return RunStatus.INTERRUPTED
    if isinstance(fault, Paused) or code is ExitCode.PAUSED:
        return RunStatus.PAUSED
    return RunStatus.FAILED
