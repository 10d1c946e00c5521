"""Write what a webhook is told, by ``schemas/webhook.schema.json``. Counts, ids of events and runs; nobody's data."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from hubevents_sync.model.due import Due
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.project import Occasion
from hubevents_sync.model.run import RunReport, RunStatus
from hubevents_sync.render.due import shape_due
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.plan_json import shape_key

NOTICE_FORMAT = "hubevents-sync/webhook"
NOTICE_VERSION = 1


@dataclass(frozen=True, slots=True)
class Notice:
    """A message: what it is about, the id that tells a repeat from news, and its text."""

    occasion: Occasion
    id: str
    body: str


def write_run_notice(report: RunReport, due: Due, *, now_ms: int) -> Notice:
    """How a run ended. *due* is that of the plan which it carried out: what was held then falls due next."""
    run = report.run
    occasion = Occasion.FINISHED if run.status is RunStatus.DONE else Occasion.PARTIAL
    waiting = [event for event in report.events if event.waiting_for is not None]
    settings = report.settings
    data = {
        "environment": due.environment,
        "portal": due.portal,
        "plan_digest": run.plan_digest,
        "run": {
            "id": run.id,
            "status": run.status.value,
            "exit_code": run.exit_code,
            "started_at": format_instant(run.started_at_ms),
            "ended_at": None if run.ended_at_ms is None else format_instant(run.ended_at_ms),
            "requests": run.requests,
            "events_upserted": run.events_upserted,
            "events_completed": run.events_completed,
            "events_failed": sum(event.error is not None for event in report.events),
            "rows": {outcome.value: run.rows.get(outcome, 0) for outcome in Outcome},
            "settings": None if settings is None else settings.outcome.value,
            "commit": run.actor.commit,
            "pull_request": run.actor.pull_request,
            "ci_url": run.actor.ci_url,
        },
        "waiting_completions": [
            {**shape_key(event.key), "needs_approval": event.needs_approval}
            for event in sorted(waiting, key=lambda event: event.key)
        ],
        "next_due_at": None if due.next_due_ms is None else format_instant(due.next_due_ms),
    }
    return _write(occasion, f"run-{run.id}", data, now_ms=now_ms)


def write_due_notice(due: Due, *, now_ms: int) -> Notice:
    """What is due. The same steps have the same id each time that they are told."""
    data = shape_due(due)
    news = hashlib.sha256(dump_json(data).encode()).hexdigest()[:16]
    return _write(Occasion.DUE, f"due-{news}", data, now_ms=now_ms)


def _write(occasion: Occasion, message_id: str, data: Mapping[str, object], *, now_ms: int) -> Notice:
    body = dump_json(
        {
            "format": NOTICE_FORMAT,
            "version": NOTICE_VERSION,
            "id": message_id,
            "type": occasion.value,
            "sent_at": format_instant(now_ms),
            "data": data,
        }
    )
    return Notice(occasion, message_id, body)
