"""Say what is waited for at HubSpot, once, however many calls wait for the same."""

from collections.abc import Callable
from threading import Lock

from hubevents_sync.model.waiting import Wait
from hubevents_sync.ports import Clock


def say_wait(wait: Wait) -> str:
    """*wait* in a line: ``HubSpot can't be reached (connection refused): trying again in 4 s, 3 of 6``."""
    seconds = max(1, round(wait.seconds))
    if wait.next_try is None:
        return f"{wait.reason}: going on in {seconds} s"
    return f"{wait.reason}: trying again in {seconds} s, {wait.next_try} of {wait.tries}"


class WaitTeller:
    """Writes a line to *write* at each wait after which something is tried again. Safe to call from several threads.

    Calls that were lost together wait together: what was said holds for all until that wait is over. A wait for a turn
    is part of going on, and is left to the progress.
    """

    def __init__(self, clock: Clock, write: Callable[[str], None]) -> None:
        self._clock = clock
        self._write = write
        self._said_until: dict[tuple[str, int], float] = {}
        self._lock = Lock()

    def __call__(self, wait: Wait) -> None:
        """*wait* begins now."""
        if wait.next_try is None:
            return
        now = self._clock.monotonic()
        with self._lock:
            if now < self._said_until.get((wait.reason, wait.next_try), now):
                return
            self._said_until[wait.reason, wait.next_try] = now + wait.seconds
        self._write(say_wait(wait))
