"""Draw bars for work under way: how much is done, at what rate, what is left, and what is waited for."""

from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from hubevents_sync.model.waiting import Wait
from hubevents_sync.ports import Clock
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.ticking import Tally
from hubevents_sync.render.waits import say_wait


class _CountColumn(ProgressColumn):
    """How many of how many; nothing where nobody can count."""

    def render(self, task: Task) -> Text:
        return Text("" if task.total is None else f"{int(task.completed):,}/{int(task.total):,}", style="green")


class _RateColumn(ProgressColumn):
    """Parts a second, as long as there is a rate to speak of."""

    def render(self, task: Task) -> Text:
        rate = None if task.total is None else task.finished_speed or task.speed
        return Text("" if rate is None else f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s", style="dim")


class _TimeColumn(ProgressColumn):
    """The time left where it can be told, else the time so far."""

    def render(self, task: Task) -> Text:
        left = None if task.total is None else task.time_remaining
        if left is None:
            return Text(f"{_clock_face(task.elapsed or 0.0)} so far", style="dim")
        return Text(f"{_clock_face(left)} left", style="cyan")


def _clock_face(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Bars:
    """Bars on *stream*, from now until they are closed. They move when they are drawn, and not by themselves."""

    def __init__(self, clock: Clock, stream: TextIO, *, color: bool) -> None:
        console = Console(file=stream, force_terminal=True, no_color=not color, highlight=False)
        self._progress = _WaitingProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            _CountColumn(),
            _RateColumn(),
            _TimeColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,
            get_time=clock.monotonic,
            auto_refresh=False,
            expand=True,
        )
        self._task_ids: dict[str, TaskID] = {}
        self._progress.start()

    def draw(self, tallies: Sequence[Tally], wait: Wait | None) -> None:
        """Show *tallies* as they are now, and what is waited for."""
        for gone in self._task_ids.keys() - {tally.task for tally in tallies}:
            self._progress.remove_task(self._task_ids.pop(gone))
        for tally in tallies:
            if tally.task not in self._task_ids:
                task_id = self._progress.add_task(make_one_line(tally.task), total=tally.total)
                self._progress.tasks[-1].start_time = tally.started
                self._task_ids[tally.task] = task_id
            self._progress.update(self._task_ids[tally.task], completed=tally.done)
        self._progress.waits = "" if wait is None else say_wait(wait)
        self._progress.refresh()

    def print_above(self, line: str) -> None:
        """Write *line* above all that is shown."""
        self._progress.console.print(Text(line), soft_wrap=True)

    def close(self) -> None:
        """Take all away, and show the cursor again."""
        for task_id in self._task_ids.values():
            self._progress.remove_task(task_id)
        self._task_ids.clear()
        self._progress.waits = ""
        self._progress.stop()


class _WaitingProgress(Progress):
    """rich's bars, and below them a line about what is waited for."""

    waits = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        """The bars and the line."""
        yield from super().get_renderables()
        if self.waits:
            yield Text(self.waits, style="yellow", no_wrap=True, overflow="ellipsis")
