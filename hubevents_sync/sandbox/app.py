"""The ASGI application: take a request in, find its operation, answer as HubSpot does, keep a record."""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hubevents_sync.sandbox import control, request_log
from hubevents_sync.sandbox.control import Control
from hubevents_sync.sandbox.faults.batches import handle_with
from hubevents_sync.sandbox.faults.book import NOTHING, FaultBook
from hubevents_sync.sandbox.faults.broken_answers import gateway_page, refusal_of
from hubevents_sync.sandbox.faults.connection import Wire
from hubevents_sync.sandbox.faults.incident import Asked, Ending, Incident
from hubevents_sync.sandbox.faults.rule import Cut, ErrorAnswer, Truncate
from hubevents_sync.sandbox.limits import RateMeter
from hubevents_sync.sandbox.operations import ROUTER, Operations
from hubevents_sync.sandbox.page.door import PageDoor
from hubevents_sync.sandbox.page.paths import is_page
from hubevents_sync.sandbox.refusals import Refusal, not_found, too_large
from hubevents_sync.sandbox.request_log import RecordedRequest, RequestLog
from hubevents_sync.sandbox.routing import Handler, Route
from hubevents_sync.sandbox.settings import Settings
from hubevents_sync.sandbox.store.database import Database
from hubevents_sync.sandbox.wire.call import Answer, Call

MEDIA_TYPE = "application/json;charset=utf-8"
TOKEN_PATH = "-tokens/"  # noqa: S105 - a path, in which HubSpot's first OAuth look-ups have the token
HIDDEN_TOKEN = "/oauth/v1/…-tokens/HIDDEN"  # noqa: S105 - in place of one
LARGEST_BODY_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A request as it came in, its body read to the end."""

    method: str
    raw_path: str
    query: str
    headers: Headers
    body: bytes
    now_ms: int
    started: float
    correlation_id: str

    @property
    def host(self) -> str:
        """Where it was sent to."""
        return self.headers.get("host", "")

    @property
    def authorization(self) -> str | None:
        """What it shows for a token."""
        return self.headers.get("authorization")


@dataclass(frozen=True, slots=True)
class _Result:
    """An operation's answer or refusal, ready to be sent. *status* 0 is none at all."""

    status: int
    body: bytes
    rows: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str | None = MEDIA_TYPE


_NO_ANSWER = _Result(0, b"")


@dataclass(frozen=True, slots=True)
class _Begun:
    """What is known of a request before it is handled: its operation or why it is refused, and what befalls it."""

    route: Route | None = None
    path: dict[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None
    incident: Incident = NOTHING

    @property
    def is_counted(self) -> bool:
        """It uses up the account's limits. Looking up a token does not, nor asking for one: our choice."""
        return self.route is None or not (self.route.is_open or self.route.ignores_token)

    def require_route(self) -> Route:
        """Its operation. Raises the Refusal where there is one."""
        if self.refusal is not None or self.route is None:
            raise self.refusal or not_found("resource not found")
        return self.route

    @property
    def holds_secret(self) -> bool:
        """No log may keep its bodies."""
        return self.route is not None and self.route.holds_secret


class SandboxApp:
    """One account behind HubSpot's API. Requests are answered one after the other, each in one transaction.

    A bug in an operation is answered with 500 and kept in *crash*, for whoever runs the server to raise. *pause* is
    how it waits, where it is told to be slow.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        faults: FaultBook | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._operations = Operations(database, settings)
        self._settings = settings
        self._pause = pause
        self.control: Control | None = None
        self.page: PageDoor | None = None
        self.faults = faults or FaultBook()
        self.meter = RateMeter(settings.limits, time_zone=settings.time_zone)
        self.log = RequestLog()
        self.crash: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if self.control is not None and scope["path"].startswith(control.PREFIX):
            with suppress(ClientDisconnect):
                response = await self.control.answer(Request(scope, receive))
                await response(scope, receive, send)
            return
        if self.page is not None and is_page(scope["method"], scope["path"]):
            await self._show_page(self.page, Request(scope, receive))(scope, receive, send)
            return
        started, now_ms, correlation_id = time.perf_counter(), self._settings.clock(), str(uuid.uuid4())
        request = Request(scope, receive)
        try:
            body, is_whole = await _read_body(request)
        except ClientDisconnect:
            return  # gone before the request was whole: nothing to do, and nobody to answer
        # The path as it came, percent-encoded: the server gives it beside the decoded one.
        raw_path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        arrived = _Arrived(request.method, raw_path, query, request.headers, body, now_ms, started, correlation_id)
        asked = Asked(method=arrived.method, raw_path=raw_path, query=query, body=body)
        begun = self._begin(arrived, asked) if is_whole else _Begun(refusal=too_large(LARGEST_BODY_BYTES))
        result, incident = await self._carry_out(arrived, asked, begun), begun.incident
        self._record(arrived, result, begun)
        await self._send(Wire(scope, receive, send), arrived, result, incident.instead or incident.afterwards)

    def _show_page(self, page: PageDoor, request: Request) -> Response:
        try:
            return page.answer(request)
        except Exception as error:  # noqa: BLE001 - kept, and raised by whoever runs the server
            self._crash(error)
            return Response("internal error\n", 500, media_type="text/plain")

    async def _carry_out(self, arrived: _Arrived, asked: Asked, begun: _Begun) -> _Result:
        incident = begun.incident
        await self._wait(self._settings.latency_seconds + incident.before_seconds)
        result = await self._answer(arrived, asked, begun) if incident.instead is None else _NO_ANSWER
        await self._wait(incident.after_seconds)
        return _end(incident.instead or incident.afterwards, result, arrived)

    def _begin(self, arrived: _Arrived, asked: Asked) -> _Begun:
        """Find the operation, count the request and see what befalls it."""
        try:
            route, path = ROUTER.find(arrived.method, arrived.raw_path)
            begun = _Begun(route, path)
        except Refusal as refusal:
            begun = _Begun(refusal=refusal)
        try:
            over = self.meter.take(arrived.now_ms) if begun.is_counted else None
            return replace(begun, refusal=over) if over else replace(begun, incident=self.faults.judge(asked))
        except Exception as error:  # noqa: BLE001 - kept, and raised by whoever runs the server
            return replace(begun, refusal=self._crash(error))

    async def _answer(self, arrived: _Arrived, asked: Asked, begun: _Begun) -> _Result:
        try:
            answer = await self._run(arrived, asked, begun)
            if answer.payload is None:
                return _Result(answer.status, b"", answer.rows, answer.headers, media_type=None)
            return _Result(answer.status, _encode(answer.payload), answer.rows, answer.headers)
        except Refusal as refusal:
            return _refuse(refusal, arrived)
        except Exception as error:  # noqa: BLE001 - kept, and raised by whoever runs the server
            return _refuse(self._crash(error), arrived)

    def _crash(self, error: Exception) -> Refusal:
        self.crash = self.crash or error
        return Refusal(500, "INTERNAL_ERROR", "internal error")

    async def _run(self, arrived: _Arrived, asked: Asked, begun: _Begun) -> Answer:
        def carry(handler: Handler, call: Call) -> Answer:
            if not begun.incident.touches_rows:
                return handler(call)
            return handle_with(begun.incident, asked, lambda body: handler(replace(call, body=body)), call.connection)

        return await self._operations.run(begun.require_route(), begun.path, arrived, carry)

    async def _send(self, wire: Wire, arrived: _Arrived, result: _Result, ending: Ending | None) -> None:
        if isinstance(ending, Cut):
            await wire.cut(is_reset=ending.is_reset)
            return
        headers = {"X-HubSpot-Correlation-Id": arrived.correlation_id, **self.meter.headers(), **result.headers}
        response = Response(result.body, result.status, headers, result.media_type if result.body else None)
        if isinstance(ending, Truncate):
            await wire.send_truncated(response)
        else:
            await wire.send(response)

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._pause(seconds)

    def _record(self, arrived: _Arrived, result: _Result, begun: _Begun) -> None:
        kept = 0 if begun.holds_secret else request_log.KEPT_BODY_BYTES
        self.log.add(
            RecordedRequest(
                number=self.log.next_number(),
                at_ms=arrived.now_ms,
                method=arrived.method,
                path=arrived.raw_path if kept or TOKEN_PATH not in arrived.raw_path else HIDDEN_TOKEN,
                query=_hide_key(arrived.query),
                status=result.status,
                rows=result.rows,
                seconds=time.perf_counter() - arrived.started,
                correlation_id=arrived.correlation_id,
                request_body=arrived.body[:kept],
                response_body=result.body[:kept],
                faults=begun.incident.rules,
            )
        )


async def _read_body(request: Request) -> tuple[bytes, bool]:
    """The body, and whether that is all of it. What is too large is read to its end too, and not kept."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size <= LARGEST_BODY_BYTES:
            parts.append(part)
    return b"".join(parts), size <= LARGEST_BODY_BYTES


def _end(ending: Ending | None, result: _Result, arrived: _Arrived) -> _Result:
    """*result*, or what an *ending* puts in its place."""
    if isinstance(ending, Cut):
        return _NO_ANSWER
    if isinstance(ending, ErrorAnswer):
        refusal = refusal_of(ending)
        if refusal is None:
            return _Result(ending.status, gateway_page(ending.status), media_type="text/html")
        return _refuse(refusal, arrived)
    return result


def _refuse(refusal: Refusal, arrived: _Arrived) -> _Result:
    return _Result(refusal.status, _encode(refusal.as_json(arrived.correlation_id)), headers=refusal.headers)


def _hide_key(query: str) -> str:
    return re.sub(r"(^|&)(hapikey|client_secret|refresh_token)=[^&]*", r"\1\2=HIDDEN", query)


def _encode(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
