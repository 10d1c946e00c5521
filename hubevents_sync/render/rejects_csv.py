"""Write the rows that are not at HubSpot as CSV, one a line, for a spreadsheet. Nobody's data is in it."""

import csv
import io
from collections.abc import Iterable, Iterator

from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.run import EventReport, RowFailure, RunReport
from hubevents_sync.render.safe import make_one_line

COLUMNS = (
    "file",
    "line",
    "event",
    "account",
    "state",
    "occurred_at",
    "outcome",
    "code",
    "category",
    "reason",
    "correlation_id",
)
# A spreadsheet takes a cell that begins so for a formula, and runs it (OWASP, "CSV injection"). A tab and a carriage
# return are spelled out before they get here.
FORMULA_STARTS = ("=", "+", "-", "@")


def render_rejects_csv(report: RunReport | None) -> str:
    """The rows of *report* that were rejected, unconfirmed or not attempted; the header alone where there are none.

    By event, file and line. The reason of a row that has none of its own is that of its event.
    """
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    for event in sorted(report.events, key=lambda event: event.key) if report else ():
        table.writerows(_shape_rows(event))
    return written.getvalue()


def _shape_rows(event: EventReport) -> Iterator[list[str]]:
    for failure in sorted(event.failures, key=_by_place):
        yield list(map(_make_safe, _shape_row(failure, event)))


def _by_place(failure: RowFailure) -> tuple[object, ...]:
    return failure.file, failure.line, failure.occurred_at_ms, failure.state


def _shape_row(failure: RowFailure, event: EventReport) -> Iterable[str]:
    why = failure.rejection
    return (
        failure.file,
        str(failure.line) if failure.line else "",  # a cancellation of somebody who left stands in no file
        failure.key.external_event_id,
        failure.key.external_account_id,
        failure.state.value,
        format_instant(failure.occurred_at_ms),
        failure.outcome.value,
        str(why.status) if why and why.status is not None else "",
        (why.category if why else None) or "",
        (why.reason if why else event.error) or "",
        (why.correlation_id if why else None) or "",
    )


def _make_safe(cell: str) -> str:
    text = make_one_line(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
