"""Writes that may wait for a commit: they go along with whatever is written next."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from hubevents_sync.errors import StateError
from hubevents_sync.model.event import EventKey
from hubevents_sync.state.holding import LeaseHolder, Opened


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What is to be written of an event; *is_change* as of the transaction that it would be by itself."""

    key: EventKey
    put: Callable[[Connection], None]
    is_change: bool


class LateWriter(LeaseHolder):
    """The part of a writer that saves commits. Nothing of it is missing for who reads through the same writer."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._waiting: list[_Waiting] = []

    def flush(self) -> None:
        """Commit what waits for it."""
        if self._waiting:
            with self._write(is_change=False):  # what waits tells whether it is one
                pass

    def _write_later(self, key: EventKey, put: Callable[[Connection], None], *, is_change: bool = True) -> None:
        """Have *put* write of the event *key* before whatever is written next. A kill before that loses it."""
        self._waiting.append(_Waiting(key, put, is_change))

    @contextmanager
    def _write(self, *, is_change: bool = True) -> Iterator[Connection]:
        """With what waited, in its order. Where the state can't be written now, that goes on waiting."""
        with self._turn:
            waiting = list(self._waiting)
            try:
                with super()._write(is_change=is_change or any(each.is_change for each in waiting)) as connection:
                    for each in waiting:
                        each.put(connection)
                    yield connection
            except StateError:
                raise
            except BaseException:
                del self._waiting[: len(waiting)]  # a bug of ours, maybe in one of these: not to be met by each write
                raise
            del self._waiting[: len(waiting)]

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        self.flush()
        with super()._read() as connection:
            yield connection

    @contextmanager
    def _read_rows(self, key: EventKey | None = None) -> Iterator[Connection]:
        """What waits and is of other events than *key* can go on waiting."""
        if key is None or any(each.key == key for each in list(self._waiting)):
            self.flush()
        with super()._read() as connection:
            yield connection
