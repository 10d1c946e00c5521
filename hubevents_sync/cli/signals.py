"""Signals while an apply is under way: finish the calls that are out, record them, stop. And those to a plan."""

import _thread
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from hubevents_sync.cli.streams import say_from_handler
from hubevents_sync.errors import Interrupted, Terminated

if TYPE_CHECKING:
    from hubevents_sync.ports import StopSwitch

# A closed terminal is somebody's wish to end it as well, so it ends in the same exit code as SIGTERM.
REASONS = {
    name: reason
    for name, reason in (("SIGINT", Interrupted), ("SIGTERM", Terminated), ("SIGHUP", Terminated))
    if hasattr(signal, name)
}


@contextmanager
def stopping_on_signals(stop: "StopSwitch") -> Iterator[None]:
    """Inside, the first signal sets *stop* and the second ends the process at once: nothing is lost by that either.

    A signal that the process was started to ignore, as by nohup, stays ignored.
    """
    heeded = [
        number for number in map(signal.Signals.__getitem__, REASONS) if signal.getsignal(number) != signal.SIG_IGN
    ]

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  the signature of a handler
        caught = signal.Signals(number)
        for each in heeded:
            signal.signal(each, signal.SIG_DFL)
        reason = REASONS[caught.name](f"stopped by {caught.name}; all is recorded", hint="run apply again to go on")
        # In a thread of its own: the thread that a handler interrupts may be the one that waits for the switch, and
        # hold its lock. _thread takes none.
        _thread.start_new_thread(stop.set, (reason,))
        say_from_handler("stopping: finishing the calls that are under way; once more ends it at once")

    before = {each: signal.signal(each, handle) for each in heeded}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def closing_on_signals() -> Iterator[None]:
    """Inside, SIGTERM and SIGHUP are errors like any other, as SIGINT is anyway: what is put aside is taken away."""
    heeded = [
        number
        for number in map(signal.Signals.__getitem__, REASONS)
        if signal.getsignal(number) == signal.SIG_DFL  # SIGINT has a handler of Python's own
    ]

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  the signature of a handler
        name = signal.Signals(number).name
        raise REASONS[name](f"stopped by {name}; nothing was written")

    for each in heeded:
        signal.signal(each, handle)
    try:
        yield
    finally:
        for each in heeded:
            signal.signal(each, signal.SIG_DFL)
