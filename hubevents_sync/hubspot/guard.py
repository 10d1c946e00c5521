"""Refuse to send anything that could write, so that ``plan`` can't."""

from collections.abc import Collection

import httpx

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
