"""Draw what a run of apply did: counts first, then what needs somebody, then what to do next."""

from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.run import EventReport, RowFailure, Run, RunReport, RunStatus
from hubevents_sync.render.app_settings import draw_settings_report
from hubevents_sync.render.canvas import STYLES, Canvas, Styled
from hubevents_sync.render.outline import Mark
from hubevents_sync.render.report_wording import (
    has_trouble,
    list_advice,
    needs_showing,
    order_failure,
    say_all_done,
    say_deeds,
    say_key,
    say_status,
    say_trace,
)
from hubevents_sync.render.safe import make_one_line, measure
from hubevents_sync.render.walk import say_approval
from hubevents_sync.render.wording import say_count, say_elapsed

MOST_FAILURES = 20
MOST_EVENTS = 30  # one line each; the rest of those without trouble are counted
INDENT = "  "


def render_report_text(
    report: RunReport, *, width: int, color: bool, verbose: bool = False, unicode: bool = True
) -> str:
    """*report* for reading, in lines of at most *width* cells (taken between 40 and 200), ending in a newline.

    Shows at most 20 failed rows and 30 events, unless *verbose*. Without *unicode* the result is pure ASCII.
    """
    canvas = Canvas(width=width, color=color, unicode=unicode)
    names_account = len({event.key.external_account_id for event in report.events}) > 1
    _draw_headline(canvas, report)
    draw_settings_report(canvas, report.settings)
    _draw_events(canvas, report, names_account=names_account, verbose=verbose)
    _draw_failures(canvas, report, verbose=verbose)
    _draw_waiting(canvas, report, names_account=names_account)
    _draw_run(canvas, report.run)
    _draw_next(canvas, report)
    return canvas.to_text()


def _draw_headline(canvas: Canvas, report: RunReport) -> None:
    status = report.run.status
    style = {RunStatus.DONE: "bold green", RunStatus.FAILED: "bold red"}.get(status, "bold yellow")
    canvas.paragraph((), (f"{say_status(status)}: ", style), (f"{say_all_done(report)}.", "bold"))


def _draw_events(canvas: Canvas, report: RunReport, *, names_account: bool, verbose: bool) -> None:
    touched = [event for event in report.events if say_deeds(event) or event.error or event.notes]
    quiet = len(report.events) - len(touched)
    shown = touched if verbose else _pick_events(touched)
    if not touched:
        return
    canvas.blank()
    canvas.paragraph((), ("Events", "bold"))
    ids = [canvas.clip(say_key(event.key, names_account=names_account), canvas.width * 2 // 5) for event in shown]
    id_width = max(map(measure, ids))
    for event, shown_id in zip(shown, ids, strict=True):
        _draw_event(canvas, event, f"{shown_id}{' ' * (id_width - measure(shown_id))}")
    rest = [(len(touched) - len(shown), "done like these"), (quiet, "with nothing to do")]
    for count, said in rest:
        if count:
            canvas.line((f"{INDENT}· {say_count(count, 'more event' if shown else 'event')} {said}", "dim"))


def _pick_events(events: list[EventReport]) -> list[EventReport]:
    if len(events) <= MOST_EVENTS:
        return events
    room = MOST_EVENTS - sum(map(needs_showing, events))
    picked = []
    for event in events:
        if needs_showing(event):
            picked.append(event)
        elif room > 0:
            picked.append(event)
            room -= 1
    return picked


def _draw_event(canvas: Canvas, event: EventReport, shown_id: str) -> None:
    mark: Styled = ("✓ ", STYLES[Mark.ADD])
    if has_trouble(event):
        mark = ("! ", STYLES[Mark.DANGER])
    elif event.waiting_for is not None:
        mark = ("~ ", STYLES[Mark.CHANGE])
    canvas.paragraph(((INDENT, ""), mark, (f"{shown_id}  ", "bold")), (say_deeds(event) or "nothing was sent", ""))
    if event.error is not None:
        canvas.paragraph(((f"{INDENT * 3}error: ", "bold red"),), (make_one_line(event.error), ""))
    for note in event.notes:
        canvas.paragraph(((f"{INDENT * 3}· ", "dim"),), (make_one_line(note), "dim"))


def _draw_failures(canvas: Canvas, report: RunReport, *, verbose: bool) -> None:
    """What HubSpot said no or nothing to, row by row; what was not tried says nothing of itself, and is counted."""
    failures = sorted((failure for event in report.events for failure in event.failures), key=order_failure)
    told = [row for row in failures if verbose or row.outcome is not Outcome.NOT_ATTEMPTED]
    untried = 0 if verbose else report.run.rows.get(Outcome.NOT_ATTEMPTED, 0)
    if not told and not untried:
        return
    canvas.blank()
    canvas.paragraph((), ("Rows without confirmation", "bold"), (f"({len(told) + untried:,})", "dim"))
    shown = told if verbose else told[:MOST_FAILURES]
    places = [canvas.clip(make_one_line(f"{row.file}:{row.line}"), canvas.width // 2) for row in shown]
    place_width = max(map(measure, places), default=0)
    for place, row in zip(places, shown, strict=True):
        _draw_failure(canvas, row, f"{place}{' ' * (place_width - measure(place))}")
    if len(told) > len(shown):
        canvas.line((f"{INDENT}and {len(told) - len(shown):,} more: see --report", "dim"))
    if untried:
        canvas.line((f"{INDENT}{say_count(untried, 'row')} not attempted: the next run sends them", "dim"))


def _draw_failure(canvas: Canvas, row: RowFailure, place: str) -> None:
    style = STYLES[Mark.DANGER] if row.outcome is Outcome.REJECTED else STYLES[Mark.CHANGE]
    reason = make_one_line(row.rejection.reason) if row.rejection else ""
    said = f"{row.state.lower()} {row.outcome}{':' if reason else ''}"
    canvas.paragraph(((INDENT, ""), (f"{place}  ", "")), (said, style), (reason, ""))
    trace = say_trace(row)
    if trace:
        canvas.paragraph(((INDENT * 3, ""),), (trace, "dim"))


def _draw_waiting(canvas: Canvas, report: RunReport, *, names_account: bool) -> None:
    waiting = [event for event in report.events if event.waiting_for is not None]
    if not waiting:
        return
    canvas.blank()
    canvas.paragraph((), ("Completions that wait", "bold"))
    for event in waiting:
        shown_id = say_key(event.key, names_account=names_account)
        canvas.paragraph(
            ((f"{INDENT}! ", STYLES[Mark.CHANGE]),),
            (f"{shown_id}: ", "bold"),
            (make_one_line(event.waiting_for or ""), ""),
        )
        if event.needs_approval:
            canvas.paragraph(((INDENT * 3, ""),), (say_approval(shown_id), "cyan"))


def _draw_run(canvas: Canvas, run: Run) -> None:
    elapsed = "" if run.ended_at_ms is None else f" in {say_elapsed((run.ended_at_ms - run.started_at_ms) / 1000)}"
    canvas.blank()
    canvas.paragraph(
        (("Run   ", "dim"),), (f"{make_one_line(run.id)}: {say_count(run.requests, 'request')}{elapsed}", "dim")
    )


def _draw_next(canvas: Canvas, report: RunReport) -> None:
    for number, advice in enumerate(list_advice(report)):
        canvas.paragraph((("      " if number else "Next  ", "bold"),), (advice, ""))
