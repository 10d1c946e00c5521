"""Who may send: anybody where there is no gate; nothing that could write where it is ``plan`` that asks."""

from collections.abc import Collection

import httpx

from hubevents_sync.errors import SyncError

_HARMLESS = frozenset({"GET", "HEAD"})


class WriteRefused(RuntimeError):
    """A read-only client was asked to write: a bug of ours, not a fault of the user's."""


class ReadOnlyTransport(httpx.BaseTransport):
    """Lets GET pass, and POST to *lookups* only: paths that HubSpot reads from although they take a POST."""

    def __init__(self, inner: httpx.BaseTransport, *, lookups: Collection[str]) -> None:
        self._inner = inner
        self._lookups = frozenset(lookups)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send what only reads; raise WriteRefused before anything else leaves the machine."""
        if request.method in _HARMLESS or (request.method == "POST" and request.url.path in self._lookups):
            return self._inner.handle_request(request)
        raise WriteRefused(f"{request.method} was tried over a connection that may only read")

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()


class OpenGate:
    """The gate of somebody who does not need to be stopped: every request may begin, and take its time."""

    def enter(self) -> None:
        """It may."""

    def note_answer(self, seconds: float) -> None:
        """Nothing hangs on it."""

    def note_loss(self, error: SyncError) -> None:
        """Nothing hangs on it."""

    def seconds_left(self) -> float | None:
        """As long as it takes."""
        return None
