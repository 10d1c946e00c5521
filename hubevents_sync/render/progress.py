"""Show how far the work is: bars on a terminal, a plain line now and then in a pipeline, or nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from typing import Protocol, TextIO, assert_never

from hubevents_sync.model.waiting import Wait
from hubevents_sync.ports import Clock, Progress
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.ticking import Tally, ThreadTicker, Ticker, TickingProgress, say_tally
from hubevents_sync.render.waits import say_wait
from hubevents_sync.render.wording import say_duration

PATIENCE_SECONDS = 2.0  # shorter work needs no bar
LINE_EVERY_SECONDS = 10.0
BARS_TICK_SECONDS = 0.2
LINES_TICK_SECONDS = 1.0


class ProgressKind(StrEnum):
    """How progress is shown."""

    BARS = "bars"
    LINES = "lines"
    SILENT = "silent"


@contextmanager
def open_progress(
    kind: ProgressKind, clock: Clock, stream: TextIO, *, color: bool = False, ticker: Ticker | None = None
) -> Iterator["ShownProgress"]:
    """Progress on *stream*, which is stderr; whatever happens inside, the terminal is left as it was."""
    progress: ShownProgress
    match kind:
        case ProgressKind.BARS:
            progress = BarProgress(clock, stream, color=color, ticker=ticker or ThreadTicker(BARS_TICK_SECONDS))
        case ProgressKind.LINES:
            progress = LineProgress(clock, _write_lines(stream), ticker=ticker or ThreadTicker(LINES_TICK_SECONDS))
        case ProgressKind.SILENT:
            progress = SilentProgress(_write_lines(stream))
        case _:
            assert_never(kind)
    try:
        yield progress
    finally:
        progress.close()


def _write_lines(stream: TextIO) -> Callable[[str], None]:
    def write(line: str) -> None:
        stream.write(f"{line}\n")
        stream.flush()

    return write


class ShownProgress(Progress, Protocol):
    """A Progress that can make room for others who write to the terminal, and comes to an end."""

    def say(self, line: str) -> None:
        """Write *line* where progress is written, and leave it there."""

    def hushed(self) -> AbstractContextManager[None]:
        """Inside, nothing is shown: somebody is told something, or asked."""

    def note_wait(self, wait: Wait) -> None:
        """Nothing goes on for as long as *wait* says."""

    def close(self) -> None:
        """Take away all that is shown."""


class SilentProgress:
    """Shows nothing; what is said all the same goes to *write*."""

    def __init__(self, write: Callable[[str], None] = lambda _: None) -> None:
        self._write = write

    def say(self, line: str) -> None:
        """Write *line*."""
        self._write(line)

    def start(self, task: str, total: int | None) -> None:
        """Nothing is shown."""

    def advance(self, task: str, by: int = 1) -> None:
        """Nothing is shown."""

    def finish(self, task: str) -> None:
        """Nothing is shown."""

    def note_wait(self, wait: Wait) -> None:
        """Nothing is shown."""

    def still(self) -> AbstractContextManager[None]:
        """There is no thread."""
        return nullcontext()

    def hushed(self) -> AbstractContextManager[None]:
        """Nothing is shown anyway."""
        return nullcontext()

    def close(self) -> None:
        """Nothing is shown."""


class LineProgress(TickingProgress):
    """Writes a plain line about work that lasts, every ten seconds, and one when a task of which it spoke ends.

    *write* gets whole lines without a line end.
    """

    def __init__(
        self,
        clock: Clock,
        write: Callable[[str], None],
        *,
        ticker: Ticker,
        every_seconds: float = LINE_EVERY_SECONDS,
    ) -> None:
        super().__init__(clock, ticker)
        self._write = write
        self._every_seconds = every_seconds
        self._said_at = 0.0

    def say(self, line: str) -> None:
        """Write *line*."""
        with self._lock:
            self._write(line)

    def _begin(self) -> None:
        self._said_at = self._clock.monotonic()

    def _draw(self, tallies: Sequence[Tally], wait: Wait | None) -> None:
        now = self._clock.monotonic()
        if now - self._said_at < self._every_seconds:
            return
        self._said_at = now
        for tally in tallies:
            tally.has_spoken = True
            waits = "" if wait is None else f"; {say_wait(wait)}"
            self._write(f"{say_tally(tally, now)}{waits}")

    def _end(self, tally: Tally) -> None:
        if tally.has_spoken:
            elapsed = say_duration(self._clock.monotonic() - tally.started)
            said = "" if tally.total is None else f"{tally.done:,} of {tally.total:,}, "
            self._write(f"{make_one_line(tally.task)}: {said}took {elapsed}")


class BarProgress(TickingProgress):
    """Bars on a terminal, with rate and time left; they show after two seconds and vanish at the end.

    *stream* is stderr: results have stdout to themselves. What is said goes above the bars and stays.
    """

    def __init__(self, clock: Clock, stream: TextIO, *, color: bool, ticker: Ticker) -> None:
        super().__init__(clock, ticker)
        self._stream = stream
        self._color = color
        self._write = _write_lines(stream)
        self._began = 0.0
        self._bars: _Bars | None = None

    def say(self, line: str) -> None:
        """Write *line* above the bars."""
        with self._lock:
            if self._bars is None:
                self._write(line)
            else:
                self._bars.print_above(line)

    def _begin(self) -> None:
        self._began = self._clock.monotonic()

    def _draw(self, tallies: Sequence[Tally], wait: Wait | None) -> None:
        if self._bars is None:
            if self._clock.monotonic() - self._began < PATIENCE_SECONDS:
                return
            from hubevents_sync.render.bars import Bars

            self._bars = Bars(self._clock, self._stream, color=self._color)
        self._bars.draw(tallies, wait)

    def _clear(self) -> None:
        if self._bars is not None:
            self._bars.close()
            self._bars = None


class _Bars(Protocol):
    """What draws; imported when it is worth it."""

    def draw(self, tallies: Sequence[Tally], wait: Wait | None) -> None:
        """Show *tallies* as they are now, and what is waited for."""

    def print_above(self, line: str) -> None:
        """Write *line* above all that is shown."""

    def close(self) -> None:
        """Take all away."""
