"""Draw one run with its calls."""

from collections.abc import Sequence

from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.record import JournalEntry
from hubevents_sync.model.run import Run
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.plan_json import shape_key
from hubevents_sync.render.report_json import shape_run
from hubevents_sync.render.runs import render_run_text
from hubevents_sync.render.tables import render_table
from hubevents_sync.render.wording import say_count

HEADERS = ("call", "kind", "event", "round", "state", "rows", "ended", "error")


def render_run_record_text(
    run: Run, calls: Sequence[JournalEntry], *, width: int, color: bool, timezone: str | None, unicode: bool = True
) -> str:
    """*run* in full, and a line for each of its calls."""
    facts = render_run_text(run, width=width, color=color, timezone=timezone, unicode=unicode)
    table = render_table(
        HEADERS,
        [_call_row(call) for call in calls],
        width=width,
        color=color,
        right=("call", "round", "rows"),
        optional=("round", "call"),
        empty="it sent nothing",
        unicode=unicode,
    )
    return f"{facts}\n{table}"


def render_run_record_json(run: Run, calls: Sequence[JournalEntry]) -> str:
    """*run* as in a report, with its calls in the order in which they were intended."""
    shaped = [_shape_call(call) for call in calls]
    return dump_json({"format": "hubevents-sync/run", "version": 1, "run": shape_run(run), "calls": shaped})


def _call_row(call: JournalEntry) -> list[str]:
    ids = [key.external_event_id for key in call.keys]
    return [
        str(call.id),
        call.kind.value,
        "" if not ids else ids[0] if len(ids) == 1 else say_count(len(ids), "event"),
        "" if call.round is None else str(call.round),
        "" if call.state is None else call.state.value,
        f"{call.row_count:,}" if call.row_count else "",
        call.result.value if call.result else "no answer on record",
        call.error or "",
    ]


def _shape_call(call: JournalEntry) -> dict[str, object]:
    return {
        "id": call.id,
        "kind": call.kind.value,
        "events": [shape_key(key) for key in call.keys],
        "round": call.round,
        "state": call.state.value if call.state else None,
        "rows": call.row_count,
        "intended_at": format_instant(call.intended_at_ms),
        "finished_at": None if call.finished_at_ms is None else format_instant(call.finished_at_ms),
        "result": call.result.value if call.result else None,
        "error": call.error,
        "status": call.status,
        "correlation_id": call.correlation_id,
    }
