"""What goes into a state comes out of it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubevents_sync.errors import StateError
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import Outcome, Rejection, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.receipt import Receipt
from hubevents_sync.model.record import EventOverview, RecordedRow
from hubevents_sync.model.roster_index import EntryColumns, RosterIndex, pack_entries
from hubevents_sync.model.snapshot import EventSnapshot, RecordedEvent
from hubevents_sync.state.rows import FileNames
from hubevents_sync.state.store import open_for_reading
from tests.postgres_server import on_both_stores

if TYPE_CHECKING:
    from hubevents_sync.state.writing import State
    from tests.state.conftest import Bench

INT64 = st.integers(-(2**63), 2**63 - 1)
PARTICIPATIONS = st.builds(
    Participation,
    person=st.binary(min_size=16, max_size=16),
    state=st.sampled_from(AttendanceState),
    occurred_at_ms=INT64,
    joined_at_ms=st.none() | INT64,
    left_at_ms=st.none() | INT64,
    email=st.none() | st.emails(),
    contact_id=st.none() | INT64,
    contact_properties=st.none() | st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
    file=st.sampled_from(["", "rosters/a.csv", "rosters/ü.yaml"]),
    line=st.integers(0, 2**31),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(PARTICIPATIONS, unique_by=lambda row: (row.person, row.occurred_at_ms), max_size=30))
def test_participations_come_back_as_they_went_in_but_for_the_person(bench: Bench, rows: list[Participation]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = type(bench)(Path(folder) / "hubevents.db", bench.clock)
        with here.write() as state:
            state.begin_run(here.run())
            here.apply(state, rows)
        with here.read() as reader:
            recorded = reader.read_event(here.key())
    assert recorded is not None
    stored = [row._replace(email=None, contact_properties=None) for row in rows]
    assert list(recorded.snapshot.participations) == sorted(stored, key=lambda row: (row.person, row.occurred_at_ms))


@on_both_stores
def test_an_event_comes_back_with_fields_ids_and_people(bench: Bench) -> None:
    event = MarketingEvent(
        bench.key(), {"eventName": "Grüße", "eventCancelled": False, "customProperties": {"b": "2", "a": "1"}}
    )
    with bench.write(portal=99) as state:
        state.begin_run(bench.run())
        state.record_upsert(state.intend_upsert([event]), [(event, "991")])
        call = state.intend_attendance(event.key, 1, AttendanceState.REGISTERED, [bench.row(1)])
        state.record_attendance(call, [RowResult(bench.row(1), Outcome.REPEATED, contact_id=55)])
        inside = state.read_event(event.key)
    with bench.read() as reader:
        recorded = reader.read_event(event.key)
    expected = RecordedEvent(
        EventSnapshot(event, [bench.row(1)._replace(contact_id=55)], is_completed=False, object_id="991")
    )
    assert recorded == expected
    assert inside == expected


@on_both_stores
def test_no_state_is_none_and_no_event_is_none(bench: Bench) -> None:
    assert open_for_reading(bench.where, environ={}) is None
    assert not bench.location.parent.exists()
    with bench.write() as state:
        assert state.read_event(bench.key()) is None
        assert state.read_completion(bench.key()) is None
        assert state.read_leftovers(bench.key()) == []
        assert state.keys() == []


@on_both_stores
def test_keys_are_sorted_by_account_and_id(bench: Bench) -> None:
    keys = [EventKey("b", "1"), EventKey("a", "é"), EventKey("a", "Z"), EventKey("a", "a")]
    with bench.write() as state:
        state.begin_run(bench.run())
        state.intend_upsert([MarketingEvent(key, {}) for key in keys])
        assert state.keys() == sorted(keys)


@on_both_stores
def test_a_contact_id_that_is_known_is_kept(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        for contact_id in (55, None):
            call = state.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, [bench.row(1)])
            state.record_attendance(call, [RowResult(bench.row(1), Outcome.CONFIRMED, contact_id=contact_id)])
        recorded = state.read_event(bench.key())
    assert recorded is not None
    assert [row.contact_id for row in recorded.snapshot.participations] == [55]


@on_both_stores
def test_a_person_is_found_in_all_events(bench: Bench) -> None:
    rejection = Rejection("no such contact", "VALIDATION_ERROR", 400, "c-1")
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1), bench.row(2)], "launch")
        call = state.intend_attendance(bench.key("party"), 1, AttendanceState.REGISTERED, [bench.row(1)])
        state.record_attendance(call, [RowResult(bench.row(1), Outcome.REJECTED, rejection=rejection)])
        assert state.find_person(bench.row(1).person) == [
            RecordedRow(bench.key("launch"), bench.row(1), Outcome.CONFIRMED, call_id=2),
            RecordedRow(bench.key("party"), bench.row(1), Outcome.REJECTED, rejection, call_id=3),
        ]
        assert state.find_person(b"?" * 16) == []


@on_both_stores
def test_the_rows_of_an_event_know_their_files_and_no_others_are_looked_up(bench: Bench) -> None:
    rows = [bench.row(number)._replace(file=f"rosters/{number % 3}.csv") for number in range(6)]
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(9)._replace(file="rosters/other.csv")], "party")
        bench.apply(state, rows)
    with bench.read() as reader:
        recorded = reader.read_event(bench.key())
        assert recorded is not None
        found = {row.person: row.file for row in recorded.snapshot.participations}
        assert found == {row.person: row.file for row in rows}
        names = FileNames(reader._connection)
        assert [names[1], names[1], names[None], dict(names)] == [
            "rosters/other.csv",
            "rosters/other.csv",
            "",
            {None: "", 1: "rosters/other.csv"},
        ]


@on_both_stores
def test_an_overview_counts_people_rows_and_leftovers(bench: Bench) -> None:
    twice = bench.row(1, at_ms=2_000, state=AttendanceState.CANCELLED)
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1), bench.row(2), twice])
        call = state.intend_attendance(bench.key(), 1, AttendanceState.ATTENDED, [bench.row(3), bench.row(4)])
        bench.clock.at_ms += 5_000
        state.record_attendance(call, [RowResult(bench.row(3), Outcome.REJECTED)])
        assert state.list_events() == [
            EventOverview(
                key=bench.key(),
                name="The launch",
                object_id="991",
                is_confirmed=True,
                is_completed=False,
                is_completion_intended=False,
                people=2,
                updated_at_ms=bench.clock.at_ms,
                rows={AttendanceState.REGISTERED: 2, AttendanceState.CANCELLED: 1},
                leftovers={Outcome.REJECTED: 1, Outcome.UNCONFIRMED: 1},
            )
        ]


INDEX = RosterIndex(
    "f1",
    {"rosters/launch.csv": "ab"},
    2,
    pack_entries([EntryColumns(b"h" * 16, b"p" * 16, b"\1")], [(b"r" * 16, 60, 1)]),
    b"w" * 16,
)


@on_both_stores
def test_a_roster_index_comes_back_until_the_people_of_its_event_are_written_to(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [])
        assert state.read_roster_index(bench.key()) is None
        state.record_roster_index(bench.key(), INDEX)
        state.record_roster_index(bench.key("another"), INDEX)  # of no event on record
        assert state.read_roster_index(bench.key()) == INDEX
        assert state.read_roster_index(bench.key("another")) is None
        assert INDEX.unpack().people_at([0]) == [b"p" * 16]
        state.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, [bench.row(1)])
        assert state.read_roster_index(bench.key()) is None


@on_both_stores
def test_an_index_that_is_written_between_two_calls_is_dropped_by_the_second(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        for number in range(3):
            bench.apply(state, [bench.row(number)])
            state.record_roster_index(bench.key(), INDEX)
            if number == 1:
                state.record_receipts({bench.key(): Receipt("d", 1, 1, 0, ())})
        assert state.read_roster_index(bench.key()) == INDEX
        bench.apply(state, [bench.row(9)])
        assert state.read_roster_index(bench.key()) is None
        assert state.receipts() == {}


@on_both_stores
def test_what_a_failed_write_dropped_is_there_again_and_dropped_by_the_next(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
        state.record_roster_index(bench.key(), INDEX)
        state.flush()
        nowhere: Any = None  # no line: the table refuses it, with the drop done and not committed
        with pytest.raises(Exception, match=r"(?i)not.null"):
            state.record_unsent(bench.key(), [bench.row(2)._replace(line=nowhere)])
        assert state.read_roster_index(bench.key()) == INDEX
        state.record_unsent(bench.key(), [bench.row(2)])
        assert state.read_roster_index(bench.key()) is None


@on_both_stores
def test_what_waits_for_a_commit_is_there_for_who_asks_and_goes_along_with_the_next_write(bench: Bench) -> None:
    def answer_later(state: State, number: int) -> None:
        call = state.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, [bench.row(number)])
        state.record_attendance(call, [RowResult(bench.row(number), Outcome.CONFIRMED)], may_wait=True)

    def outcome_of(number: int) -> Outcome:
        """As somebody else reads it."""
        with bench.read() as reader:
            (found,) = reader.find_person(bench.row(number).person)
        return found.outcome

    def lines_of(state: State, name: str) -> list[int]:
        found = state.read_event(bench.key(name))
        assert found is not None
        return [row.line for row in found.snapshot.participations]

    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
        bench.apply(state, [bench.row(3)], "expo")
        answer_later(state, 2)
        assert lines_of(state, "expo") == [3]
        assert outcome_of(2) is Outcome.INTENDED  # what waits is of another event, and goes on waiting
        assert lines_of(state, "launch") == [1, 2]
        assert outcome_of(2) is Outcome.CONFIRMED
        answer_later(state, 4)
        state.record_roster_index(bench.key(), INDEX)
        assert outcome_of(4) is Outcome.INTENDED
        state.intend_attendance(bench.key("expo"), 1, AttendanceState.REGISTERED, [bench.row(5)])
        assert outcome_of(4) is Outcome.CONFIRMED
        assert state.read_roster_index(bench.key()) == INDEX


@on_both_stores
def test_what_waited_for_a_write_that_failed_is_committed_with_the_next_one(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
        call = state.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, [bench.row(2)])
        state.record_attendance(call, [RowResult(bench.row(2), Outcome.CONFIRMED)], may_wait=True)
        for _ in range(2):
            with pytest.raises(StateError, match="no event"):
                state.rename_event(bench.key("nowhere"), bench.key("expo"))
        state.heartbeat()
    with bench.read() as reader:
        assert [found.outcome for found in reader.find_person(bench.row(2).person)] == [Outcome.CONFIRMED]
        assert reader.unfinished_calls() == []


@on_both_stores
def test_an_index_that_waited_for_its_commit_is_no_change(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
    with bench.write() as state:
        state.begin_run(bench.run("8a4d"))
        state.record_roster_index(bench.key(), INDEX)
        assert state.read_roster_index(bench.key()) == INDEX
        assert state.header.serial == 1
        state.record_roster_index(bench.key(), INDEX)
    with bench.read() as reader:
        assert (reader.header.serial, reader.read_roster_index(bench.key())) == (1, INDEX)


@on_both_stores
@pytest.mark.parametrize("part", ["entries", "watched"])
def test_an_index_that_is_cut_off_is_none_and_all_is_read(bench: Bench, part: str) -> None:
    whole = getattr(INDEX, part)
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [])
        state.record_roster_index(bench.key(), replace(INDEX, **{part: whole[:-1]}))
        assert state.read_roster_index(bench.key()) is None


@on_both_stores
def test_a_forgotten_event_is_gone_with_its_people_and_stays_in_the_journal(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
        assert state.forget_event(bench.key())
        assert not state.forget_event(bench.key())
        assert state.keys() == []
        assert state.find_person(bench.row(1).person) == []
        assert [entry.keys for entry in state.journal_of("7f3c")] == [(bench.key(),), (bench.key(),)]


@on_both_stores
def test_a_call_of_a_forgotten_event_is_closed_and_can_not_reach_the_next_event(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        call = state.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, [bench.row(1)])
        state.forget_event(bench.key())
        bench.apply(state, [bench.row(2)], "party")
        assert state.unfinished_calls() == []
        assert state.read_call_rows(call) == []
        with pytest.raises(RuntimeError, match=f"call {call} is not waiting for a result"):
            state.record_attendance(call, [RowResult(bench.row(1), Outcome.CONFIRMED)])
        assert state.find_person(bench.row(1).person) == []


def test_a_state_behind_a_link_is_one_state(bench: Bench, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(bench.location)
    linked = type(bench)(link, bench.clock)
    with linked.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
        with linked.read() as reader, bench.read() as direct:
            assert reader.keys() == direct.keys() == [bench.key()]
    assert link.is_symlink()
    assert [path.name for path in bench.location.parent.iterdir()] == ["hubevents.db"]
    with linked.read() as reader:
        assert reader.keys() == [bench.key()]
