"""The ASGI application: take a request in, find its operation, answer as HubSpot does, keep a record."""

import hmac
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hubevents_sync.sandbox import request_log
from hubevents_sync.sandbox.limits import RateMeter
from hubevents_sync.sandbox.page.asked import Gauge, Sources
from hubevents_sync.sandbox.page.paths import is_page
from hubevents_sync.sandbox.refusals import Refusal, too_large, unauthenticated
from hubevents_sync.sandbox.request_log import RecordedRequest, RequestLog
from hubevents_sync.sandbox.routes import attendance, events, identity, participations
from hubevents_sync.sandbox.routing import Route, Router, read_query
from hubevents_sync.sandbox.settings import Settings
from hubevents_sync.sandbox.store.account import Account
from hubevents_sync.sandbox.store.database import Database
from hubevents_sync.sandbox.wire.call import Answer, Call

if TYPE_CHECKING:
    from hubevents_sync.sandbox.page.site import Site

MEDIA_TYPE = "application/json;charset=utf-8"
LARGEST_BODY_BYTES = 32 * 1024 * 1024

ROUTER = Router(
    events=(*events.ROUTES, *attendance.ROUTES, *participations.ROUTES),
    listing=events.list_events,
    other=identity.ROUTES,
)


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


@dataclass(frozen=True, slots=True)
class _Result:
    """An operation's answer or refusal, ready to be sent."""

    status: int
    body: bytes
    rows: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    holds_secret: bool = False


class SandboxApp:
    """One account behind HubSpot's API. Requests are answered one after the other, each in one transaction.

    A bug in an operation is answered with 500 and kept in *crash*, for whoever runs the server to raise.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._meter = RateMeter(settings.limits)
        self.log = RequestLog()
        self.crash: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        started, now_ms, correlation_id = time.perf_counter(), self._settings.clock(), str(uuid.uuid4())
        request = Request(scope, receive)
        try:
            body, is_whole = await _read_body(request)
        except ClientDisconnect:
            return  # gone before the request was whole: nothing to do, and nobody to answer
        # The path as it came, percent-encoded: the server gives it beside the decoded one.
        raw_path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        if is_page(request.method, raw_path):
            await self._show_page(request, raw_path, query, now_ms)(scope, receive, send)
            return
        arrived = _Arrived(request.method, raw_path, query, request.headers, body, now_ms, started, correlation_id)
        result = self._answer(arrived) if is_whole else _refuse(too_large(LARGEST_BODY_BYTES), arrived)
        headers = {"X-HubSpot-Correlation-Id": correlation_id, **self._meter.count(now_ms), **result.headers}
        self._record(arrived, result)
        await Response(result.body, result.status, headers, MEDIA_TYPE)(scope, receive, send)

    def _show_page(self, request: Request, raw_path: str, query: str, now_ms: int) -> Response:
        """The page for people: what is read there is counted in no limit and kept in no log."""
        try:
            answer = self._site.answer(
                request.method, raw_path, query, host=request.headers.get("host", ""), now_ms=now_ms
            )
        except Exception as error:  # noqa: BLE001 - kept, and raised by whoever runs the server
            self.crash = self.crash or error
            return Response("internal error\n", 500, media_type="text/plain")
        return Response(answer.body, answer.status, answer.headers, answer.media_type)

    @cached_property
    def _site(self) -> "Site":
        # Made when somebody looks: the templates' engine is of no use to a run without a reader.
        from hubevents_sync.sandbox.page.site import Site

        return Site(Sources(self._open_account, self.log, self._read_gauges, self._settings.portal_id))

    @contextmanager
    def _open_account(self, now_ms: int) -> Iterator[Account]:
        with self._database.transaction() as connection:
            yield Account(connection, self._settings.app_id, now_ms)

    def _read_gauges(self, now_ms: int) -> list[Gauge]:
        limits, (in_window, today) = self._settings.limits, self._meter.tell_used(now_ms)
        return [
            Gauge(f"Last {limits.window_ms / 1000:g} seconds", in_window, limits.per_window, "counted, not enforced"),
            Gauge("Today", today, limits.per_day, "ends at midnight UTC"),
        ]

    def _answer(self, arrived: _Arrived) -> _Result:
        route: Route | None = None
        try:
            route, path = ROUTER.find(arrived.method, arrived.raw_path)
            answer = self._run(arrived, route, path)
            result = _Result(answer.status, _encode(answer.payload), answer.rows)
        except Refusal as refusal:
            result = _refuse(refusal, arrived)
        except Exception as error:  # noqa: BLE001 - kept, and raised by whoever runs the server
            self.crash = self.crash or error
            result = _refuse(Refusal(500, "INTERNAL_ERROR", "internal error"), arrived)
        return replace(result, holds_secret=route is not None and route.holds_secret)

    def _run(self, arrived: _Arrived, route: Route, path: dict[str, str]) -> Answer:
        if not route.is_open or "authorization" in arrived.headers:
            self._check_token(arrived.headers)
        url = f"http://{arrived.headers.get('host', '')}{arrived.raw_path}"
        with self._database.transaction() as connection:
            account = Account(connection, self._settings.app_id, arrived.now_ms)
            call = Call(account, self._settings, arrived.now_ms, url, path, read_query(arrived.query), arrived.body)
            return route.handler(call)

    def _check_token(self, headers: Headers) -> None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        wanted, token = self._settings.token, token.strip()
        if scheme.lower() != "bearer" or not token:
            raise unauthenticated()
        if wanted is not None and not hmac.compare_digest(token.encode(), wanted.encode()):
            raise unauthenticated()

    def _record(self, arrived: _Arrived, result: _Result) -> None:
        kept = 0 if result.holds_secret else request_log.KEPT_BODY_BYTES
        self.log.add(
            RecordedRequest(
                number=self.log.next_number(),
                at_ms=arrived.now_ms,
                method=arrived.method,
                path=arrived.raw_path,
                query=arrived.query,
                status=result.status,
                rows=result.rows,
                seconds=time.perf_counter() - arrived.started,
                correlation_id=arrived.correlation_id,
                request_body=arrived.body[:kept],
                response_body=result.body[:kept],
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


def _refuse(refusal: Refusal, arrived: _Arrived) -> _Result:
    return _Result(refusal.status, _encode(refusal.as_json(arrived.correlation_id)), headers=refusal.headers)


def _encode(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
