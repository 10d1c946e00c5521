"""What became of rows: matched to an answer, and read back where it leaves them out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from hubevents_sync.errors import AuthenticationFailed, DailyQuotaSpent, HubSpotError
from hubevents_sync.live.verify import read_back, settle
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import (
    AcceptedRow,
    AttendanceAnswer,
    AttendanceCounters,
    ItemError,
    LiveParticipation,
    Outcome,
    Rejection,
    RowResult,
    TokenInfo,
    UpsertAnswer,
    Verify,
)
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.snapshot import EventSnapshot

KEY = EventKey("CookingCo", "4")
REGISTERED, ATTENDED, CANCELLED = AttendanceState.REGISTERED, AttendanceState.ATTENDED, AttendanceState.CANCELLED
NOON = 1_796_040_000_000
NOBODY = AttendanceCounters(0, 0, 0, 0)
CONFIRMED, REPEATED, UNCONFIRMED, REJECTED = (
    Outcome.CONFIRMED,
    Outcome.REPEATED,
    Outcome.UNCONFIRMED,
    Outcome.REJECTED,
)


def row(name: str, state: AttendanceState = REGISTERED, at: int = NOON) -> Participation:
    return Participation(name.encode().ljust(16), state, at, email=f"{name}@example.com")


def row_by_id(contact_id: int, state: AttendanceState = REGISTERED, at: int = NOON) -> Participation:
    return Participation(contact_id.to_bytes(16, "big"), state, at, contact_id=contact_id)


def live(name: str, state: str = "REGISTERED", at: int = NOON, contact_id: int = 7) -> LiveParticipation:
    return LiveParticipation(contact_id, f"{name}@example.com", state, at, at + 2_400)


class JumpingClock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return NOON

    def monotonic(self) -> float:
        return 100.0 + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class OtherHubSpot:
    """Holds live rows, of which *late* ones show after so many seconds; notes what it is asked for."""

    clock: JumpingClock
    rows: Sequence[LiveParticipation] = ()
    late: Sequence[LiveParticipation] = ()
    late_seconds: float = 0.0
    counters: AttendanceCounters = NOBODY
    fault: HubSpotError | None = None
    asked: list[str] = field(default_factory=list)

    def read_participations(self, key: EventKey, *, contact: str | None = None) -> Iterator[LiveParticipation]:
        assert key == KEY
        if self.fault is not None:
            raise self.fault
        here = [*self.rows, *(self.late if sum(self.clock.slept) >= self.late_seconds else [])]
        found = [one for one in here if contact in (None, one.email, str(one.contact_id))]
        for start in range(0, max(1, len(found)), 100):
            self.asked.append(contact or f"page {start // 100 + 1}")
            yield from found[start : start + 100]

    def read_counters(self, key: EventKey) -> AttendanceCounters:
        assert key == KEY
        self.asked.append("counters")
        return self.counters

    def upsert_events(self, events: Sequence[MarketingEvent]) -> UpsertAnswer:
        raise NotImplementedError

    def put_event(self, event: MarketingEvent) -> str | None:
        raise NotImplementedError

    def record_attendance(
        self, key: EventKey, state: AttendanceState, rows: Sequence[Participation]
    ) -> AttendanceAnswer:
        raise NotImplementedError

    def complete_event(self, key: EventKey, *, start: str, end: str) -> None:
        raise NotImplementedError

    def read_event(self, key: EventKey) -> EventSnapshot | None:
        raise NotImplementedError

    def read_token_info(self) -> TokenInfo:
        raise NotImplementedError


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


def outcomes(results: Sequence[RowResult]) -> list[Outcome]:
    return [result.outcome for result in results]


def test_a_row_that_hubspot_shows_is_a_repeat_with_its_contact_id(clock: JumpingClock) -> None:
    hubspot = OtherHubSpot(clock, [live("ana", contact_id=11)])
    assert read_back(hubspot, KEY, [row("ana")], clock=clock) == [RowResult(row("ana"), REPEATED, 11)]
    assert (hubspot.asked, clock.slept) == (["ana@example.com"], [])


def test_a_row_that_shows_late_is_waited_for(clock: JumpingClock) -> None:
    hubspot = OtherHubSpot(clock, late=[live("ana")], late_seconds=2.0)
    assert outcomes(read_back(hubspot, KEY, [row("ana")], clock=clock)) == [REPEATED]
    assert clock.slept == [1.0, 2.0]


def test_a_row_that_never_shows_is_unconfirmed_after_seven_seconds(clock: JumpingClock) -> None:
    hubspot = OtherHubSpot(clock, [live("bo")])
    found = read_back(hubspot, KEY, [row("ana"), row("bo")], clock=clock)
    assert found == [RowResult(row("ana"), UNCONFIRMED), RowResult(row("bo"), REPEATED, 7)]
    assert clock.slept == [1.0, 2.0, 4.0]
    # Only who is still missing is asked for again.
    assert hubspot.asked == ["ana@example.com", "bo@example.com", *["ana@example.com"] * 3]


def test_patience_is_the_callers_to_set(clock: JumpingClock) -> None:
    read_back(OtherHubSpot(clock), KEY, [row("ana")], clock=clock, patience_seconds=0.0)
    assert clock.slept == []


def test_without_rows_nothing_is_asked(clock: JumpingClock) -> None:
    hubspot = OtherHubSpot(clock)
    assert read_back(hubspot, KEY, [], clock=clock) == []
    assert hubspot.asked == []


@pytest.mark.parametrize(
    ("wanted", "shown", "outcome"),
    [
        (REGISTERED, [("REGISTERED", NOON)], REPEATED),
        (REGISTERED, [("NO_SHOW", NOON)], REPEATED),
        (REGISTERED, [("NO_SHOW", NOON + 99)], REPEATED),
        (REGISTERED, [("NO_SHOW", NOON + 99), ("REGISTERED", NOON + 50)], UNCONFIRMED),
        (REGISTERED, [("REGISTERED", NOON + 1)], UNCONFIRMED),
        (REGISTERED, [("ATTENDED", NOON)], UNCONFIRMED),
        (REGISTERED, [("CANCELLED", NOON + 99), ("REGISTERED", NOON)], REPEATED),
        (REGISTERED, [("CANCELLED", NOON + 99)], UNCONFIRMED),
        (REGISTERED, [("EMPTY", NOON)], UNCONFIRMED),
        (ATTENDED, [("ATTENDED", NOON), ("REGISTERED", NOON - 99)], REPEATED),
        (ATTENDED, [("NO_SHOW", NOON)], UNCONFIRMED),
        (ATTENDED, [("ATTENDED", NOON - 1)], UNCONFIRMED),
        (CANCELLED, [("REGISTERED", NOON - 99), ("CANCELLED", NOON)], REPEATED),
        (CANCELLED, [("NO_SHOW", NOON)], UNCONFIRMED),
    ],
)
def test_a_row_is_there_if_time_and_state_are(
    clock: JumpingClock, wanted: AttendanceState, shown: list[tuple[str, int]], outcome: Outcome
) -> None:
    hubspot = OtherHubSpot(clock, [live("ana", state, at) for state, at in shown])
    assert outcomes(read_back(hubspot, KEY, [row("ana", wanted)], clock=clock)) == [outcome]


def test_somebody_elses_row_proves_nothing(clock: JumpingClock) -> None:
    class Unfiltered(OtherHubSpot):
        def read_participations(
            self,
            key: EventKey,
            *,
            contact: str | None = None,  # noqa: ARG002  a HubSpot that takes no notice of it
        ) -> Iterator[LiveParticipation]:
            return super().read_participations(key)

    hubspot = Unfiltered(clock, [live("bo")])
    assert outcomes(read_back(hubspot, KEY, [row("ana")], clock=clock)) == [UNCONFIRMED]


def test_a_person_whose_id_is_known_is_asked_for_by_it(clock: JumpingClock) -> None:
    hubspot = OtherHubSpot(clock, [live("ana", contact_id=11), live("renamed", contact_id=12)])
    rows = [row("ana")._replace(contact_id=11), row_by_id(12)]
    assert [result.contact_id for result in read_back(hubspot, KEY, rows, clock=clock)] == [11, 12]
    assert hubspot.asked == ["11", "12"]


def test_a_person_without_a_told_id_is_found_by_email(clock: JumpingClock) -> None:
    hubspot = OtherHubSpot(clock, [live("ana", contact_id=0)])
    assert read_back(hubspot, KEY, [row("ana")], clock=clock) == [RowResult(row("ana"), REPEATED, None)]


def test_many_people_of_a_small_event_are_read_by_the_page(clock: JumpingClock) -> None:
    names = [f"p{number}" for number in range(150)]
    hubspot = OtherHubSpot(
        clock,
        [live(name, contact_id=index + 1) for index, name in enumerate(names)],
        counters=AttendanceCounters(150, 0, 0, 0),
    )
    found = read_back(hubspot, KEY, [row(name) for name in names], clock=clock)
    assert [result.contact_id for result in found] == list(range(1, 151))
    assert hubspot.asked == ["counters", "page 1", "page 2"]


def test_a_few_people_of_a_large_event_are_asked_for_one_by_one(clock: JumpingClock) -> None:
    names = ["ana", "bo", "cy"]
    hubspot = OtherHubSpot(clock, [live(name) for name in names], counters=AttendanceCounters(100, 60, 40, 50))
    assert outcomes(read_back(hubspot, KEY, [row(name) for name in names], clock=clock)) == [REPEATED] * 3
    assert hubspot.asked == ["counters", *[f"{name}@example.com" for name in names]]


def test_one_person_with_several_rows_is_asked_for_once(clock: JumpingClock) -> None:
    hubspot = OtherHubSpot(clock, [live("ana"), live("ana", "CANCELLED", NOON + 5)])
    rows = [row("ana"), row("ana", CANCELLED, NOON + 5), row("ana", REGISTERED, NOON + 9)]
    found = read_back(hubspot, KEY, rows, clock=clock, patience_seconds=0.0)
    assert outcomes(found) == [REPEATED, REPEATED, UNCONFIRMED]
    assert hubspot.asked == ["ana@example.com"]


def test_whole_pages_end_where_single_look_ups_would_have_been_cheaper(clock: JumpingClock) -> None:
    crowd = [live(f"x{number}", contact_id=number + 1) for number in range(1_000)]
    hubspot = OtherHubSpot(clock, crowd)  # its counters lag: they say nobody is there
    rows = [row(name) for name in ("ana", "bo", "cy")]
    read_back(hubspot, KEY, rows, clock=clock, patience_seconds=1.0)
    assert hubspot.asked == ["counters", "page 1", "page 2", "page 3", "page 1", "page 2", "page 3"]


# Both together


def test_settling_reads_back_only_what_is_missing_and_keeps_the_order(clock: JumpingClock) -> None:
    rows = [row("ana"), row("bo"), row("cy")]
    hubspot = OtherHubSpot(clock, [live("bo", contact_id=2)])
    answer = AttendanceAnswer(
        (AcceptedRow(1, "ana@example.com"),), (ItemError("no", emails=frozenset({"cy@example.com"})),)
    )
    found = settle(hubspot, KEY, rows, answer, verify=Verify.MISSING, clock=clock)
    assert [(result.row, result.outcome, result.contact_id) for result in found] == [
        (rows[0], CONFIRMED, 1),
        (rows[1], REPEATED, 2),
        (rows[2], REJECTED, None),
    ]
    assert hubspot.asked == ["bo@example.com"]


def test_settling_without_reading_back_leaves_the_missing_unconfirmed(clock: JumpingClock) -> None:
    rows = [row("ana"), row("bo")]
    hubspot = OtherHubSpot(clock, [live("bo")])
    answer = AttendanceAnswer((AcceptedRow(1, "ana@example.com"),))
    found = settle(hubspot, KEY, rows, answer, verify=Verify.NONE, clock=clock)
    assert outcomes(found) == [CONFIRMED, UNCONFIRMED]
    assert hubspot.asked == []


def test_settling_reads_all_back_and_doubts_what_was_accepted_but_is_not_there(clock: JumpingClock) -> None:
    rows = [row("ana", ATTENDED), row("bo", ATTENDED), row("cy", ATTENDED)]
    hubspot = OtherHubSpot(clock, [live("ana", "ATTENDED"), live("cy", "ATTENDED")])
    answer = AttendanceAnswer((AcceptedRow(1, "ana@example.com"), AcceptedRow(2, "bo@example.com")))
    found = settle(hubspot, KEY, rows, answer, verify=Verify.ALL, clock=clock, patience_seconds=0.0)
    assert outcomes(found) == [CONFIRMED, UNCONFIRMED, REPEATED]


def test_an_accepted_row_is_read_back_by_the_id_that_came_with_it(clock: JumpingClock) -> None:
    hubspot = OtherHubSpot(clock, [live("primary", contact_id=2)])
    answer = AttendanceAnswer((AcceptedRow(2, "primary@example.com"),))
    found = settle(hubspot, KEY, [row("second.address")], answer, verify=Verify.ALL, clock=clock)
    assert found == [RowResult(row("second.address"), CONFIRMED, 2)]
    assert hubspot.asked == ["2"]


def test_accepted_rows_whose_ids_are_not_clear_are_read_back_by_their_own(clock: JumpingClock) -> None:
    hubspot = OtherHubSpot(clock)
    answer = AttendanceAnswer((AcceptedRow(8), AcceptedRow(9)))
    found = settle(
        hubspot, KEY, [row_by_id(5), row_by_id(6)], answer, verify=Verify.ALL, clock=clock, patience_seconds=0
    )
    assert outcomes(found) == [UNCONFIRMED, UNCONFIRMED]
    assert hubspot.asked == ["5", "6"]


def test_rows_that_stay_missing_carry_the_error_that_names_nobody(clock: JumpingClock) -> None:
    answer = AttendanceAnswer((), (ItemError("something is off", "ODD"),), "c-1")
    reason = Rejection("something is off", "ODD", None, "c-1")
    for verify in (Verify.NONE, Verify.MISSING):
        rows = [row("ana"), row("bo")]
        found = settle(OtherHubSpot(clock, [live("bo")]), KEY, rows, answer, verify=verify, clock=clock)
        assert found[0] == RowResult(rows[0], UNCONFIRMED, None, reason)
        assert found[1].rejection == (reason if verify is Verify.NONE else None)


@pytest.mark.parametrize("verify", [Verify.MISSING, Verify.ALL])
def test_a_read_back_that_fails_loses_nothing_that_the_answer_said(clock: JumpingClock, verify: Verify) -> None:
    rows = [row("ana"), row("bo"), row("cy")]
    fault = HubSpotError("reading the participations of x: HubSpot answered 500", status=500, correlation_id="c-9")
    rejected = ItemError("no", emails=frozenset({"cy@example.com"}))
    answer = AttendanceAnswer((AcceptedRow(1, "ana@example.com"),), (rejected,))
    found = settle(OtherHubSpot(clock, fault=fault), KEY, rows, answer, verify=verify, clock=clock)
    reason = Rejection("not read back: reading the participations of x: HubSpot answered 500", None, 500, "c-9")
    assert outcomes(found) == [CONFIRMED if verify is Verify.MISSING else UNCONFIRMED, UNCONFIRMED, REJECTED]
    assert found[1].rejection == reason


@pytest.mark.parametrize("fault", [AuthenticationFailed("expired"), DailyQuotaSpent("spent")])
def test_a_fault_that_ends_the_run_is_raised(clock: JumpingClock, fault: HubSpotError) -> None:
    with pytest.raises(type(fault)):
        settle(
            OtherHubSpot(clock, fault=fault), KEY, [row("ana")], AttendanceAnswer(), verify=Verify.MISSING, clock=clock
        )
