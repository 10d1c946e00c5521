"""The ASGI application: take a request in, find its operation, answer as HubSpot does, keep a record."""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hubevents_sync.sandbox import request_log
from hubevents_sync.sandbox.access import find_caller
from hubevents_sync.sandbox.callback import ask_app
from hubevents_sync.sandbox.limits import RateMeter
from hubevents_sync.sandbox.refusals import Refusal, too_large
from hubevents_sync.sandbox.request_log import RecordedRequest, RequestLog
from hubevents_sync.sandbox.routes import (
    app_settings,
    attendance,
    deletion,
    events,
    identity,
    lists,
    oauth,
    participations,
    properties,
    search,
    updates,
)
from hubevents_sync.sandbox.routing import Route, Router, read_query, read_version
from hubevents_sync.sandbox.settings import Settings
from hubevents_sync.sandbox.store.account import Account
from hubevents_sync.sandbox.store.database import Database
from hubevents_sync.sandbox.wire.call import Answer, Call, Details, DetailsWanted

MEDIA_TYPE = "application/json;charset=utf-8"
TOKEN_PATH = "-tokens/"  # noqa: S105 - a path, in which HubSpot's first OAuth look-ups have the token
HIDDEN_TOKEN = "/oauth/v1/…-tokens/HIDDEN"  # noqa: S105 - in place of one
LARGEST_BODY_BYTES = 32 * 1024 * 1024

ROUTER = Router(
    events=(
        *events.ROUTES,
        *updates.ROUTES,
        *deletion.ROUTES,
        *search.ROUTES,
        *attendance.ROUTES,
        *participations.ROUTES,
        *lists.ROUTES,
        *app_settings.ROUTES,
    ),
    listing=events.list_events,
    other=(*identity.ROUTES, *oauth.ROUTES, *properties.ROUTES),
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
        arrived = _Arrived(request.method, raw_path, query, request.headers, body, now_ms, started, correlation_id)
        result = await self._answer(arrived) if is_whole else _refuse(too_large(LARGEST_BODY_BYTES), arrived)
        headers = {"X-HubSpot-Correlation-Id": correlation_id, **self._meter.count(now_ms), **result.headers}
        self._record(arrived, result)
        media_type = MEDIA_TYPE if result.body else None
        await Response(result.body, result.status, headers, media_type)(scope, receive, send)

    async def _answer(self, arrived: _Arrived) -> _Result:
        route: Route | None = None
        try:
            route, path = ROUTER.find(arrived.method, arrived.raw_path)
            answer = await self._run(arrived, route, path)
            body = b"" if answer.payload is None else _encode(answer.payload)
            result = _Result(answer.status, body, answer.rows)
        except Refusal as refusal:
            result = _refuse(refusal, arrived)
        except Exception as error:  # noqa: BLE001 - kept, and raised by whoever runs the server
            self.crash = self.crash or error
            result = _refuse(Refusal(500, "INTERNAL_ERROR", "internal error"), arrived)
        return replace(result, holds_secret=route is not None and route.holds_secret)

    async def _run(self, arrived: _Arrived, route: Route, path: dict[str, str]) -> Answer:
        """Run the operation; where it wants an app asked, ask with nothing held, and run it once more."""
        try:
            return self._run_once(arrived, route, path, None)
        except DetailsWanted as wanted:
            details = await asyncio.to_thread(ask_app, wanted, self._settings)
        return self._run_once(arrived, route, path, details)

    def _run_once(self, arrived: _Arrived, route: Route, path: dict[str, str], details: Details | None) -> Answer:
        url = f"http://{arrived.headers.get('host', '')}{arrived.raw_path}"
        query = read_query(arrived.query)
        with self._database.transaction() as connection:
            app = find_caller(
                connection,
                self._settings,
                route,
                authorization=arrived.headers.get("authorization"),
                query=query,
                version=read_version(arrived.raw_path),
                now_ms=arrived.now_ms,
            )
            account = Account(connection, app.id, arrived.now_ms, self._settings.switches)
            call = Call(account, app, self._settings, arrived.now_ms, url, path, query, arrived.body, details)
            return route.handler(call)

    def _record(self, arrived: _Arrived, result: _Result) -> None:
        kept = 0 if result.holds_secret else request_log.KEPT_BODY_BYTES
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


def _hide_key(query: str) -> str:
    return re.sub(r"(^|&)(hapikey|client_secret|refresh_token)=[^&]*", r"\1\2=HIDDEN", query)


def _encode(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
