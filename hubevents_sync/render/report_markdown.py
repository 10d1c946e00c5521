"""Write what a run of apply did as markdown, for the summary of a job: counts first, then what needs somebody.

Of a bounded size and as harmless as a plan's comment (see ``markup``); rows are file and line, nobody's data is in it.
"""

from urllib.parse import quote

from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.run import EventReport, RowFailure, Run, RunReport
from hubevents_sync.render.app_settings import say_settings_outcome
from hubevents_sync.render.comment import MOST_BYTES, Frame, Piece, Worth, bullets, fit_comment, fold, table, titled
from hubevents_sync.render.markup import write_command, write_items, write_name, write_prose, write_row, write_text
from hubevents_sync.render.report_wording import (
    has_trouble,
    list_advice,
    order_failure,
    say_all_done,
    say_deeds,
    say_key,
    say_status,
    say_trace,
)
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.walk import say_approval
from hubevents_sync.render.wording import say_count, say_elapsed

MARK = "<!-- hubevents-sync report "
TITLE = "### hubevents-sync apply\n\n"
MOST_OPEN = 20  # more events are folded


def render_report_markdown(report: RunReport | None, *, max_bytes: int = MOST_BYTES) -> str:
    """*report* in at most *max_bytes* of UTF-8 (16,000 at the least), ending in a newline.

    What does not fit is left out, and said: events that went well first, rejected rows last. None stands for an apply
    that had nothing to do, which is no run.
    """
    if report is None:
        return f"{MARK}run= digest= exit=0 cut=false -->\n{TITLE}<p><b>Nothing was to be done.</b></p>\n"
    run = report.run

    def finish(body: str, cut: str) -> str:
        said = f"<p><b>{write_prose(f'{say_status(run.status)}: {say_all_done(report)}.')}</b></p>\n"
        told = f"<p><b>This summary is cut.</b> Left out: {cut}; <code>--report</code> has it all.</p>\n" if cut else ""
        return f"{_write_marker(run, is_cut=bool(cut))}\n{TITLE}{said}{told}{body}\n{_write_run(run)}"

    return fit_comment(_draw_sections(report), max_bytes=max_bytes, finish=finish)


def _write_marker(run: Run, *, is_cut: bool) -> str:
    ended = "" if run.exit_code is None else run.exit_code
    cut = "true" if is_cut else "false"
    return f"{MARK}run={quote(run.id)} digest={quote(run.plan_digest)} exit={ended} cut={cut} -->"


def _write_run(run: Run) -> str:
    elapsed = "" if run.ended_at_ms is None else f" in {say_elapsed((run.ended_at_ms - run.started_at_ms) / 1000)}"
    said = f"{write_name(make_one_line(run.id))}, {say_count(run.requests, 'request')}{elapsed}"
    return f"<p>Run {said}; plan <code>{quote(run.plan_digest)}</code></p>\n"


def _draw_sections(report: RunReport) -> list[Frame]:
    names_account = len({event.key.external_account_id for event in report.events}) > 1
    advice = [Piece(item, Worth.ANSWERS, "line") for item in write_items(map(write_prose, list_advice(report)))]
    frames = [
        _draw_settings(report),
        _draw_failures(report),
        _draw_waiting(report, names_account=names_account),
        titled("What to do next", [bullets(advice)] if advice else []),
        _draw_events(report, names_account=names_account),
    ]
    return [frame for frame in frames if frame.parts]


def _draw_settings(report: RunReport) -> Frame:
    """Only where they are not set: that they are says the headline."""
    settings = report.settings
    if settings is None or settings.outcome.is_at_hubspot:
        return titled("App settings", [])
    said = f"{say_settings_outcome(settings)}: {make_one_line(settings.error or '')}"
    items = write_items([write_prose(said)])
    return titled("App settings", [bullets([Piece(item, Worth.ANSWERS, "line") for item in items])])


def _draw_waiting(report: RunReport, *, names_account: bool) -> Frame:
    items = []
    for event in report.events:
        if event.waiting_for is None:
            continue
        key = say_key(event.key, names_account=names_account)
        command = write_command(say_approval(key)) if event.needs_approval else ""
        said = f"{write_name(key)}: {write_prose(make_one_line(event.waiting_for))}"
        items.append(f"{said} ({command})" if command else said)
    pieces = [Piece(item, Worth.ANSWERS, "waiting completion") for item in write_items(items)]
    return titled("Completions that wait", [bullets(pieces)] if pieces else [])


def _draw_failures(report: RunReport) -> Frame:
    failures = sorted((failure for event in report.events for failure in event.failures), key=order_failure)
    told = [row for row in failures if row.outcome is not Outcome.NOT_ATTEMPTED]
    untried = report.run.rows.get(Outcome.NOT_ATTEMPTED, 0)
    parts: list[Piece | Frame] = []
    if told:
        rows = [Piece(_write_failure(row), _find_worth(row), "row without confirmation") for row in told]
        head = write_row(("Row", "State", "Outcome", "Reason"), tag="th")
        rejected = sum(row.outcome is Outcome.REJECTED for row in told)
        summary = f"{say_count(rejected, 'rejected row')} and {len(told) - rejected:,} unconfirmed, by file and line"
        parts.append(fold(summary, [table(head, rows)]))
    if untried:
        text = f"{say_count(untried, 'row')} not attempted: the next run sends them"
        parts.append(bullets([Piece(item, Worth.ANSWERS, "line") for item in write_items([text])]))
    return titled("Rows without confirmation", parts)


def _find_worth(row: RowFailure) -> Worth:
    return Worth.ROWS if row.outcome is Outcome.REJECTED else Worth.WAITING


def _write_failure(row: RowFailure) -> str:
    reason = write_text(make_one_line(row.rejection.reason)) if row.rejection else ""
    trace = write_text(say_trace(row))
    place = write_name(make_one_line(f"{row.file}:{row.line}"))
    return write_row((place, row.state.lower(), str(row.outcome), "<br>".join(filter(None, (reason, trace)))))


def _draw_events(report: RunReport, *, names_account: bool) -> Frame:
    touched = [event for event in report.events if say_deeds(event) or event.error or event.notes]
    rows = [
        Piece(
            _write_event(event, names_account=names_account),
            Worth.ROWS if has_trouble(event) else Worth.FIELDS,
            "event",
        )
        for event in touched
    ]
    shown = table(write_row(("Event", "Done"), tag="th"), rows)
    quiet = len(report.events) - len(touched)
    title = f"Events ({len(touched):,} of {len(report.events):,}{' with something to do' if quiet else ''})"
    is_long = len(rows) > MOST_OPEN
    parts = [fold(f"All {len(rows):,}", [shown]) if is_long else shown] if rows else []
    return titled(title, parts)


def _write_event(event: EventReport, *, names_account: bool) -> str:
    name = write_name(say_key(event.key, names_account=names_account))
    error = f"<b>error:</b> {write_prose(make_one_line(event.error))}" if event.error else ""
    notes = [write_prose(make_one_line(note)) for note in event.notes]
    deeds = write_prose(say_deeds(event) or "nothing was sent")
    return write_row((name, "<br>".join(filter(None, (deeds, error, *notes)))))
