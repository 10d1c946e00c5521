"""uvicorn's HTTP/1.1 for an open port: who is slow, or sends too much, is let go before the others feel it."""

import asyncio
from dataclasses import dataclass
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle


@dataclass(frozen=True, slots=True)
class Patience:
    """What connections may take.

    *request_seconds* is from a request's first byte, or from the connection where none was yet, to the answer's last;
    *idle_seconds* between requests. Of more *connections* than that, the one that has waited longest makes room.
    """

    request_seconds: float = 10.0
    # Longer than the 60 seconds for which a proxy keeps a connection: it is the proxy that ends it, never in mid-air.
    idle_seconds: int = 75
    # Below the 1,024 files that a process may have open where nobody says otherwise.
    connections: int = 512


class PatientProtocol(H11Protocol):
    """A connection with a deadline. uvicorn itself waits without end for the rest of a request, and for a reader."""

    patience = Patience()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self.waiting_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin the first request's time, and make room where there are too many."""
        super().connection_made(transport)
        self._begin_request()
        if len(self.connections) > self.patience.connections:
            _let_go_of_longest_waiting(self.connections)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there to be waited for."""
        self._end_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """The first byte of a request begins its time."""
        if self._deadline is None:
            self._begin_request()
        super().data_received(data)

    def on_response_complete(self) -> None:
        """The answer is out: what is here of a next request begins its time."""
        self._end_deadline()
        self.waiting_since = self.loop.time()
        super().on_response_complete()
        if self._deadline is None and not self.transport.is_closing() and self._has_begun_another():
            self._begin_request()

    @property
    def is_waiting(self) -> bool:
        """There is no whole request that is being answered."""
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first request
        return cycle is None or cycle.response_complete or cycle.more_body

    def _has_begun_another(self) -> bool:
        return not self.cycle.response_complete or bool(self.conn.trailing_data[0])

    def _begin_request(self) -> None:
        self._end_deadline()
        self.waiting_since = self.loop.time()
        self._deadline = self.loop.call_later(self.patience.request_seconds, self._give_up)

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        self.transport.abort()


def _let_go_of_longest_waiting(connections: set[Any]) -> None:
    """Cut the connection that has waited longest, if only one waits: a request under way is never cut for a new one."""
    waiting = [each for each in connections if isinstance(each, PatientProtocol) and each.is_waiting]
    if waiting:
        min(waiting, key=lambda each: each.waiting_since).transport.abort()


def build_protocol(patience: Patience) -> type[PatientProtocol]:
    """uvicorn makes its protocols from a class: one that has *patience*."""
    return type("ConfiguredProtocol", (PatientProtocol,), {"patience": patience})
