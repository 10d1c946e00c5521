"""Wait on this machine for the browser that HubSpot sends back after a login, and take the code that it brings."""

import hmac
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from hubevents_sync.errors import AuthenticationFailed, ConfigurationError, UsageError
from hubevents_sync.hubspot.address import is_loopback
from hubevents_sync.hubspot.redaction import without_people

_SLOW_CLIENT_SECONDS = 10
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>hubevents-sync</title>
<body style="font:1.1em/1.5 system-ui,sans-serif;margin:15vh auto;max-width:30em;padding:0 1em">
<h1 style="font-size:1.3em">{title}</h1><p>{text}</p></body></html>
"""
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class RedirectAddress:
    """The redirect URL that the app's page in HubSpot names, taken apart. *url* goes to HubSpot as it was written."""

    url: str
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What the browser brought: a code, or why there is none."""

    code: str = ""
    error: str = ""


def read_redirect_url(url: str) -> RedirectAddress:
    """*url*, which must be http on this machine with a port. Raises UsageError."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError("--redirect-url is no URL", hint="such as http://localhost:8765/oauth-callback") from error
    if parts.scheme != "http" or not host or not is_loopback(host) or not port or parts.query or parts.fragment:
        raise UsageError(
            "--redirect-url must be http on this machine, with a port and without a query",
            hint="such as http://localhost:8765/oauth-callback, and the same on the app's page in HubSpot",
        )
    return RedirectAddress(url, host, port, parts.path or "/")


class RedirectListener:
    """Takes one redirect that carries *state*. All others are turned away, and don't end the wait."""

    def __init__(self, arrivals: "queue.Queue[_Arrival]") -> None:
        self._arrivals = arrivals

    def wait(self, timeout_seconds: float) -> str:
        """The code. Raises AuthenticationFailed where HubSpot says no, or nobody comes in time."""
        try:
            arrival = self._arrivals.get(timeout=timeout_seconds)
        except queue.Empty as error:
            raise AuthenticationFailed(
                f"nobody came back from HubSpot's login within {timeout_seconds:g} s",
                hint="run it again; HubSpot sends the browser back only to a redirect URL that the app's page names",
            ) from error
        if arrival.error:
            raise AuthenticationFailed(
                f"HubSpot did not let the app in: {arrival.error}",
                hint="who logs in needs the right to install apps, and the app the scopes that are asked for",
            )
        return arrival.code


@contextmanager
def listening_for_redirect(address: RedirectAddress, *, state: str) -> Iterator[RedirectListener]:
    """Listen for as long as the block lasts. Raises ConfigurationError where the port is taken."""
    arrivals: queue.Queue[_Arrival] = queue.Queue(maxsize=1)

    class Handler(BaseHTTPRequestHandler):
        timeout = _SLOW_CLIENT_SECONDS
        server_version = "hubevents-sync"
        sys_version = ""

        def do_GET(self) -> None:
            """Answer a browser."""
            arrival = _judge(self.path, address, state)
            if arrival is None:
                self._say(HTTPStatus.NOT_FOUND, "Nothing here", "This is no answer to the login that is under way.")
                return
            try:
                arrivals.put_nowait(arrival)
            except queue.Full:
                self._say(HTTPStatus.CONFLICT, "Too late", "The login has had its answer.")
                return
            title = "HubSpot said no" if arrival.error else "HubSpot let the app in"
            self._say(HTTPStatus.OK, title, "See the terminal for how it goes on. This page can be closed.")

        def _say(self, status: HTTPStatus, title: str, text: str) -> None:
            body = _PAGE.format(title=title, text=text).encode()
            self.send_response(status)
            for name, value in {**_HEADERS, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
            """Say nothing: the path holds the code."""

    with _serving(address, Handler):
        yield RedirectListener(arrivals)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that hangs up is none of the user's concern, and a traceback would show the code."""


@contextmanager
def _serving(address: RedirectAddress, handler: type[BaseHTTPRequestHandler]) -> Iterator[None]:
    try:
        # localhost is looked for at ::1 and at 127.0.0.1 by browsers: the second is listened to.
        server = _Server(("127.0.0.1", address.port), handler)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(
            f"can't listen on 127.0.0.1:{address.port} for the login: {reason}",
            hint="stop what listens there, or add another redirect URL to the app and name it with --redirect-url",
        ) from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _judge(target: str, address: RedirectAddress, state: str) -> _Arrival | None:
    """What the request to *target* brings; None where it is none of ours."""
    parts = urlsplit(target)
    query = parse_qs(parts.query, keep_blank_values=True)
    given = query.get("state", [""])
    if parts.path != address.path or len(given) != 1 or not hmac.compare_digest(given[0].encode(), state.encode()):
        return None
    error, code = query.get("error", [""])[0], query.get("code", [""])[0]
    if error or not code:
        described = query.get("error_description", [""])[0]
        words = ": ".join(word for word in (error or "it sent no code", described) if word)
        return _Arrival(error=without_people(words))
    return _Arrival(code=code)
