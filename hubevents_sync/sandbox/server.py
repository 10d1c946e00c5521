"""Run the sandbox: beside a program or a test in a thread of its own, or in the foreground until a signal comes."""

import asyncio
import signal
import socket
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from hubevents_sync.errors import SyncError
from hubevents_sync.sandbox.app import SandboxApp
from hubevents_sync.sandbox.control import Control
from hubevents_sync.sandbox.faults.book import FaultBook
from hubevents_sync.sandbox.faults.connection import CuttableProtocol
from hubevents_sync.sandbox.faults.rule import FaultRule
from hubevents_sync.sandbox.known.reading import REALISTIC_DELAYS
from hubevents_sync.sandbox.limits import check_time_zone
from hubevents_sync.sandbox.page.door import PageDoor
from hubevents_sync.sandbox.request_log import RecordedRequest, RequestLog
from hubevents_sync.sandbox.seed import seed as fill_account
from hubevents_sync.sandbox.settings import App, Limits, Settings, read_wall_clock_ms
from hubevents_sync.sandbox.store.database import open_database
from hubevents_sync.sandbox.store.view import AccountView
from hubevents_sync.sandbox.switches import Switches

HOST = "127.0.0.1"
DEFAULT_PORTAL_ID = 12345678
NO_LIMITS = Limits()
# Our choice: nobody published how long a call to the real service takes.
REALISTIC_LATENCY_SECONDS = 0.2
_STOP_SECONDS = 2
_TICK_SECONDS = 1
_KEEP_ALIVE_SECONDS = 75
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A sandbox that listens at *base_url*, a look into its *account*, and its *faults* to add to and clear."""

    base_url: str
    portal_id: int
    account: AccountView
    log: RequestLog
    faults: FaultBook

    def requests(self) -> list[RecordedRequest]:
        """What was asked, oldest first: the last 10,000 requests."""
        return self.log.kept()

    @property
    def request_count(self) -> dict[str, int]:
        """How many requests there were, by method."""
        return self.log.counts()


@contextmanager
def running_sandbox(
    *,
    port: int = 0,
    data: Path | None = None,
    token: str | None = None,
    portal_id: int = DEFAULT_PORTAL_ID,
    clock: Callable[[], int] = read_wall_clock_ms,
    defined_properties: frozenset[str] | None = None,
    switches: Switches | None = None,
    apps: tuple[App, ...] = (),
    refresh_token: str | None = None,
    limits: Limits = NO_LIMITS,
    time_zone: str = "UTC",
    faults: Sequence[str | FaultRule] = (),
    seed: int = 0,
    realistic: bool = False,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    contents: Mapping[str, Any] | None = None,
) -> Iterator[RunningSandbox]:
    """A sandbox on 127.0.0.1 for as long as the block lasts; *port* 0 takes a free one.

    *data* is the account's file, None keeps it in memory. *token* None takes any Bearer token. *clock* tells epoch
    milliseconds. *defined_properties* are the custom properties that the account knows; None takes every name.
    *switches* settle what is not known of HubSpot, *apps* are further apps with tokens of their own.
    *limits* refuse what is above them where they are enforced, as those of TIERS are; a day ends at midnight of
    *time_zone*. *faults* are in force from the start, drawn by *seed*. *realistic* takes as long as HubSpot does to
    answer and to show what was written, where no switch says otherwise. *pause* waits where the sandbox is slow.
    *contents* fill an empty account before it listens: seed.py.

    Raises SyncError for a port in use, for a file that can't be used or no longer be written, and for a fault or a time
    zone that makes no sense; an operation's bug is raised at the end.
    """
    settings = Settings(
        portal_id=portal_id,
        token=token,
        refresh_token=refresh_token,
        apps=apps,
        defined_properties=defined_properties,
        switches=(switches or Switches()).above(REALISTIC_DELAYS if realistic else {}),
        clock=clock,
        limits=limits,
        time_zone=check_time_zone(time_zone),
        latency_seconds=REALISTIC_LATENCY_SECONDS if realistic else 0.0,
    )
    book = FaultBook(faults, seed=seed)
    with _listening(port) as listener, _stored(data, settings, book, pause, contents) as (app, view):
        host, bound_port = listener.getsockname()
        with _serving(app, listener):
            yield RunningSandbox(f"http://{host}:{bound_port}", portal_id, view, app.log, book)
        if isinstance(app.crash, sqlite3.OperationalError):
            hint = "see whether its disk is full; what was answered with 2xx is kept"
            raise SyncError(f"the sandbox's account can't be written: {app.crash}", hint=hint) from app.crash
        if app.crash is not None:
            raise RuntimeError("the sandbox failed to answer a request") from app.crash


def serve_sandbox(
    *,
    port: int,
    data: Path | None,
    token: str | None,
    portal_id: int,
    announce: Callable[[str], None],
    limits: Limits = NO_LIMITS,
    time_zone: str = "UTC",
    faults: Sequence[str] = (),
    seed: int = 0,
    realistic: bool = False,
    switches: Switches | None = None,
    apps: tuple[App, ...] = (),
    contents: Mapping[str, Any] | None = None,
) -> None:
    """Serve in the foreground until SIGINT or SIGTERM, then stop cleanly and return.

    *announce* is told the base URL once the sandbox listens. To be called in the main thread, where signals arrive.
    """
    stop = threading.Event()
    with (
        _stopping_on(_STOP_SIGNALS, stop),
        running_sandbox(
            port=port,
            data=data,
            token=token,
            portal_id=portal_id,
            limits=limits,
            time_zone=time_zone,
            faults=faults,
            seed=seed,
            realistic=realistic,
            switches=switches,
            apps=apps,
            contents=contents,
        ) as sandbox,
    ):
        announce(sandbox.base_url)
        stop.wait()


@contextmanager
def _stopping_on(signals: Sequence[signal.Signals], stop: threading.Event) -> Iterator[None]:
    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature signals ask for
        stop.set()

    before = {number: signal.signal(number, handle) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    # TCP by name: asyncio turns Nagle's delay off only for sockets that say so, and without it each answer costs 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        # A port that a sandbox has just left can be taken again at once.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise SyncError(
                f"the sandbox can't listen on {HOST}:{port}: {reason}",
                hint="stop what listens there, or take another port; port 0 takes a free one",
            ) from error
        yield listener


@contextmanager
def _stored(
    data: Path | None,
    settings: Settings,
    faults: FaultBook,
    pause: Callable[[float], Awaitable[None]],
    contents: Mapping[str, Any] | None,
) -> Iterator[tuple[SandboxApp, AccountView]]:
    database = open_database(data)
    try:
        if contents is not None:
            fill_account(database, contents, app_id=settings.app_id, now_ms=settings.clock())
        view = AccountView(database, settings)
        app = SandboxApp(database, settings, faults=faults, pause=pause)
        app.control = Control(database, view, settings, faults, app.meter, app.log)
        app.page = PageDoor(database, settings, faults, app.meter, app.log)
        yield app, view
    finally:
        database.close()


class _Server(uvicorn.Server):
    """uvicorn, with an event that is set once it answers, and stopped without waiting for its next tick."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_ready = threading.Event()
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self.is_ready.set()

    async def main_loop(self) -> None:
        """Tick once a second, which is what the Date header needs, until somebody stops it."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _TICK_SECONDS)

    def stop(self) -> None:
        """Begin to stop. May be called from any thread, and when the server is gone already."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: there is nothing left to wake
                self._loop.call_soon_threadsafe(self._stopping.set)


@contextmanager
def _serving(app: SandboxApp, listener: socket.socket) -> Iterator[None]:
    """Serve in a thread. At the end requests in flight get two seconds, and thread and socket are gone."""
    config = uvicorn.Config(
        app,
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    server = _Server(config)

    def serve() -> None:
        try:
            server.run(sockets=[listener])
        finally:
            server.is_ready.set()

    thread = threading.Thread(target=serve, name="hubevents-sandbox", daemon=True)
    thread.start()
    try:
        server.is_ready.wait()
        if not server.started:
            raise RuntimeError("the sandbox's server did not start")
        yield
    finally:
        server.stop()
        thread.join()
