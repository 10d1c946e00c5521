"""A recorder that answers HTTP on loopback as it is told, a clock that jumps, and clients between the two."""

import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.hubspot.opening import open_hubspot
from hubevents_sync.model.project import HubSpotSettings, RequestBudget

TOKEN = "pat-eu1-planted-token-0123456789"


class JumpingClock:
    """Time that passes only where somebody sleeps. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds = 1_000.0
        self.slept: list[float] = []

    def now_ms(self) -> int:
        """Wall time: 2026-11-01T00:00:00Z and what was slept since."""
        return 1_793_491_200_000 + int((self.monotonic() - 1_000.0) * 1000)

    def monotonic(self) -> float:
        """Seconds."""
        with self._lock:
            return self._seconds

    def sleep(self, seconds: float) -> None:
        """Jump ahead, and note it."""
        with self._lock:
            self._seconds += seconds
            self.slept.append(seconds)


@dataclass(frozen=True)
class Recorded:
    """A request as it arrived: *target* is path and query exactly as sent, *port* the sender's of its connection."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    port: int

    @property
    def path(self) -> str:
        """The raw path."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query, decoded."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the recorder sends back. *drop* hangs up instead, *cut* in the middle of the body."""

    status: int = 200
    body: object = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    cut: bool = False

    def encoded(self) -> bytes:
        """The body as bytes: text and bytes as they are, all else as JSON."""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


class Recorder:
    """Answers what is scripted, one after the other, then *otherwise*; keeps every request."""

    def __init__(self) -> None:
        self.requests: list[Recorded] = []
        self.script: deque[Answer] = deque()
        self.otherwise: Callable[[Recorded], Answer] = lambda _: Answer()
        self._lock = threading.Lock()
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Recorded(self.command, self.path, headers, self.rfile.read(length), self.client_address[1])
                answer = recorder._next(request)
                if answer.drop:
                    self._hang_up()
                    return
                body = answer.encoded()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body) + (10 if answer.cut else 0)))
                self.end_headers()
                self.wfile.write(body)
                if answer.cut:
                    self._hang_up()

            def _hang_up(self) -> None:
                self.close_connection = True
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)

            do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  the names that http.server calls

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, body: object = None, *, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Script one more answer."""
        self.script.append(Answer(status, {} if body is None else body, headers or {}))

    def drop(self, *, times: int = 1) -> None:
        """Script hanging up without an answer."""
        self.script.extend([Answer(drop=True)] * times)

    def cut(self) -> None:
        """Script hanging up in the middle of a body."""
        self.script.append(Answer(body='{"results":', cut=True))

    def page(self, rows: list[object], *, after: object = None) -> None:
        """Script a page of a listing."""
        paging = {} if after is None else {"paging": {"next": {"after": after}}}
        self.answer({"total": len(rows), "results": rows, **paging})

    def always(self, body: object = None, *, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Answer this once the script is through."""
        answer = Answer(status, {} if body is None else body, headers or {})
        self.otherwise = lambda _: answer

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _next(self, request: Recorded) -> Answer:
        with self._lock:
            self.requests.append(request)
            if self.script:
                return self.script.popleft()
        return self.otherwise(request)


Connect = Callable[..., HubSpotClient]


@pytest.fixture
def clock() -> JumpingClock:
    """Time that passes only where somebody sleeps."""
    return JumpingClock()


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """A server on loopback that keeps what it is sent."""
    server = Recorder()
    yield server
    server.close()


@pytest.fixture
def connect(recorder: Recorder, clock: JumpingClock) -> Iterator[Connect]:
    """Opens clients of the recorder; settings by keyword, and ``environ``, ``read_only``."""
    with ExitStack() as stack:

        def opened(
            *, environ: Mapping[str, str] | None = None, read_only: bool = False, path: str = "", **settings: Any
        ) -> HubSpotClient:
            settings.setdefault("base_url", recorder.url + path)
            settings.setdefault("requests", RequestBudget(per_10_seconds=100_000, keep_free=0.0))
            client = open_hubspot(
                HubSpotSettings(**settings),
                environ={"HUBSPOT_ACCESS_TOKEN": TOKEN} if environ is None else environ,
                clock=clock,
                read_only=read_only,
            )
            return stack.enter_context(client)

        yield opened


@pytest.fixture
def hubspot(connect: Connect) -> HubSpotClient:
    """A client of the recorder, with v3 paths."""
    return connect()
