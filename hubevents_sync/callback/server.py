"""Run the endpoint in the foreground until a signal comes, with the requests under way answered."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import uvicorn

from hubevents_sync.callback.app import DetailsApp
from hubevents_sync.callback.desk import LARGEST_HEAD_BYTES
from hubevents_sync.callback.protocol import Patience, build_protocol

# A closed terminal is somebody's wish to end it as well.
STOP_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_TICK_SECONDS = 1

DEFAULT_PATIENCE = Patience()


class _Server(uvicorn.Server):
    """uvicorn, stopped without waiting for its next tick. Signals are not its business."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stopping = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's own handlers would send each signal once more at the end, and the process would die of it."""
        yield

    async def main_loop(self) -> None:
        """Tick once a second, which is what the Date header needs, until somebody stops it."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _TICK_SECONDS)

    def stop(self) -> None:
        """Begin to stop."""
        self.should_exit = True
        self._stopping.set()


def run_server(
    app: DetailsApp,
    listener: socket.socket,
    *,
    follow: Callable[[], Awaitable[None]],
    on_stop: Callable[[], None],
    patience: Patience = DEFAULT_PATIENCE,
    signals: Sequence[str] = STOP_SIGNALS,
) -> None:
    """Serve *app* on *listener* until the first stop signal: the requests under way are answered, and it returns.

    *follow* runs beside it; what that raises ends the server and is raised here. *on_stop* is told of the signal; a
    second one ends the process at once. To be called in the main thread, where signals arrive, or without *signals*.
    """

    async def serve() -> None:
        server = _Server(_configure(app, patience))

        def stop() -> None:
            on_stop()
            server.stop()

        with _stopping_on(signals, stop):
            await _serve_beside(server, listener, follow)

    asyncio.run(serve())


async def _serve_beside(server: _Server, listener: socket.socket, follow: Callable[[], Awaitable[None]]) -> None:
    """Serve until the server is stopped, or *follow* ends; what that raised is raised."""
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    following = asyncio.ensure_future(follow())
    await asyncio.wait({serving, following}, return_when=asyncio.FIRST_COMPLETED)
    server.stop()
    following.cancel()
    await serving
    with suppress(asyncio.CancelledError):
        await following


def _configure(app: DetailsApp, patience: Patience) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=build_protocol(patience),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",  # a bug in the application shows its traceback; what strangers send is not worth a line
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=LARGEST_HEAD_BYTES,
        timeout_keep_alive=patience.idle_seconds,
        timeout_graceful_shutdown=int(patience.request_seconds) + 1,
    )


@contextmanager
def _stopping_on(names: Sequence[str], stop: Callable[[], None]) -> Iterator[None]:
    """Inside, the first of the signals calls *stop*, and the next one does what it does anywhere: it ends the process.

    A signal that the process was started to ignore, as by nohup, stays ignored.
    """
    loop = asyncio.get_running_loop()
    numbers = [number for name in names if (number := getattr(signal, name, None)) is not None]
    heeded = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]

    def handle() -> None:
        for number in heeded:
            loop.remove_signal_handler(number)
        stop()

    for number in heeded:
        loop.add_signal_handler(number, handle)
    try:
        yield
    finally:
        for number in heeded:
            loop.remove_signal_handler(number)
