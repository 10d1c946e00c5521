"""A receipt says that an event has nothing to do: it is gone as soon as anything of the event is written to."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hubevents_sync.model.observation import Observation
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.receipt import Receipt
from hubevents_sync.model.record import OpenEnd, Settlement
from hubevents_sync.model.roster_index import RosterIndex
from hubevents_sync.state.writing import State
from tests.postgres_server import on_both_stores
from tests.state.conftest import Bench

RECEIPT = Receipt("d1", people=2, recorded_people=3, left=1, notes=("somebody left",))
Write = Callable[[Bench, State], object]


def attend(bench: Bench, state: State) -> int:
    return state.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, [bench.row(2)])


def observe(bench: Bench, state: State) -> None:
    state.record_observation(Observation(bench.key(), bench.event(), "991"))


def settle(bench: Bench, state: State) -> None:
    state.record_settlement(Settlement(OpenEnd(bench.key())))


WRITES: dict[str, Write] = {
    "an upsert": lambda bench, state: state.intend_upsert([bench.event()]),
    "rows": attend,
    "rows left out": lambda bench, state: state.record_unsent(bench.key(), [bench.row(2)]),
    "a completion": lambda bench, state: state.intend_completion(bench.key()),
    "a roster that is known": lambda bench, state: state.record_roster_index(
        bench.key(), RosterIndex("f1", {}, 0, b"")
    ),
    "leftovers dropped": lambda bench, state: state.discard_leftovers(bench.key(), [bench.row(2)]),
    "a look": observe,
    "a look that finds it gone": lambda bench, state: state.record_observation(Observation(bench.key(), None)),
    "what became of an open end": settle,
    "another name": lambda bench, state: state.rename_event(bench.key(), bench.key("other")),
    "forget": lambda bench, state: state.forget_event(bench.key()),
}


def begin(bench: Bench, state: State, *, at: str = "launch") -> None:
    state.begin_run(bench.run())
    bench.apply(state, [bench.row(1)])
    bench.apply(state, [bench.row(1)], "expo")
    state.record_receipts({bench.key(at): RECEIPT, bench.key("expo"): RECEIPT, bench.key("nowhere"): RECEIPT})


@on_both_stores
def test_receipts_come_back_by_event_and_one_takes_the_place_of_another(bench: Bench) -> None:
    later = replace(RECEIPT, digest="d2", notes=())
    with bench.write() as state:
        begin(bench, state)
        state.record_receipts({bench.key(): later})
    with bench.read() as reader:
        assert reader.receipts() == {bench.key(): later, bench.key("expo"): RECEIPT}
        assert reader.header.serial == 1  # it is no news


@on_both_stores
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_write_to_an_event_drops_its_receipt_and_no_others(bench: Bench, write: Write) -> None:
    with bench.write() as state:
        begin(bench, state)
        write(bench, state)
    with bench.read() as reader:
        assert reader.receipts() == {bench.key("expo"): RECEIPT}


ANSWERS: dict[str, tuple[Write, Callable[[Bench, State, int], None]]] = {
    "an upsert's": (
        WRITES["an upsert"],
        lambda bench, state, call: state.record_upsert(call, [(bench.event(), "991")]),
    ),
    "an upsert's refusal": (
        WRITES["an upsert"],
        lambda bench, state, call: state.record_upsert(call, [], [bench.key()]),
    ),
    "a failed upsert's": (
        WRITES["an upsert"],
        lambda _, state, call: state.fail_call(call, "refused", outcome=Outcome.REJECTED),
    ),
    "the rows'": (attend, lambda _, state, call: state.record_attendance(call, [])),
    "failed rows'": (attend, lambda _, state, call: state.fail_call(call, "gone", outcome=Outcome.UNCONFIRMED)),
    "a completion's": (
        WRITES["a completion"],
        lambda _, state, call: state.record_completion(call, "digest", "ana"),
    ),
    "a failed completion's": (
        WRITES["a completion"],
        lambda _, state, call: state.fail_call(call, "refused", outcome=Outcome.REJECTED),
    ),
}


@on_both_stores
@pytest.mark.parametrize(("intend", "answer"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_drops_the_receipt_too(
    bench: Bench, intend: Write, answer: Callable[[Bench, State, int], None]
) -> None:
    with bench.write() as state:
        begin(bench, state)
        call = intend(bench, state)
        state.record_receipts({bench.key(): RECEIPT})  # as nobody does in between
        assert isinstance(call, int)
        answer(bench, state, call)
    with bench.read() as reader:
        assert reader.receipts() == {bench.key("expo"): RECEIPT}


@on_both_stores
def test_what_receipts_are_made_of_is_what_is_read_of_each_event(bench: Bench) -> None:
    index = RosterIndex("f1", {"rosters/launch.csv": "ab"}, 0, b"")
    with bench.write() as state:
        state.begin_run(bench.run())
        for number in range(120):
            bench.apply(state, [], f"event-{number}")
            if number % 2:
                state.record_roster_index(bench.key(f"event-{number}"), index)
        state.intend_upsert([bench.event("event-0")])
        state.record_completion(state.intend_completion(bench.key("event-1")), "digest", "ana")
        keys = state.keys()
        assert state.list_bare_events() == {key: state.read_event(key) for key in keys}
        asked = {*keys[:110], bench.key("nowhere")}
        assert dict(state.read_roster_indexes(asked)) == {key: state.read_roster_index(key) for key in keys[:110]}
