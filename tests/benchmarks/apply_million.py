"""What an apply of a million rows takes: the client's own CPU, a kill half-way, and the time at HubSpot's limit.

    python tests/benchmarks/apply_million.py [--full] [--batch 500] [--parts cpu,kill,limit] [--no-official]

Without --full a tenth of that. The built-in HubSpot is a process of its own, so CPU and memory are those of the program
alone, its workers included. One row a person, all new, in events of 5,000.

cpu    without limits: CPU, wall and requests, beside csv.reader over the same rows, and beside hubspot-api-client,
       HubSpot's own, in a script that sends the same rows with no state, no journal and no check
kill   SIGKILL after half of the requests: how long the next run takes to its first new request, start-up and plan
       included, and how long ``plan`` alone takes at that point; what is left is recovery
limit  at 190 requests in ten seconds, 100 rows in each, a tenth of the people: wall against the limit's own time
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.shared.measure import (
    MIB,
    PROGRAM,
    ROOT,
    Measured,
    environ_of_program,
    measure_process,
    read_bare,
)
from tests.benchmarks.shared.report import FULL, Verdicts, make_parser, say
from tests.benchmarks.shared.sandbox_beside import count_requests, hubspot_beside, wait_for_requests
from tests.benchmarks.shared.workload import Workload

IN_AN_EVENT = 5_000
CLIENT_CPU_SECONDS = 12.0
RECOVERY_SECONDS = 5.0
PER_10_SECONDS = 190  # HubSpot's limit for Professional and Enterprise
ROWS_AT_THE_LIMIT = 100
BEYOND_THE_LIMIT = 1.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a paragraph for each part."""
    parser = make_parser(__doc__)
    parser.add_argument("--batch", type=int, default=500, help="rows in a call, for cpu and kill (default 500)")
    parser.add_argument("--parts", default="cpu,kill,limit", help="what to measure (default cpu,kill,limit)")
    parser.add_argument("--no-official", action="store_true", help="leave the official client out")
    options = parser.parse_args(arguments)
    verdicts = Verdicts(is_judged=options.people == FULL)
    parts: dict[str, Callable[[Path], None]] = {
        "cpu": lambda folder: measure_cpu(
            folder, options.people, options.batch, verdicts, with_official=not options.no_official
        ),
        "kill": lambda folder: measure_recovery(folder, options.people, options.batch, verdicts),
        "limit": lambda folder: measure_limit(folder, max(1, options.people // 10), verdicts),
    }
    for part in options.parts.split(","):
        with tempfile.TemporaryDirectory() as folder:
            parts[part](Path(folder))
    return verdicts.end(is_strict=options.strict)


def write_project(folder: Path, people: int) -> Workload:
    """Rosters in CSV; everybody registered, and that is all."""
    work = Workload(folder / "project", "csv", max(1, people // IN_AN_EVENT), people, is_plain=True)
    work.write()
    return work


def apply_command(work: Workload) -> list[str]:
    """The apply as it is run."""
    return [*PROGRAM, "-C", str(work.folder), "apply", "--auto-approve"]


def measure_cpu(folder: Path, people: int, batch: int, verdicts: Verdicts, *, with_official: bool) -> None:
    """Our own apply and the official client, each on an empty account."""
    say(f"\n{people:,} rows in calls of {batch}, no limit")
    work = write_project(folder, people)
    listing = folder / "csv-files"
    listing.write_text("\n".join(str(path) for path in sorted((work.folder / "rosters").iterdir())), encoding="utf-8")
    bare = measure_process(read_bare(listing))
    with hubspot_beside() as base_url:
        work.write_settings(base_url=base_url, batch=batch)
        ours = measure_process(apply_command(work))
        say_client("hubevents-sync apply", ours, bare, requests=count_requests(base_url))
        verdict = verdicts.at_most("CPU of apply", ours.cpu, CLIENT_CPU_SECONDS, " s")
        say(f"  CPU {ours.cpu:.1f} s; {verdict}")
    if with_official:
        with hubspot_beside() as base_url:
            script = ROOT / "tests/benchmarks/shared/official.py"
            command = [sys.executable, str(script), base_url, str(work.folder / "rosters"), str(batch)]
            official = measure_process(command)
            say_client("hubspot-api-client in a script", official, bare, requests=count_requests(base_url))
            say(f"  the official client takes {official.cpu / ours.cpu:.2f} times the CPU of the apply")


def say_client(name: str, taken: Measured, bare: Measured, *, requests: int) -> None:
    """One client's line."""
    say(
        f"{name:32} CPU {taken.cpu:7.2f} s = {taken.cpu / bare.cpu:6.1f} x csv.reader; wall {taken.wall:7.2f} s;"
        f" {requests:,} requests; {taken.peak / MIB:.0f} MiB"
    )


def measure_recovery(folder: Path, people: int, batch: int, verdicts: Verdicts) -> None:
    """Kill an apply half-way, and run it again."""
    say(f"\n{people:,} rows in calls of {batch}, killed half-way")
    work = write_project(folder, people)
    with hubspot_beside() as base_url:
        work.write_settings(base_url=base_url, batch=batch)
        calls = work.events * -(-(people // work.events) // batch)
        sent = run_until(work, base_url, calls // 2, end=subprocess.Popen.kill)[1]
        planned = measure_process([*PROGRAM, "-C", str(work.folder), "plan"])
        took, resumed_at = run_until(work, base_url, sent, end=subprocess.Popen.terminate)
        say(f"killed after {sent:,} of about {calls:,} requests; the next run had sent {resumed_at - sent:,} when seen")
        verdict = verdicts.at_most("recovery", took, RECOVERY_SECONDS, " s")
        say(f"  first new request {took:.2f} s after the start; {verdict}")
        beyond = took - planned.wall
        say(f"  plan alone takes {planned.wall:.2f} s: recovery and the way to the first call {beyond:.2f} s")


def run_until(
    work: Workload, base_url: str, count: int, *, end: Callable[["subprocess.Popen[bytes]"], None]
) -> tuple[float, int]:
    """Apply until HubSpot has taken more than *count* requests, then *end* it: the seconds, and the requests then."""
    began = time.perf_counter()
    process = subprocess.Popen(
        apply_command(work), env=environ_of_program(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for_requests(base_url, count, process)
        took = time.perf_counter() - began
    finally:
        end(process)
        process.wait()
    return took, count_requests(base_url)


def measure_limit(folder: Path, people: int, verdicts: Verdicts) -> None:
    """An apply at the limit that most accounts have, none of which is left to others."""
    say(f"\n{people:,} rows in calls of {ROWS_AT_THE_LIMIT} at {PER_10_SECONDS} requests in ten seconds")
    work = write_project(folder, people)
    with hubspot_beside(per_10_seconds=PER_10_SECONDS) as base_url:
        work.write_settings(base_url=base_url, per_10_seconds=PER_10_SECONDS, batch=ROWS_AT_THE_LIMIT)
        taken = measure_process(apply_command(work))
        requests = count_requests(base_url)
    # The first window's worth goes at once, the next when the window has rolled on.
    least = max(1.0, (requests - 1) // PER_10_SECONDS * 10.0)
    times = taken.wall / least
    say(
        f"  {requests:,} requests in {taken.wall:.1f} s; the limit's own time is {least:.0f} s;"
        f" {times:.3f} of it; {verdicts.at_most('wall at the limit', times, BEYOND_THE_LIMIT)}"
    )


if __name__ == "__main__":
    sys.exit(main())
