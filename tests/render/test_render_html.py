"""Plans as a page: what is in it, and that it needs nothing else."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import DayCount, EventAction, Plan, RowSample
from hubevents_sync.render.day_chart import DayChart, draw_days
from hubevents_sync.render.plan_html import FINENESSES, MARK, render_plan_html
from hubevents_sync.render.split import Split, split_change
from tests.builders import DIGEST, NOW_MS, build_change, build_plan, build_rows, build_summary
from tests.golden import Golden
from tests.render.large_plan import build_large_plan

VOID = {"meta", "link", "input", "br"}
NASTY = "<script>alert(1)</script>\"'&{{ 7*7 }}</td></style>--> é中\x00\n"
ANYTHING = st.text(max_size=200) | st.text(alphabet=NASTY, max_size=300)


def write(plan: Plan, **options: Any) -> str:
    return render_plan_html(plan, now_ms=NOW_MS, timezone="Europe/Berlin", **options)


class PageReader(HTMLParser):
    """Collects tags, what they load, and the text of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in {"src", "href", "action", "data", "srcset", "poster"}:
                self.addresses.append(value or "")
            if name.startswith("on") or name == "style":
                self.handlers.append(name)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the parser's
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")


def read(page: str) -> PageReader:
    reader = PageReader()
    reader.feed(page)
    reader.close()
    return reader


def list_text(page: str, pattern: str) -> list[str]:
    return [
        unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", found))).strip()
        for found in re.findall(pattern, page, re.S)
    ]


def test_a_page_is_one_file_that_loads_nothing(twelve_events: Plan) -> None:
    reader = read(write(twelve_events))
    assert reader.faults == []
    assert reader.open == []
    assert reader.handlers == []
    assert set(reader.addresses) == {"data:,", "#main", "#summary", "#by-day", "#events", "#digest"}
    assert reader.tags.count("style") == reader.tags.count("script") == 1


def test_the_policy_allows_the_one_style_and_the_one_script_by_their_hashes(twelve_events: Plan) -> None:
    page = write(twelve_events)
    (style,), (script,) = (re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.S) for tag in ("style", "script"))
    hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (style, script)]
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)"', page)
    assert unescape(policy) == (
        f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]}; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_a_plan_with_everything_in_it_has_it_all_on_the_page(twelve_events: Plan, golden: Golden) -> None:
    """The golden file has no style and no script: those are read where they are written."""
    page = write(twelve_events)
    assert page.count(MARK) == 1
    bare = re.sub(r"<(style|script)>.*?</\1>", r"<\1>…</\1>", page, flags=re.S)
    golden.check("plan-12.html", re.sub(r"'sha256-[^']*'|&#39;sha256-.*?&#39;", "'sha256-…'", bare))


def test_every_event_is_a_row_with_its_figures_and_kinds(twelve_events: Plan) -> None:
    page = write(twelve_events)
    lines = list_text(page, r'<tr class="line">(.*?)</tr>')
    assert len(lines) == 12
    assert lines[0] == "autumn-meetup Autumn meetuprows only completed for good 41··41··"
    assert re.findall(r'<tbody class="event" data-kinds="(.*?)">', page)[:2] == [
        "rows completed",
        "updated rows removals leftovers",
    ]


def test_values_are_escaped_wherever_they_stand() -> None:
    text = "</style><script>alert('x')</script>"
    event = build_summary(
        text,
        name=text,
        action=EventAction.UPDATE,
        field_changes=(build_change(text, text, f"{text}!"),),
        samples=(RowSample(text, 1, AttendanceState.REGISTERED, NOW_MS, is_held=False),),
        row_counts=(build_rows(ready=1),),
        notes=(text,),
    )
    page = write(build_plan(event, environment=text, unknowns=(text,)))
    assert page.count("<script>") == page.count("</style>") == 1
    assert page.count("&lt;/style&gt;&lt;script&gt;") >= 7


@settings(max_examples=60, deadline=None)
@given(text=ANYTHING, name=ANYTHING)
def test_no_text_breaks_out_of_the_page(*, text: str, name: str) -> None:
    event = build_summary(
        name,
        name=text,
        action=EventAction.UPDATE,
        field_changes=(build_change(text, text, name), build_change(name, "a" * 80 + text, "a" * 80 + name)),
        row_counts=(build_rows(ready=1),),
        notes=(name,),
    )
    reader, plain = read(write(build_plan(event, environment=text))), read(write(build_plan(replace(event, name=""))))
    assert reader.faults == reader.open == reader.handlers == []
    assert reader.tags.count("script") == 1
    assert set(reader.tags) == set(plain.tags)


def test_a_million_rows_in_two_hundred_events_are_less_than_two_megabytes() -> None:
    page = write(build_large_plan())
    assert len(page.encode()) < 2_000_000
    assert page.count('<tbody class="event"') == 200
    assert "This plan is large" not in page


def test_a_page_that_would_be_too_large_has_less_of_each_event_and_says_so() -> None:
    plan = build_large_plan()
    sizes = [len(write(plan, max_bytes=size).encode()) for size in (1_000_000, 700_000, 1)]
    assert sizes == sorted(sizes, reverse=True)
    page = write(plan, max_bytes=1)
    assert page.count('<tbody class="event"') == 200
    assert "This plan is large: values are shortened, and samples of rows left out." in page
    assert len(FINENESSES) == 4


def test_an_empty_plan_is_a_page_too() -> None:
    page = write(build_plan())
    assert list_text(page, r"<h1>(.*?)</h1>") == ["Nothing to do"]
    assert list_text(page, r'<p class="lead">(.*?)</p>') == ["0 events and 0 people compared, all as recorded."]
    assert DIGEST in page
    assert "<table" not in page
    assert read(page).faults == []


def test_the_same_plan_makes_the_same_page(twelve_events: Plan) -> None:
    assert write(twelve_events) == write(twelve_events)


def chart_of(*days: tuple[int, AttendanceState, int], most_columns: int = 90) -> DayChart:
    chart = draw_days([DayCount(*each) for each in days], most_columns=most_columns)
    assert chart is not None
    return chart


def test_a_strip_has_a_bar_for_each_day_on_its_own_scale() -> None:
    chart = chart_of(
        *((day, AttendanceState.REGISTERED, 10 + day) for day in range(30)), (29, AttendanceState.ATTENDED, 4)
    )
    registered, attended = chart.strips
    assert (chart.width, chart.first, chart.last, chart.days_a_bar) == (300, "1970-01-01", "1970-01-30", 1)
    assert (len(registered.bars), registered.total, registered.peak) == (30, 735, "most on 1970-01-30: 39")
    assert registered.bars[0].stroke == "M5 40v-10"
    assert registered.bars[0].label == "1970-01-01: 10 registered"
    assert (attended.path, attended.peak) == ("M295 40v-40", "on 1970-01-30")


def test_few_days_stand_in_the_middle() -> None:
    chart = chart_of((5, AttendanceState.CANCELLED, 2))
    assert (chart.width, chart.strips[0].path) == (210, "M105 40v-40")


def test_many_days_share_a_bar() -> None:
    chart = chart_of((0, AttendanceState.REGISTERED, 1), (364, AttendanceState.REGISTERED, 1), most_columns=90)
    assert chart.days_a_bar == 5
    assert [bar.label for bar in chart.strips[0].bars] == [
        "5 days from 1970-01-01: 1 registered",
        "5 days from 1970-12-27: 1 registered",
    ]


def test_a_few_rows_far_off_do_not_press_the_others_together() -> None:
    near = [(day, AttendanceState.REGISTERED, 5) for day in range(30)]
    chart = chart_of(*near, (900, AttendanceState.ATTENDED, 3), (2_000, AttendanceState.REGISTERED, 4))
    assert (chart.first, chart.last, chart.days_a_bar, chart.far) == ("1970-01-01", "1970-01-30", 1, 7)
    assert [(strip.total, len(strip.bars)) for strip in chart.strips] == [(154, 30), (3, 0)]
    assert len(chart.rows) == 32


def test_many_rows_far_off_are_drawn() -> None:
    near = [(day, AttendanceState.REGISTERED, 5) for day in range(30)]
    chart = chart_of(*near, (900, AttendanceState.ATTENDED, 30))
    assert (chart.last, chart.days_a_bar, chart.far) == ("1972-06-19", 11, 0)


def test_without_days_or_room_there_is_no_chart() -> None:
    assert draw_days([], most_columns=90) is None
    assert draw_days([DayCount(1, AttendanceState.REGISTERED, 1)], most_columns=0) is None


def test_short_values_are_shown_whole_and_long_ones_where_they_differ() -> None:
    assert split_change("Hall 3", "Hall 4") == Split("", "Hall 3", "Hall 4", "")
    long = "word " * 40
    assert split_change(f"{long}in May, {long}", f"{long}in June, {long}") == Split(
        "…" + "word " * 23 + "in ", "May,", "June,", " " + "word " * 22 + "word…"
    )


@given(before=st.text(alphabet="ab ", max_size=200), after=st.text(alphabet="ab ", max_size=200))
def test_a_split_loses_no_text_that_differs(before: str, after: str) -> None:
    split = split_change(before, after)
    if "…" not in split.start + split.end:
        assert split.start + split.removed + split.end == before
        assert split.start + split.added + split.end == after
    else:
        assert before.endswith(split.end.removesuffix("…")) or "…" in split.end
