"""What the driver alone reads of a state's file is what SQLAlchemy reads; what is wrong is said in the same words."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubevents_sync.engine.keeping.recorded import glancing_at_state
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import SyncError
from hubevents_sync.model.app_settings import AppSettings
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome, Rejection, RowResult
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.project import HubSpotSettings, Project
from hubevents_sync.model.receipt import Receipt
from hubevents_sync.model.roster_index import EntryColumns, RosterIndex, pack_entries
from hubevents_sync.model.run import RunStatus
from hubevents_sync.state.glance import Glance
from hubevents_sync.state.interface import PlanState
from hubevents_sync.state.store import open_for_reading
from hubevents_sync.state.writing import State
from tests.state.conftest import Bench

EVENTS = ("launch", "expo", "gala")
INDEX = RosterIndex("f1", {"rosters/launch.csv": "ab"}, 1, pack_entries([EntryColumns(b"h" * 16, b"p" * 16, b"\0")]))
KEY = "a very long secret of the environment"


@contextmanager
def glance(
    bench: Bench,
    *,
    environ: dict[str, str] | None = None,
    environment: str | None = None,
    portal: int | None = None,
) -> Iterator[PlanState | None]:
    project = Project(
        bench.location.parent.parent,
        state="state/hubevents.db",
        environment=environment,
        hubspot=replace(HubSpotSettings(), portal=portal),
    )
    with glancing_at_state(Workspace(project.directory, environ or {}, bench.clock), project) as state:
        yield state


def tell(state: PlanState) -> dict[str, object]:
    """All that a plan can ask."""
    told: dict[str, object] = {
        "header": state.header,
        "identity": state.identity,
        "keys": state.keys(),
        "receipts": state.receipts(),
        "ends": state.open_ends(),
        "settings": [state.read_settings(app_id) for app_id in (1, 2)],
        "run": state.read_latest_run(),
    }
    for event in (*EVENTS, "nowhere"):
        key = EventKey("CookingCo", event)
        recorded = state.read_event(key)
        people = [row.person for row in recorded.snapshot.participations] if recorded else []
        told[event] = [
            recorded,
            state.read_event(key, people=[]),
            state.read_event(key, people={*people[::2], b"?" * 16}),
            state.read_roster_index(key),
            state.read_leftovers(key),
        ]
    return told


@st.composite
def writes(draw: st.DrawFn) -> Callable[[Bench, State], object]:
    event = draw(st.sampled_from(EVENTS))
    numbers = draw(st.lists(st.integers(1, 9), unique=True, max_size=4))
    outcomes = draw(st.lists(st.sampled_from(list(Outcome)[:3]), min_size=4, max_size=4))
    state_of_rows = draw(st.sampled_from(list(AttendanceState)))
    at_ms = draw(st.integers(1, 3)) * 1_000

    def attend(bench: Bench, state: State) -> None:
        rows = [bench.row(number, state=state_of_rows, at_ms=at_ms) for number in numbers]
        rows = [row._replace(joined_at_ms=at_ms, left_at_ms=at_ms + 5) for row in rows]
        call = state.intend_attendance(bench.key(event), 1, state_of_rows, rows)
        reason = Rejection("not so")
        state.record_attendance(
            call,
            [
                RowResult(row, outcome, contact_id=row.line, rejection=None if outcome.is_at_hubspot else reason)
                for row, outcome in zip(rows, outcomes, strict=False)
            ],
        )

    def settle(bench: Bench, state: State) -> None:
        settings = AppSettings(draw_app, "https://cooking.example/é")
        call = state.intend_settings(settings)
        if numbers:
            state.record_settings(call, settings)
        else:
            state.fail_settings(call, "no")

    draw_app = draw(st.integers(1, 2))
    actions: list[Callable[[Bench, State], object]] = [
        attend,
        settle,
        lambda bench, state: bench.apply(state, [bench.row(number) for number in numbers], event),
        lambda bench, state: state.fail_call(
            state.intend_upsert([bench.event(event, eventType="é")]), "gone", outcome=Outcome.UNCONFIRMED
        ),
        lambda bench, state: state.fail_call(
            state.intend_completion(bench.key(event)), "gone", outcome=Outcome.UNCONFIRMED
        ),
        lambda bench, state: state.record_completion(state.intend_completion(bench.key(event)), "digest", "ana"),
        lambda bench, state: state.record_roster_index(bench.key(event), INDEX),
        lambda bench, state: state.record_roster_index(bench.key(event), replace(INDEX, watched=b"cut")),
        lambda bench, state: state.record_receipts({bench.key(event): Receipt("d", at_ms, 2, 1, ("né",))}),
        lambda bench, state: state.forget_event(bench.key(event)),
    ]
    return draw(st.sampled_from(actions))


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(writes(), max_size=8), ends=st.booleans(), has_own_key=st.booleans())
def test_both_say_the_same_of_any_state(
    done: list[Callable[[Bench, State], object]],
    *,
    ends: bool,
    has_own_key: bool,
    tmp_path_factory: pytest.TempPathFactory,
    bench: Bench,
) -> None:
    bench = replace(bench, location=tmp_path_factory.mktemp("glance") / "state/hubevents.db")
    environ = {} if has_own_key else {"HUBEVENTS_IDENTITY_KEY": KEY}
    with bench.write(environ=environ, portal=7 if ends else None) as state:
        state.begin_run(bench.run())
        for write in done:
            write(bench, state)
        if ends:
            state.end_run(replace(bench.run(), status=RunStatus.DONE, exit_code=0, rows={Outcome.CONFIRMED: 2}))
    with glance(bench, environ=environ) as quick, bench.read(environ) as slow:
        assert isinstance(quick, Glance)
        assert tell(quick) == tell(slow)


def make(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])


def fault_of(action: Callable[[], object]) -> tuple[type[SyncError], str, str | None]:
    with pytest.raises(SyncError) as caught:
        action()
    return type(caught.value), caught.value.message, caught.value.hint


FAULTS: dict[str, Callable[[Bench], object]] = {
    "a newer format": lambda bench: bench.change("UPDATE header SET format_version = 9"),
    "an older format that is read no more": lambda bench: bench.change("UPDATE header SET format_version = 0"),
    "no header": lambda bench: bench.change("DELETE FROM header"),
    "another database": lambda bench: bench.change("DROP TABLE header"),
    "an empty file": lambda bench: bench.location.write_bytes(b""),
    "no database": lambda bench: bench.location.write_bytes(b"email,registered\n" * 40),
    "a database that is cut off": lambda bench: bench.location.write_bytes(bench.location.read_bytes()[:8192]),
    "a damaged one": lambda bench: bench.location.write_bytes(damage(bench.location.read_bytes())),
    "another environment's": lambda bench: bench.change("UPDATE header SET environment = 'staging'"),
    "another account's": lambda bench: bench.change("UPDATE header SET portal = 8"),
    "another key's": lambda bench: bench.change("UPDATE header SET identity_fingerprint = 'x', identity_key = NULL"),
}


def damage(content: bytes) -> bytes:
    """The first page of tables is no page of any."""
    return content[:100] + b"\xff" * 400 + content[500:]


@pytest.mark.parametrize("damaging", FAULTS.values(), ids=FAULTS.keys())
def test_what_is_wrong_is_said_in_the_same_words(
    bench: Bench, damaging: Callable[[Bench], object], files_of: Callable[[Path], dict[str, bytes]]
) -> None:
    make(bench)
    damaging(bench)
    before = files_of(bench.location.parent)
    environ = {"HUBEVENTS_IDENTITY_KEY": KEY}

    def look_quickly() -> None:
        with glance(bench, environ=environ, portal=7) as state:
            assert state is not None
            state.identity  # noqa: B018  it raises

    def look_slowly() -> None:
        state = open_for_reading(bench.location, environ=environ)
        assert state is not None
        with state:
            state.require(environment=None, portal=7)
            state.identity  # noqa: B018  it raises

    assert fault_of(look_quickly) == fault_of(look_slowly)
    assert files_of(bench.location.parent) == before


def is_quick(bench: Bench) -> bool:
    with glance(bench) as state:
        return isinstance(state, Glance)


def test_a_file_that_a_writer_has_open_or_left_behind_is_not_glanced_at(bench: Bench) -> None:
    with glance(bench) as state:
        assert state is None
    make(bench)
    assert is_quick(bench)
    bench.change("UPDATE journal SET result = NULL WHERE id = 1")
    assert not is_quick(bench)
    bench.change("UPDATE journal SET result = 'done'")
    with closing(sqlite3.connect(bench.location)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("UPDATE header SET serial = 5")
        writer.commit()
        assert not is_quick(bench)
        with glance(bench) as state:
            assert state is not None
            assert state.header.serial == 5
        writer.execute("PRAGMA journal_mode = DELETE")
    assert is_quick(bench)


def test_what_is_read_later_is_of_the_same_moment(bench: Bench) -> None:
    make(bench)
    with bench.write() as state:
        state.begin_run(bench.run("second"))
        call = state.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, [bench.row(2)])
        state.record_attendance(call, [])
    with glance(bench) as state, closing(sqlite3.connect(bench.location, timeout=0)) as writer:
        assert isinstance(state, Glance)
        with pytest.raises(sqlite3.OperationalError, match="database is locked"), writer:
            writer.execute("DELETE FROM participation")
        (leftover,) = state.read_leftovers(bench.key())
        assert leftover.row == bench.row(2)
    assert bench.ask("SELECT count(*) FROM participation") == [(2,)]
