"""Stop a run in time: what every wait and every request asks, so that nothing begins that could not end."""

from collections import deque
from threading import Lock

from hubevents_sync.errors import HubSpotError, NotSent, Paused, SyncError
from hubevents_sync.ports import Clock, StopSwitch

# Requests in a row, over all events, that got no answer however often they were tried. Each took a minute of waits by
# then, so one more would tell nothing new; fewer could be one event's own bad luck.
LOST_IN_A_ROW = 3
# What a call takes is taken to be twice the longest of the last ones, and never less than this.
SHORTEST_MARGIN_SECONDS = 1.0
REMEMBERED_CALLS = 50


class RunGate:
    """The clock and the gate of a run that can be stopped: by its switch, by a deadline, or by a network that is gone.

    As a Clock it ends every wait when the run is stopped, by raising NotSent; without polling, where *clock* is a
    SystemClock with the same switch. *deadline* is a moment of ``clock.monotonic()``: no request begins that could not
    end before it, judged by how long the last ones took, and a wait ends early enough to record what there is.
    """

    def __init__(self, clock: Clock, stop: StopSwitch, *, deadline: float | None = None) -> None:
        self._clock = clock
        self._stop = stop
        self._deadline = deadline
        self._lock = Lock()
        self._took_seconds: deque[float] = deque(maxlen=REMEMBERED_CALLS)
        self._lost = 0

    def now_ms(self) -> int:
        """Wall time as epoch milliseconds."""
        return self._clock.now_ms()

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait. Raises NotSent where the run is stopped, or has to be, before the wait is over."""
        self._raise_if_stopped()
        left = self._seconds_to_begin()
        if left is None or seconds <= left:
            self._clock.sleep(seconds)
        else:
            self._clock.sleep(max(left, 0.0))
            self._pause()
        self._raise_if_stopped()

    def enter(self) -> None:
        """A request is about to begin. Raises NotSent where it may not."""
        left = self._seconds_to_begin()
        if left is not None and left < 0:
            self._pause()
        self._raise_if_stopped()

    def note_answer(self, seconds: float) -> None:
        """HubSpot is there, and took *seconds*."""
        with self._lock:
            self._lost = 0
            self._took_seconds.append(seconds)

    def note_loss(self, error: SyncError) -> None:
        """One more request without an answer; the third in a row stops the run."""
        with self._lock:
            self._lost += 1
            is_gone = self._lost >= LOST_IN_A_ROW
        if is_gone:
            self._stop.set(
                HubSpotError(
                    f"HubSpot can't be reached: {LOST_IN_A_ROW} calls in a row got no answer; {error.message}",
                    hint="check the network, then run the same command again: what HubSpot took is on record",
                )
            )

    def seconds_left(self) -> float | None:
        """How long a request may take that begins now."""
        return None if self._deadline is None else max(0.1, self._deadline - self._clock.monotonic())

    def _seconds_to_begin(self) -> float | None:
        """How long a request may still begin."""
        if self._deadline is None:
            return None
        with self._lock:
            margin = max(SHORTEST_MARGIN_SECONDS, 2 * max(self._took_seconds, default=0.0))
        return self._deadline - margin - self._clock.monotonic()

    def _pause(self) -> None:
        self._stop.set(
            Paused("stopped in time for the deadline; all is recorded", hint="run the same command again to go on")
        )

    def _raise_if_stopped(self) -> None:
        if self._stop.is_set:
            raise NotSent("not sent: the run was stopped before")
