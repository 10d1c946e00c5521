"""Open a state: to read it without a trace, or to write to it as the only one."""

import contextlib
import secrets
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, update

from hubevents_sync.errors import StateError, StateMoved
from hubevents_sync.model.record import Lease
from hubevents_sync.model.run import Actor
from hubevents_sync.ports import Clock
from hubevents_sync.state.address import Address
from hubevents_sync.state.belonging import require_environment, require_portal
from hubevents_sync.state.driver import BUSY_SECONDS
from hubevents_sync.state.format_version import FORMAT_VERSION
from hubevents_sync.state.formats import (
    UPGRADES,
    Upgrade,
    check_format,
    create_state,
    read_format,
    upgrade_state,
)
from hubevents_sync.state.header import find_identity, read_header, set_portal
from hubevents_sync.state.holding import Holding, Opened, holding_lease
from hubevents_sync.state.identity import Identity
from hubevents_sync.state.in_flight import has_cut_off, unpack_cut_off
from hubevents_sync.state.lease import HEARTBEAT_SECONDS, Claim, break_lease
from hubevents_sync.state.place import Place, is_own_copy
from hubevents_sync.state.reading import StateReader
from hubevents_sync.state.sqlite_place import SqlitePlace
from hubevents_sync.state.tables import header
from hubevents_sync.state.writing import State

Location = Path | Address


class ReadOnlyState(StateReader):
    """A state as it was when it was opened, whatever is written to it meanwhile. Close it: it may hold a lock."""

    def __init__(
        self, connection: Connection, location: Place, identity: Identity | StateError, resources: contextlib.ExitStack
    ) -> None:
        super().__init__(connection, location, identity)
        self._resources = resources

    def close(self) -> None:
        """Let go of it."""
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def find_place(location: Location) -> Place:
    """The place that *location* names: a file, or a schema of a PostgreSQL database. Asks no server yet."""
    if isinstance(location, Path):
        return SqlitePlace(location)
    from hubevents_sync.state.postgres_place import PostgresPlace  # its driver is an extra

    return PostgresPlace(location)


def open_for_reading(
    location: Location, *, environ: Mapping[str, str], upgrades: Mapping[int, Upgrade] = UPGRADES
) -> ReadOnlyState | None:
    """The state at *location*; None where there is none.

    No byte is changed and no file made, not even where a writer is at work or was killed. A writer may have to wait for
    as long as a file is open. Raises StateError where there is something else than a state, or one of a newer format.
    """
    place = find_place(location)
    with contextlib.ExitStack() as stack:
        stack.enter_context(place.faults_explained())
        connection = stack.enter_context(place.opened_for_reading())
        if connection is None:
            return None
        version = read_format(connection, place)
        check_format(version)
        if version < FORMAT_VERSION or has_cut_off(connection):
            # Bring a copy up to date, and leave the state to the next apply.
            if not is_own_copy(connection):
                stack.pop_all().close()
                stack.enter_context(place.faults_explained())
                connection = stack.enter_context(place.opened_for_reading(needs_copy=True))
            if connection is None:
                return None
            upgrade_state(connection, place, upgrades=upgrades)
            unpack_cut_off(connection)
        identity = find_identity(connection, environ, place)
        return ReadOnlyState(connection, place, identity, stack.pop_all())
    raise AssertionError("no context here swallows an exception")


@contextlib.contextmanager
def open_for_writing(
    location: Location,
    *,
    environ: Mapping[str, str],
    clock: Clock,
    actor: Actor,
    environment: str | None,
    portal: int | None,
    command: str,
    run_id: str | None = None,
    founding: Identity | None = None,
    busy_seconds: float = BUSY_SECONDS,
    upgrades: Mapping[int, Upgrade] = UPGRADES,
) -> Iterator[State]:
    """The state at *location*, which is made where it is missing, under the lease; given back at the end.

    *portal* binds a state that has none yet; None is for when it is not known. *run_id* is made where none is given. A
    state that is made knows people by HUBEVENTS_IDENTITY_KEY, else by *founding*, else by a key that is made. A reader
    is waited for, *busy_seconds* at most. Raises StateLocked where another run holds the lease, and StateError where
    the state is another environment's or portal's, damaged, or of a newer format.
    """
    place = find_place(location)
    if not place.exists():
        _create(place, founding, environ=environ, environment=environment, now_ms=clock.now_ms())
    claim = Claim(actor, command, run_id or secrets.token_hex(4))
    with place.faults_explained(), place.opened_for_writing(busy_seconds=busy_seconds) as connection:
        identity = _check_belongs(connection, place, environ, environment=environment, portal=portal)
        with holding_lease(connection, place, claim, now_ms=clock.now_ms()) as epoch:
            _upgrade(connection, place, upgrades)
            place.begin_writing(connection)
            state = _begin_holding(connection, place, identity, claim=claim, epoch=epoch, clock=clock, portal=portal)
            state.unpack_cut_off()
            with _beating(state):
                try:
                    yield state
                finally:
                    with contextlib.suppress(StateError):  # the run's own last write met the same fault
                        state.flush()


def _begin_holding(
    connection: Connection,
    place: Place,
    identity: Identity,
    *,
    claim: Claim,
    epoch: int,
    clock: Clock,
    portal: int | None,
) -> State:
    with connection.begin():
        if portal is not None:
            set_portal(connection, portal)
        found = read_header(connection)
    holding = Holding(claim, epoch, found.lineage, place.find_identity())
    return State(Opened(connection, place, identity, holding, found.serial, clock))


def _check_belongs(
    connection: Connection,
    place: Place,
    environ: Mapping[str, str],
    *,
    environment: str | None,
    portal: int | None,
) -> Identity:
    with connection.begin():
        check_format(read_format(connection, place))
        found = read_header(connection)
        require_environment(found, environment, place)
        require_portal(found, portal, place)
        identity = find_identity(connection, environ, place)
    if isinstance(identity, StateError):
        raise identity
    return identity


def _upgrade(connection: Connection, place: Place, upgrades: Mapping[int, Upgrade]) -> None:
    with connection.begin():
        version = read_format(connection, place)
    if version == FORMAT_VERSION:
        return
    place.back_up(connection, version)
    with connection.begin():
        upgrade_state(connection, place, upgrades=upgrades)


@contextlib.contextmanager
def _beating(state: State) -> Iterator[None]:
    """Keep the lease alive from a thread, through waits in which nothing is written."""
    is_over = threading.Event()

    def beat() -> None:
        while not is_over.wait(HEARTBEAT_SECONDS):
            try:
                state.heartbeat()
            except StateMoved:
                return
            except StateError:  # where it lasts, the run's own next write meets it too, and can answer it
                continue

    thread = threading.Thread(target=beat, name="state-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def unlock(location: Location, *, run_id: str) -> Lease:
    """Break the lease of *run_id* (or of the one run that begins so): it stops at its next write. Who held it."""
    place = find_place(location)
    if not place.exists():
        raise StateError(f"there is no state at {location}", hint="nothing was changed")
    with place.faults_explained(), place.opened_for_writing(busy_seconds=BUSY_SECONDS) as connection:
        with connection.begin():
            check_format(read_format(connection, place))
            holder = break_lease(connection, run_id=run_id)
        place.end_writing(connection)
    return holder


def _create(
    place: Place, founding: Identity | None, *, environ: Mapping[str, str], environment: str | None, now_ms: int
) -> None:
    given = Identity.from_environment(environ)

    def fill(connection: Connection) -> None:
        create_state(connection, given or founding or Identity.fresh(), keep_key=given is None, now_ms=now_ms)
        connection.execute(update(header).values(environment=environment))

    place.create(fill)
