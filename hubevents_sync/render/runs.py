"""Draw the audit log: the list of runs, and one run."""

from collections.abc import Sequence

from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.run import Run
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.report_json import shape_run
from hubevents_sync.render.tables import render_facts, render_table, render_table_json
from hubevents_sync.render.wording import say_elapsed, say_instant, say_list

HEADERS = (
    "run",
    "command",
    "started",
    "by",
    "status",
    "rows",
    "completed",
    "approved",
    "requests",
    "commit",
    "PR",
    "plan",
    "reviewed",
)
RIGHT = frozenset({"rows", "completed", "approved", "requests"})
# Where no run has anything to say of it, the column is left out; so are these, the first first, where there is no room.
AT_TIMES = frozenset({"command", "approved", "commit", "PR", "reviewed"})
OPTIONAL = ("plan", "requests", "commit", "approved", "reviewed", "completed", "PR")
SHORT_DIGEST = 12
SHORT_COMMIT = 10


def render_runs_text(
    runs: Sequence[Run], *, width: int, color: bool, timezone: str | None, unicode: bool = True
) -> str:
    """*runs* in their order, a line each."""
    listed = [_list_run(run, timezone) for run in runs]
    headers = [header for header in HEADERS if header not in AT_TIMES or any(row[header] for row in listed)]
    return render_table(
        headers,
        [[row[header] for header in headers] for row in listed],
        width=width,
        color=color,
        right=RIGHT,
        optional=[header for header in OPTIONAL if header in headers],
        empty="no runs yet: apply records each",
        unicode=unicode,
    )


def _list_run(run: Run, timezone: str | None) -> dict[str, str]:
    cells = (
        run.id,
        _name_command(run),
        say_instant(run.started_at_ms // 1000 * 1000, timezone=timezone),
        f"{run.actor.user}@{run.actor.host}",
        run.status.value,
        f"{sum(run.rows.values()):,}",
        f"{run.events_completed:,}",
        str(len(run.approvals) or ""),
        f"{run.requests:,}",
        (run.actor.commit or "")[:SHORT_COMMIT],
        run.actor.pull_request or "",
        run.plan_digest[:SHORT_DIGEST],
        (run.reviewed_digest or "")[:SHORT_DIGEST],
    )
    return dict(zip(HEADERS, cells, strict=True))


def _name_command(run: Run) -> str:
    return "" if run.command == "apply" else run.command


def render_run_text(run: Run, *, width: int, color: bool, timezone: str | None, unicode: bool = True) -> str:
    """One run in full."""
    return render_facts(list_run_facts(run, timezone=timezone), width=width, color=color, unicode=unicode)


def list_run_facts(run: Run, *, timezone: str | None) -> list[tuple[str, str]]:
    """What is known of *run*, labelled; what is not known is left out."""
    ended = run.ended_at_ms
    facts = [
        ("run", run.id),
        ("command", _name_command(run)),
        ("status", run.status.value if run.exit_code is None else f"{run.status} (exit {run.exit_code})"),
        ("started", say_instant(run.started_at_ms, timezone=timezone)),
        ("ended", "" if ended is None else say_instant(ended, timezone=timezone)),
        ("took", "" if ended is None else say_elapsed((ended - run.started_at_ms) / 1000)),
        ("by", f"{run.actor.user}@{run.actor.host}, process {run.actor.pid}"),
        ("commit", run.actor.commit or ""),
        ("pull request", run.actor.pull_request or ""),
        ("pipeline", run.actor.ci_url or ""),
        ("plan", run.plan_digest),
        ("reviewed", run.reviewed_digest or ""),
        ("files", run.files_digest or ""),
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
    return render_table_json("runs", [{**shape_run(run), "command": run.command} for run in runs])


def render_run_json(run: Run) -> str:
    """One run, as in a report."""
    return dump_json({"format": "hubevents-sync/run", "version": 1, "run": shape_run(run)})
