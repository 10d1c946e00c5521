"""Real state files in a folder of the test's own, and builders of what goes into them."""

import itertools
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

import hubevents_sync
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.run import Actor, Run
from hubevents_sync.state.address import Address, parse_address
from hubevents_sync.state.formats import UPGRADES, Upgrade
from hubevents_sync.state.store import Location, ReadOnlyState, open_for_reading, open_for_writing
from hubevents_sync.state.writing import State
from tests.postgres_server import PASSWORD, PostgresServer

DATABASE = "states"
_SECRET = quote(PASSWORD, safe="")
_numbers = itertools.count()
NOON_MS = 1_796_040_000_000


@dataclass
class SetClock:
    """A clock that stands still until it is set."""

    at_ms: int = NOON_MS

    def now_ms(self) -> int:
        return self.at_ms

    def monotonic(self) -> float:
        return self.at_ms / 1000

    def sleep(self, seconds: float) -> None:
        self.at_ms += round(seconds * 1000)


@dataclass(frozen=True)
class Bench:
    """A place for a state, a clock, and the ways into the state. *address* is set where it is in a PostgreSQL."""

    location: Path
    clock: SetClock
    address: Address | None = None
    server: PostgresServer | None = None

    @property
    def where(self) -> Location:
        """What is to be opened."""
        return self.address or self.location

    @property
    def named(self) -> str:
        """The same as text, its password in it."""
        return str(self.location) if self.address is None else self.address.shown.replace("@", f":{_SECRET}@", 1)

    def change(self, statement: str) -> None:
        """Write to the state behind its back."""
        if self.address is None:
            with closing(sqlite3.connect(self.location)) as database, database:
                database.execute(statement)
            return
        assert self.server is not None
        with self.server.connected(DATABASE) as session:
            session.run(f'SET search_path = "{self.address.schema}"')
            session.run(statement)

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Look into the state behind its back."""
        if self.address is None:
            with closing(sqlite3.connect(self.location)) as database:
                return list(database.execute(statement))
        assert self.server is not None
        with self.server.connected(DATABASE) as session:
            session.run(f'SET search_path = "{self.address.schema}"')
            return session.run(statement)

    def actor(self, user: str = "ana", host: str = "ci-17") -> Actor:
        return Actor(user=user, host=host, pid=os.getpid())

    def write(
        self,
        *,
        run_id: str = "7f3c",
        environ: dict[str, str] | None = None,
        environment: str | None = None,
        portal: int | None = None,
        actor: Actor | None = None,
        busy_seconds: float = 5.0,
        upgrades: Mapping[int, Upgrade] = UPGRADES,
    ) -> AbstractContextManager[State]:
        return open_for_writing(
            self.where,
            environ=environ or {},
            clock=self.clock,
            actor=actor or self.actor(),
            environment=environment,
            portal=portal,
            command="apply",
            run_id=run_id,
            busy_seconds=busy_seconds,
            upgrades=upgrades,
        )

    def read(self, environ: dict[str, str] | None = None, upgrades: Mapping[int, Upgrade] = UPGRADES) -> ReadOnlyState:
        state = open_for_reading(self.where, environ=environ or {}, upgrades=upgrades)
        assert state is not None
        return state

    def run(self, run_id: str = "7f3c") -> Run:
        return Run(id=run_id, actor=self.actor(), started_at_ms=self.clock.now_ms(), plan_digest="abc")

    def key(self, event_id: str = "launch", account: str = "CookingCo") -> EventKey:
        return EventKey(account, event_id)

    def event(self, event_id: str = "launch", **fields: str) -> MarketingEvent:
        return MarketingEvent(self.key(event_id), {"eventName": f"The {event_id}", **fields})

    def row(
        self, number: int, *, state: AttendanceState = AttendanceState.REGISTERED, at_ms: int = 1_000
    ) -> Participation:
        return Participation(
            person=number.to_bytes(16, "big"), state=state, occurred_at_ms=at_ms, file="rosters/launch.csv", line=number
        )

    def apply(self, state: State, rows: list[Participation], event_id: str = "launch") -> None:
        """Record the event and *rows* as confirmed, in a run of their own."""
        call = state.intend_upsert([self.event(event_id)])
        state.record_upsert(call, [(self.event(event_id), "991")])
        call = state.intend_attendance(self.key(event_id), 1, AttendanceState.REGISTERED, rows)
        state.record_attendance(call, [RowResult(row, Outcome.CONFIRMED) for row in rows])


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    location = tmp_path / "state" / "hubevents.db"
    if getattr(request, "param", "sqlite") == "sqlite":
        return Bench(location, SetClock())
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.connected("postgres") as session:
        if not session.run(f"SELECT FROM pg_database WHERE datname = '{DATABASE}'"):
            server.create_database(DATABASE)
    url = server.url(DATABASE, password=_SECRET, query=f"?schema=t-{next(_numbers)}")
    return Bench(location, SetClock(), parse_address(url, environment=None), server)


@pytest.fixture
def files_of() -> Callable[[Path], dict[str, bytes]]:
    """All files below a folder, by name, with their bytes."""

    def look(folder: Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    return look


CHILD_PREAMBLE = """
import os, sys
from pathlib import Path
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.run import Actor, Run
from hubevents_sync.errors import SyncError
from hubevents_sync.state.address import parse_address
from hubevents_sync.state.formats import UPGRADES, Upgrade
from hubevents_sync.state.store import open_for_reading, open_for_writing

NOW_MS = 1_796_040_000_000
class Clock:
    def now_ms(self): return NOW_MS
    def monotonic(self): return 0.0
    def sleep(self, seconds): raise AssertionError("nothing sleeps here")

location = parse_address(sys.argv[1], environment=None) if "://" in sys.argv[1] else Path(sys.argv[1])
actor = Actor("ben", "ci-17", os.getpid())
def write(run_id):
    return open_for_writing(location, environ={}, clock=Clock(), actor=actor, environment=None, portal=None,
                            command="apply", run_id=run_id)
def say(word):
    print(word, flush=True)
def row(number):
    return Participation(
        number.to_bytes(16, "big"), AttendanceState.REGISTERED, 1_000, file="rosters/launch.csv", line=number
    )
def begin(state):
    state.begin_run(Run(state.run_id, actor, NOW_MS, "abc"))
key = EventKey("CookingCo", "launch")
event = MarketingEvent(key, {"eventName": "The launch"})
"""


@pytest.fixture
def start_child(bench: Bench) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start another process on the bench's state: it says words on stdout and reads from stdin."""
    children: list[subprocess.Popen[str]] = []

    def start(code: str) -> subprocess.Popen[str]:
        root = Path(hubevents_sync.__file__).parents[1]
        child = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", CHILD_PREAMBLE + code, bench.named],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.communicate()
