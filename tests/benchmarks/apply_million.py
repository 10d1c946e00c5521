"""What an apply of a million rows takes: the client's own CPU, a kill half-way, and the time at HubSpot's limit.

    python tests/benchmarks/apply_million.py [--full] [--runs 3] [--batch 500] [--parts cpu,kill,limit] [--no-official]

Without --full a tenth of that. The built-in HubSpot is a process of its own, so CPU and memory are those of the program
alone, its workers included. One row a person, all new, in events of 5,000.

cpu    without limits, the median of several runs: CPU, wall and requests, beside csv.reader over the same rows, and
       beside hubspot-api-client, HubSpot's own, in a script that sends the same rows with no state, no journal and no
       check
kill   SIGKILL after half of the requests: how long the next run takes to its first new request, start-up and plan
       included, and how long ``plan`` alone takes at that point; what is left is recovery
limit  at 190 requests in ten seconds, 100 rows in each, a tenth of the people: wall against the limit's own time
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.shared.measure import (
    MIB,
    PROGRAM,
    ROOT,
    Measured,
    Spread,
    compile_program,
    environ_of_program,
    measure_process,
    read_bare,
)
from tests.benchmarks.shared.report import FULL, Verdicts, make_parser
from tests.benchmarks.shared.sandbox_beside import count_requests, hubspot_beside, wait_for_requests
from tests.benchmarks.shared.table import Table, say_machine
from tests.benchmarks.shared.workload import Workload

IN_AN_EVENT = 5_000
CLIENT_CPU_SECONDS = 12.0
RECOVERY_SECONDS = 5.0
PER_10_SECONDS = 190  # HubSpot's limit for Professional and Enterprise
ROWS_AT_THE_LIMIT = 100
BEYOND_THE_LIMIT = 1.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table."""
    parser = make_parser(__doc__)
    parser.add_argument("--batch", type=int, default=500, help="rows in a call, for cpu and kill (default 500)")
    parser.add_argument("--parts", default="cpu,kill,limit", help="what to measure (default cpu,kill,limit)")
    parser.add_argument("--no-official", action="store_true", help="leave the official client out")
    options = parser.parse_args(arguments)
    compile_program()
    verdicts = Verdicts(is_judged=options.people == FULL)
    table = Table(("apply", "rows", "took", "limits"))
    parts: dict[str, Callable[[Bench], None]] = {
        "cpu": lambda bench: measure_cpu(bench, options.batch, options.runs, with_official=not options.no_official),
        "kill": lambda bench: measure_recovery(bench, options.batch),
        "limit": measure_limit,
    }
    for part in options.parts.split(","):
        people = max(1, options.people // 10) if part == "limit" else options.people
        with tempfile.TemporaryDirectory() as folder:
            work = Workload(Path(folder), "csv", max(1, people // IN_AN_EVENT), people, is_plain=True)
            work.write()
            parts[part](Bench(work, verdicts, table))
    if options.write:
        table.put("apply_million", f"{say_machine()}; {options.batch} rows in a call where nothing limits it.")
    return verdicts.end(is_strict=options.strict)


@dataclass(frozen=True, slots=True)
class Bench:
    """What a part works on, and where its figures go."""

    work: Workload
    verdicts: Verdicts
    table: Table

    def say(self, what: str, took: str, limit: str = "") -> None:
        """One row."""
        self.table.add(what, f"{self.work.people:,}", took, limit)

    @property
    def apply_command(self) -> list[str]:
        """The apply as it is run."""
        return [*PROGRAM, "-C", str(self.work.folder), "apply", "--auto-approve"]


def measure_cpu(bench: Bench, batch: int, runs: int, *, with_official: bool) -> None:
    """Our own apply and the official client, each on an empty account, in turns; memory in one more run of ours."""
    rosters = bench.work.folder / "rosters"
    listing = bench.work.folder / "csv-files"
    listing.write_text("\n".join(map(str, sorted(rosters.iterdir()))), encoding="utf-8")
    rounds = []
    for _ in range(runs):
        bare = measure_process(read_bare(listing), is_watched=False).cpu
        ours = measure_apply(bench, batch)
        rounds.append((bare, ours, measure_official(rosters, batch) if with_official else ours))
    watched = measure_apply(bench, batch, is_watched=True).taken
    cpu = Spread.of([ours.taken.cpu for _, ours, _ in rounds])
    limit = bench.verdicts.at_most("CPU of apply", cpu.median, CLIENT_CPU_SECONDS, " s")
    took = write_client([(ours, bare) for bare, ours, _ in rounds])
    bench.say("without a limit", f"{took}; {watched.peak / MIB:.0f} MiB", limit)
    if with_official:
        bench.say("the official client", write_client([(official, bare) for bare, _, official in rounds]))
        times = Spread.of([official.taken.cpu / ours.taken.cpu for _, ours, official in rounds])
        bench.say("the official client to ours", f"{times} times the CPU")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a client took, and how many requests it made."""

    taken: Measured
    requests: int


def measure_apply(bench: Bench, batch: int, *, is_watched: bool = False) -> Sent:
    """A first apply."""
    shutil.rmtree(bench.work.folder / "state", ignore_errors=True)
    with hubspot_beside() as base_url:
        bench.work.write_settings(base_url=base_url, batch=batch)
        return Sent(measure_process(bench.apply_command, is_watched=is_watched), count_requests(base_url))


def measure_official(rosters: Path, batch: int) -> Sent:
    """The same rows by HubSpot's own client."""
    script = ROOT / "tests/benchmarks/shared/official.py"
    with hubspot_beside() as base_url:
        command = [sys.executable, str(script), base_url, str(rosters), str(batch)]
        return Sent(measure_process(command, is_watched=False), count_requests(base_url))


def write_client(rounds: Sequence[tuple[Sent, float]]) -> str:
    """One client's figures, each beside the CPU of csv.reader in the same round."""
    cpu = Spread.of([sent.taken.cpu for sent, _ in rounds])
    times = Spread.of([sent.taken.cpu / bare for sent, bare in rounds])
    wall = Spread.of([sent.taken.wall for sent, _ in rounds])
    return (
        f"CPU {cpu} s, {times.median:.1f} to `csv.reader`; wall {wall.median:.1f} s; {rounds[0][0].requests:,} requests"
    )


def measure_recovery(bench: Bench, batch: int) -> None:
    """Kill an apply half-way, and run it again."""
    work = bench.work
    with hubspot_beside() as base_url:
        work.write_settings(base_url=base_url, batch=batch)
        calls = work.events * -(-(work.people // work.events) // batch)
        _, sent = run_until(bench, base_url, calls // 2, end=subprocess.Popen.kill)
        planned = measure_process([*PROGRAM, "-C", str(work.folder), "plan"])
        took, _ = run_until(bench, base_url, sent, end=subprocess.Popen.terminate)
    limit = bench.verdicts.at_most("recovery", took, RECOVERY_SECONDS, " s")
    bench.say("killed half-way: the next run's first request", f"{took:.2f} s after its start", limit)
    bench.say("of it, a plan takes", f"{planned.wall:.2f} s")


def run_until(
    bench: Bench, base_url: str, count: int, *, end: Callable[["subprocess.Popen[bytes]"], None]
) -> tuple[float, int]:
    """Apply until HubSpot has taken more than *count* requests, then *end* it: the seconds, and the requests then."""
    began = time.perf_counter()
    process = subprocess.Popen(
        bench.apply_command, env=environ_of_program(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for_requests(base_url, count, process)
        took = time.perf_counter() - began
    finally:
        end(process)
        process.wait()
    return took, count_requests(base_url)


def measure_limit(bench: Bench) -> None:
    """An apply at the limit that most accounts have, none of which is left to others."""
    with hubspot_beside(per_10_seconds=PER_10_SECONDS) as base_url:
        bench.work.write_settings(base_url=base_url, per_10_seconds=PER_10_SECONDS, batch=ROWS_AT_THE_LIMIT)
        taken = measure_process(bench.apply_command)
        requests = count_requests(base_url)
    # The first window's worth goes at once, the next when the window has rolled on.
    least = max(1.0, (requests - 1) // PER_10_SECONDS * 10.0)
    times = taken.wall / least
    limit = bench.verdicts.at_most("wall at the limit", times, BEYOND_THE_LIMIT)
    took = f"{requests:,} requests in {taken.wall:.1f} s, {times:.3f} of the limit's own {least:.0f} s"
    bench.say(f"at {PER_10_SECONDS} requests in ten seconds", took, limit)


if __name__ == "__main__":
    sys.exit(main())
