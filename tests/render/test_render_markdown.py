"""Plans as comments on a pull request."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import DomainCount, EventAction, Plan, RosterReview, RowSample
from hubevents_sync.render.comment import LEAST_BYTES, MOST_BYTES
from hubevents_sync.render.plan_markdown import render_plan_markdown
from tests.builders import (
    DIGEST,
    NOW_MS,
    build_change,
    build_completion,
    build_key,
    build_plan,
    build_rows,
    build_summary,
)
from tests.golden import Golden
from tests.render.large_plan import build_large_plan

OUR_TAGS = {"h3", "h4", "p", "b", "i", "code", "br", "ul", "li", "table", "tr", "th", "td", "details", "summary"}
NASTY = "@everyone <img> | `x` --> &amp; [a](b) #1 www.x.example </details><!-- \"' é中\x00\n"
ANYTHING = st.text(max_size=400) | st.text(alphabet=NASTY, max_size=900)


def write(plan: Plan, *, max_bytes: int = MOST_BYTES) -> str:
    return render_plan_markdown(plan, max_bytes=max_bytes, now_ms=NOW_MS, timezone="Europe/Berlin")


class TagReader(HTMLParser):
    """Follows the tags of a comment: all of them ours, each closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.comments = 0

    def handle_starttag(self, tag: str, attrs: list[Any]) -> None:  # noqa: ARG002  the parser passes them
        if tag not in OUR_TAGS:
            self.faults.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:  # noqa: ARG002  the parser passes it
        self.comments += 1


def find_faults(comment: str) -> list[str]:
    reader = TagReader()
    reader.feed(comment)
    reader.close()
    return reader.faults + reader.open + [f"{reader.comments} comments"] * (reader.comments != 1)


def test_a_plan_with_everything_in_it_reads_well(twelve_events: Plan, golden: Golden) -> None:
    comment = write(twelve_events)
    assert find_faults(comment) == []
    golden.check("plan-12.md", comment)


def test_two_hundred_events_are_summed_up_and_all_of_them_folded_below(
    two_hundred_events: Plan, golden: Golden
) -> None:
    comment = write(two_hundred_events)
    assert len(comment.encode()) <= MOST_BYTES
    assert "<details><summary><b>All 200 events</b></summary>\n<table>" in comment
    assert comment.count("talk-007</code>") >= 1
    golden.check("plan-200.md", comment)


def test_an_empty_plan_is_a_short_comment_that_can_be_found() -> None:
    assert write(build_plan(build_summary("a", people=3), environment="staging")) == (
        f"<!-- hubevents-sync plan environment=staging digest={DIGEST} cut=false -->\n"
        "### hubevents-sync plan\n"
        "\n"
        "<p><b>Nothing to do for staging: 1 event and 3 people compared, all as recorded.</b></p>\n"
        "<details><summary>1 unchanged event</summary>\n"
        "<ul>\n"
        "<li><code>a</code></li>\n"
        "</ul>\n"
        "</details>\n"
        "\n"
        f"<p>Digest <code>{DIGEST}</code></p>\n"
    )


def test_the_environment_of_the_hidden_line_is_percent_encoded() -> None:
    line = write(build_plan(environment="prod --> eu")).splitlines()[0]
    assert line == f"<!-- hubevents-sync plan environment=prod%20--%3E%20eu digest={DIGEST} cut=false -->"


def test_an_events_name_is_literal_and_pings_nobody() -> None:
    event = build_summary("launch", name="@everyone <img> | `x`", action=EventAction.CREATE)
    assert "<td><code>launch</code><br><code>@everyone &lt;img&gt; | `x`</code></td>" in write(build_plan(event))


def test_a_change_at_the_end_of_a_long_text_is_in_sight() -> None:
    change = build_change("eventDescription", "word " * 200 + "May", "word " * 200 + "June")
    comment = write(build_plan(build_summary(action=EventAction.UPDATE, field_changes=(change,))))
    assert "word May&quot;</td>" in comment
    assert "word June&quot;</td>" in comment


def test_a_million_rows_in_two_hundred_events_are_a_comment_within_the_budget() -> None:
    comment = write(build_large_plan())
    assert len(comment.encode()) <= 60_000
    assert comment.splitlines()[0].endswith(" cut=true -->")
    assert find_faults(comment) == []
    assert re.search(r"<b>This comment is cut</b>.* Left out: .*1,200 samples\. Don't approve from it", comment)
    assert "send 1,000,000 rows" in comment


def test_what_matters_least_goes_first() -> None:
    plan = build_large_plan()
    sizes = [write(plan, max_bytes=size) for size in (3_000_000, 600_000, 150_000, 60_000, 16_000)]
    held = "<summary><b>What is held until it is due</b>: 29 held steps</summary>"
    seen = [
        [text in comment for text in ("registered 2026-11-29", "company-3.example", "customProperties.hall", held)]
        for comment in sizes
    ]
    assert seen == [
        [True, True, True, True],
        [False, True, True, True],
        [False, False, True, True],
        [False, False, False, True],
        [False, False, False, False],
    ]
    assert all("What can't be undone" in comment and comment.count(DIGEST) == 2 for comment in sizes)
    assert [" cut=true -->" in comment for comment in sizes] == [False, True, True, True, True]


@pytest.mark.parametrize("max_bytes", [LEAST_BYTES, 24_000, MOST_BYTES])
@settings(max_examples=40, deadline=None)
@given(text=ANYTHING, name=ANYTHING, count=st.integers(1, 40), completes=st.booleans())
def test_any_plan_fits_keeps_its_digest_and_breaks_out_of_nothing(
    *, text: str, name: str, count: int, completes: bool, max_bytes: int
) -> None:
    events = [
        replace(
            build_summary(
                name=name,
                action=EventAction.UPDATE if number % 2 else EventAction.CREATE,
                field_changes=(build_change(text, text, name), build_change(name, None, text)),
                row_counts=(build_rows(ready=5, held=1), build_rows(AttendanceState.ATTENDED, held=2)),
                completion=build_completion() if completes else None,
                people=5,
                recorded_people=3,
                left=1,
                notes=(text, name),
                leftovers={Outcome.REJECTED: 1},
                samples=(RowSample(text, 2, AttendanceState.REGISTERED, NOW_MS, is_held=False),),
                review=RosterReview(3, 1, (DomainCount(name, 3), DomainCount("", 1))),
            ),
            key=EventKey(f"{number}{name}", text),
        )
        for number in range(count)
    ]
    plan = build_plan(
        *events, environment=text, forgotten=(build_key(text),), unknowns=(text, name), shared_people=2, base=name
    )
    comment = write(plan, max_bytes=max_bytes)
    assert len(comment.encode()) <= max_bytes
    assert find_faults(comment) == []
    assert comment.endswith(f"\n<p>Digest <code>{DIGEST}</code></p>\n")
    assert "#### What can't be undone\n" in comment
    headings = [line for line in comment.splitlines() if line.startswith("#")]
    assert len(headings) == len(set(headings))
    for line in comment.splitlines()[1:]:
        assert line == "" or line.startswith(("<", "### hubevents-sync plan", "#### ")), line
