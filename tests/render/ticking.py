"""A clock that stands until it is told, and a ticker that ticks as that clock passes."""

from collections.abc import Callable


class SetClock:
    """A clock that stands still until somebody sleeps; whoever listens hears of every second that passes."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.on_second: Callable[[], None] | None = None

    def now_ms(self) -> int:
        return int(self.seconds * 1000)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        end = self.seconds + seconds
        while self.seconds < end:
            self.seconds = min(self.seconds + 1.0, end)
            if self.on_second is not None:
                self.on_second()


class ClockTicker:
    """Ticks at each second of *clock*, in the thread of whoever sleeps."""

    def __init__(self, clock: SetClock) -> None:
        self._clock = clock

    @property
    def is_ticking(self) -> bool:
        return self._clock.on_second is not None

    def start(self, tick: Callable[[], None]) -> None:
        assert self._clock.on_second is None
        self._clock.on_second = tick

    def stop(self) -> None:
        self._clock.on_second = None
