"""Show how far the work is: bars on a terminal, a plain line now and then in a pipeline, or nothing."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import TextIO, assert_never

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress
from rich.text import Text

from hubevents_sync.ports import Clock, Progress
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_duration

PATIENCE_SECONDS = 2.0  # shorter work needs no bar
LINE_EVERY_SECONDS = 10.0


class ProgressKind(StrEnum):
    """How progress is shown."""

    BARS = "bars"
    LINES = "lines"
    SILENT = "silent"


@contextmanager
def open_progress(kind: ProgressKind, clock: Clock, stream: TextIO, *, color: bool = False) -> Iterator[Progress]:
    """Progress on *stream*, which is stderr; whatever happens inside, the terminal is left as it was."""
    match kind:
        case ProgressKind.BARS:
            bars = BarProgress(clock, stream, color=color)
            try:
                yield bars
            finally:
                bars.close()
        case ProgressKind.LINES:
            yield LineProgress(clock, _write_lines(stream))
        case ProgressKind.SILENT:
            yield SilentProgress()
        case _:
            assert_never(kind)


def _write_lines(stream: TextIO) -> Callable[[str], None]:
    def write(line: str) -> None:
        stream.write(f"{line}\n")
        stream.flush()

    return write


class SilentProgress:
    """Shows nothing."""

    def start(self, task: str, total: int) -> None:
        """Nothing is shown."""

    def advance(self, task: str, by: int = 1) -> None:
        """Nothing is shown."""

    def finish(self, task: str) -> None:
        """Nothing is shown."""


@dataclass(slots=True)
class _Tally:
    total: int
    started: float
    done: int = 0
    said_at: float = 0.0
    has_spoken: bool = False


class LineProgress:
    """Writes a plain line for each task that lasts, at most every ten seconds, and one when such a task ends.

    *write* gets whole lines without a line end. Safe to call from several threads.
    """

    def __init__(
        self, clock: Clock, write: Callable[[str], None], *, every_seconds: float = LINE_EVERY_SECONDS
    ) -> None:
        self._clock = clock
        self._write = write
        self._every_seconds = every_seconds
        self._tallies: dict[str, _Tally] = {}
        self._lock = Lock()

    def start(self, task: str, total: int) -> None:
        """*task* begins; it has *total* parts."""
        now = self._clock.monotonic()
        with self._lock:
            self._tallies[task] = _Tally(total, now, said_at=now)

    def advance(self, task: str, by: int = 1) -> None:
        """*by* more parts of *task* are done."""
        with self._lock:
            tally = self._tallies.get(task)
            if tally is None:
                return
            tally.done += by
            now = self._clock.monotonic()
            if now - tally.said_at >= self._every_seconds:
                tally.said_at, tally.has_spoken = now, True
                self._write(_say_tally(task, tally, now))

    def finish(self, task: str) -> None:
        """*task* is over, done or not."""
        with self._lock:
            tally = self._tallies.pop(task, None)
            if tally is not None and tally.has_spoken:
                elapsed = self._clock.monotonic() - tally.started
                said = f"{tally.done:,} of {tally.total:,}"
                self._write(f"{make_one_line(task)}: {said}, took {say_duration(elapsed)}")


def _say_tally(task: str, tally: _Tally, now: float) -> str:
    said = f"{make_one_line(task)}: {tally.done:,} of {tally.total:,}"
    elapsed = now - tally.started
    if not 0 < tally.done <= tally.total or elapsed <= 0:
        return said
    left = (tally.total - tally.done) * elapsed / tally.done
    return f"{said} ({tally.done * 100 // tally.total}%), {say_duration(left)} left"


class _RateColumn(ProgressColumn):
    """Parts a second, as long as there is a rate to speak of."""

    def render(self, task: Task) -> Text:
        rate = task.finished_speed or task.speed
        return Text("" if rate is None else f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s", style="dim")


class _PatientBars(RichProgress):
    """rich's bars, invisible for the first two seconds."""

    def __init__(self, clock: Clock, console: Console) -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._is_shown = False
        super().__init__(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            _RateColumn(),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
            redirect_stdout=False,
            get_time=clock.monotonic,
            refresh_per_second=5,
            expand=True,
        )

    def begin(self) -> None:
        """Start to count the two seconds."""
        self._began = self._clock.monotonic()
        self._is_shown = False
        self.start()

    def show_when_due(self) -> None:
        """Draw at once what has just become worth showing; from then on rich draws five times a second."""
        if not self._is_shown and self._is_due():
            self._is_shown = True
            self.refresh()

    def _is_due(self) -> bool:
        return self._clock.monotonic() - self._began >= PATIENCE_SECONDS

    def get_renderables(self) -> Iterable[RenderableType]:
        """The bars, once they are worth showing."""
        if self._is_due():
            yield from super().get_renderables()


class BarProgress:
    """Bars on a terminal, with rate and time left; they show after two seconds and vanish at the end.

    *stream* is stderr: results have stdout to themselves. What else is written to stderr meanwhile goes above the bars.
    Safe to call from several threads.
    """

    def __init__(self, clock: Clock, stream: TextIO, *, color: bool) -> None:
        console = Console(file=stream, force_terminal=True, no_color=not color, highlight=False)
        self._bars = _PatientBars(clock, console)
        self._task_ids: dict[str, TaskID] = {}
        self._lock = Lock()

    def start(self, task: str, total: int) -> None:
        """*task* begins; it has *total* parts."""
        with self._lock:
            if not self._task_ids:
                self._bars.begin()
            self._task_ids[task] = self._bars.add_task(make_one_line(task), total=total)

    def advance(self, task: str, by: int = 1) -> None:
        """*by* more parts of *task* are done."""
        with self._lock:
            if task in self._task_ids:
                self._bars.advance(self._task_ids[task], by)
                self._bars.show_when_due()

    def finish(self, task: str) -> None:
        """*task* is over, done or not. With the last one the bars are gone."""
        with self._lock:
            if task in self._task_ids:
                self._bars.remove_task(self._task_ids.pop(task))
            if not self._task_ids:
                self._bars.stop()

    def close(self) -> None:
        """Take the bars away, also those of tasks that never finished, and show the cursor again."""
        with self._lock:
            for task_id in self._task_ids.values():
                self._bars.remove_task(task_id)
            self._task_ids.clear()
            self._bars.stop()
