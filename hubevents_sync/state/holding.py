"""Hold the lease while writing: every transaction checks that it still does, and that the state is the one it knew."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, exists, update

from hubevents_sync.errors import StateError, StateMoved
from hubevents_sync.ports import Clock
from hubevents_sync.state.audit import carry_serial
from hubevents_sync.state.header import read_header
from hubevents_sync.state.identity import Identity
from hubevents_sync.state.index import Knowledge
from hubevents_sync.state.lease import LEASE_ID, LEASE_MS, Claim, read_lease, release_lease, take_lease
from hubevents_sync.state.place import Place
from hubevents_sync.state.prepared import Prepared
from hubevents_sync.state.reading import StateReader
from hubevents_sync.state.rows import SourceFiles
from hubevents_sync.state.tables import header, lease

_AFTER_A_MOVE = "what this run had recorded before is kept; plan again and apply"


_REFRESH = Prepared(
    lambda _: (
        update(lease)
        .where(
            lease.c.id == LEASE_ID,
            lease.c.epoch == bindparam("of_epoch"),
            exists().where(header.c.lineage == bindparam("of_lineage"), header.c.serial == bindparam("of_serial")),
        )
        .values(heartbeat_at_ms=bindparam("now_ms"), expires_at_ms=bindparam("until_ms"))
    )
)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a writer holds and checks with each write: the claim it was given, under which epoch, on which state.

    *identity* is what tells that state from another one that was put in its place.
    """

    claim: Claim
    epoch: int
    lineage: str
    identity: object


@dataclass(frozen=True, slots=True)
class Opened:
    """A state that was opened for writing: *connection* to *place*, with the *serial* that was found there."""

    connection: Connection
    place: Place
    identity: Identity
    holding: Holding
    serial: int
    clock: Clock


class LeaseHolder(StateReader):
    """The writing half's transactions. Each raises StateMoved where another run took the lease or the file went."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened.connection, opened.place, opened.identity)
        self._holding = opened.holding
        self._clock = opened.clock
        self._serial = opened.serial
        self._has_raised_serial = False
        self._is_of_run = False
        self._files = SourceFiles()
        self._knowledge = Knowledge()

    @property
    def run_id(self) -> str:
        """The id under which the lease was taken: the run that is begun here should bear it."""
        return self._holding.claim.run_id

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._turn, self._location.faults_explained(), self._connection.begin():
            yield self._connection

    @contextmanager
    def _write(self, *, is_change: bool = True) -> Iterator[Connection]:
        """One transaction, committed if the lease still holds; the run's first *is_change* raises the serial."""
        with self._turn, self._location.faults_explained():
            self._check_place()
            raises_serial = is_change and not self._has_raised_serial
            try:
                with self._connection.begin():
                    self._fence()
                    if raises_serial:
                        self._connection.execute(update(header).values(serial=self._serial + 1))
                        if self._is_of_run:
                            carry_serial(self._connection, before=self._serial)
                    yield self._connection
            except BaseException:
                self._files.forget()
                self._knowledge.forget()
                raise
            if raises_serial:
                self._serial += 1
                self._has_raised_serial = True

    def _check_place(self) -> None:
        try:
            is_same = self._location.find_identity() == self._holding.identity
        except OSError:
            is_same = False
        if not is_same:
            raise StateMoved(
                f"the state {self._location} was moved, deleted or replaced during this run", hint=_AFTER_A_MOVE
            )

    def _fence(self) -> None:
        """Refresh the heartbeat, if the lease, the lineage and the serial are still those of this writer."""
        now_ms = self._clock.now_ms()
        refreshed = _REFRESH.run(
            self._connection,
            of_epoch=self._holding.epoch,
            of_lineage=self._holding.lineage,
            of_serial=self._serial,
            now_ms=now_ms,
            until_ms=now_ms + LEASE_MS,
        )
        if refreshed != 1:
            raise self._moved()

    def _moved(self) -> StateMoved:
        holder, found = read_lease(self._connection), read_header(self._connection)
        if holder is not None and holder.epoch != self._holding.epoch:
            by = f"{holder.user}@{holder.host} ({holder.command}, run {holder.run_id})"
            return StateMoved(f"the state was taken over by {by} during this run", hint=_AFTER_A_MOVE)
        if found.lineage == self._holding.lineage and found.serial == self._serial:
            return StateMoved("this run's lock on the state was broken by hand", hint=_AFTER_A_MOVE)
        return StateMoved(
            f"the state went from serial {self._serial} to {found.serial} during this run", hint=_AFTER_A_MOVE
        )

    def heartbeat(self) -> None:
        """Say that this run is alive, where it has had nothing to write for a while."""
        with self._write(is_change=False):
            pass


@contextmanager
def holding_lease(connection: Connection, place: Place, claim: Claim, *, now_ms: int) -> Iterator[int]:
    """The lease of the state at *place*, under its epoch, given back at the end."""
    with connection.begin():
        epoch = take_lease(
            connection,
            claim,
            now_ms=now_ms,
            is_alive=lambda row: place.is_alive(connection, row, host=claim.actor.host),
        )
        place.keep_alive(connection, epoch)
    try:
        yield epoch
    finally:
        _let_go(connection, place, epoch)


def _let_go(connection: Connection, place: Place, epoch: int) -> None:
    """Give the lease back and leave the state tidy. A failure here is none of the run's.

    All is committed by now; the lease of a writer that is gone is taken over.
    """
    with suppress(StateError), place.faults_explained():
        with connection.begin():
            release_lease(connection, epoch=epoch)
        place.end_writing(connection)
