"""The rows of a call that has no result yet: packed with it, and among the others for everybody who looks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubevents_sync.errors import StateError
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.record import RecordedRow
from hubevents_sync.state.in_flight import begin_call, pack, unpack
from hubevents_sync.state.store import find_place
from tests.postgres_server import on_both_stores

if TYPE_CHECKING:
    from hubevents_sync.state.writing import State
    from tests.state.conftest import Bench

REGISTERED, CANCELLED = AttendanceState.REGISTERED, AttendanceState.CANCELLED
INT64 = st.integers(-(2**63), 2**63 - 1)
FILES = {"": 3, "rosters/a.csv": 1, "rosters/ü.yaml": 2}
ROWS = st.builds(
    Participation,
    person=st.binary(min_size=16, max_size=16),
    state=st.just(REGISTERED),
    occurred_at_ms=INT64,
    joined_at_ms=st.none() | INT64,
    left_at_ms=st.none() | INT64,
    email=st.none() | st.emails(),
    contact_id=st.none() | INT64,
    file=st.sampled_from(sorted(FILES)),
    line=st.integers(0, 2**31),
)


def columns_of(rows: list[Participation]) -> dict[str, list[object]]:
    names = ("person", "occurred_at_ms", "joined_at_ms", "left_at_ms", "contact_id", "line")
    return {
        **{name: [getattr(row, name) for row in rows] for name in names},
        "file_id": [FILES[row.file] for row in rows],
    }


@given(rows=st.lists(ROWS, min_size=1, max_size=20))
def test_rows_come_out_as_they_were_packed_but_for_the_person_and_the_state(rows: list[Participation]) -> None:
    packed = pack(begin_call(EventKey("CookingCo", "launch"), 1, rows, FILES))
    assert packed is not None
    columns, count = unpack(packed)
    assert count == len(rows)
    told = {name: list(value) if isinstance(value, tuple) else [value] * count for name, value in columns.items()}
    assert told == columns_of(rows)


def cut_off(bench: Bench, rows: list[Participation], *, run_id: str = "7f3c") -> int:
    """A run that ends between a call and its result; the call's id."""
    with bench.write(run_id=run_id) as state:
        state.begin_run(bench.run(run_id))
        return state.intend_attendance(bench.key(), 1, rows[0].state, rows)


def leftovers(bench: Bench) -> list[tuple[Participation, Outcome, int | None]]:
    with bench.read() as reader:
        return [(kept.row, kept.outcome, kept.call_id) for kept in reader.read_leftovers(bench.key())]


@on_both_stores
def test_a_reader_finds_what_a_run_that_was_cut_off_left_and_changes_nothing(
    bench: Bench, files_of: Callable[[Path], dict[str, bytes]]
) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
    call = cut_off(bench, [bench.row(1), bench.row(2), bench.row(3)], run_id="second")
    before = files_of(bench.location.parent) if bench.location.exists() else {}
    for _ in range(2):
        with bench.read() as reader:
            recorded = reader.read_event(bench.key())
            assert recorded is not None
            assert recorded.snapshot.participations == [bench.row(1)]
            assert recorded.leftovers == {Outcome.INTENDED: 2}
            assert [(end.key, end.is_empty) for end in reader.open_ends()] == [(bench.key(), True)]
            (overview,) = reader.list_events()
            assert overview.leftovers == {Outcome.INTENDED: 2}
            assert [kept.row for kept in reader.read_call_rows(call)] == [bench.row(2), bench.row(3)]
            assert reader.find_person(bench.row(2).person) == [
                RecordedRow(bench.key(), bench.row(2), Outcome.INTENDED, call_id=call)
            ]
            assert "2 rows intended" in reader.check().notes
            told = [line for line in reader.export() if line["kind"] == "row"]
            assert [line["outcome"] for line in told] == ["confirmed", "intended", "intended"]
            assert [line for line in reader.export() if "in_flight" in line] == []
    assert (files_of(bench.location.parent) if bench.location.exists() else {}) == before
    assert bench.ask("SELECT count(*) FROM participation") == [(1,)]


@on_both_stores
def test_the_next_writer_gives_them_their_place_before_anything_else(bench: Bench) -> None:
    call = cut_off(bench, [bench.row(1), bench.row(2)])
    with bench.write(run_id="second") as state:
        assert bench.ask("SELECT count(*) FROM journal WHERE in_flight IS NOT NULL") == [(0,)]
        assert state.header.serial == 1
        state.discard_leftovers(bench.key(), [bench.row(1)])
    assert leftovers(bench) == [(bench.row(2), Outcome.INTENDED, call)]


@on_both_stores
def test_a_reader_beside_a_run_finds_what_that_has_under_way(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        call = state.intend_attendance(bench.key(), 1, REGISTERED, [bench.row(1)])
        assert leftovers(bench) == [(bench.row(1), Outcome.INTENDED, call)]
        state.record_attendance(call, [RowResult(bench.row(1), Outcome.CONFIRMED)])
        assert leftovers(bench) == []


@on_both_stores
def test_of_an_event_that_is_forgotten_nothing_in_flight_is_left(bench: Bench) -> None:
    cut_off(bench, [bench.row(1)])
    with bench.write(run_id="second") as state:
        call = begin_again(bench, state)
        assert state.forget_event(bench.key())
        assert bench.ask(f"SELECT in_flight IS NULL FROM journal WHERE id = {call}")[0][0]
    assert bench.ask("SELECT count(*) FROM participation") == [(0,)]
    with bench.write(run_id="third") as state:
        assert state.keys() == []


def begin_again(bench: Bench, state: State) -> int:
    state.begin_run(bench.run("second"))
    return state.intend_attendance(bench.key(), 1, REGISTERED, [bench.row(2)])


@pytest.mark.parametrize(
    "damage", ["substr(in_flight, 1, 9)", "substr(in_flight, 1, 61)", "CAST(in_flight || x'00' AS BLOB)", "x''"]
)
def test_packed_rows_that_are_damaged_are_refused(bench: Bench, damage: str) -> None:
    call = cut_off(bench, [bench.row(1), bench.row(2)])
    bench.change(f"UPDATE journal SET in_flight = {damage}")
    for opened in (bench.read, lambda: bench.write(run_id="second")):
        with pytest.raises(StateError) as caught, opened():
            pass
        message = f"the state is damaged: the rows of call {call}, which was cut off, make no sense"
        assert caught.value.message == message


@on_both_stores
def test_a_copy_of_the_state_has_them_too(bench: Bench, tmp_path: Path) -> None:
    call = cut_off(bench, [bench.row(1)])
    other = type(bench)(tmp_path / "copy.db", bench.clock)
    with bench.write(run_id="second") as state:
        state.copy_to(find_place(other.where))
    assert leftovers(other) == [(bench.row(1), Outcome.INTENDED, call)]


@pytest.mark.parametrize("count", [0, 1, 249, 250, 251, 1_001])
def test_a_call_of_any_size_is_kept_whole(bench: Bench, count: int) -> None:
    rows = [bench.row(number) for number in range(count)]
    with bench.write() as state:
        state.begin_run(bench.run())
        call = state.intend_attendance(bench.key(), 1, REGISTERED, rows)
        assert [kept.row for kept in state.read_call_rows(call)] == rows
        state.record_attendance(call, [RowResult(row, Outcome.CONFIRMED, 7) for row in rows])
        recorded = state.read_event(bench.key())
    assert recorded is not None
    assert list(recorded.snapshot.participations) == [row._replace(contact_id=7) for row in rows]


# A call of a history: its rows as (person, time), what became of each (None: no result), how it ended, and its state.
Call = tuple[list[tuple[tuple[int, int], Outcome | None]], str, AttendanceState]
CALLS = st.tuples(
    st.lists(
        st.tuples(
            st.tuples(st.integers(1, 4), st.integers(1, 2)),
            st.sampled_from([Outcome.CONFIRMED, Outcome.REPEATED, Outcome.UNCONFIRMED, Outcome.REJECTED, None]),
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda row: row[0],
    ),
    st.sampled_from(["answered", "failed", "cut off", "looked at"]),
    st.sampled_from([REGISTERED, CANCELLED]),
)


@dataclass
class Ledger:
    """What must be on record, by person and time: the state, the outcome, the call."""

    rows: dict[tuple[int, int], tuple[AttendanceState, Outcome, int]] = field(default_factory=dict)

    def put(self, key: tuple[int, int], state: AttendanceState, outcome: Outcome, call: int) -> None:
        """What HubSpot is known to have is never overwritten by what it may not have."""
        had = self.rows.get(key)
        if had is None or outcome.is_at_hubspot or not had[1].is_at_hubspot:
            self.rows[key] = (state, outcome, call)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(history=st.lists(CALLS, min_size=1, max_size=6))
def test_whatever_happens_to_calls_their_rows_are_kept_by_the_same_rules(bench: Bench, history: list[Call]) -> None:
    ledger = Ledger()
    with tempfile.TemporaryDirectory() as folder:
        here = type(bench)(Path(folder) / "hubevents.db", bench.clock)
        for number, call in enumerate(history):
            live_through(here, f"run{number}", call, ledger)
        with here.read() as reader:
            found = {
                (int.from_bytes(kept.row.person, "big"), kept.row.occurred_at_ms): (
                    kept.row.state,
                    kept.outcome,
                    kept.call_id,
                )
                for person in range(1, 5)
                for kept in reader.find_person(here.row(person).person)
            }
    assert found == ledger.rows


def live_through(bench: Bench, run_id: str, call: Call, ledger: Ledger) -> None:
    wanted, end, state = call
    rows = [bench.row(person, at_ms=at_ms, state=state) for (person, at_ms), _ in wanted]
    with bench.write(run_id=run_id) as opened:
        opened.begin_run(bench.run(run_id))
        number = opened.intend_attendance(bench.key(), 1, state, rows)
        if end == "looked at":
            opened.read_leftovers(bench.key())
        if end == "failed":
            opened.fail_call(number, "no", outcome=Outcome.UNCONFIRMED)
        elif end != "cut off":
            given = [RowResult(row, outcome) for row, (_, outcome) in zip(rows, wanted, strict=True) if outcome]
            opened.record_attendance(number, given)
    for key, outcome in wanted:
        if end == "cut off":
            ledger.put(key, state, Outcome.INTENDED, number)
        else:
            ledger.put(key, state, Outcome.UNCONFIRMED, number)
            if end != "failed" and outcome is not None:
                ledger.put(key, state, outcome, number)
