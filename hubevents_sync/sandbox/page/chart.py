"""Lay out an event's interactions over time as lines that only ever rise. Pure geometry; a template draws it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from hubevents_sync.sandbox.page.wording import tell_count, tell_day, tell_moment
from hubevents_sync.sandbox.store.timeline import DAY_MS, Series, Stretch

_TOP, _BOTTOM = 22, 26
# Room for the labels of the upright axis: digits of 7, the gap to the axis, and half a date below its foot.
_DIGIT_WIDTH, _GAP, _LEAST_LEFT = 7, 12, 44
_LABEL_HEIGHT = 16
_Y_STEPS = 5
# The time of the event itself is shown where the lines still have a third of the width.
_WIDEST_STRETCHING = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing in its own units, which are CSS pixels where it is shown at its natural width."""

    name: str
    width: int
    height: int
    right: int
    x_ticks: int


# Two drawings of one chart, of which the style sheet shows the one that fits: text that shrinks can't be read.
WIDE = Frame("wide", width=880, height=340, right=142, x_ticks=6)
NARROW = Frame("narrow", width=330, height=260, right=46, x_ticks=3)


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and what is written there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of interaction. *points* is an SVG polyline's; the label stands at (*end_x*, *label_y*)."""

    kind: str
    total: int
    points: str
    end_x: float
    end_y: float
    label_y: float
    marks: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing. *event_band* is the left edge and the width of the time the event lasts, where that is in sight."""

    frame: Frame
    plot: tuple[float, float, float, float]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    event_band: tuple[float, float] | None


# What is counted, in the order of an attendee's way, and how it is counted.
KINDS: tuple[tuple[str, Callable[[Stretch], int]], ...] = (
    ("registrations", lambda stretch: stretch.registered),
    ("attendances", lambda stretch: stretch.attended),
    ("cancellations", lambda stretch: stretch.cancelled),
)


def count_totals(series: Series) -> dict[str, int]:
    """How many there were of each kind."""
    return {kind: sum(map(count, series.stretches)) for kind, count in KINDS}


def describe(series: Series) -> str:
    """The chart in a sentence, for those who can't see it."""
    first, last = series.stretches[0].start_ms, series.stretches[-1].start_ms + series.width_ms - 1
    totals = [f"{tell_count(total)} {kind}" for kind, total in count_totals(series).items()]
    return (
        f"{totals[0]}, {totals[1]} and {totals[2]} between {tell_day(first)} and {tell_day(last)}, summed up over time"
    )


def draw_chart(series: Series, frame: Frame, *, start_ms: int | None, end_ms: int | None) -> Chart:
    """*series*, which is not empty, within *frame*; the event itself lasts from *start_ms* to *end_ms*."""
    first, last, event = _choose_span(series, start_ms, end_ms)
    counts = choose_counts(max(count_totals(series).values()))
    left = max(_LEAST_LEFT, _DIGIT_WIDTH * len(tell_count(counts[-1])) + _GAP)
    right, floor = frame.width - frame.right, frame.height - _BOTTOM

    def across(at_ms: int) -> float:
        return round(left + (right - left) * (at_ms - first) / (last - first), 1)

    def up(count: int) -> float:
        return round(floor - (floor - _TOP) * count / counts[-1], 1)

    return Chart(
        frame=frame,
        plot=(left, _TOP, right - left, floor - _TOP),
        x_ticks=tuple(Tick(across(at_ms), label) for at_ms, label in choose_times(first, last, steps=frame.x_ticks)),
        y_ticks=tuple(Tick(up(count), tell_count(count)) for count in counts),
        lines=_spread_labels(
            [_draw_line(series, kind, count, last=last, across=across, up=up) for kind, count in KINDS]
        ),
        event_band=None if event is None else (across(event[0]), max(2.0, across(event[1]) - across(event[0]))),
    )


def _choose_span(series: Series, start_ms: int | None, end_ms: int | None) -> tuple[int, int, tuple[int, int] | None]:
    first, last = series.stretches[0].start_ms, series.stretches[-1].start_ms + series.width_ms
    if start_ms is None:
        return first, last, None
    event = (start_ms, max(start_ms, end_ms or start_ms))
    earliest, latest = min(first, event[0]), max(last, event[1])
    if latest - earliest > _WIDEST_STRETCHING * max(last - first, DAY_MS):
        return first, last, None
    return earliest, latest, event


def choose_counts(highest: int) -> tuple[int, ...]:
    """Round numbers from 0 to the first that *highest* does not pass, in one to five equal steps."""
    highest = max(1, highest)
    step = _round_up(-(-highest // _Y_STEPS))
    return tuple(range(0, highest + step, step))


def _round_up(count: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50 … that is not below *count*."""
    magnitude = 1
    while True:
        for nice in (1, 2, 5):
            if nice * magnitude >= count:
                return nice * magnitude
        magnitude *= 10


def choose_times(first: int, last: int, *, steps: int) -> list[tuple[int, str]]:
    """Moments for the axis with what to write there: midnights, or even parts of what is shorter than some days.

    The year stands where it is new.
    """
    if last - first < 2 * steps * DAY_MS:
        moments = [first + (last - first) * index // steps for index in range(steps)]
    else:
        apart = DAY_MS * max(1, (last - first) // DAY_MS // steps)
        moments = list(range(-(-first // DAY_MS) * DAY_MS, last, apart))
    tell = _tell_time if last - first < 2 * DAY_MS else tell_day
    labels: list[tuple[int, str]] = []
    said = ""
    for at_ms in moments:
        year = tell_day(at_ms)[-4:]
        labels.append((at_ms, tell(at_ms) if year != said else tell(at_ms).removesuffix(f" {year}")))
        said = year
    return labels


def _tell_time(at_ms: int) -> str:
    return tell_moment(at_ms).rpartition(", ")[2]


def _draw_line(
    series: Series,
    kind: str,
    count: Callable[[Stretch], int],
    *,
    last: int,
    across: Callable[[int], float],
    up: Callable[[int], float],
) -> Line:
    """A line that is level where nothing happened and rises within the stretches where something did."""
    total, points, marks = 0, [(across(series.stretches[0].start_ms), up(0))], []
    for stretch in series.stretches:
        if not count(stretch):
            continue
        points.append((across(stretch.start_ms), up(total)))
        total += count(stretch)
        points.append((across(stretch.start_ms + series.width_ms), up(total)))
        marks.append(points[-1])
    points.append((across(last), up(total)))
    end_x, end_y = points[-1]
    drawn = " ".join(f"{x},{y}" for x, y in points)
    return Line(kind, total, drawn, end_x, end_y, end_y, _thin_out(marks))


def _thin_out(marks: list[tuple[float, float]], *, apart: float = 46) -> tuple[tuple[float, float], ...]:
    """Those of *marks* that leave room between each other: a line is told by their shape, not hidden under them."""
    kept: list[tuple[float, float]] = []
    for x, y in marks:
        if not kept or math.hypot(x - kept[-1][0], y - kept[-1][1]) >= apart:
            kept.append((x, y))
    return tuple(kept)


def _spread_labels(lines: list[Line]) -> tuple[Line, ...]:
    """The same lines, with labels that don't overlap, each as near to its line's end as the others let it be."""
    order = sorted(range(len(lines)), key=lambda index: lines[index].end_y)
    places = [lines[index].end_y for index in order]
    for above, below in pairwise(range(len(places))):
        places[below] = max(places[below], places[above] + _LABEL_HEIGHT)
    # What was pushed below the highest line's zero goes up again.
    lowest = max(line.end_y for line in lines)
    for index in reversed(range(len(places))):
        limit = lowest if index == len(places) - 1 else places[index + 1] - _LABEL_HEIGHT
        places[index] = min(places[index], limit)
    placed = dict(zip(order, places, strict=True))
    return tuple(
        Line(line.kind, line.total, line.points, line.end_x, line.end_y, placed[index], line.marks)
        for index, line in enumerate(lines)
    )
