"""How fast the state takes and gives rows.

``python tests/benchmarks/state_rows.py [ROWS] [EVENTS] [URL]`` from the top of the project; by default 1,000,000 rows
in one event, in a SQLite file; URL names an empty schema of a PostgreSQL instead. Prints seconds, and milliseconds a
batch of 100 with its two durable commits.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.run import Actor, Run
from hubevents_sync.state.address import parse_address
from hubevents_sync.state.identity import Identity
from hubevents_sync.state.store import Location, open_for_reading, open_for_writing
from hubevents_sync.state.writing import State

BATCH = 100
SOME_TIME_MS = 1_796_040_000_000


class WallClock:
    """The real time."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@contextmanager
def timed(what: str, *, batches: int = 0) -> Iterator[None]:
    wall, processor = time.perf_counter(), time.process_time()
    yield
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    each = f", {wall / batches * 1000:.2f} ms ({processor / batches * 1000:.2f} ms CPU) a batch" if batches else ""
    print(f"{what:<44} {wall:7.2f} s  {processor:7.2f} s CPU{each}", flush=True)  # noqa: T201  a script's result


def make_rows(identity: Identity, count: int) -> list[Participation]:
    return [
        Participation(
            person=identity.person(email=f"person-{number}@example.com"),
            state=AttendanceState.REGISTERED,
            occurred_at_ms=SOME_TIME_MS + number % 86_400_000,
            email=f"person-{number}@example.com",
            file="rosters/launch.csv",
            line=number + 2,
        )
        for number in range(count)
    ]


def apply_rows(state: State, rows: list[Participation], events: int) -> None:
    for number in range(events):
        event = MarketingEvent(EventKey("bench", f"event-{number:05}"), {"eventName": f"Event {number}"})
        state.record_upsert(state.intend_upsert([event]), [(event, str(number))])
        mine = rows[number * len(rows) // events : (number + 1) * len(rows) // events]
        for start in range(0, len(mine), BATCH):
            batch = mine[start : start + BATCH]
            call = state.intend_attendance(event.key, 1, AttendanceState.REGISTERED, batch)
            results = [RowResult(row, Outcome.CONFIRMED, contact_id=row.line) for row in batch]
            state.record_attendance(call, results, status=200)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    events = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    actor = Actor("bench", "here", os.getpid())
    with tempfile.TemporaryDirectory() as folder:
        location: Location = Path(folder) / "hubevents.db"
        if len(sys.argv) > 3:
            location = parse_address(sys.argv[3], environment=None)
        opened = open_for_writing(
            location, environ={}, clock=WallClock(), actor=actor, environment=None, portal=1, command="bench"
        )
        with opened as state:
            state.begin_run(Run(state.run_id, actor, SOME_TIME_MS, "digest"))
            with timed(f"hash {count:,} people"):
                rows = make_rows(state.identity, count)
            with timed("intend and record", batches=-(-count // BATCH)):
                apply_rows(state, rows, events)
            with timed("close"):
                state.heartbeat()
        del rows
        if isinstance(location, Path):
            print(f"{'size':<44} {location.stat().st_size / 2**20:7.1f} MiB")  # noqa: T201  a script's result
        with timed("open for reading"):
            reader = open_for_reading(location, environ={})
        if reader is None:
            raise SystemExit("the state is gone")
        with reader:
            with timed("list events"):
                reader.list_events()
            keys = reader.keys()
            with timed("read all events"):
                read = sum(len(found.snapshot.participations) for key in keys if (found := reader.read_event(key)))
            if read != count:
                raise SystemExit(f"{read} rows of {count} came back")
            with timed("find a person"):
                reader.find_person(reader.identity.person(email="person-7@example.com"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{'peak memory':<44} {peak:7.0f} MiB")  # noqa: T201  a script's result


if __name__ == "__main__":
    main()
