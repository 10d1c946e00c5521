"""How long it takes to settle rows that a killed run left in flight, without the time that HubSpot takes to answer.

Run it from the project's folder: PYTHONPATH=. python tests/benchmarks/recovery_rows.py [ROWS]

On two shared cores, 1,000,000 rows: read 3.4 s, compared with a plan that sends all again 1.0 s; half of them put on
record and half dropped 4.0 s; 850 MiB at the most.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from hubevents_sync.engine.applying.actor import find_actor
from hubevents_sync.engine.workspace import SystemClock
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.plan import EventAction, EventPlan, PlannedRow
from hubevents_sync.model.record import OpenEnd, Settlement
from hubevents_sync.model.run import Run
from hubevents_sync.plan.leftovers import find_stranded
from hubevents_sync.state.store import open_for_writing
from hubevents_sync.state.writing import State

KEY = EventKey("CookingCo", "launch")
BATCH = 10_000
T = TypeVar("T")


def open_state(location: Path) -> AbstractContextManager[State]:
    return open_for_writing(
        location,
        environ={},
        clock=SystemClock(),
        actor=find_actor(os.environ),
        environment=None,
        portal=None,
        command="apply",
    )


def timed(label: str, work: Callable[[], T]) -> T:
    began = time.perf_counter()
    done = work()
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"{label:42} {time.perf_counter() - began:6.2f} s  {mebibytes:6,} MiB\n")
    return done


def measure(location: Path, count: int) -> None:
    rows = [
        Participation(n.to_bytes(16, "big"), AttendanceState.REGISTERED, 1_000, file="rosters/launch.csv", line=n)
        for n in range(count)
    ]
    with open_state(location) as state:
        state.begin_run(Run(state.run_id, find_actor(os.environ), 1, "d"))
        for start in range(0, count, BATCH):
            state.intend_attendance(KEY, 1, AttendanceState.REGISTERED, rows[start : start + BATCH])
    again = EventPlan(
        MarketingEvent(KEY, {}), EventAction.NONE, rows=tuple(PlannedRow(row, 1, is_held=False) for row in rows)
    )
    with open_state(location) as state:
        left = timed("read rows in flight", lambda: state.read_leftovers(KEY))
        timed("compare with a plan that sends all again", lambda: find_stranded(left, again, None))
        stranded = find_stranded(left, EventPlan(MarketingEvent(KEY, {}), EventAction.NONE), None)
        half = len(stranded) // 2
        found = tuple(RowResult(kept.row, Outcome.REPEATED, 7) for kept in stranded[:half])
        settlement = Settlement(OpenEnd(KEY, stranded), None, found, tuple(kept.row for kept in stranded[half:]))
        timed("put half on record, drop half", lambda: state.record_settlement(settlement))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder) / "state.db", int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
