"""The server on real sockets: what is slow, broken or too large is let go, and does not stop the others."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hubevents_sync.callback.address import read_path_template
from hubevents_sync.callback.app import DetailsApp
from hubevents_sync.callback.desk import Desk
from hubevents_sync.callback.details import build_catalogue
from hubevents_sync.callback.listening import listening, name_of
from hubevents_sync.callback.protocol import Patience
from hubevents_sync.callback.server import run_server
from hubevents_sync.errors import ConfigurationError
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.serving import RequestServed, ServerEntry
from tests.callback.signing import NOW_MS

TARGET = "/events/x?appId=1&externalAccountId=Co"
DETAILS = b'{"eventName": "X", "eventOrganizer": "Us", "eventCancelled": false}'


@dataclass
class Served:
    """A running server without signatures, and its log."""

    address: object
    family: socket.AddressFamily
    log: list[ServerEntry] = field(default_factory=list)

    def connect(self) -> socket.socket:
        """A connection of one's own."""
        client = socket.socket(self.family)
        client.settimeout(20)
        client.connect(self.address)  # type: ignore[arg-type]  # of the family's own shape
        return client

    def ask(self, target: str = TARGET, *lines: str, method: str = "GET", body: bytes = b"") -> tuple[int, bytes]:
        """Status and body."""
        with self.connect() as client:
            head = "\r\n".join([f"{method} {target} HTTP/1.1", "Host: evil.example", *lines, "Connection: close"])
            client.sendall(f"{head}\r\n\r\n".encode() + body)
            return split(read_all(client))


def read_all(client: socket.socket) -> bytes:
    """All that comes until the other side ends."""
    received = bytearray()
    try:
        while part := client.recv(65_536):
            received += part
    except ConnectionResetError:
        pass
    return bytes(received)


def send_until_cut(client: socket.socket, part: bytes, *, pause: float) -> bool:
    """Send *part* again and again; whether the other side ends it, as opposed to ten thousand parts."""
    try:
        for _ in range(10_000):
            client.sendall(part)
            threading.Event().wait(pause)
    except (ConnectionResetError, BrokenPipeError):
        return True
    return False


def split(answer: bytes) -> tuple[int, bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


async def wait_for_ever() -> None:
    await asyncio.Event().wait()


@contextmanager
def served(
    *, patience: Patience | None = None, uds: Path | None = None, follow: Callable[[], Awaitable[None]] | None = None
) -> Iterator[Served]:
    """A server in a thread; it is stopped by what it follows, for signals come to the main thread only."""
    desk = Desk(read_path_template("/events/%s"), seal=None)
    desk.publish(build_catalogue([MarketingEvent(EventKey("Co", "x"), {"eventName": "X", "eventOrganizer": "Us"})]))
    stop = threading.Event()

    async def until_stopped() -> None:
        await asyncio.to_thread(stop.wait)

    with listening("127.0.0.1", 0, uds) as listener:
        running = Served(listener.getsockname(), listener.family)
        app = DetailsApp(desk, now_ms=lambda: NOW_MS, log=running.log.append)
        options = {
            "follow": follow or until_stopped,
            "on_stop": lambda: None,
            "patience": patience or Patience(),
            "signals": (),
        }
        thread = threading.Thread(target=run_server, args=(app, listener), kwargs=options)
        thread.start()
        try:
            yield running
        finally:
            stop.set()
            thread.join()


def test_a_get_and_a_head_are_answered() -> None:
    with served() as server:
        assert server.ask() == (200, DETAILS)
        assert server.ask(method="HEAD") == (200, b"")
        logged = [entry for entry in server.log if isinstance(entry, RequestServed)]
        assert [(entry.method, entry.status, entry.asked) for entry in logged] == [
            ("GET", 200, EventKey("Co", "x")),
            ("HEAD", 200, EventKey("Co", "x")),
        ]


def test_a_connection_is_kept_for_the_next_request() -> None:
    with served() as server, server.connect() as client:
        for _ in range(3):
            client.sendall(f"GET {TARGET} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            answer = bytearray()
            while not answer.endswith(DETAILS):
                answer += client.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def test_requests_that_come_at_once_are_answered_in_their_order() -> None:
    with served() as server, server.connect() as client:
        one = f"GET {TARGET} HTTP/1.1\r\nHost: x\r\n\r\n"
        last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        client.sendall((one * 20 + last).encode())
        answers = read_all(client)
        assert (answers.count(DETAILS), answers.endswith(b'{"status": "ok"}')) == (20, True)


def test_a_strangers_method_is_not_logged() -> None:
    with served() as server:
        assert server.ask(method="ANA-BAKER")[0] == 405
        (entry,) = server.log
        assert isinstance(entry, RequestServed)
        assert (entry.method, entry.status) == ("?", 405)


@pytest.mark.parametrize(
    ("lines", "body", "status"),
    [
        (("Content-Length: 1",), b"a", 400),
        (("Content-Length: 5000",), b"a" * 5_000, 413),
        (("Content-Length: 99999999999999",), b"", 413),
        (("Transfer-Encoding: chunked",), b"1388\r\n" + b"a" * 5_000 + b"\r\n0\r\n\r\n", 413),
        (("Content-Length: " + "9" * 5_000,), b"", 400),
        (("Content-Length: -1",), b"", 400),
        (("Content-Length: 1", "Content-Length: 2"), b"a", 400),
        (("X: " + "y" * 17_000,), b"", 431),
        (("X: " + "y" * 400_000,), b"", 400),
        (("no header",), b"", 400),
    ],
)
def test_what_is_too_large_or_no_http_is_refused(lines: tuple[str, ...], body: bytes, status: int) -> None:
    with served() as server:
        assert server.ask(TARGET, *lines, body=body)[0] == status
        assert server.ask() == (200, DETAILS)


def test_a_host_and_forwarded_headers_change_nothing() -> None:
    with served() as server:
        assert server.ask(TARGET, "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: a", "X-Forwarded-Proto: ftp")[0] == 200


SLOW = [b"", b"GET /events/x HTTP/1.1\r\n", b"POST /events/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"]


@pytest.mark.parametrize("sent", SLOW, ids=["nothing", "half a head", "half a body"])
def test_a_request_that_does_not_come_is_not_waited_for(sent: bytes) -> None:
    with served(patience=Patience(request_seconds=0.3)) as server, server.connect() as client:
        client.sendall(sent)
        assert read_all(client) == b""


def test_a_trickle_does_not_put_the_end_off() -> None:
    with served(patience=Patience(request_seconds=0.5)) as server, server.connect() as client:
        assert send_until_cut(client, b"G", pause=0.02)
        assert server.ask() == (200, DETAILS)


def test_who_never_reads_the_answers_is_let_go(tmp_path: Path) -> None:
    """On a Unix socket, whose buffers are small and full at once."""
    with served(uds=tmp_path / "s", patience=Patience(request_seconds=0.5)) as server, server.connect() as client:
        many = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 100
        assert send_until_cut(client, many, pause=0)
        assert server.ask() == (200, DETAILS)


def test_of_too_many_connections_the_longest_waiting_makes_room() -> None:
    with served(patience=Patience(connections=20)) as server, ExitStack() as stack:
        idle = [stack.enter_context(server.connect()) for _ in range(60)]
        assert [server.ask() for _ in range(5)] == [(200, DETAILS)] * 5
        assert read_all(idle[0]) == b""


def test_a_fault_of_what_is_followed_ends_the_server() -> None:
    async def fail() -> None:
        raise ConfigurationError("broken from the start")

    desk = Desk(read_path_template("/events/%s"), seal=None)
    app = DetailsApp(desk, now_ms=lambda: NOW_MS, log=lambda _: None)
    with listening("127.0.0.1", 0, None) as listener, pytest.raises(ConfigurationError, match="broken from the start"):
        run_server(app, listener, follow=fail, on_stop=lambda: None, signals=())


def test_a_unix_socket_serves_and_is_gone_at_the_end(tmp_path: Path) -> None:
    place = tmp_path / "s"
    with served(uds=place) as server:
        assert server.ask() == (200, DETAILS)
        assert name_of_open(place) == f"unix:{place}"
        with pytest.raises(ConfigurationError, match="another server listens there"), listening("", 0, place):
            pass
        assert server.ask() == (200, DETAILS)
    assert not place.exists()


def name_of_open(place: Path) -> str:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(place))
        return f"unix:{client.getpeername()}"


def test_a_socket_that_a_killed_server_left_is_taken_over(tmp_path: Path) -> None:
    place = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(place))
    with listening("", 0, place) as listener:
        assert name_of(listener) == f"unix:{place}"


def test_a_file_that_is_no_socket_stays(tmp_path: Path) -> None:
    place = tmp_path / "roster.csv"
    place.write_text("email\n")
    with pytest.raises(ConfigurationError, match="a file is there that is no socket"), listening("", 0, place):
        pass
    assert place.read_text() == "email\n"


def test_a_port_in_use_is_named() -> None:
    with listening("127.0.0.1", 0, None) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError) as caught, listening("127.0.0.1", port, None):
            pass
    assert caught.value.message == f"the server can't listen on 127.0.0.1:{port}: address already in use"
