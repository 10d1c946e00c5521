"""How long a plan of a million attendees takes: whole processes, each beside csv.reader over the same rows.

    python tests/benchmarks/million.py [--full] [--runs 3] [--formats csv,yaml] [--shapes many,one,tiny] [--real-apply]

Without --full a tenth of that. Each figure is a ratio: the plan's wall time, start-up included, to that of a process
that does no more than ``csv.reader`` over the same rows as CSV, measured right before it; then the same of CPU time.
Memory is the sum over the program and its workers. The state is made by the engine's own apply, with a HubSpot that
says yes to everything; with --real-apply by an apply over HTTP to the built-in one.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.shared.measure import (
    PROGRAM,
    ROOT,
    Measured,
    Spread,
    compile_program,
    environ_of_program,
    measure_process,
    ratios,
    read_bare,
)
from tests.benchmarks.shared.report import FULL, Verdicts, in_mib, make_parser
from tests.benchmarks.shared.sandbox_beside import hubspot_beside
from tests.benchmarks.shared.table import Table, say_machine, say_rounds
from tests.benchmarks.shared.workload import Workload

IN_AN_EVENT = 5_000
IN_A_TINY_EVENT = 10
CHANGED_FILES = 4
SOMETHING, NOTHING = 2, 0  # exit codes of plan --detailed-exitcode


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a case may take: as a ratio to csv.reader, in seconds, and in MiB."""

    ratio: float | None = None
    seconds: float | None = None
    mib: int | None = None


LIMITS: dict[tuple[str, str, str], Limit] = {
    ("many", "csv", "first plan"): Limit(3.0, mib=250),
    ("many", "yaml", "first plan"): Limit(8.0, mib=250),
    ("many", "csv", "1 % changed in each"): Limit(2.5, mib=250),
    ("many", "yaml", "1 % changed in each"): Limit(7.0, mib=250),
    **{("many", form, "nothing changed"): Limit(0.6, mib=150) for form in ("csv", "yaml")},
    **{("many", form, "four files changed"): Limit(0.8, mib=150) for form in ("csv", "yaml")},
    **{("one", form, case): Limit(mib=900) for form in ("csv", "yaml") for case in ("first plan", "1 % changed")},
    **{
        ("tiny", form, case): Limit(seconds=5.0)
        for form in ("csv", "yaml")
        for case in ("first plan", "nothing changed", "1 % changed in each")
    },
}
ONE_TO_MANY = 1.5


@dataclass(slots=True)
class Bench:
    """Measures the cases of one shape and format, and says each."""

    shape: str
    work: Workload
    bare: Sequence[str]
    runs: int
    verdicts: Verdicts
    table: Table

    def plan(self, case: str, *, ends_with: int, flags: Sequence[str] = ()) -> Spread:
        """A plan's wall time to csv.reader's. Its exit code proves that it found what there is to find."""
        command = [*PROGRAM, "-C", str(self.work.folder), "plan", "--detailed-exitcode", *flags]
        taken: dict[str, list[Measured]] = {"bare": [], "plan": []}
        for _ in range(self.runs):
            taken["bare"].append(measure_process(self.bare, is_watched=False))
            taken["plan"].append(measure_process(command, may_end_with=(ends_with,), is_watched=False))
        wall, cpu = ratios(taken, "plan", "bare")
        seconds = Spread.of([each.wall for each in taken["plan"]])
        peak = in_mib([measure_process(command, may_end_with=(ends_with,))])
        size = f"{self.work.people:,} in {self.work.events:,}"
        judged = self._judge(case, wall, seconds, peak)
        self.table.add(size, self.work.form, case, str(wall), str(cpu), f"{peak} MiB", judged)
        return wall

    def _judge(self, case: str, wall: Spread, seconds: Spread, peak: int) -> str:
        limit = LIMITS.get((self.shape, self.work.form, case), Limit())
        name = f"{self.work.form} {case}"
        said = []
        if limit.ratio is not None:
            said.append(self.verdicts.at_most(name, wall.median, limit.ratio))
        if limit.seconds is not None:
            said.append(f"{seconds.median:.2f} s; " + self.verdicts.at_most(name, seconds.median, limit.seconds, " s"))
        if limit.mib is not None:
            said.append(self.verdicts.at_most(f"{name}, memory", peak, limit.mib, " MiB"))
        return "; ".join(said)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each shape."""
    parser = make_parser(__doc__)
    parser.add_argument("--formats", default="csv,yaml", help="which formats of rosters (default csv,yaml)")
    parser.add_argument("--shapes", default="many,one,tiny", help="many events, one event, tiny events of ten")
    parser.add_argument("--events", type=int, help=f"how many the many events are; else of {IN_AN_EVENT:,} each")
    parser.add_argument("--real-apply", action="store_true", help="make the state by an apply over HTTP")
    options = parser.parse_args(arguments)
    compile_program()
    verdicts = Verdicts(is_judged=options.people == FULL)
    table = Table(("attendees in events", "rosters", "plan", "wall", "CPU", "memory", "limits"))
    events = {
        "many": options.events or max(1, options.people // IN_AN_EVENT),
        "one": 1,
        "tiny": max(1, options.people // IN_AN_EVENT * 50),
    }
    measured: dict[tuple[str, str, str], Spread] = {}
    for shape in options.shapes.split(","):
        people = events[shape] * IN_A_TINY_EVENT if shape == "tiny" else options.people
        for form in options.formats.split(","):
            with tempfile.TemporaryDirectory() as folder:
                work, bare = prepare(Path(folder), form, events[shape], people)
                bench = Bench(shape, work, bare, options.runs, verdicts, table)
                for case, wall in measure(bench, is_real=options.real_apply).items():
                    measured[shape, form, case] = wall
    compare_one_with_many(measured, verdicts, table)
    if options.write:
        table.put("million", f"{say_machine()}, {say_rounds(options.runs)}; wall and CPU as ratios to `csv.reader`.")
    return verdicts.end(is_strict=options.strict)


def prepare(folder: Path, form: str, events: int, people: int) -> tuple[Workload, Sequence[str]]:
    """The project on disk, and the command that reads the same rows in CSV with csv.reader."""
    work = Workload(folder / "project", form, events, people)
    work.write()
    same = work if form == "csv" else Workload(folder / "as-csv", "csv", events, people)
    if same is not work:
        same.write()
    listing = folder / "csv-files"
    listing.write_text("\n".join(str(path) for path in sorted((same.folder / "rosters").iterdir())), encoding="utf-8")
    return work, read_bare(listing)


def measure(bench: Bench, *, is_real: bool) -> dict[str, Spread]:
    """All cases of a shape, by their names: the wall ratios."""
    work, is_one = bench.work, bench.work.events == 1
    found = {"first plan": bench.plan("first plan", ends_with=SOMETHING)}
    apply_project(work, is_real=is_real)
    found["nothing changed"] = bench.plan("nothing changed", ends_with=NOTHING)
    if can_read_all():
        bench.plan("all files read, nothing changed", ends_with=NOTHING, flags=["--no-skip"])
    if work.events > CHANGED_FILES and bench.shape == "many":
        work.write_rosters(CHANGED_FILES, is_changed=True)
        bench.plan("four files changed", ends_with=SOMETHING)
    work.write_rosters(work.events, is_changed=True)
    case = "1 % changed" if is_one else "1 % changed in each"
    found["1 % changed"] = bench.plan(case, ends_with=SOMETHING)
    return found


def apply_project(work: Workload, *, is_real: bool) -> None:
    """Make the state that an apply leaves, in a process of its own."""
    if not is_real:
        maker = ROOT / "tests/benchmarks/shared/applied.py"
        subprocess.run([sys.executable, str(maker), str(work.folder)], check=True, env=environ_of_program())
        return
    with hubspot_beside() as base_url:
        work.write_settings(base_url=base_url)
        measure_process([*PROGRAM, "-C", str(work.folder), "apply", "--auto-approve"])


def can_read_all() -> bool:
    """This version of the program leaves out what did not change, and can be told not to."""
    return "--no-skip" in measure_process([*PROGRAM, "plan", "--help"]).output


def compare_one_with_many(measured: dict[tuple[str, str, str], Spread], verdicts: Verdicts, table: Table) -> None:
    """How much longer one event of all takes than many events of as many people."""
    for (shape, form, case), one in measured.items():
        many = measured.get(("many", form, case))
        if shape == "one" and many is not None and case != "nothing changed":
            name, times = f"{case}, one event against many", one.median / many.median
            judged = verdicts.at_most(f"{form} {name}", times, ONE_TO_MANY)
            table.add("", form, name, f"{times:.2f}", "", "", judged)


if __name__ == "__main__":
    sys.exit(main())
