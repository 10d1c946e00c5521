"""One writer at a time, and none that goes on after it lost its turn."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hubevents_sync.errors import ExitCode, StateError, StateLocked, StateMoved
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.state import store
from hubevents_sync.state.lease import LEASE_MS
from hubevents_sync.state.store import unlock
from hubevents_sync.state.writing import State
from tests.postgres_server import on_both_stores
from tests.processes import wait_until

if TYPE_CHECKING:
    from tests.state.conftest import Bench

StartChild = Callable[[str], "subprocess.Popen[str]"]

HOLD = """
with write("7f3c") as state:
    begin(state)
    say("holding")
    sys.stdin.readline()
say("released")
"""
RACE = """
say("ready")
sys.stdin.readline()
try:
    with write(f"run-{os.getpid()}") as state:
        begin(state)
        say("working")
        sys.stdin.readline()
except SyncError as error:
    say(f"{type(error).__name__} {error.message}")
    sys.exit(error.exit_code)
"""


def hear(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def tell(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


@on_both_stores
def test_a_second_writer_is_told_who_holds_the_state(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.clock.at_ms += 4_000
        with pytest.raises(StateLocked) as caught, bench.write(run_id="other"):
            pass
        state.heartbeat()
    assert caught.value.message == "the state is locked by ana@ci-17 (apply, run 7f3c, alive 4 s ago)"
    assert caught.value.hint == "wait, or if that run is dead: hubevents-sync state unlock 7f3c"
    assert caught.value.exit_code is ExitCode.LOCKED


@on_both_stores
def test_the_hint_names_the_pipeline_and_the_age_in_minutes(bench: Bench) -> None:
    actor = replace(bench.actor(), ci_url="https://ci.example/7")
    with bench.write(actor=actor):
        bench.clock.at_ms += LEASE_MS - 1
        with pytest.raises(StateLocked) as caught, bench.write(run_id="other"):
            pass
    assert caught.value.message.endswith("alive 119 s ago)")
    assert caught.value.hint == (
        "wait (it runs at https://ci.example/7), or if that run is dead: hubevents-sync state unlock 7f3c"
    )


@on_both_stores
def test_the_lease_is_given_back_at_the_end_and_after_an_error(bench: Bench) -> None:
    with bench.write():
        pass
    with pytest.raises(ZeroDivisionError), bench.write(run_id="second"):
        raise ZeroDivisionError
    with bench.read() as reader:
        assert reader.lease is None


def test_a_lease_that_is_over_is_taken_and_its_holder_stops_at_its_next_write(bench: Bench) -> None:
    with bench.write() as first:
        first.begin_run(bench.run())
        bench.apply(first, [bench.row(1)])
        bench.clock.at_ms += LEASE_MS
        with bench.write(run_id="later", actor=bench.actor("ben", "laptop")) as second:
            second.begin_run(bench.run("later"))
            with pytest.raises(StateMoved) as caught:
                first.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, [bench.row(2)])
            assert second.lease is not None
            assert second.lease.run_id == "later"
    assert caught.value.message == "the state was taken over by ben@laptop (apply, run later) during this run"
    assert caught.value.hint == "what this run had recorded before is kept; plan again and apply"
    assert caught.value.exit_code is ExitCode.NOT_REVIEWED
    with bench.read() as reader:
        assert reader.find_person(bench.row(2).person) == []
        assert len(reader.find_person(bench.row(1).person)) == 1


@on_both_stores
def test_a_lease_broken_by_hand_stops_the_run_at_its_next_write(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        call = state.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, [bench.row(1)])
        with pytest.raises(StateError) as wrong:
            unlock(bench.where, run_id="8")
        assert unlock(bench.where, run_id="7f").run_id == "7f3c"
        with pytest.raises(StateMoved) as caught:
            state.record_attendance(call, [RowResult(bench.row(1), Outcome.CONFIRMED)])
    assert wrong.value.message == "the state is not locked by run '8': run 7f3c holds it"
    assert caught.value.message == "this run's lock on the state was broken by hand"
    with bench.read() as reader:
        assert [row.outcome for row in reader.read_leftovers(bench.key())] == [Outcome.INTENDED]
    with pytest.raises(StateError, match="nobody holds it"):
        unlock(bench.where, run_id="7f3c")


def test_a_dead_runs_lock_is_broken_and_leaves_one_file(bench: Bench, start_child: StartChild) -> None:
    child = start_child(HOLD)
    assert hear(child) == "holding"
    child.kill()
    child.wait()
    assert unlock(bench.where, run_id="7f3c").user == "ben"
    assert [path.name for path in bench.location.parent.iterdir()] == ["hubevents.db"]
    with bench.write(run_id="late", actor=bench.actor(host="ci-18")):
        pass


@on_both_stores
def test_a_serial_that_moved_without_the_lease_stops_the_run(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.change("UPDATE header SET serial = 41")
        with pytest.raises(StateMoved) as caught:
            bench.apply(state, [])
    assert caught.value.message == "the state went from serial 0 to 41 during this run"


def test_a_state_that_was_replaced_during_the_run_stops_it(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        copy = bench.location.with_name("copy.db")
        shutil.copyfile(bench.location, copy)
        copy.replace(bench.location)
        with pytest.raises(StateMoved) as caught:
            bench.apply(state, [])
    assert caught.value.message == (f"the state {bench.location} was moved, deleted or replaced during this run")


@on_both_stores
def test_a_killed_process_of_this_host_is_taken_over_at_once(bench: Bench, start_child: StartChild) -> None:
    child = start_child(HOLD)
    assert hear(child) == "holding"
    with pytest.raises(StateLocked), bench.write(run_id="early"):
        pass
    child.kill()
    child.wait()
    with bench.write(run_id="late") as state:
        assert [run.id for run in state.runs()] == ["7f3c"]


def test_a_killed_process_of_another_host_keeps_its_lease_until_it_is_over(
    bench: Bench, start_child: StartChild
) -> None:
    child = start_child(HOLD)
    assert hear(child) == "holding"
    child.kill()
    child.wait()
    elsewhere = bench.actor(host="ci-18")
    with pytest.raises(StateLocked), bench.write(run_id="early", actor=elsewhere):
        pass
    bench.clock.at_ms += LEASE_MS
    with bench.write(run_id="late", actor=elsewhere):
        pass


def test_a_process_id_that_was_given_to_another_process_does_not_hold_the_lease(bench: Bench) -> None:
    with bench.write():
        with closing(sqlite3.connect(bench.location)) as other, other:
            (mark,) = other.execute("SELECT process_mark FROM lease").fetchone()
            machine, pid, started = mark.rsplit("/", 2)
            assert int(pid) == os.getpid()
            other.execute("UPDATE lease SET process_mark = ?", (f"{machine}/{pid}/{int(started) - 1}",))
        with bench.write(run_id="second"):
            pass


def test_a_process_of_another_container_with_the_same_host_name_holds_its_lease(bench: Bench) -> None:
    with bench.write():
        with closing(sqlite3.connect(bench.location)) as other, other:
            other.execute("UPDATE lease SET process_mark = 'boot:pid:[1]/1/1'")
        with pytest.raises(StateLocked), bench.write(run_id="second"):
            pass


@on_both_stores
def test_of_processes_that_race_one_works_and_the_others_are_locked_out(bench: Bench, start_child: StartChild) -> None:
    for _ in range(3):
        pair = [start_child(RACE), start_child(RACE)]
        for child in pair:
            assert hear(child) == "ready"
        for child in pair:
            tell(child)
        words = {child.pid: hear(child) for child in pair}
        (winner,) = [child for child in pair if words[child.pid] == "working"]
        (loser,) = [child for child in pair if child is not winner]
        assert words[loser.pid] == (
            f"StateLocked the state is locked by ben@ci-17 (apply, run run-{winner.pid}, alive 0 s ago)"
        )
        assert loser.wait() == ExitCode.LOCKED
        tell(winner)
        assert winner.wait() == 0
        if bench.address is None:
            assert [path.name for path in bench.location.parent.iterdir()] == ["hubevents.db"]


@on_both_stores
def test_threads_take_turns(bench: Bench) -> None:
    rows = [bench.row(number) for number in range(200)]

    def work(part: int) -> None:
        for row in rows[part::4]:
            call = state.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, [row])
            state.record_attendance(call, [RowResult(row, Outcome.CONFIRMED)])

    with bench.write() as state:
        state.begin_run(bench.run())
        threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert list(recorded.snapshot.participations) == rows
        assert state.header.serial == 1
        assert len(state.journal_of("7f3c")) == 200


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells one process from a later one")
@on_both_stores
def test_a_process_of_this_machine_that_is_alive_keeps_its_lease_whatever_a_clock_says(bench: Bench) -> None:
    with bench.write() as state:
        bench.clock.at_ms += 10 * LEASE_MS
        with pytest.raises(StateLocked) as caught, bench.write(run_id="other"):
            pass
        assert caught.value.message.endswith("alive 20 min ago)")
        state.heartbeat()


@pytest.mark.parametrize(("fault", "least", "most"), [(StateError("busy"), 3, 10_000), (StateMoved("gone"), 1, 1)])
def test_a_heartbeat_that_fails_is_tried_again_unless_the_lease_is_gone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, fault: StateError, least: int, most: int
) -> None:
    beats: list[State] = []

    def fail(state: State) -> None:
        beats.append(state)
        raise fault

    monkeypatch.setattr(store, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(State, "heartbeat", fail)
    with bench.write():
        wait_until(lambda: len(beats) >= least)
        time.sleep(0.1)
    assert len(beats) <= most
