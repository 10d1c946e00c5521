"""The geometry of the chart: what is drawn is what was counted."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.sandbox.page.chart import (
    NARROW,
    WIDE,
    Chart,
    Frame,
    choose_counts,
    choose_times,
    describe,
    draw_chart,
)
from hubevents_sync.sandbox.store.timeline import (
    DAY_MS,
    HOUR_MS,
    MOST_STRETCHES,
    Series,
    Stretch,
    choose_width_ms,
    floor_to_width,
)

MONDAY = 1_793_577_600_000  # 2026-11-02T00:00:00Z
counts = st.integers(min_value=0, max_value=200_000)
stretches = st.lists(st.tuples(st.integers(0, 400), counts, counts, counts), min_size=1, max_size=90)


def make_series(*days: tuple[int, int, int, int]) -> Series:
    """Days as (number from 2 November, registrations, cancellations, attendances)."""
    return Series(DAY_MS, tuple(Stretch(MONDAY + day * DAY_MS, *numbers) for day, *numbers in days))


def draw(series: Series, frame: Frame = WIDE, *, start_ms: int | None = None, end_ms: int | None = None) -> Chart:
    """The chart of *series*."""
    return draw_chart(series, frame, start_ms=start_ms, end_ms=end_ms)


def read_points(text: str) -> list[tuple[float, float]]:
    """A polyline's points."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


def test_lines_end_at_their_totals_and_are_level_where_nothing_happened() -> None:
    chart = draw(make_series((0, 10, 0, 0), (3, 10, 5, 0), (9, 0, 0, 15)))
    assert [(line.kind, line.total) for line in chart.lines] == [
        ("registrations", 20),
        ("attendances", 15),
        ("cancellations", 5),
    ]
    assert [tick.label for tick in chart.y_ticks] == ["0", "5", "10", "15", "20"]
    left, top, width, height = chart.plot
    assert (left, top, width, height) == (44, 22, 694, 292)
    tenth = width / 10
    points = read_points(chart.lines[0].points)
    assert [x for x, _ in points] == pytest.approx(
        [left, left, left + tenth, left + 3 * tenth, left + 4 * tenth, left + width], abs=0.1
    )
    floor, half = top + height, top + height / 2
    assert [y for _, y in points] == [floor, floor, half, half, top, top]


@given(stretches, st.sampled_from([WIDE, NARROW]), st.integers(-500, 500), st.integers(0, 30))
def test_lines_never_fall_and_nothing_leaves_the_drawing(
    days: list[tuple[int, int, int, int]], frame: Frame, start_day: int, lasts: int
) -> None:
    series = make_series(*{day[0]: day for day in sorted(days)}.values())
    start_ms = MONDAY + start_day * DAY_MS
    chart = draw(series, frame, start_ms=start_ms, end_ms=start_ms + lasts * DAY_MS)
    left, top, width, height = chart.plot
    for line in chart.lines:
        points = read_points(line.points)
        assert all(x1 <= x2 and y1 >= y2 for (x1, y1), (x2, y2) in pairwise(points))
        assert all(left <= x <= left + width + 0.1 and top - 0.1 <= y <= top + height + 0.1 for x, y in points)
        assert set(line.marks) <= set(points)
    if chart.event_band is not None:
        assert left <= chart.event_band[0] <= left + width + 0.1
    assert all(left <= tick.at <= left + width for tick in chart.x_ticks)
    labels = sorted(line.label_y for line in chart.lines)
    assert all(below - above >= 15.9 for above, below in pairwise(labels))


def test_labels_of_lines_that_end_together_are_spread_in_their_order() -> None:
    chart = draw(make_series((0, 100, 99, 98)))
    places = {line.kind: line.label_y for line in chart.lines}
    assert places["registrations"] < places["cancellations"] < places["attendances"]


def test_the_event_is_marked_where_it_is_near() -> None:
    series = make_series((0, 1, 0, 0), (9, 1, 0, 0))
    near = draw(series, start_ms=MONDAY + 15 * DAY_MS, end_ms=MONDAY + 20 * DAY_MS)
    assert near.event_band == pytest.approx((44 + 694 * 0.75, 694 / 4), abs=0.2)
    assert draw(series, start_ms=MONDAY + 60 * DAY_MS, end_ms=None).event_band is None
    assert draw(series).event_band is None


def test_a_moment_that_ends_before_it_starts_is_drawn_all_the_same() -> None:
    series = make_series((0, 1, 0, 0))
    chart = draw(series, start_ms=MONDAY + DAY_MS, end_ms=MONDAY)
    assert chart.event_band == (738.0, 2.0)


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (4, (0, 1, 2, 3, 4)),
        (7, (0, 2, 4, 6, 8)),
        (410, (0, 100, 200, 300, 400, 500)),
        (100_000, (0, 20_000, 40_000, 60_000, 80_000, 100_000)),
    ],
)
def test_the_upright_axis_has_round_numbers(highest: int, expected: tuple[int, ...]) -> None:
    assert choose_counts(highest) == expected


def test_the_level_axis_says_the_year_where_it_is_new() -> None:
    december = MONDAY + 50 * DAY_MS
    assert [label for _, label in choose_times(december, december + 20 * DAY_MS, steps=4)] == [
        "22 Dec 2026",
        "27 Dec",
        "1 Jan 2027",
        "6 Jan",
    ]
    assert [label for _, label in choose_times(MONDAY, MONDAY + 4 * HOUR_MS, steps=4)] == [
        "00:00",
        "01:00",
        "02:00",
        "03:00",
    ]


def test_wide_labels_of_the_upright_axis_have_room() -> None:
    chart = draw(make_series((0, 5_000_000, 0, 0)))
    assert chart.plot[0] == 7 * len("5 000 000") + 12


def test_the_description_has_the_figures() -> None:
    assert describe(make_series((0, 1000, 2, 3), (2, 1, 1, 1))) == (
        "1\u202f001 registrations, 4 attendances and 3 cancellations between 2 Nov 2026 and 4 Nov 2026, "
        "summed up over time"
    )


@pytest.mark.parametrize(
    ("span_ms", "width_ms"),
    [
        (0, HOUR_MS),
        (199 * HOUR_MS, HOUR_MS),
        (200 * HOUR_MS, 6 * HOUR_MS),
        (49 * DAY_MS, 6 * HOUR_MS),
        (108 * DAY_MS, DAY_MS),
        (365 * DAY_MS, 7 * DAY_MS),
        (57 * 365 * DAY_MS, 364 * DAY_MS),
    ],
)
def test_stretches_are_as_narrow_as_few_points_allow(span_ms: int, width_ms: int) -> None:
    assert choose_width_ms(span_ms) == width_ms


@given(st.integers(0, 253_402_300_799_000))
def test_there_are_never_too_many_stretches(span_ms: int) -> None:
    assert span_ms // choose_width_ms(span_ms) < MOST_STRETCHES


def test_weeks_begin_on_mondays() -> None:
    sunday = MONDAY + 6 * DAY_MS + 5 * HOUR_MS
    assert floor_to_width(sunday, 7 * DAY_MS) == MONDAY
    assert floor_to_width(sunday, DAY_MS) == MONDAY + 6 * DAY_MS
    assert floor_to_width(MONDAY, 7 * DAY_MS) == MONDAY
