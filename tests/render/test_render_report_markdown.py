"""Reports of an apply as the summary of a job."""

from hubevents_sync.model.outcome import Outcome, Rejection
from hubevents_sync.model.run import RunReport
from hubevents_sync.render.report_markdown import render_report_markdown
from tests.builders import build_event_report, build_failure, build_report, build_run
from tests.golden import Golden
from tests.render.test_render_markdown import find_faults


def test_a_report_of_a_run_that_went_partly_well(partial_report: RunReport, golden: Golden) -> None:
    summary = render_report_markdown(partial_report)
    assert find_faults(summary) == []
    golden.check("report-partial.md", summary)


def test_an_apply_with_nothing_to_do_says_so() -> None:
    assert render_report_markdown(None) == (
        "<!-- hubevents-sync report run= digest= exit=0 cut=false -->\n"
        "### hubevents-sync apply\n"
        "\n"
        "<p><b>Nothing was to be done.</b></p>\n"
    )


def test_a_long_report_is_cut_to_the_budget_and_keeps_rejected_rows_longest() -> None:
    refused = Rejection("@everyone <img> is | `no` address", "VALIDATION_ERROR", 400, "d2f5c0de-11aa")
    failures = (
        *(build_failure(line, outcome=Outcome.UNCONFIRMED) for line in range(2, 2_000)),
        *(build_failure(line, rejection=refused) for line in range(2_000, 2_050)),
    )
    report = build_report(
        build_event_report(failures=failures, rows={Outcome.UNCONFIRMED: 1_998, Outcome.REJECTED: 50}), run=build_run()
    )
    summary = render_report_markdown(report, max_bytes=30_000)
    assert len(summary.encode()) <= 30_000
    assert find_faults(summary) == []
    assert summary.splitlines()[0].endswith(" cut=true -->")
    assert summary.count("<code>@everyone &lt;img&gt; is | `no` address</code>") == 50
    assert "Left out: " in summary
