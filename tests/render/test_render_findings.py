"""Findings and errors, a line each."""

import json

import pytest

from hubevents_sync.errors import HubSpotError, Refused, SyncError
from hubevents_sync.model.finding import Finding, Position, Severity
from hubevents_sync.render.errors import render_error
from hubevents_sync.render.findings import render_findings_json, render_findings_text


def build_finding(
    line: int = 12,
    *,
    file: str = "events/launch.yaml",
    severity: Severity = Severity.ERROR,
    message: str = "start is after end",
    hint: str | None = None,
) -> Finding:
    return Finding(Position(file, line, 9), "event-times", severity, message, hint)


FINDINGS = (
    build_finding(hint="swap them"),
    build_finding(2, file="events/autumn.yaml", severity=Severity.WARNING, message="late"),
    build_finding(12),
)


def test_findings_are_sorted_by_place_and_counted() -> None:
    assert render_findings_text(FINDINGS, color=False) == (
        "events/autumn.yaml:2:9: warning: late [event-times]\n"
        "events/launch.yaml:12:9: error: start is after end [event-times]\n"
        "events/launch.yaml:12:9: error: start is after end [event-times]\n"
        "  hint: swap them\n"
        "2 errors, 1 warning in 2 files\n"
    )


def test_findings_in_colour() -> None:
    assert render_findings_text([build_finding(hint="swap them")], color=True) == (
        "\x1b[1mevents/launch.yaml:12:9: \x1b[0m\x1b[1;31merror: \x1b[0m"
        "start is after end\x1b[2m [event-times]\x1b[0m\n"
        "  \x1b[36mhint: \x1b[0mswap them\n"
        "\x1b[1m1 error in 1 file\x1b[0m\n"
    )


def test_a_clean_project_says_what_was_read() -> None:
    text = render_findings_text([], color=False, events=12, people=3000)
    assert text == "ok: 12 events and 3,000 people read, nothing wrong\n"
    assert render_findings_text([], color=False) == "ok: nothing wrong\n"


def test_warnings_alone_do_not_spoil_what_was_read() -> None:
    text = render_findings_text([build_finding(severity=Severity.WARNING)], color=False, events=1, people=1)
    assert text.splitlines()[-1] == "1 warning in 1 file; 1 event and 1 person read, no errors"


def test_a_long_finding_is_never_wrapped_for_editors_read_it() -> None:
    text = render_findings_text([build_finding(message="x" * 5000)], color=False)
    assert text.splitlines()[0] == f"events/launch.yaml:12:9: error: {'x' * 5000} [event-times]"


def test_a_finding_can_not_steer_the_terminal() -> None:
    text = render_findings_text([build_finding(message="found \x1b[2J\nevents/x.yaml:1:1: error: forged")], color=False)
    assert "found \\x1b[2J↵events/x.yaml:1:1: error: forged [event-times]\n" in text


def test_findings_for_machines() -> None:
    assert json.loads(render_findings_json(FINDINGS[:2])) == {
        "format": "hubevents-sync/findings",
        "version": 1,
        "counts": {"error": 1, "warning": 1},
        "findings": [
            {
                "file": "events/autumn.yaml",
                "line": 2,
                "column": 9,
                "rule": "event-times",
                "severity": "warning",
                "message": "late",
                "hint": None,
            },
            {
                "file": "events/launch.yaml",
                "line": 12,
                "column": 9,
                "rule": "event-times",
                "severity": "error",
                "message": "start is after end",
                "hint": "swap them",
            },
        ],
    }


def test_findings_in_another_order_are_the_same_bytes() -> None:
    assert render_findings_json(FINDINGS) == render_findings_json(FINDINGS[::-1])


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (SyncError("the plan is empty"), "error: the plan is empty\n"),
        (
            Refused("the plan removes 412 of 900 attendees", hint="if that is meant, add --allow removals:spring=412"),
            "error: the plan removes 412 of 900 attendees\nhint: if that is meant, add --allow removals:spring=412\n",
        ),
        (SyncError("one\ntwo\n", hint="do\n\nthis"), "error: one\n  two\nhint: do\n\n  this\n"),
        (SyncError(""), "error: \n"),
        (SyncError("a\x1b[2Jb"), "error: a\\x1b[2Jb\n"),
        (
            HubSpotError("HubSpot answered 500", correlation_id="d2f5", hint="try later"),
            "error: HubSpot answered 500\n  HubSpot's correlation id: d2f5\nhint: try later\n",
        ),
        (HubSpotError("no, says d2f5", correlation_id="d2f5"), "error: no, says d2f5\n"),
    ],
)
def test_an_error_says_what_and_what_to_do(error: SyncError, text: str) -> None:
    assert render_error(error, color=False) == text


def test_an_error_in_colour() -> None:
    assert (
        render_error(SyncError("no", hint="do"), color=True) == "\x1b[1;31merror: \x1b[0mno\n\x1b[36mhint: \x1b[0mdo\n"
    )


def test_an_output_that_takes_ascii_alone_gets_ascii_alone() -> None:
    assert render_error(SyncError("é → 春"), color=False, unicode=False) == "error: \\xe9 -> \\u6625\n"
    assert render_findings_text([build_finding(message="é")], color=False, unicode=False).isascii()
