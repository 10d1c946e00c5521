"""What is under way, drawn by a ticker whether or not the work says something: nothing that lasts is silent."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, RLock, Thread
from typing import Protocol

from hubevents_sync.model.waiting import Wait
from hubevents_sync.ports import Clock
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_duration


class Ticker(Protocol):
    """Calls something again and again, from a thread of its own."""

    def start(self, tick: Callable[[], None]) -> None:
        """Call *tick* from now on."""

    def stop(self) -> None:
        """Call it no more: once this is over, no thread is left."""


class ThreadTicker:
    """A thread that ticks every so many seconds of real time."""

    def __init__(self, every_seconds: float) -> None:
        self._every_seconds = every_seconds
        self._end = Event()
        self._thread: Thread | None = None

    def start(self, tick: Callable[[], None]) -> None:
        """Call *tick* from now on."""
        self._end = Event()
        self._thread = Thread(target=self._run, args=(tick, self._end), name="progress", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Call it no more."""
        if self._thread is not None:
            self._end.set()
            self._thread.join()
            self._thread = None

    def _run(self, tick: Callable[[], None], end: Event) -> None:
        with suppress(OSError, ValueError):  # nobody reads any more: the work goes on
            while not end.wait(self._every_seconds):
                tick()


@dataclass(slots=True)
class Tally:
    """How far a task is that began at *started*, in seconds of the clock. *total* is None where nobody can count it."""

    task: str
    total: int | None
    started: float
    done: int = 0
    has_spoken: bool = False


class TickingProgress:
    """The tasks under way, and the ticker that draws them. Safe to call from several threads.

    A task that nobody can count is shown as long as none is under way that somebody can.
    """

    def __init__(self, clock: Clock, ticker: Ticker) -> None:
        self._clock = clock
        self._ticker = ticker
        self._tallies: dict[str, Tally] = {}
        self._wait: tuple[Wait, float] | None = None
        self._is_hushed = False
        self._lock = RLock()

    def start(self, task: str, total: int | None) -> None:
        """*task* begins; it has *total* parts."""
        with self._lock:
            is_first = not self._tallies
            self._tallies[task] = Tally(task, total, self._clock.monotonic())
            if is_first:
                self._begin()
        if is_first:
            self._ticker.start(self.tick)

    def advance(self, task: str, by: int = 1) -> None:
        """*by* more parts of *task* are done."""
        with self._lock:
            tally = self._tallies.get(task)
            if tally is not None:
                tally.done += by

    def finish(self, task: str) -> None:
        """*task* is over, done or not. With the last one, nothing is shown and no thread is left."""
        with self._lock:
            tally = self._tallies.pop(task, None)
            is_last = tally is not None and not self._tallies
        if is_last:
            self._ticker.stop()
        with self._lock:
            if tally is not None:
                self._end(tally)
            if is_last:
                self._clear()

    def note_wait(self, wait: Wait) -> None:
        """Nothing goes on for as long as *wait* says."""
        with self._lock:
            until = self._clock.monotonic() + wait.seconds
            if self._wait is None or until > self._wait[1]:
                self._wait = (wait, until)

    @contextmanager
    def still(self) -> Iterator[None]:
        """Inside, no thread of this one runs: the process may be copied."""
        is_ticking = bool(self._tallies)
        if is_ticking:
            self._ticker.stop()
        try:
            yield
        finally:
            if is_ticking and self._tallies:
                self._ticker.start(self.tick)

    @contextmanager
    def hushed(self) -> Iterator[None]:
        """Inside, nothing is shown."""
        with self._lock:
            was_hushed, self._is_hushed = self._is_hushed, True
            self._clear()
        try:
            yield
        finally:
            with self._lock:
                self._is_hushed = was_hushed
                if not was_hushed:
                    self._begin()  # what was asked took its time, and the work did not

    def close(self) -> None:
        """Take away what is shown, also of tasks that never finished."""
        self._ticker.stop()
        with self._lock:
            self._tallies.clear()
            self._clear()

    def tick(self) -> None:
        """Draw what is worth showing by now."""
        with self._lock:
            if self._tallies and not self._is_hushed:
                self._draw(self._pick(), self._find_wait())

    def _pick(self) -> list[Tally]:
        counted = [tally for tally in self._tallies.values() if tally.total is not None]
        return counted or [list(self._tallies.values())[-1]]

    def _find_wait(self) -> Wait | None:
        """What is waited for now, and for how much longer."""
        if self._wait is None:
            return None
        wait, until = self._wait
        left = until - self._clock.monotonic()
        if left <= 0:
            self._wait = None
            return None
        return Wait(wait.reason, left, wait.next_try, wait.tries)

    def _begin(self) -> None:
        """Something is under way, or is again."""
        raise NotImplementedError

    def _draw(self, tallies: Sequence[Tally], wait: Wait | None) -> None:
        raise NotImplementedError

    def _end(self, tally: Tally) -> None:
        """*tally* is over."""

    def _clear(self) -> None:
        """Show nothing."""


def say_tally(tally: Tally, now: float) -> str:
    """How far a task is: ``attendees: 1,000 of 3,000 (33%), about 20 s left``."""
    elapsed = now - tally.started
    if tally.total is None:
        return f"{make_one_line(tally.task)}: {say_duration(elapsed)} so far"
    said = f"{make_one_line(tally.task)}: {tally.done:,} of {tally.total:,}"
    if tally.done == 0:
        return f"{said}, {say_duration(elapsed)} so far"
    if tally.done > tally.total or elapsed <= 0:
        return said
    left = (tally.total - tally.done) * elapsed / tally.done
    return f"{said} ({tally.done * 100 // tally.total}%), {say_duration(left)} left"
