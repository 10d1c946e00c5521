"""What earlier runs left open: looked up with patience where it was just sent, left open where nobody answers."""

from dataclasses import dataclass, field

import pytest

from hubevents_sync.apply.recovery import Recoverer
from hubevents_sync.errors import DailyQuotaSpent, Interrupted
from hubevents_sync.model.event import MarketingEvent
from hubevents_sync.model.outcome import LiveParticipation, Outcome
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.record import OpenEnd, RecordedRow, Settlement
from hubevents_sync.ports import StopSwitch
from hubevents_sync.state.identity import Identity
from tests.builders import build_key
from tests.fakes import FakeClock, FakeHubSpot, fault, raising

KEY, OTHER = build_key(), build_key("other")
IDENTITY = Identity(b"a key of this test")


@dataclass
class Log:
    settled: list[Settlement] = field(default_factory=list)

    def record_settlement(self, settlement: Settlement) -> None:
        self.settled.append(settlement)


@dataclass
class Bench:
    hubspot: FakeHubSpot = field(default_factory=FakeHubSpot)
    clock: FakeClock = field(default_factory=FakeClock)
    stop: StopSwitch = field(default_factory=StopSwitch)
    log: Log = field(default_factory=Log)

    def settle(self, *ends: OpenEnd, sent_ago_seconds: float = 60.0) -> list[tuple[str, ...]]:
        """The notes of each end, in their order."""
        recoverer = Recoverer(
            self.hubspot,
            self.log,
            self.clock,
            lambda email, vid: IDENTITY.person(email=email, vid=vid),
            self.stop,
            sent_ago_seconds,
        )
        recoveries = recoverer.settle(ends)
        assert [recovery.key for recovery in recoveries] == [end.key for end in ends]
        return [recovery.notes for recovery in recoveries]

    def create(self) -> None:
        for key in (KEY, OTHER):
            self.hubspot.put_event(MarketingEvent(key, {"eventName": key.external_event_id}))
        self.hubspot.calls.clear()


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.create()
    return made


def open_row(email: str, *, contact_id: int | None = None, outcome: Outcome = Outcome.INTENDED) -> RecordedRow:
    row = Participation(IDENTITY.person(email=email), AttendanceState.REGISTERED, 1_000, contact_id=contact_id)
    return RecordedRow(KEY, row, outcome)


def live(email: str, contact_id: int, *, at_ms: int = 1_000, state: str = "REGISTERED") -> LiveParticipation:
    return LiveParticipation(contact_id, email, state, at_ms, at_ms)


def test_rows_are_found_by_the_hash_of_whom_hubspot_shows(bench: Bench) -> None:
    bench.hubspot.rows[KEY] = [live("Ana@Example.com", 7), live("ben@example.com", 8, at_ms=2_000), live("x@y.z", 9)]
    ana, ben = open_row("ana@example.com"), open_row("ben@example.com")
    assert bench.settle(OpenEnd(KEY, (ana, ben))) == [
        (
            "1 row that no file names any more, at HubSpot and on record now",
            "1 row that no file names any more, not at HubSpot and dropped here",
        )
    ]
    (settlement,) = bench.log.settled
    assert [(found.row, found.contact_id) for found in settlement.found] == [(ana.row, 7)]
    assert settlement.dropped == (ben.row,)
    assert bench.hubspot.names() == ["read_event", "read_participations"]


def test_a_row_whose_contact_is_known_is_found_under_another_e_mail(bench: Bench) -> None:
    bench.hubspot.rows[KEY] = [live("married@example.com", 7)]
    rows = open_row("ana@example.com", contact_id=7), open_row("ben@example.com")
    bench.settle(OpenEnd(KEY, rows))
    assert [found.row for found in bench.log.settled[0].found] == [rows[0].row]


def test_people_whose_contacts_are_all_known_are_looked_up_one_by_one(bench: Bench) -> None:
    bench.hubspot.rows[KEY] = [live("ana@example.com", 7)]
    bench.settle(OpenEnd(KEY, (open_row("ana@example.com", contact_id=7),)))
    assert [found.contact_id for found in bench.log.settled[0].found] == [7]
    assert bench.hubspot.names() == ["read_event", "read_participations"]


def test_a_no_show_was_registered(bench: Bench) -> None:
    bench.hubspot.rows[KEY] = [live("ana@example.com", 7, at_ms=9_000, state="NO_SHOW")]
    bench.settle(OpenEnd(KEY, (open_row("ana@example.com"),)))
    assert len(bench.log.settled[0].found) == 1


def test_rows_of_an_event_that_hubspot_does_not_have_are_dropped(bench: Bench) -> None:
    bench.hubspot.events.clear()
    row = open_row("ana@example.com")
    bench.settle(OpenEnd(KEY, (row,)))
    assert bench.log.settled == [Settlement(OpenEnd(KEY, (row,)), dropped=(row.row,))]
    assert bench.hubspot.names() == ["read_event"]


@pytest.mark.parametrize(
    ("sent_ago_seconds", "slept"),
    [(0.0, [1.0, 2.0, 4.0]), (0.5, [1.0, 2.0]), (5.0, [1.0]), (60.0, []), (-9.0, [1.0, 2.0, 4.0])],
)
def test_what_was_just_sent_is_looked_for_with_patience(
    sent_ago_seconds: float, slept: list[float], bench: Bench
) -> None:
    bench.settle(OpenEnd(KEY, (open_row("ana@example.com"),)), sent_ago_seconds=sent_ago_seconds)
    assert bench.clock.slept == slept


def test_a_completion_is_waited_for_until_hubspot_shows_it(bench: Bench) -> None:
    bench.clock.on_sleep = lambda: bench.hubspot.completed.append(KEY)
    assert bench.settle(OpenEnd(KEY, is_completion_open=True), sent_ago_seconds=0.0) == [
        ("a run was cut off while it completed the event: it is complete at HubSpot, and on record now",)
    ]
    assert bench.clock.slept == [1.0]
    assert bench.hubspot.count("complete_event") == 0


def test_an_event_that_was_in_flight_is_told_by_whether_hubspot_has_it(bench: Bench) -> None:
    del bench.hubspot.events[OTHER]
    assert bench.settle(OpenEnd(KEY, is_upsert_open=True), OpenEnd(OTHER, is_upsert_open=True)) == [
        ("a run was cut off while it sent the event: HubSpot has it, and that is on record now",),
        ("a run was cut off while it sent the event: HubSpot does not have it",),
    ]


def test_an_event_that_hubspot_does_not_tell_of_stays_open_and_the_others_are_settled(bench: Bench) -> None:
    bench.hubspot.before = raising("read_event", fault(500, "no"))
    first, second = bench.settle(OpenEnd(KEY, is_completion_open=True), OpenEnd(OTHER, is_completion_open=True))
    assert first == ("not settled, the next run asks again: no (correlation id corr-9)",)
    assert [settlement.end.key for settlement in bench.log.settled] == [OTHER]
    assert second[0].endswith("HubSpot did not get that")


def test_a_fault_that_ends_a_run_is_raised(bench: Bench) -> None:
    bench.hubspot.before = raising("read_event", DailyQuotaSpent("no more today"))
    with pytest.raises(DailyQuotaSpent):
        bench.settle(OpenEnd(KEY, is_completion_open=True))
    assert bench.log.settled == []


def test_a_stop_ends_it_between_two_events(bench: Bench) -> None:
    bench.stop.set(Interrupted("stopped"))
    with pytest.raises(Interrupted):
        bench.settle(OpenEnd(KEY, is_completion_open=True))
    assert bench.hubspot.calls == []


def test_what_hubspot_never_had_is_dropped_without_a_look(bench: Bench) -> None:
    rejected = open_row("ana@example.com", outcome=Outcome.REJECTED)
    not_attempted = open_row("ben@example.com", outcome=Outcome.NOT_ATTEMPTED)
    end = OpenEnd(KEY, (rejected, not_attempted))
    assert bench.settle(end) == [("2 rows that no file names any more, not at HubSpot and dropped here",)]
    assert bench.log.settled == [Settlement(end, dropped=(rejected.row, not_attempted.row))]
    assert bench.hubspot.calls == []


def test_rows_of_an_event_whose_completion_never_arrived_are_looked_for_all_the_same(bench: Bench) -> None:
    bench.hubspot.rows[KEY] = [live("ana@example.com", 7)]
    assert bench.settle(OpenEnd(KEY, (open_row("ana@example.com"),), is_completion_open=True)) == [
        (
            "a run was cut off while it completed the event: HubSpot did not get that",
            "1 row that no file names any more, at HubSpot and on record now",
        )
    ]
