"""On a slow machine, at a slow HubSpot: no command is silent for more than two seconds of the bar's clock."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.main import COMMANDS
from hubevents_sync.engine.workspace import Sandbox, Workspace
from hubevents_sync.ports import StopSwitch
from hubevents_sync.render.progress import PATIENCE_SECONDS, BarProgress, ShownProgress
from tests.end_to_end.conftest import NOVEMBER_MS, Run
from tests.projects import ProjectFolder, build_people

SLOW_SECONDS = 5.0


class SlowClock:
    """Time that passes where somebody sleeps, opens a file below *folder*, or looks at it: each takes five seconds.

    Whoever listens hears of each second. It passes for one thread at a time.
    """

    def __init__(self, folder: Path) -> None:
        self.seconds = 0.0
        self.on_second: Callable[[], None] | None = None
        self._folder = str(folder)
        self._turn = threading.RLock()
        self._is_passing = False

    def now_ms(self) -> int:
        return NOVEMBER_MS + int(self.seconds * 1000)

    def monotonic(self) -> float:
        if threading.current_thread() is threading.main_thread():
            self.sleep(SLOW_SECONDS)
        return self.seconds

    def sleep(self, seconds: float) -> None:
        with self._turn:
            if self._is_passing:
                return  # what is drawn takes no time
            self._is_passing = True
            try:
                for _ in range(round(seconds)):
                    self.seconds += 1.0
                    if self.on_second is not None:
                        self.on_second()
            finally:
                self._is_passing = False

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit event of Python: the disk is slow."""
        if event in {"open", "sqlite3.connect"} and str(arguments[0]).startswith(self._folder):
            self.sleep(SLOW_SECONDS)


class BarClock:
    """The same time, looking at which takes none."""

    def __init__(self, clock: SlowClock) -> None:
        self._clock = clock

    def now_ms(self) -> int:
        return self._clock.now_ms()

    def monotonic(self) -> float:
        return self._clock.seconds

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"bars don't sleep, let alone {seconds} s")

    def start(self, tick: Callable[[], None]) -> None:
        self._clock.on_second = tick

    def stop(self) -> None:
        self._clock.on_second = None


class TimedStream(StringIO):
    """Remembers when it was written to."""

    def __init__(self, clock: SlowClock) -> None:
        super().__init__()
        self._clock = clock
        self.times: list[float] = []

    def write(self, text: str) -> int:
        self.times.append(self._clock.seconds)
        return super().write(text)


@dataclass(frozen=True)
class SlowApp(AppContext):
    """The program on a slow machine, at a terminal: *stream*."""

    clock: SlowClock
    stream: TimedStream

    def workspace(self, sandbox: Sandbox | None = None, *, stop: StopSwitch | None = None) -> Workspace:  # noqa: ARG002
        return Workspace(self.directory, self.environ, self.clock, self.environment, sandbox)

    @contextmanager
    def open_progress(self, clock: object) -> Iterator[ShownProgress]:  # noqa: ARG002
        bar_clock = BarClock(self.clock)
        progress = BarProgress(bar_clock, self.stream, color=False, ticker=bar_clock)
        try:
            yield progress
        finally:
            progress.close()


hearers: list[SlowClock] = []


def hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Hooks can't be taken out again: this one stays, and hears for nobody most of the time."""
    for clock in hearers:
        clock.hear(event, arguments)


sys.addaudithook(hear)


@contextmanager
def slow_machine(folder: Path) -> Iterator[SlowApp]:
    clock = SlowClock(folder)
    hearers.append(clock)
    try:
        yield SlowApp(folder, None, False, False, clock, TimedStream(clock))  # noqa: FBT003  the fields of a value
    finally:
        hearers.remove(clock)


@pytest.fixture
def applied(project: ProjectFolder, run: Run) -> ProjectFolder:
    """Three events at HubSpot: of one a roster changed since, and one is in no file and on no record."""
    for event in ("ball", "gala", "tea"):
        project.write_event(event, roster=f"{event}.csv")
        project.write_roster(f"{event}.csv", build_people(3, prefix=event))
    assert run("apply", "--auto-approve").code == 0
    for file in ("events/tea.yaml", "rosters/tea.csv"):
        (project.path / file).unlink()
    assert run("forget", "tea", "--yes").code == 0
    project.write_roster("gala.csv", build_people(5, prefix="gala"))
    return project


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate"],
        ["fmt"],
        ["plan"],
        ["plan", "--no-skip", "--html", "plan.html"],
        ["apply", "--auto-approve"],
        ["drift"],
        ["refresh", "--yes", "--deep"],
        ["import", "tea"],
        ["due"],
        ["doctor"],
        ["auth", "check"],
        ["state", "list"],
        ["state", "verify"],
        ["state", "export", "export.ndjson"],
        ["state", "copy", "copy.db"],
        ["state", "lock"],
    ],
    ids=" ".join,
)
def test_no_command_is_silent_for_longer_than_two_seconds(
    applied: ProjectFolder, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(applied.path)
    module, _, name = COMMANDS[arguments[0]][0].partition(":")
    command: click.Command = getattr(import_module(module), name)
    with slow_machine(applied.path) as app:
        command.main(arguments[1:], obj=app, standalone_mode=False)
        ended = app.clock.seconds
    assert ended >= 2 * SLOW_SECONDS
    moments = [PATIENCE_SECONDS, *(each for each in app.stream.times if each > PATIENCE_SECONDS), ended]
    silences = {before: after - before for before, after in pairwise(moments) if after - before > PATIENCE_SECONDS}
    assert silences == {}
