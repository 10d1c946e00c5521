"""A state in PostgreSQL: made once, read without a change, lost in mid-run, and every fault of a server named."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from hubevents_sync.errors import ConfigurationError, ExitCode, StateError, StateLocked, StateMoved, SyncError
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.state.address import Address, parse_address
from hubevents_sync.state.lease import LEASE_MS
from hubevents_sync.state.store import open_for_reading
from tests.postgres_server import PASSWORD, PostgresServer, running_postgres

if TYPE_CHECKING:
    from tests.state.conftest import Bench

StartChild = Callable[[str], "subprocess.Popen[str]"]
pytestmark = pytest.mark.parametrize("bench", ["postgresql"], indirect=True)
REGISTERED = AttendanceState.REGISTERED
KEPT = "what was recorded so far is kept: run again, and it goes on from there"

HOLD = """
with write("7f3c") as state:
    begin(state)
    state.intend_attendance(key, 1, AttendanceState.REGISTERED, [row(1)])
    say("holding")
    sys.stdin.readline()
"""
RACE_TO_CREATE = """
say("ready")
sys.stdin.readline()
try:
    with write(f"run-{os.getpid()}") as state:
        say(state.header.lineage)
        sys.stdin.readline()
except SyncError as error:
    say(type(error).__name__)
"""


def hear(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def tell(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def fault_of(action: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(SyncError) as caught:
        action()
    shown = f"{caught.value!r} {caught.value.message} {caught.value.hint} {caught.value.__cause__!r}"
    assert PASSWORD not in shown
    assert quote(PASSWORD, safe="") not in shown
    return caught.value.message, caught.value.hint


def at(bench: Bench, **parameters: str) -> Bench:
    """The bench with other parameters of its address."""
    assert bench.address is not None
    return replace(bench, address=replace(bench.address, parameters={**bench.address.parameters, **parameters}))


def server_of(bench: Bench) -> PostgresServer:
    assert bench.server is not None
    return bench.server


def make_state(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])


def read(bench: Bench) -> Callable[[], object]:
    return lambda: open_for_reading(bench.where, environ={})


def write(bench: Bench) -> Callable[[], object]:
    def enter() -> None:
        with bench.write(run_id="second") as state:
            state.begin_run(bench.run("second"))
            bench.apply(state, [bench.row(2)])

    return enter


def test_the_server_refuses_a_reader_who_wants_to_write(bench: Bench) -> None:
    make_state(bench)
    with bench.read() as reader, pytest.raises(DBAPIError, match="read-only transaction"):
        reader._connection.execute(text("UPDATE header SET serial = 9"))


def test_a_reader_sees_one_moment_and_holds_nobody_up(bench: Bench) -> None:
    make_state(bench)
    with bench.read() as reader:
        before = reader.read_event(bench.key())
        with bench.write(run_id="second") as state:
            state.begin_run(bench.run("second"))
            bench.apply(state, [bench.row(2)])
        assert reader.read_event(bench.key()) == before
        assert reader.header.serial == 1
    with bench.read() as reader:
        assert reader.header.serial == 2


def test_reading_makes_nothing(bench: Bench) -> None:
    assert open_for_reading(bench.where, environ={}) is None
    assert bench.address is not None
    assert bench.ask(f"SELECT 1 FROM pg_namespace WHERE nspname = '{bench.address.schema}'") == []


def test_of_two_who_make_it_at_once_one_does_and_both_know_one_lineage(bench: Bench, start_child: StartChild) -> None:
    pair = [start_child(RACE_TO_CREATE), start_child(RACE_TO_CREATE)]
    for child in pair:
        assert hear(child) == "ready"
    for child in pair:
        tell(child)
    words = {hear(child) for child in pair}
    assert len(words) == 2
    assert words - {"StateLocked"} == {lineage for (lineage,) in bench.ask("SELECT lineage FROM header")}
    for child in pair:
        child.communicate("\n")


def test_a_writer_whose_session_ended_is_taken_over_at_once_from_any_machine(
    bench: Bench, start_child: StartChild
) -> None:
    child = start_child(HOLD)
    assert hear(child) == "holding"
    elsewhere = bench.actor(host="ci-18")
    bench.clock.at_ms += 10 * LEASE_MS
    with pytest.raises(StateLocked), bench.write(run_id="early", actor=elsewhere):
        pass
    bench.clock.at_ms -= 10 * LEASE_MS
    child.kill()
    child.wait()
    with bench.write(run_id="late", actor=elsewhere) as state:
        state.begin_run(bench.run("late"))
        assert [row.row for row in state.read_leftovers(bench.key())] == [bench.row(1)]


def test_a_connection_that_is_cut_stops_the_run_and_keeps_what_was_recorded(bench: Bench) -> None:
    expected = (f"the connection to the state {bench.where} was lost", KEPT)
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
        call = state.intend_attendance(bench.key(), 1, REGISTERED, [bench.row(2)])
        assert server_of(bench).cut_sessions("states") >= 1
        result = [RowResult(bench.row(2), Outcome.CONFIRMED)]
        assert fault_of(lambda: state.record_attendance(call, result)) == expected
        assert fault_of(state.heartbeat) == expected
    with bench.write(run_id="next", actor=bench.actor(host="elsewhere")) as state:
        assert [entry.id for entry in state.unfinished_calls()] == [call]
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.participations == [bench.row(1)]
        assert recorded.leftovers == {Outcome.INTENDED: 1}


def test_a_run_that_was_cut_off_and_taken_over_can_not_write_on(bench: Bench) -> None:
    with bench.write() as first:
        first.begin_run(bench.run())
        server_of(bench).cut_sessions("states")
        with bench.write(run_id="second") as second:
            second.begin_run(bench.run("second"))
            assert fault_of(lambda: bench.apply(first, []))[1] == KEPT
            second.heartbeat()
    assert [run for (run,) in bench.ask("SELECT id FROM run ORDER BY number")] == ["7f3c", "second"]


def test_a_session_that_lost_its_place_stops_at_its_next_write(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.change("UPDATE lease SET epoch = epoch + 1, run_id = 'other', host = 'ci-18'")
        with pytest.raises(StateMoved) as caught:
            bench.apply(state, [])
    assert caught.value.message == "the state was taken over by ana@ci-18 (apply, run other) during this run"


def test_a_lock_that_nobody_lets_go_of_is_waited_for_and_named(bench: Bench) -> None:
    make_state(bench)
    with ExitStack() as stack:
        session = stack.enter_context(server_of(bench).connected("states"))
        assert bench.address is not None
        session.run("BEGIN")
        session.run(f'SELECT * FROM "{bench.address.schema}".lease FOR UPDATE')
        with pytest.raises(StateError) as caught, bench.write(run_id="second", busy_seconds=0.05):
            pass
        session.run("ROLLBACK")
    assert caught.value.message == f"the state {bench.where} is busy: another process did not let go of it"


def test_a_newer_format_is_refused_by_name_and_left_alone(bench: Bench) -> None:
    make_state(bench)
    bench.change("UPDATE header SET format_version = 9")
    for action in (read(bench), write(bench)):
        message, hint = fault_of(action)
        assert message.startswith("state is of format 9, this version reads up to ")
        assert hint == "pip install --upgrade hubevents-sync"
    assert bench.ask("SELECT serial FROM header") == [(1,)]


def make_older(bench: Bench) -> None:
    """What the first format had of it."""
    make_state(bench)
    for column in ("files_digest", "reviewed_digest", "pull_request", "serial"):
        bench.change(f"ALTER TABLE run DROP COLUMN {column}")
    bench.change("ALTER TABLE journal DROP COLUMN in_flight")
    bench.change("UPDATE header SET format_version = 1")


def test_an_older_format_is_read_without_being_changed(bench: Bench) -> None:
    make_older(bench)
    with bench.read() as reader:
        recorded = reader.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.event == bench.event()
        assert recorded.snapshot.participations == [bench.row(1)]
        assert [run.files_digest for run in reader.runs()] == [None]
    assert bench.ask("SELECT format_version FROM header") == [(1,)]
    assert len(bench.ask("SELECT * FROM run")[0]) == 18


def test_an_older_format_is_brought_up_to_date_with_a_backup_in_a_schema_beside_it(bench: Bench) -> None:
    make_older(bench)
    with bench.write(run_id="second") as state:
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.event == bench.event()
        assert state.header.format_version == 3
    assert bench.address is not None
    backup = f'"{bench.address.schema}_backup_v1_s1"'
    assert bench.ask(f"SELECT format_version FROM {backup}.header") == [(1,)]
    assert bench.ask(f"SELECT count(*) FROM {backup}.participation") == [(1,)]
    assert len(bench.ask(f"SELECT * FROM {backup}.run")[0]) == 18


def test_an_upgrade_that_fails_changes_nothing(bench: Bench) -> None:
    make_older(bench)

    def fail(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE run ADD COLUMN files_digest TEXT")
        raise StateError("the disk is full")

    with pytest.raises(StateError, match="the disk is full"), bench.write(run_id="second", upgrades={1: fail}):
        pass
    assert len(bench.ask("SELECT * FROM run")[0]) == 18


def test_something_else_in_the_schema_is_refused_and_left_alone(bench: Bench) -> None:
    assert bench.address is not None
    bench.change(f'CREATE SCHEMA "{bench.address.schema}"')
    bench.change("CREATE TABLE header (title text)")
    expected = (
        f"{bench.where} is not a state that can be read: it is a database of something else",
        "restore a backup, or name another schema: the next apply sends all again, which HubSpot takes as repeats",
    )
    assert fault_of(read(bench)) == expected
    assert fault_of(write(bench)) == expected


def test_a_table_that_is_gone_is_damage(bench: Bench) -> None:
    make_state(bench)
    bench.change("DROP TABLE participation")
    message, _ = fault_of(write(bench))
    assert message == f'{bench.where} is not a state that can be read: relation "participation" does not exist'


def test_a_wrong_password_is_refused_and_shown_nowhere(bench: Bench) -> None:
    wrong = at(bench, password="wr0ng-and-secret")
    for action in (read(wrong), write(wrong)):
        message, hint = fault_of(action)
        reason = 'password authentication failed for user "hubevents"'
        assert message == f"the state {bench.where} can't be reached: {reason}"
        assert hint == "look at the user and at the variable that holds the password"
        assert "wr0ng-and-secret" not in message


def test_a_database_that_is_not_there_is_named(bench: Bench) -> None:
    message, hint = fault_of(read(at(bench, dbname="nowhere")))
    assert message.endswith('can\'t be reached: database "nowhere" does not exist')
    assert hint == "create it on the server, or mend the URL under state: in hubevents.yaml"


def test_a_server_that_is_not_there_is_named(bench: Bench) -> None:
    for action in (read(at(bench, port="1")), write(at(bench, port="1"))):
        message, hint = fault_of(action)
        assert message.startswith(f"the state {bench.where} can't be reached: ")
        assert hint == "is the server up, and the host, port and network right? hubevents.yaml has the URL under state:"


def test_a_server_that_must_speak_tls_and_does_not_is_refused(bench: Bench) -> None:
    message, hint = fault_of(read(at(bench, sslmode="require")))
    assert message.endswith("can't be reached: server does not support SSL, but SSL was required") or "SSL" in message
    assert hint == "look at sslmode and sslrootcert in the URL"


def test_a_parameter_that_libpq_does_not_know_is_named(bench: Bench) -> None:
    message, _ = fault_of(read(at(bench, ssl_mode="require")))
    assert message == "the URL of the state has a parameter that PostgreSQL does not know: ssl_mode"


@pytest.fixture
def guest(bench: Bench) -> Iterator[Bench]:
    """The bench with a user who may connect and nothing else."""
    with server_of(bench).connected("states") as session:
        session.run(f"CREATE ROLE guest_{os.getpid()} LOGIN PASSWORD 'guest'")
        yield at(bench, user=f"guest_{os.getpid()}", password="guest")
        session.run(f"DROP OWNED BY guest_{os.getpid()}")
        session.run(f"DROP ROLE guest_{os.getpid()}")


def test_a_user_who_may_not_make_schemas_is_told_what_is_needed(guest: Bench) -> None:
    message, hint = fault_of(write(guest))
    assert message == f"the state {guest.where} can't be used: permission denied for database states"
    assert hint == "the user needs CREATE on the database, or a schema that is there and its own"


def test_a_user_with_a_schema_of_its_own_needs_no_more(guest: Bench) -> None:
    assert guest.address is not None
    with server_of(guest).connected("states") as session:
        session.run(f'CREATE SCHEMA "{guest.address.schema}" AUTHORIZATION guest_{os.getpid()}')
    make_state(guest)
    with guest.read() as reader:
        assert reader.keys() == [guest.key()]


def test_a_server_that_was_restarted_in_mid_run_ends_the_run_and_the_next_one_goes_on(bench: Bench) -> None:
    with running_postgres() as server:
        server.create_database("states")
        url = server.url("states", password=quote(PASSWORD, safe=""))
        here = replace(bench, address=parse_address(url, environment=None), server=server)
        with here.write() as state:
            state.begin_run(here.run())
            here.apply(state, [here.row(1)])
            server.stop()
            message, _ = fault_of(state.heartbeat)
            assert message == f"the connection to the state {here.where} was lost"
            server.start()
            assert fault_of(lambda: here.apply(state, []))[1] == KEPT
        with here.write(run_id="next") as state:
            state.begin_run(here.run("next"))
            recorded = state.read_event(here.key())
            assert recorded is not None
            assert recorded.snapshot.participations == [here.row(1)]
            found = [(run.id, run.status.value) for run in state.runs()]
            assert found == [("next", "running"), ("7f3c", "interrupted")]


def test_two_schemas_of_a_database_know_nothing_of_each_other(bench: Bench) -> None:
    make_state(bench)
    assert bench.address is not None
    other = replace(bench, address=replace(bench.address, schema=f"{bench.address.schema}-b"))
    with bench.write(run_id="first"), other.write(run_id="second") as state:
        assert state.keys() == []


def test_an_unknown_error_of_the_server_is_a_bug_and_shows_no_value(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        psycopg = pytest.importorskip("psycopg")
        row = bench.row(1)._replace(line=2**40)
        call = state.intend_attendance(bench.key(), 1, REGISTERED, [row])
        with pytest.raises(psycopg.errors.NumericValueOutOfRange) as caught:
            state.record_attendance(call, [RowResult(row, Outcome.CONFIRMED)])
        assert "0000000001" not in str(caught.value)


def test_no_password_is_in_the_repr_of_an_address(bench: Bench) -> None:
    assert isinstance(bench.where, Address)
    assert PASSWORD not in f"{bench.where!r} {bench.where}"
    assert ConfigurationError.exit_code is ExitCode.ERROR
