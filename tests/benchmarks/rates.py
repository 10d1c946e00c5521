"""How near an apply comes to HubSpot's limit: requests sent against what the limit allows, and how many were refused.

The built-in HubSpot enforces 100 requests in any ten seconds, as HubSpot does for its smallest tier. 20,000 people
register for one event, in batches of 100. All in real time, so it takes about a minute.

    python tests/benchmarks/rates.py [--people 20000] [--per-10-seconds 100]
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from hubevents_sync.engine.workspace import SystemClock, Workspace
from hubevents_sync.sandbox.limits import choose_limits
from hubevents_sync.sandbox.server import running_sandbox
from tests.apply_quietly import apply_quietly
from tests.projects import ProjectFolder, build_people

SHARES_KEPT_FREE = (0.2, 0.0)


def measure(people: int, per_10_seconds: int, *, keep_free: float) -> tuple[int, float, int]:
    """Requests, the seconds that the run took, and how many were refused with a 429."""
    limits = choose_limits(tier=None, per_10_seconds=per_10_seconds, per_day=None)
    with running_sandbox(limits=limits) as sandbox, tempfile.TemporaryDirectory() as folder:
        project = ProjectFolder(Path(folder))
        budget = f"  requests: {{per_10_seconds: {per_10_seconds}, keep_free: {keep_free:.0%}}}"
        project.write_settings(budget, base_url=sandbox.base_url)
        project.write_event("gala", roster="gala.csv")
        project.write_roster("gala.csv", build_people(people))
        result = apply_quietly(Workspace(project.path, {"HUBSPOT_ACCESS_TOKEN": "pat-test-0000"}, SystemClock()))
        if result.report is None or result.report.run.exit_code:
            raise SystemExit(f"the apply ended with {result.fault or result.report}")
        asked = sandbox.requests()
        began, ended = result.report.run.started_at_ms, result.report.run.ended_at_ms or 0
        return len(asked), (ended - began) / 1000, sum(request.status == 429 for request in asked)


def shortest_seconds(requests: int, usable_per_10_seconds: int) -> float:
    """How long a rolling window takes for so many: the first window's worth goes at once, the next when it rolls on."""
    return (requests - 1) // usable_per_10_seconds * 10.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each share that is left to others."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--per-10-seconds", type=int, default=100)
    options = parser.parse_args(arguments)
    for keep_free in SHARES_KEPT_FREE:
        requests, seconds, refused = measure(options.people, options.per_10_seconds, keep_free=keep_free)
        usable = int(options.per_10_seconds * (1 - keep_free))
        least = shortest_seconds(requests, usable)
        print(  # noqa: T201  a script's output
            f"keep_free {keep_free:4.0%}: {requests} requests in {seconds:5.1f} s, {requests / seconds:4.1f} a second;"
            f" the limit is {usable / 10:.1f} a second, and allows them in {least:.1f} s at the earliest;"
            f" {refused} refused"
        )


if __name__ == "__main__":
    main()
