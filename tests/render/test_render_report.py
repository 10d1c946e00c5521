"""What a run did, as people read it."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from hubevents_sync.model.outcome import Outcome, Rejection
from hubevents_sync.model.run import RunReport, RunStatus
from hubevents_sync.render.report_text import render_report_text
from tests.builders import build_event_report, build_failure, build_report, build_run
from tests.golden import Golden


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_partial_run_reads_well_at_every_width(partial_report: RunReport, width: int, golden: Golden) -> None:
    golden.check(f"report-partial-{width}.txt", render_report_text(partial_report, width=width, color=False))


def test_a_partial_run_in_colour(partial_report: RunReport, golden: Golden) -> None:
    golden.check("report-partial-color.txt", render_report_text(partial_report, width=80, color=True))


def test_a_run_that_went_well_is_short() -> None:
    rows = {Outcome.CONFIRMED: 250, Outcome.REPEATED: 2}
    event = build_event_report(upserted=True, rows=rows, completed=True)
    report = build_report(event, run=build_run(rows=rows, events_upserted=1, events_completed=1))
    assert render_report_text(report, width=100, color=False) == (
        "Done: 1 event created or updated; 252 rows: 250 confirmed, 2 repeated; 1 event completed.\n"
        "\n"
        "Events\n"
        "  ✓ cooking  created or updated; 250 confirmed, 2 repeated; completed for good\n"
        "\n"
        "Run   7f3c9a12: 4 requests in 3.2 s\n"
    )


def test_a_run_with_nothing_to_send_says_so() -> None:
    report = build_report(build_event_report(), run=build_run(requests=0))
    assert render_report_text(report, width=80, color=False) == (
        "Done: nothing was sent.\n\nRun   7f3c9a12: 0 requests in 3.2 s\n"
    )


@pytest.mark.parametrize("status", RunStatus)
def test_every_status_has_its_word(status: RunStatus) -> None:
    text = render_report_text(build_report(run=build_run(status=status)), width=80, color=False)
    assert text.endswith("in 3.2 s\n") or "Next  apply again to go on where this run stopped\n" in text


def test_every_outcome_is_counted() -> None:
    rows = dict.fromkeys(Outcome, 2)
    text = render_report_text(build_report(build_event_report(rows=rows)), width=120, color=False)
    said = "2 confirmed, 2 repeated, 2 unconfirmed, 2 rejected, 2 not attempted, 2 intended"
    assert f"  ! cooking  {said}\n" in text


def test_rejected_rows_come_first_and_the_rest_is_counted(partial_report: RunReport) -> None:
    lines = render_report_text(partial_report, width=100, color=False).splitlines()
    first = lines.index("Rows without confirmation (26)") + 1
    assert lines[first : first + 3] == [
        "  rosters/cooking.csv:70  registered rejected: Invalid email address",
        "      VALIDATION_ERROR, HTTP 400, correlation id d2f5c0de-11aa",
        "  rosters/cooking.csv:20  registered unconfirmed",
    ]
    assert lines[first + 21] == "  and 6 more: see --report"


def test_verbose_lists_every_failed_row(partial_report: RunReport) -> None:
    text = render_report_text(partial_report, width=100, color=False, verbose=True)
    assert text.count("rosters/cooking.csv:") == 26
    assert "see --report" not in text


def test_an_approval_can_be_copied_into_a_shell() -> None:
    event = build_event_report("autumn meetup", waiting_for="it needs approval", needs_approval=True)
    text = render_report_text(build_report(event, run=build_run(status=RunStatus.REFUSED)), width=80, color=False)
    assert "  ! autumn meetup: it needs approval\n      --approve 'complete:autumn meetup'\n" in text
    assert "Next  apply again with the approvals above; a completion can't be undone\n" in text


def test_hundreds_of_events_are_counted_but_for_those_in_trouble() -> None:
    events = [build_event_report(f"e{number:03}", rows={Outcome.CONFIRMED: 1}) for number in range(200)]
    events[150] = build_event_report("e150", rows={Outcome.REJECTED: 1})
    text = render_report_text(build_report(*events), width=80, color=False)
    assert "  ! e150  1 rejected\n" in text
    assert "  · 170 more events done like these\n" in text


def test_an_output_that_takes_ascii_alone_gets_ascii_alone(partial_report: RunReport) -> None:
    assert render_report_text(partial_report, width=80, color=False, unicode=False).isascii()


@settings(max_examples=40, deadline=None)
@given(text=st.text(), event_id=st.text(min_size=1), width=st.integers(40, 200))
def test_no_text_breaks_a_line_or_reaches_the_terminal(text: str, event_id: str, width: int) -> None:
    failure = build_failure(rejection=Rejection(text, text, 400, text))
    event = build_event_report(
        event_id, error=text, notes=(text,), waiting_for=text, needs_approval=True, failures=(failure,)
    )
    drawn = render_report_text(build_report(event), width=width, color=False)
    for line in drawn.removesuffix("\n").split("\n"):
        assert cell_len(line) <= width
        assert not any(unicodedata.category(character)[0] == "C" for character in line)
