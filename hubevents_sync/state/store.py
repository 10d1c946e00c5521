"""Open a state: to read it without a trace, or to write to it as the only one."""

import contextlib
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, update

from hubevents_sync.errors import StateError
from hubevents_sync.model.record import Lease
from hubevents_sync.model.run import Actor
from hubevents_sync.ports import Clock
from hubevents_sync.state.copying import check_is_database, file_identity, find_state, opened_without_trace, registered
from hubevents_sync.state.formats import (
    FORMAT_VERSION,
    UPGRADES,
    Upgrade,
    backup_state,
    check_format,
    create_state,
    read_format,
    upgrade_state,
)
from hubevents_sync.state.header import find_identity, read_header, require_environment, require_portal, set_portal
from hubevents_sync.state.holding import Holding
from hubevents_sync.state.identity import Identity
from hubevents_sync.state.lease import HEARTBEAT_SECONDS, Claim, break_lease, release_lease, take_lease
from hubevents_sync.state.reading import StateReader
from hubevents_sync.state.sqlite import BUSY_SECONDS, enter_wal, faults_explained, leave_wal, opened_for_writing
from hubevents_sync.state.tables import header
from hubevents_sync.state.writing import State


class ReadOnlyState(StateReader):
    """A state as it was when it was opened, whatever is written to it meanwhile. Close it: it may hold a lock."""

    def __init__(
        self, connection: Connection, location: Path, identity: Identity | StateError, resources: contextlib.ExitStack
    ) -> None:
        super().__init__(connection, location, identity)
        self._resources = resources

    def close(self) -> None:
        """Let go of the file."""
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_for_reading(
    location: Path, *, environ: Mapping[str, str], upgrades: Mapping[int, Upgrade] = UPGRADES
) -> ReadOnlyState | None:
    """The state at *location*; None where there is none.

    No byte is changed and no file made, not even where a writer is at work or was killed. A writer may have to wait for
    as long as this is open. Raises StateError where the file is no state, or one of a newer format.
    """
    found = find_state(location)
    if found is None:
        return None
    location = found
    check_is_database(location)
    with contextlib.ExitStack() as stack:
        stack.enter_context(faults_explained(location))
        connection = stack.enter_context(opened_without_trace(location))
        version = read_format(connection, location)
        check_format(version)
        if version < FORMAT_VERSION:  # bring a copy up to date, and leave the file to the next apply
            stack.pop_all().close()
            stack.enter_context(faults_explained(location))
            connection = stack.enter_context(opened_without_trace(location, needs_copy=True))
            upgrade_state(connection, location, upgrades=upgrades)
        identity = find_identity(connection, environ, location)
        return ReadOnlyState(connection, location, identity, stack.pop_all())
    raise AssertionError("no context here swallows an exception")


@contextlib.contextmanager
def open_for_writing(
    location: Path,
    *,
    environ: Mapping[str, str],
    clock: Clock,
    actor: Actor,
    environment: str | None,
    portal: int | None,
    command: str,
    run_id: str | None = None,
    busy_seconds: float = BUSY_SECONDS,
    upgrades: Mapping[int, Upgrade] = UPGRADES,
) -> Iterator[State]:
    """The state at *location*, which is made where it is missing, under the lease; given back at the end.

    *portal* binds a state that has none yet; None is for when it is not known. *run_id* is made where none is given. A
    reader is waited for, *busy_seconds* at most. Raises StateLocked where another run
    holds the lease, and StateError where the state is another environment's or portal's, damaged, or of a newer format.
    """
    if find_state(location) is None:
        _create(location.resolve(), environ=environ, environment=environment, now_ms=clock.now_ms())
    location = location.resolve()
    check_is_database(location)
    claim = Claim(actor, command, run_id or secrets.token_hex(4))
    with (
        faults_explained(location),
        registered(location),
        opened_for_writing(location, busy_seconds=busy_seconds) as connection,
    ):
        identity = _check_belongs(connection, location, environ, environment=environment, portal=portal)
        with connection.begin():
            epoch = take_lease(connection, claim, now_ms=clock.now_ms())
        try:
            _upgrade(connection, location, upgrades)
            enter_wal(connection)
            state = _begin_holding(connection, location, identity, claim=claim, epoch=epoch, clock=clock, portal=portal)
            with _beating(state):
                yield state
        finally:
            _let_go(connection, epoch)


def _begin_holding(
    connection: Connection,
    location: Path,
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
    holding = Holding(claim, epoch, found.lineage, file_identity(location))
    return State(connection, location, identity, holding=holding, serial=found.serial, clock=clock)


def _check_belongs(
    connection: Connection,
    location: Path,
    environ: Mapping[str, str],
    *,
    environment: str | None,
    portal: int | None,
) -> Identity:
    with connection.begin():
        check_format(read_format(connection, location))
        found = read_header(connection)
        require_environment(found, environment, location)
        require_portal(found, portal, location)
        identity = find_identity(connection, environ, location)
    if isinstance(identity, StateError):
        raise identity
    return identity


def _upgrade(connection: Connection, location: Path, upgrades: Mapping[int, Upgrade]) -> None:
    with connection.begin():
        version = read_format(connection, location)
    if version == FORMAT_VERSION:
        return
    backup_state(connection, location, version)
    with connection.begin():
        upgrade_state(connection, location, upgrades=upgrades)


def _let_go(connection: Connection, epoch: int) -> None:
    """Give the lease back and make the state one plain file. A failure here is none of the run's.

    All is committed by now; the lease of a process that is gone is taken over.
    """
    with contextlib.suppress(StateError), faults_explained(Path()):
        with connection.begin():
            release_lease(connection, epoch=epoch)
        leave_wal(connection)


@contextlib.contextmanager
def _beating(state: State) -> Iterator[None]:
    """Keep the lease alive from a thread, through waits in which nothing is written."""
    is_over = threading.Event()

    def beat() -> None:
        while not is_over.wait(HEARTBEAT_SECONDS):
            try:
                state.heartbeat()
            except StateError:  # the run's own next write meets the same fault, and can answer it
                return

    thread = threading.Thread(target=beat, name="state-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def unlock(location: Path, *, run_id: str) -> Lease:
    """Break the lease of *run_id* (or of the one run that begins so): it stops at its next write. Who held it."""
    found = find_state(location)
    if found is None:
        raise StateError(f"there is no state at {location}", hint="nothing was changed")
    check_is_database(found)
    with faults_explained(found), registered(found), opened_for_writing(found) as connection:
        with connection.begin():
            check_format(read_format(connection, found))
            holder = break_lease(connection, run_id=run_id)
        leave_wal(connection)
    return holder


def _create(location: Path, *, environ: Mapping[str, str], environment: str | None, now_ms: int) -> None:
    """Make a new state under another name first, so that a kill in between leaves no half of one."""
    given = Identity.from_environment(environ)
    draft = location.with_name(f".{location.name}.{secrets.token_hex(4)}.new")
    try:
        location.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with faults_explained(location), opened_for_writing(draft) as connection, connection.begin():
            create_state(connection, given or Identity.fresh(), keep_key=given is None, now_ms=now_ms)
            connection.execute(update(header).values(environment=environment))
        _put_in_place(draft, location)
    except OSError as error:
        raise StateError(
            f"the state {location} can't be made: {error.strerror}", hint="let this user write to its folder"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def _put_in_place(draft: Path, location: Path) -> None:
    """Give *draft* its name, unless another run was quicker: then its state is the one."""
    with contextlib.suppress(FileExistsError):
        location.hardlink_to(draft)
    if hasattr(os, "O_DIRECTORY"):  # make the name itself survive a power cut
        folder = os.open(location.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
