"""The ASGI application: take a request in, let the desk answer it, log it."""

import time
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from hubevents_sync.callback.desk import LARGEST_BODY_BYTES, Arrived, Desk, Reply
from hubevents_sync.model.serving import RequestServed, ServerEntry

Log = Callable[[ServerEntry], None]
_STANDARD_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
# Any other is a stranger's own text, which is kept out of the log.
_KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


class DetailsApp:
    """Serves *desk*. *now_ms* is the clock. *shows_checked* logs the address whose signature does not fit."""

    def __init__(self, desk: Desk, *, now_ms: Callable[[], int], log: Log, shows_checked: bool = False) -> None:
        self._desk = desk
        self._now_ms = now_ms
        self._log = log
        self._shows_checked = shows_checked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Whoever left before it was whole gets no answer."""
        started = time.perf_counter()
        headers = tuple(scope["headers"])
        body = await _read_body(headers, receive)
        if body is _GONE:
            return
        request = Arrived(
            scope["method"],
            scope["raw_path"],
            scope["query_string"],
            headers,
            body if isinstance(body, bytes) else None,
        )
        reply = self._desk.answer(request, now_ms=self._now_ms())
        await _build_response(reply)(scope, receive, send)
        if reply.is_logged:
            self._log(self._describe(request, reply, time.perf_counter() - started))

    def _describe(self, request: Arrived, reply: Reply, seconds: float) -> RequestServed:
        return RequestServed(
            at_ms=self._now_ms(),
            method=request.method if request.method in _KNOWN_METHODS else "?",
            status=reply.status,
            milliseconds=seconds * 1_000,
            asked=reply.asked,
            refusal=reply.refusal,
            checked=reply.checked if self._shows_checked else None,
        )


class _Gone:
    """Stands for the body of somebody who left."""


_GONE = _Gone()


async def _read_body(headers: tuple[tuple[bytes, bytes], ...], receive: Receive) -> bytes | _Gone | None:
    """The body; None for one that is larger than we read, which is refused before it is taken in."""
    announced = [value for name, value in headers if name == b"content-length"]
    if announced and int(announced[0]) > LARGEST_BODY_BYTES:  # h11 has seen to it that it is a number
        return None
    body = bytearray()
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            return _GONE
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _build_response(reply: Reply) -> Response:
    headers = {**_STANDARD_HEADERS, **reply.headers}
    if reply.status in (400, 413, 431):  # what is left of the request is not worth reading
        headers["Connection"] = "close"
    return Response(reply.body, reply.status, headers, media_type="application/json")
