"""Draw growth as an SVG of its own: two log-log panels, time and memory, readable on light and dark pages."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 760, 340
LEFT, TOP, BOTTOM, GAP = 64, 64, 56, 76
PANEL_WIDTH = (WIDTH - LEFT - GAP - 24) / 2
PANEL_HEIGHT = HEIGHT - TOP - BOTTOM
# Both tell apart in grey and for the colour-blind, on white as on near-black; the second line is dashed as well.
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #333a45; }
  .title { font-weight: 600; font-size: 14px; }
  .grid { stroke: #c9ced6; stroke-width: 1; }
  .line-0 { stroke: #0b62b8; fill: none; stroke-width: 2.5; } .dot-0 { fill: #0b62b8; }
  .line-1 { stroke: #b3470b; fill: none; stroke-width: 2.5; stroke-dasharray: 8 4; } .dot-1 { fill: #b3470b; }
  @media (prefers-color-scheme: dark) {
    text { fill: #d8dde5; } .grid { stroke: #3a414c; }
    .line-0 { stroke: #6cb2ff; } .dot-0 { fill: #6cb2ff; } .line-1 { stroke: #ffa065; } .dot-1 { fill: #ffa065; }
  }
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One format's points: attendees against seconds, and attendees against MiB."""

    name: str
    seconds: Points
    mib: Points


@dataclass(frozen=True, slots=True)
class _Axis:
    """A logarithmic axis over whole decades, *length* pixels long."""

    least: int
    most: int
    length: float

    @classmethod
    def over(cls, values: Sequence[float], length: float) -> "_Axis":
        least = math.floor(math.log10(min(values)) + 1e-9)
        most = max(least + 1, math.ceil(math.log10(max(values)) - 1e-9))
        return cls(least, most, length)

    def place(self, value: float) -> float:
        return (math.log10(value) - self.least) / (self.most - self.least) * self.length

    def decades(self) -> list[float]:
        return [10.0**power for power in range(self.least, self.most + 1)]


def draw_chart(title: str, lines: Sequence[Line]) -> str:
    """The SVG. It says in words what it shows, for those who can't see it."""
    spoken = "; ".join(
        f"{line.name}: " + ", ".join(f"{people:,.0f} in {seconds:.2f} s" for people, seconds in line.seconds)
        for line in lines
    )
    time = _draw_panel(LEFT, "CPU time, seconds", [(line.name, line.seconds) for line in lines])
    memory = _draw_panel(LEFT + PANEL_WIDTH + GAP, "peak memory, MiB", [(line.name, line.mib) for line in lines])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(spoken)}</desc>\n<style>{STYLE}</style>\n"
        f'<text class="title" x="{LEFT}" y="22">{escape(title)}</text>\n{time}{memory}</svg>\n'
    )


def _draw_panel(left: float, name: str, lines: Sequence[tuple[str, Points]]) -> str:
    across = _Axis.over([people for _, points in lines for people, _ in points], PANEL_WIDTH)
    up = _Axis.over([value for _, points in lines for _, value in points], PANEL_HEIGHT)
    bottom = TOP + PANEL_HEIGHT
    drawn = [f'<text x="{left:.0f}" y="{TOP - 16}">{escape(name)}</text>']
    for value in up.decades():
        y = bottom - up.place(value)
        drawn.append(f'<path class="grid" d="M{left:.1f} {y:.1f}H{left + PANEL_WIDTH:.1f}"/>')
        drawn.append(f'<text x="{left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{value:,g}</text>')
    for value in across.decades():
        x = left + across.place(value)
        drawn.append(f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{_short(value)}</text>')
    drawn.append(f'<text x="{left + PANEL_WIDTH / 2:.1f}" y="{bottom + 40}" text-anchor="middle">attendees</text>')
    for number, (label, points) in enumerate(lines):
        places = [(left + across.place(people), bottom - up.place(value)) for people, value in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        drawn.append(f'<path class="line-{number}" d="M{path}"/>')
        drawn += [f'<circle class="dot-{number}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places]
        x, y = left + PANEL_WIDTH - 60, bottom - 28 + number * 18
        drawn.append(f'<path class="line-{number}" d="M{x - 30:.1f} {y - 4:.1f}h24"/>')
        drawn.append(f'<text x="{x:.1f}" y="{y:.1f}">{escape(label)}</text>')
    return "\n".join(drawn) + "\n"


def _short(value: float) -> str:
    """1k, 100k, 1M."""
    return f"{value / 1e6:g}M" if value >= 1e6 else f"{value / 1e3:g}k" if value >= 1e3 else f"{value:g}"
