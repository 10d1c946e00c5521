"""The rejected rows as CSV: every one of them, in the order of the files, and harmless in a spreadsheet."""

import csv
import io

import pytest

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome, Rejection
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.run import Actor, EventReport, RowFailure, Run, RunReport
from hubevents_sync.render.rejects_csv import COLUMNS, render_rejects_csv

KEY = EventKey("CookingCo", "gala")
AT_MS = 1_772_359_200_000  # 2026-03-01T10:00:00Z
RUN = Run("7f3c", Actor("ana", "ci-17", 1), AT_MS, "3f1c")
WHY = Rejection("no such contact", "VALIDATION_ERROR", 400, "corr-1")


def failed(
    line: int, *, file: str = "rosters/gala.csv", outcome: Outcome = Outcome.REJECTED, why: Rejection | None = WHY
) -> RowFailure:
    return RowFailure(KEY, file, line, AttendanceState.REGISTERED, AT_MS, outcome, why)


def table(*events: EventReport) -> list[list[str]]:
    return list(csv.reader(io.StringIO(render_rejects_csv(RunReport(RUN, events)))))


@pytest.mark.parametrize("report", [None, RunReport(RUN), RunReport(RUN, (EventReport(KEY, "Gala"),))])
def test_without_rejected_rows_there_is_the_header_alone(report: RunReport | None) -> None:
    assert render_rejects_csv(report) == (
        "file,line,event,account,state,occurred_at,outcome,code,category,reason,correlation_id\n"
    )


def test_every_row_is_there_with_its_place_and_reason() -> None:
    rows = table(
        EventReport(
            KEY,
            "Gala",
            error="HubSpot answered 503",
            failures=(failed(7), failed(2, outcome=Outcome.NOT_ATTEMPTED, why=None)),
        )
    )
    assert rows == [
        list(COLUMNS),
        [
            "rosters/gala.csv", "2", "gala", "CookingCo", "REGISTERED", "2026-03-01T10:00:00Z", "not attempted", "", "",
            "HubSpot answered 503", "",
        ],
        [
            "rosters/gala.csv", "7", "gala", "CookingCo", "REGISTERED", "2026-03-01T10:00:00Z", "rejected", "400",
            "VALIDATION_ERROR", "no such contact", "corr-1",
        ],
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["=1+1", "+49", "-2", "@SUM(A1)"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(reason: str) -> None:
    (_, row) = table(EventReport(KEY, "Gala", failures=(failed(2, file="=cmd.csv", why=Rejection(reason)),)))
    assert row[9] == f"'{reason}"
    assert row[0] == "'=cmd.csv"


@pytest.mark.parametrize("start", ["\t", "\r", "\n"])
def test_no_cell_begins_with_or_holds_a_control_character(start: str) -> None:
    written = render_rejects_csv(
        RunReport(RUN, (EventReport(KEY, "Gala", failures=(failed(2, why=Rejection(f"{start}=1+1\x1b[2J")),)),))
    )
    assert written.count("\n") == 2
    assert not set("\t\r\x1b") & set(written)


def test_a_removal_stands_in_no_line() -> None:
    (_, row) = table(EventReport(KEY, "Gala", failures=(failed(0, file=""),)))
    assert row[:2] == ["", ""]


def test_events_come_by_key_and_rows_by_place() -> None:
    other = EventKey("CookingCo", "ball")
    failures = (failed(10), failed(9), failed(11, file="rosters/a.csv"))
    rows = table(
        EventReport(KEY, "Gala", failures=failures),
        EventReport(
            other, "Ball", failures=(RowFailure(other, "z.csv", 1, AttendanceState.CANCELLED, 0, Outcome.UNCONFIRMED),)
        ),
    )
    assert [(row[2], row[0], row[1]) for row in rows[1:]] == [
        ("ball", "z.csv", "1"),
        ("gala", "rosters/a.csv", "11"),
        ("gala", "rosters/gala.csv", "9"),
        ("gala", "rosters/gala.csv", "10"),
    ]
