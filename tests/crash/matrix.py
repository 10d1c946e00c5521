"""Kill an apply at every point there is, and take it up again each time. Run it: ``make crash-matrix``."""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.crash.check import find_faults_of_kill, run_reference
from tests.crash.launch import Interpreters
from tests.crash.scenario import build_template


def run_matrix(*, jobs: int, every: int) -> int:
    """Print a line for each fault and the figures at the end; 1 where there was a fault."""
    began = time.monotonic()
    launcher = Interpreters()
    with tempfile.TemporaryDirectory(prefix="hubevents-crash-") as folder:
        place = Path(folder)
        template = build_template(place / "template", launcher)
        reference = run_reference(template, place / "reference", launcher)
        points = list(enumerate(reference.points, start=1))[::every]

        def check(point: tuple[int, str]) -> bool:
            number, name = point
            faults = find_faults_of_kill(template, place / f"kill-{number}", launcher, reference, at=number)
            say("".join(f"killed at point {number}, {name}: {fault}\n" for fault in faults))
            return not faults

        with ThreadPoolExecutor(jobs) as pool:
            held = sum(pool.map(check, points))
    commits = sum(name.endswith("commit") for _, name in points)
    say(
        f"{len(points)} kills: {commits} before and after commits, {len(points) - commits} before and after requests\n"
        f"{len(points) - held} failures, {time.monotonic() - began:.0f} s\n"
    )
    return 0 if held == len(points) else 1


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default: %(default)s)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th point")
    given = parser.parse_args()
    sys.exit(run_matrix(jobs=given.jobs, every=given.every))
