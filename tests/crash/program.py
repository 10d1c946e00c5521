"""``python -m hubevents_sync``, with points at which it can be killed, held up or told a wrong time. A script.

The program itself is untouched and knows nothing of this: what it stands on is wrapped. A point lies before and after
each commit (SQLAlchemy's) and each HTTP request (httpx's). One that holds alone lies before a file is opened to be
written to (SQLite's). Settings come in environment variables:

- ``CRASH_LOG``: a file to which the name of each point that is passed is added.
- ``CRASH_AT``: the number of the point, from 1, at which the process kills itself with SIGKILL.
- ``CRASH_HOLD``: ``TEXT=FILE``: at the first point whose name holds TEXT, write FILE and wait until it is gone.
- ``CRASH_ONE_BY_ONE``: give every pool one thread, so that the points come in the same order each time.
- ``CRASH_CLOCK_MS``: what to add to the machine's clock.
- ``CRASH_PATIENCE``: the share of each wait that is really waited; the clocks go on as if all of it was.

With ``--serve`` it imports everything once and then forks a process for each line of JSON that it reads, which saves
most of a second each: ``{"arguments": [...], "environ": {...}, "output": "FILE"}``; it answers with the exit code.
"""

import concurrent.futures
import json
import os
import runpy
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# A point is not passed while the process is being killed at another.
_turn = threading.RLock()


class Points:
    """Counts the points that are passed, and does what is asked for at one of them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._log = environ.get("CRASH_LOG")
        self._kill_at = int(environ.get("CRASH_AT", "0"))
        hold, _, self._gate = environ.get("CRASH_HOLD", "").partition("=")
        self._hold: str | None = hold or None
        self._passed = 0

    def reach(self, name: str) -> None:
        """Be killed here, wait here, or go on."""
        with _turn:
            self._passed += 1
            if self._log is not None:
                with Path(self._log).open("a", encoding="utf-8") as log:
                    log.write(f"{name}\n")
            if self._passed == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        self.hold(name)

    def hold(self, name: str) -> None:
        """Wait here, or go on."""
        with _turn:
            is_held = self._hold is not None and self._hold in name
            if is_held:
                self._hold = None
        if is_held:
            wait_at(Path(self._gate))


def wait_at(gate: Path) -> None:
    """Write *gate* and wait until somebody takes it away."""
    gate.write_text(str(os.getpid()), encoding="utf-8")
    while gate.exists():
        REAL_SLEEP(0.005)


REAL_SLEEP = time.sleep


def wrap_commits(points: Points) -> None:
    """A point on both sides of each commit."""
    from sqlalchemy.engine.default import DefaultDialect

    commit: Callable[[DefaultDialect, Any], None] = DefaultDialect.do_commit

    def wrapped(self: DefaultDialect, dbapi_connection: Any) -> None:
        points.reach("before commit")
        commit(self, dbapi_connection)
        points.reach("after commit")

    DefaultDialect.do_commit = wrapped  # type: ignore[method-assign]  # this is what a wrapper is


def wrap_openings(points: Points) -> None:
    """A point where nothing is locked yet."""
    connect = sqlite3.connect

    def wrapped(database: str, **named: Any) -> sqlite3.Connection:
        if "mode=rw" in str(database):
            points.hold("before opening to write")
        opened: sqlite3.Connection = connect(database, **named)
        return opened

    sqlite3.connect = wrapped  # type: ignore[assignment]  # this is what a wrapper is


def wrap_requests(points: Points) -> None:
    """A point on both sides of each HTTP request."""
    import httpx

    handle = httpx.HTTPTransport.handle_request

    def wrapped(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        name = f"{request.method} {request.url.path}"
        points.reach(f"before {name}")
        response = handle(self, request)
        response.read()
        points.reach(f"after {name}")
        return response

    httpx.HTTPTransport.handle_request = wrapped  # type: ignore[method-assign]  # this is what a wrapper is


def wrap_pools() -> None:
    """One thread in each pool."""
    pool = concurrent.futures.ThreadPoolExecutor
    make = pool.__init__

    def wrapped(self: Any, max_workers: int | None = None, *rest: Any, **named: Any) -> None:
        make(self, 1, *rest, **named)

    pool.__init__ = wrapped  # type: ignore[method-assign]  # this is what a wrapper is


def wrap_time(*, shift_ms: int, patience: float) -> None:
    """Let the clocks go wrong by *shift_ms*, and waits take *patience* of their time without any clock telling.

    The heartbeat alone is left to the true time: it waits for as long as there is nothing else to do.
    """
    skipped = 0.0
    now_ns, monotonic, wait_for = time.time_ns, time.monotonic, threading.Event.wait

    def wait(self: threading.Event, timeout: float | None = None) -> bool:
        nonlocal skipped
        if timeout is None or threading.current_thread().name == "state-heartbeat":
            return wait_for(self, timeout)
        is_set = wait_for(self, timeout * patience)
        if not is_set:
            with _turn:
                skipped += timeout * (1 - patience)
        return is_set

    threading.Event.wait = wait  # type: ignore[method-assign]  # this is what a wrapper is

    def sleep(seconds: float) -> None:
        nonlocal skipped
        REAL_SLEEP(seconds * patience)
        with _turn:
            skipped += seconds * (1 - patience)

    wrapped: dict[str, Callable[..., object]] = {
        "sleep": sleep,
        "time_ns": lambda: now_ns() + shift_ms * 1_000_000 + int(skipped * 1e9),
        "monotonic": lambda: monotonic() + skipped,
    }
    for name, function in wrapped.items():
        setattr(time, name, function)


def run_program(arguments: list[str]) -> None:
    """Wrap what the program stands on, as the environment says, and run it. Does not return."""
    points = Points(os.environ)
    wrap_time(
        shift_ms=int(os.environ.get("CRASH_CLOCK_MS", "0")), patience=float(os.environ.get("CRASH_PATIENCE", "1"))
    )
    if "CRASH_ONE_BY_ONE" in os.environ:
        wrap_pools()
    wrap_openings(points)
    wrap_commits(points)
    wrap_requests(points)
    sys.argv = ["hubevents-sync", *arguments]
    runpy.run_module("hubevents_sync", run_name="__main__", alter_sys=True)


def serve() -> None:
    """Import everything, then fork for each line of standard input."""
    import deepdiff  # noqa: F401  for the children

    import hubevents_sync.cli.apply
    import hubevents_sync.cli.approval
    import hubevents_sync.cli.progress
    import hubevents_sync.cli.show_plan
    import hubevents_sync.cli.signals
    import hubevents_sync.engine.applying.apply
    import hubevents_sync.render.plan_text
    import hubevents_sync.render.report_json
    import hubevents_sync.render.report_text  # noqa: F401  for the children

    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            become_program(order)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def become_program(order: Mapping[str, Any]) -> None:
    """In a child: take the order's environment and output, run, and end."""
    os.environ.clear()
    os.environ.update(order["environ"])
    output = os.open(order["output"], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    empty = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((empty, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115  for good
    code: object = 70
    try:
        run_program(order["arguments"])
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        import traceback

        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve()
    else:
        run_program(sys.argv[1:])
