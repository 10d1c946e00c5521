"""SIGINT and SIGTERM while an apply is under way: finish the calls that are out, record them, stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from hubevents_sync.errors import Interrupted, Terminated

if TYPE_CHECKING:
    from hubevents_sync.ports import StopSwitch

REASONS = {signal.SIGINT: Interrupted, signal.SIGTERM: Terminated}


@contextmanager
def stopping_on_signals(stop: "StopSwitch") -> Iterator[None]:
    """Inside, the first signal sets *stop* and the second ends the process at once: nothing is lost by that either."""

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  the signature of a handler
        caught = signal.Signals(number)
        for each in REASONS:
            signal.signal(each, signal.SIG_DFL)
        click.echo("stopping: finishing the calls that are under way; once more ends it at once", err=True)
        stop.set(REASONS[caught]("stopped by a signal; all is recorded", hint="run apply again to go on"))

    before = {each: signal.signal(each, handle) for each in REASONS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
