"""Draw the audit log: the list of runs, and one run."""

from collections.abc import Sequence

from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.run import Run
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.report_json import shape_run
from hubevents_sync.render.tables import render_facts, render_table, render_table_json
from hubevents_sync.render.wording import say_elapsed, say_instant, say_list

HEADERS = ("run", "started", "by", "status", "rows", "completed", "requests", "plan")
SHORT_DIGEST = 12


def render_runs_text(
    runs: Sequence[Run], *, width: int, color: bool, timezone: str | None, unicode: bool = True
) -> str:
    """*runs* in their order, a line each."""
    rows = [
        [
            run.id,
            say_instant(run.started_at_ms // 1000 * 1000, timezone=timezone),
            f"{run.actor.user}@{run.actor.host}",
            run.status.value,
            f"{sum(run.rows.values()):,}",
            f"{run.events_completed:,}",
            f"{run.requests:,}",
            run.plan_digest[:SHORT_DIGEST],
        ]
        for run in runs
    ]
    right = ("rows", "completed", "requests")
    return render_table(
        HEADERS,
        rows,
        width=width,
        color=color,
        right=right,
        optional=("plan", "requests", "completed"),
        empty="no runs yet: apply records each",
        unicode=unicode,
    )


def render_run_text(run: Run, *, width: int, color: bool, timezone: str | None, unicode: bool = True) -> str:
    """One run in full."""
    return render_facts(list_run_facts(run, timezone=timezone), width=width, color=color, unicode=unicode)


def list_run_facts(run: Run, *, timezone: str | None) -> list[tuple[str, str]]:
    """What is known of *run*, labelled; what is not known is left out."""
    ended = run.ended_at_ms
    facts = [
        ("run", run.id),
        ("status", run.status.value if run.exit_code is None else f"{run.status} (exit {run.exit_code})"),
        ("started", say_instant(run.started_at_ms, timezone=timezone)),
        ("ended", "" if ended is None else say_instant(ended, timezone=timezone)),
        ("took", "" if ended is None else say_elapsed((ended - run.started_at_ms) / 1000)),
        ("by", f"{run.actor.user}@{run.actor.host}, process {run.actor.pid}"),
        ("commit", run.actor.commit or ""),
        ("pipeline", run.actor.ci_url or ""),
        ("plan", run.plan_digest),
        ("requests", f"{run.requests:,}"),
        ("events", f"{run.events_upserted:,} created or updated, {run.events_completed:,} completed"),
        (
            "rows",
            say_list(f"{run.rows[outcome]:,} {outcome}" for outcome in Outcome if run.rows.get(outcome)) or "none",
        ),
        ("approved", say_list(sorted(run.approvals))),
    ]
    return [(label, value) for label, value in facts if value]


def render_runs_json(runs: Sequence[Run]) -> str:
    """*runs* in their order, each as in a report."""
    return render_table_json("runs", [shape_run(run) for run in runs])


def render_run_json(run: Run) -> str:
    """One run, as in a report."""
    return dump_json({"format": "hubevents-sync/run", "version": 1, "run": shape_run(run)})
