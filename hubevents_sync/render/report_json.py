"""Write what a run did as JSON by ``schemas/report.schema.json``. Rows are file:line; nobody's data is in it."""

from collections.abc import Mapping

from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.outcome import Outcome, Rejection
from hubevents_sync.model.run import EventReport, RowFailure, Run, RunReport
from hubevents_sync.render.app_settings import shape_settings_report
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.plan_json import shape_key

REPORT_FORMAT = "hubevents-sync/report"
REPORT_VERSION = 1


def render_report_json(report: RunReport | None) -> str:
    """*report* as JSON with sorted names, events sorted by key, failures by place, and a newline at the end.

    None stands for an apply that had nothing to do, which is no run: ``run`` is null then.
    """
    events = sorted(report.events, key=lambda event: event.key) if report else []
    return dump_json(
        {
            "format": REPORT_FORMAT,
            "version": REPORT_VERSION,
            "run": shape_run(report.run) if report else None,
            "settings": shape_settings_report(report.settings) if report else None,
            "events": [_shape_event(event) for event in events],
        }
    )


def shape_run(run: Run) -> dict[str, object]:
    """A run as plain values; every outcome has its count, 0 included, so that readers need no default."""
    actor = run.actor
    return {
        "id": run.id,
        "status": run.status.value,
        "started_at": format_instant(run.started_at_ms),
        "ended_at": None if run.ended_at_ms is None else format_instant(run.ended_at_ms),
        "exit_code": run.exit_code,
        "plan_digest": run.plan_digest,
        "reviewed_digest": run.reviewed_digest,
        "files_digest": run.files_digest,
        "requests": run.requests,
        "events_upserted": run.events_upserted,
        "events_completed": run.events_completed,
        "rows": _shape_rows(run.rows),
        "approvals": sorted(run.approvals),
        "actor": {
            "user": actor.user,
            "host": actor.host,
            "pid": actor.pid,
            "commit": actor.commit,
            "ci_url": actor.ci_url,
            "pull_request": actor.pull_request,
        },
    }


def _shape_rows(rows: Mapping[Outcome, int]) -> dict[str, int]:
    return {outcome.value: rows.get(outcome, 0) for outcome in Outcome}


def _shape_event(event: EventReport) -> dict[str, object]:
    failures = sorted(event.failures, key=lambda row: (row.file, row.line, row.state, row.occurred_at_ms, row.outcome))
    return {
        "key": shape_key(event.key),
        "name": event.name,
        "upserted": event.upserted,
        "completed": event.completed,
        "rows": _shape_rows(event.rows),
        "held": event.held,
        "waiting_for": event.waiting_for,
        "needs_approval": event.needs_approval,
        "error": event.error,
        "failures": [_shape_failure(failure) for failure in failures],
        "notes": list(event.notes),
    }


def _shape_failure(failure: RowFailure) -> dict[str, object]:
    return {
        "file": failure.file,
        "line": failure.line,
        "state": failure.state.value,
        "occurred_at": format_instant(failure.occurred_at_ms),
        "outcome": failure.outcome.value,
        "rejection": None if failure.rejection is None else _shape_rejection(failure.rejection),
    }


def _shape_rejection(rejection: Rejection) -> dict[str, object]:
    return {
        "reason": rejection.reason,
        "category": rejection.category,
        "status": rejection.status,
        "correlation_id": rejection.correlation_id,
    }
