"""How time and memory grow with the number of attendees: a chart, a table, and the time of an attendee at 1M and 100k.

    python tests/benchmarks/growth.py [--full] [--runs 1] [--formats csv,yaml] [--write]

10,000, 100,000 and with --full 1,000,000 in events of 5,000; then all in one event, and events of ten people each,
10,000 of them with --full. It is the first plan, before any apply: every row is read, checked and planned. Told are
wall and CPU time with that of the workers, the ratio to ``csv.reader`` over the same rows in the same run, and memory.

With --write the chart goes to docs/images/growth.svg, and the table into docs/scale.md, between its two marks.
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.shared.chart import Line, draw_chart
from tests.benchmarks.shared.measure import MIB, PROGRAM, ROOT, Spread, compile_program, measure_process, read_bare
from tests.benchmarks.shared.report import FULL, Verdicts, make_parser, say
from tests.benchmarks.shared.table import Table, say_machine
from tests.benchmarks.shared.workload import Workload

IN_AN_EVENT = 5_000
SIZES = (10_000, 100_000, 1_000_000)
TINY_EVENTS, IN_A_TINY_EVENT = 10_000, 10
ONE, TINY = "one event", "tiny events of 10"
COLUMNS = ("rosters", "attendees", "in", "wall", "CPU", "CPU an attendee", "wall to csv.reader", "memory")
MOST_GROWTH = 1.3
CHART = ROOT / "docs/images/growth.svg"


@dataclass(frozen=True, slots=True)
class Point:
    """What one project took. *seconds* is the wall time, *times* the ratio of it to csv.reader's.

    *is_usual*: its events are of the usual size.
    """

    form: str
    shape: str
    is_usual: bool
    people: int
    seconds: float
    cpu: float
    times: float
    mib: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write it where it is asked for."""
    parser = make_parser(__doc__)
    parser.set_defaults(runs=1)
    parser.add_argument("--formats", default="csv,yaml", help="which formats of rosters (default csv,yaml)")
    options = parser.parse_args(arguments)
    compile_program()
    verdicts = Verdicts(is_judged=options.people == FULL)
    points = []
    table = Table(COLUMNS)
    for form in options.formats.split(","):
        for shape, events, people in list_shapes(options.people):
            points.append(measure(form, shape, events, people, runs=options.runs))
            table.add(*write_row(points[-1]))
    said = say_growth(points, verdicts)
    if options.write:
        CHART.write_text(draw(points), encoding="utf-8")
        table.put("growth", f"{say_machine()}. {said}")
    return verdicts.end(is_strict=options.strict)


def list_shapes(people: int) -> list[tuple[str, int, int]]:
    """Name, events and people of what is measured up to *people*."""
    many = [(write_shape(size), max(1, size // IN_AN_EVENT), size) for size in SIZES if size < people]
    many.append((write_shape(people), max(1, people // IN_AN_EVENT), people))
    tiny = max(1, TINY_EVENTS * people // FULL)
    return [*many, (ONE, 1, people), (f"{tiny:,} {TINY}", tiny, tiny * IN_A_TINY_EVENT)]


def write_shape(people: int) -> str:
    """Events of a usual size, in words."""
    events = max(1, people // IN_AN_EVENT)
    return f"{events:,} event{'s' if events > 1 else ''} of {people // events:,}"


def measure(form: str, shape: str, events: int, people: int, *, runs: int) -> Point:
    """The first plan of one project: the median of *runs*."""
    with tempfile.TemporaryDirectory() as name:
        work = Workload(Path(name, "project"), form, events, people)
        work.write()
        same = work if form == "csv" else Workload(Path(name, "as-csv"), "csv", events, people)
        if same is not work:
            same.write()
        listing = Path(name, "csv-files")
        listing.write_text("\n".join(str(path) for path in sorted((same.folder / "rosters").iterdir())))
        command = [*PROGRAM, "-C", str(work.folder), "plan"]
        read = read_bare(listing)
        rounds = [
            (measure_process(read, is_watched=False), measure_process(command, is_watched=False)) for _ in range(runs)
        ]
        peak = measure_process(command).peak
    return Point(
        form,
        shape,
        shape != ONE and not shape.endswith(TINY),
        people,
        Spread.of([plan.wall for _, plan in rounds]).median,
        Spread.of([plan.cpu for _, plan in rounds]).median,
        Spread.of([plan.wall / bare.wall for bare, plan in rounds]).median,
        peak / MIB,
    )


def say_growth(points: Sequence[Point], verdicts: Verdicts) -> str:
    """The time of one attendee of the most, held against that of one of 100,000 (or of the next size below)."""
    found = []
    for form in dict.fromkeys(point.form for point in points):
        many = [point for point in points if point.form == form and point.is_usual]
        if len(many) > 1:
            few, most = many[-2], many[-1]
            for name, growth in (
                ("wall", most.seconds / most.people / (few.seconds / few.people)),
                ("CPU", most.cpu / most.people / (few.cpu / few.people)),
            ):
                verdict = verdicts.at_most(f"{form} growth, {name}", growth, MOST_GROWTH)
                grown = f"{form}: {name} an attendee, {most.people:,} against {few.people:,}: {growth:.2f}"
                found.append(f"{grown} ({verdict})")
                say(found[-1])
    return "; ".join(found)


def write_row(point: Point) -> Sequence[str]:
    """A row of the table."""
    micros = point.cpu / point.people * 1e6
    return (
        point.form,
        f"{point.people:,}",
        point.shape,
        f"{point.seconds:.2f} s",
        f"{point.cpu:.2f} s",
        f"{micros:.1f} µs",
        f"{point.times:.1f}",
        f"{point.mib:.0f} MiB",
    )


def draw(points: Sequence[Point]) -> str:
    """CPU time and memory of the projects with events of the usual size, a line a format."""
    many = [point for point in points if point.is_usual]
    forms = list(dict.fromkeys(point.form for point in many))
    lines = [
        Line(
            form.upper(),
            [(p.people, p.cpu) for p in many if p.form == form],
            [(p.people, p.mib) for p in many if p.form == form],
        )
        for form in forms
    ]
    return draw_chart("First plan: time and memory against the number of attendees", lines)


if __name__ == "__main__":
    sys.exit(main())
