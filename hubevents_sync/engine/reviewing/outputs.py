"""What a saved plan or a report says, as the few words and numbers by which a pipeline decides what comes next."""

import json
from pathlib import Path
from typing import Any

from hubevents_sync.engine.reviewing.saved_plan import read_saved_plan
from hubevents_sync.errors import ConfigurationError
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.plan import Plan

REPORT_MARK = "hubevents-sync/report"


def read_outputs(path: Path) -> dict[str, str]:
    """The outputs of the file at *path*. Raises ConfigurationError, and PlanMismatch for a plan that was edited."""
    report = _read_report(path)
    return describe_plan(read_saved_plan(path)) if report is None else describe_report(report)


def describe_plan(plan: Plan) -> dict[str, str]:
    """*plan* in numbers. ``has-changes``: there is something to do, now or later; ``has-work-now``: or to settle."""
    dues = [event.next_due_ms for event in plan.events if event.next_due_ms is not None]
    completions = sum(event.completion is not None and event.completion.is_due for event in plan.events)
    return {
        "digest": plan.digest,
        "has-changes": _say(is_so=not plan.is_empty),
        "has-work-now": _say(is_so=plan.has_work_now or bool(plan.open_ends)),
        "events": str(sum(not event.is_empty for event in plan.events)),
        "rows": str(sum(event.rows_ready for event in plan.events)),
        "completions": str(completions),
        "next-due": format_instant(min(dues)) if dues else "",
    }


def describe_report(report: dict[str, Any]) -> dict[str, str]:
    """A run in numbers; ``waiting`` counts the completions that nobody approved. All empty where nothing was due."""
    run = report.get("run") or {}
    waiting = sum(event.get("needs_approval") is True for event in report.get("events") or [])
    return {"run": str(run.get("id") or ""), "status": str(run.get("status") or ""), "waiting": str(waiting)}


def _say(*, is_so: bool) -> str:
    return "true" if is_so else "false"


def _read_report(path: Path) -> dict[str, Any] | None:
    """The report at *path*; None where it is something else."""
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"can't read {path}: {(error.strerror or 'unknown reason').lower()}") from error
    except ValueError:
        return None
    return found if isinstance(found, dict) and found.get("format") == REPORT_MARK else None
