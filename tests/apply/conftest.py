"""A real state in a folder of the test's own, a HubSpot in memory, and the parts of an apply put together on them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hubevents_sync.apply.calls import AttendanceCall, calls_by_round
from hubevents_sync.apply.completion import EventCompleter
from hubevents_sync.apply.events import EventUpserter
from hubevents_sync.apply.room import Room
from hubevents_sync.apply.rows import RowSender
from hubevents_sync.apply.run import Applied, Applier, ApplyOptions
from hubevents_sync.apply.tally import Tally
from hubevents_sync.apply.worker import EventWorker
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome, Verify
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import EventPlan, EventSummary
from hubevents_sync.model.project import BatchSizes, HubSpotSettings
from hubevents_sync.model.run import Actor, EventReport, Run
from hubevents_sync.model.snapshot import DesiredEvent
from hubevents_sync.plan.event import PlannedEvent, plan_event
from hubevents_sync.plan.plan import build_plan
from hubevents_sync.ports import StopSwitch
from hubevents_sync.state.store import open_for_writing
from hubevents_sync.state.writing import State
from tests.builders import DIGEST, build_key
from tests.desired import DIGEST_KEY, build_desired
from tests.fakes import FakeClock, FakeHubSpot, FakeProgress

KEY = build_key()


@dataclass
class Bench:
    """All that an apply works with. *options* change how."""

    state: State
    hubspot: FakeHubSpot = field(default_factory=FakeHubSpot)
    clock: FakeClock = field(default_factory=FakeClock)
    progress: FakeProgress = field(default_factory=FakeProgress)
    stop: StopSwitch = field(default_factory=StopSwitch)
    verify: Verify = Verify.MISSING
    batch: BatchSizes = field(default_factory=BatchSizes)
    approved: set[EventKey] = field(default_factory=set)
    names_every_row: bool = False
    tally: Tally = field(default_factory=lambda: Tally(KEY, "Virtual cooking class"))

    @property
    def upserter(self) -> EventUpserter:
        return EventUpserter(self.hubspot, self.state, self.clock, self.stop)

    @property
    def sender(self) -> RowSender:
        return RowSender(self.hubspot, self.state, self.clock, self.verify, self.stop)

    @property
    def completer(self) -> EventCompleter:
        return EventCompleter(self.hubspot, self.state, self.clock, DIGEST, "ana", self.stop)

    def call_of(self, rows: Sequence[Participation]) -> AttendanceCall:
        """One call of all *rows*, which are of one round, state and kind of address."""
        planned = plan_event(None, build_desired(*rows), now_ms=self.clock.now_ms(), digest_key=DIGEST_KEY).plan.rows
        ((call,),) = calls_by_round(KEY, planned, batch_size=1000, removed_at_ms=0)
        return call

    def send(self, rows: Sequence[Participation]) -> None:
        self.sender.send(self.call_of(rows), self.tally)

    def plan(self, desired: DesiredEvent) -> PlannedEvent:
        recorded = self.state.read_event(desired.snapshot.event.key)
        return plan_event(recorded, desired, now_ms=self.clock.now_ms(), digest_key=DIGEST_KEY)

    def work(self, desired: DesiredEvent) -> EventReport:
        """Plan one event and work on it, its event itself left alone."""
        self.tally = Tally(KEY, "Virtual cooking class")
        with ThreadPoolExecutor(4) as pool, Room(4).event(1) as places:
            EventWorker(
                sender=self.sender,
                completer=self.completer,
                pool=pool,
                stop=self.stop,
                progress=self.progress,
                batch_size=self.batch.attendance,
                removed_at_ms=self.clock.now_ms(),
                approved=frozenset(self.approved),
            ).work(self.plan(desired).plan, self.tally, places)
        return self.tally.report()

    def apply(
        self, *desired: DesiredEvent, load: Callable[[EventSummary], EventPlan] | None = None
    ) -> tuple[Applied, dict[str, EventReport]]:
        """Plan all and carry it out; the reports also by the events' ids."""
        by_key = {each.snapshot.event.key: each for each in desired}
        plan = build_plan((self.plan(each).summary for each in desired), settings=HubSpotSettings())
        options = ApplyOptions(self.batch, self.verify, frozenset(self.approved), "ana", self.names_every_row)
        applier = Applier(self.hubspot, self.state, self.clock, self.progress, self.stop, options)
        applied = applier.carry_out(
            plan,
            events={key: each.snapshot.event for key, each in by_key.items()},
            load=load or (lambda summary: self.plan(by_key[summary.key]).plan),
        )
        return applied, {report.key.external_event_id: report for report in applied.events}

    def create(self, *desired: DesiredEvent) -> None:
        """Bring the events themselves, and nobody, to HubSpot and on record; forget that there were calls."""
        for each in desired:
            assert self.upserter.upsert([each.snapshot.event]).results[0].error is None
        self.hubspot.calls.clear()

    def leftovers(self, key: EventKey = KEY) -> list[tuple[int, Outcome]]:
        """What is on record and not at HubSpot: the line and the outcome."""
        return sorted((found.row.line, found.outcome) for found in self.state.read_leftovers(key))

    def confirmed(self, key: EventKey = KEY) -> list[int]:
        """The lines of the rows that are on record as HubSpot's."""
        recorded = self.state.read_event(key)
        return sorted(row.line for row in recorded.snapshot.participations) if recorded else []


def open_state(folder: Path, clock: FakeClock, *, run_id: str) -> AbstractContextManager[State]:
    actor = Actor(user="ana", host="ci-17", pid=1)
    return open_for_writing(
        folder / "hubevents.db",
        environ={},
        clock=clock,
        actor=actor,
        environment=None,
        portal=None,
        command="apply",
        run_id=run_id,
    )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock = FakeClock()
    with open_state(tmp_path, clock, run_id="7f3c") as state:
        state.begin_run(Run("7f3c", Actor("ana", "ci-17", 1), clock.now_ms(), DIGEST))
        yield Bench(state, clock=clock)
