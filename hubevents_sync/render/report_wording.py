"""The words for what a run of apply did, which every format shares."""

from collections.abc import Mapping
from typing import assert_never

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.run import EventReport, RowFailure, Run, RunReport, RunStatus
from hubevents_sync.render.app_settings import say_settings_outcome
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_count, say_list


def say_status(status: RunStatus) -> str:
    """How the run ended, in a word or three."""
    match status:
        case RunStatus.DONE:
            said = "Done"
        case RunStatus.PARTIAL:
            said = "Partly done"
        case RunStatus.REFUSED:
            said = "Waiting for approval"
        case RunStatus.PAUSED:
            said = "Paused"
        case RunStatus.FAILED:
            said = "Failed"
        case RunStatus.INTERRUPTED:
            said = "Interrupted"
        case RunStatus.RUNNING:
            said = "Not finished"
        case _:
            assert_never(status)
    return said


def say_done(run: Run) -> str:
    """What the run did, in counts."""
    done = [
        (run.events_upserted, f"{say_count(run.events_upserted, 'event')} created or updated"),
        (sum(run.rows.values()), f"{say_count(sum(run.rows.values()), 'row')}: {say_rows(run.rows)}"),
        (run.events_completed, f"{say_count(run.events_completed, 'event')} completed"),
    ]
    return "; ".join(text for count, text in done if count) or "nothing was sent"


def say_all_done(report: RunReport) -> str:
    """What the run did, the app's settings first."""
    if report.settings is None:
        return say_done(report.run)
    said = say_settings_outcome(report.settings)
    return f"{said}; {say_done(report.run)}" if report.events else said


def say_rows(rows: Mapping[Outcome, int]) -> str:
    """What became of rows: ``290 confirmed, 12 repeated``."""
    return say_list(f"{rows[outcome]:,} {outcome}" for outcome in Outcome if rows.get(outcome))


def has_trouble(event: EventReport) -> bool:
    """Something is not at HubSpot."""
    return event.error is not None or any(count and not outcome.is_at_hubspot for outcome, count in event.rows.items())


def needs_showing(event: EventReport) -> bool:
    """Somebody wants to know of it even where there are many."""
    return has_trouble(event) or event.completed or event.waiting_for is not None


def say_deeds(event: EventReport) -> str:
    """What was done for the event, and what waits; nothing where nothing was."""
    deeds = [
        "created or updated" if event.upserted else "",
        say_rows(event.rows),
        "completed for good" if event.completed else "",
        f"{event.held:,} held" if event.held else "",
        "completion waits" if event.waiting_for is not None else "",
    ]
    return "; ".join(filter(None, deeds))


def say_key(key: EventKey, *, names_account: bool) -> str:
    """The event's id, with its account where the report has several."""
    return make_one_line(str(key) if names_account else key.external_event_id)


def order_failure(row: RowFailure) -> tuple[object, ...]:
    """By which failed rows are sorted."""
    # What somebody has to mend comes before what another run settles by itself.
    return row.outcome is not Outcome.REJECTED, row.file, row.line, row.state, row.occurred_at_ms


def say_trace(row: RowFailure) -> str:
    """What HubSpot's support wants to know of a refusal."""
    if row.rejection is None:
        return ""
    status = "" if row.rejection.status is None else f"HTTP {row.rejection.status}"
    correlation = f"correlation id {row.rejection.correlation_id}" if row.rejection.correlation_id else ""
    return make_one_line(", ".join(filter(None, (row.rejection.category, status, correlation))))


def list_advice(report: RunReport) -> list[str]:
    """What to do next."""
    run = report.run
    advice = []
    if run.rows.get(Outcome.REJECTED):
        advice.append("mend the rejected rows in their files, then plan again")
    if run.rows.get(Outcome.UNCONFIRMED) or run.rows.get(Outcome.INTENDED):
        advice.append("apply again: rows without confirmation are planned once more, and HubSpot counts none twice")
    stopped = run.status in (RunStatus.PAUSED, RunStatus.INTERRUPTED, RunStatus.RUNNING)
    if stopped or run.rows.get(Outcome.NOT_ATTEMPTED):
        advice.append("apply again to go on where this run stopped")
    if report.settings is not None and not report.settings.outcome.is_at_hubspot:
        advice.append("apply again for the app's settings, once what the error says is mended")
    if any(event.needs_approval for event in report.events):
        advice.append("apply again with the approvals above; a completion can't be undone")
    if any(event.held for event in report.events):
        advice.append("plan shows when the held steps fall due; apply again then")
    return advice
