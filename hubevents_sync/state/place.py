"""What a SQLite file and a PostgreSQL database do each in its own way, behind one interface."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, RowMapping

from hubevents_sync.errors import StateError

_OWN_COPY = "is_own_copy"


def mark_own_copy(connection: Connection) -> None:
    """What *connection* leads to is a copy of its own, which may be changed and is dropped at the end."""
    connection.info[_OWN_COPY] = True


def is_own_copy(connection: Connection) -> bool:
    """It was marked so."""
    return bool(connection.info.get(_OWN_COPY))


class Place(Protocol):
    """Where a state lies, or may come to lie. ``str`` of it names it in messages, without a secret.

    All that goes through a connection of it belongs inside ``faults_explained``.
    """

    def exists(self) -> bool:
        """Something is there, be it a state or not. Raises StateError where that can't be found out."""

    def create(self, fill: Callable[[Connection], None]) -> None:
        """Make a state: *fill* makes its tables. Whole or not at all; where somebody else was quicker, theirs stays."""

    def opened_for_reading(self, *, needs_copy: bool = False) -> AbstractContextManager[Connection | None]:
        """What is there now, in one transaction to the end, which can change nothing. None where there is no state.

        With *needs_copy* it is a copy of its own that may be changed, and is dropped at the end.
        """

    def opened_for_writing(self, *, busy_seconds: float) -> AbstractContextManager[Connection]:
        """A connection whose commits are durable. Others are waited for, *busy_seconds* at most."""

    def begin_writing(self, connection: Connection) -> None:
        """The lease is taken: get ready for many commits."""

    def end_writing(self, connection: Connection) -> None:
        """The lease is given back: leave the state as a reader likes to find it."""

    def keep_alive(self, connection: Connection, epoch: int) -> None:
        """Let others find out for as long as this connection lives that the lease of *epoch* is held."""

    def is_alive(self, connection: Connection, row: RowMapping, *, host: str) -> bool | None:
        """Whether the holder of the lease *row* still lives, asked for by a process on *host*; None: can't be known."""

    def find_identity(self) -> object:
        """What tells this very state from another one that was put in its place. Raises OSError where it is gone."""

    def back_up(self, connection: Connection, version: int) -> None:
        """Copy the state, of format *version*, as it is. A copy of the same serial that is there already is kept."""

    def find_damage(self, connection: Connection) -> list[str]:
        """What the database itself finds wrong with its storage."""

    def faults_explained(self) -> AbstractContextManager[None]:
        """Turn what a disk, a network or another process did into a StateError; a bug stays a bug."""

    def damaged(self, what: str) -> StateError:
        """The error of what is no state, or no longer."""
