"""Lay out rows by day as strips of bars, one strip a state, each on a scale of its own. Pure geometry.

A strip is drawn without any text in it and stretched to the room there is: a bar is a stroke, and lines that are only
upright stay sharp at any width.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hubevents_sync.model.instant import format_day
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import DayCount
from hubevents_sync.render.wording import say_count

HEIGHT = 40
COLUMN = 10  # a bar is 8 wide: see the style sheet
FAR_SHARE = 20  # a twentieth of the rows at most may be left out for lying far from the others
FEWEST_COLUMNS = 21  # fewer days than this leave room at both sides: one bar must not fill the page


@dataclass(frozen=True, slots=True)
class Bar:
    """One column that has rows: its stroke, and what it stands for."""

    stroke: str
    label: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One state's bars. *peak* says when it was most."""

    state: AttendanceState
    total: int
    peak: str
    bars: tuple[Bar, ...]

    @property
    def path(self) -> str:
        """All bars as one path."""
        return "".join(bar.stroke for bar in self.bars)


@dataclass(frozen=True, slots=True)
class DayChart:
    """Strips over the same days. A column is *days_a_bar* days; *rows* are the figures by day, for a table.

    *far* counts the rows that no bar stands for: of few days so far off that they would press all others together.
    """

    width: int
    first: str
    last: str
    days_a_bar: int
    far: int
    strips: tuple[Strip, ...]
    rows: tuple[tuple[str, Mapping[AttendanceState, int]], ...]


def draw_days(days: Iterable[DayCount], *, most_columns: int) -> DayChart | None:
    """*days*, in any order, in at most *most_columns* columns; None where there are none, or no room."""
    counts: dict[AttendanceState, Counter[int]] = {state: Counter() for state in AttendanceState}
    for each in days:
        counts[each.state][each.day] += each.rows
    totals = sum(counts.values(), Counter[int]())
    if not totals or not most_columns:
        return None
    first, last = _choose_span(totals)
    wide = -(-(last - first + 1) // most_columns)
    used = (last - first) // wide + 1
    padding = max(0, (FEWEST_COLUMNS - used) // 2)
    return DayChart(
        width=(used + 2 * padding) * COLUMN,
        first=format_day(first),
        last=format_day(last),
        days_a_bar=wide,
        far=sum(count for day, count in totals.items() if not first <= day <= last),
        strips=tuple(
            _draw_strip(state, by_day, span=range(first, last + 1), wide=wide, padding=padding)
            for state, by_day in counts.items()
            if by_day.total()
        ),
        rows=tuple(
            (format_day(day), {state: by_day[day] for state, by_day in counts.items()}) for day in sorted(totals)
        ),
    )


def _choose_span(totals: Counter[int]) -> tuple[int, int]:
    """The first and the last day to draw: without the far ends beyond a gap that is wider than all the rest."""
    days, most_far = sorted(totals), totals.total() // FAR_SHARE
    while len(days) > 1:
        at = max(range(1, len(days)), key=lambda index: days[index] - days[index - 1])
        before, after = days[:at], days[at:]
        kept, dropped = sorted((before, after), key=lambda part: -sum(totals[day] for day in part))
        most_far -= sum(totals[day] for day in dropped)
        if most_far < 0 or days[at] - days[at - 1] <= kept[-1] - kept[0] + FEWEST_COLUMNS:
            break
        days = kept
    return days[0], days[-1]


def _draw_strip(state: AttendanceState, by_day: Counter[int], *, span: range, wide: int, padding: int) -> Strip:
    columns: Counter[int] = Counter()
    for day, count in by_day.items():
        if day in span:
            columns[(day - span.start) // wide] += count
    most = max(columns.values(), default=0)
    top, highest = max(by_day.items(), key=lambda item: (item[1], -item[0]))
    bars = tuple(
        Bar(
            stroke=f"M{(padding + column) * COLUMN + COLUMN // 2} {HEIGHT}v-{max(1, round(HEIGHT * count / most))}",
            label=f"{_say_days(span.start + column * wide, wide)}: {count:,} {state.lower()}",
        )
        for column, count in sorted(columns.items())
        if count
    )
    peak = f"most on {format_day(top)}: {highest:,}" if len(by_day) > 1 else f"on {format_day(top)}"
    return Strip(state, by_day.total(), peak, bars)


def _say_days(first: int, wide: int) -> str:
    return format_day(first) if wide == 1 else f"{say_count(wide, 'day')} from {format_day(first)}"
