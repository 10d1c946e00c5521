"""Send no more requests than the budget allows in any ten seconds, and fewer where HubSpot says so."""

import math
import threading
from collections import deque
from collections.abc import Mapping

import httpx

from hubevents_sync.model.project import RequestBudget
from hubevents_sync.ports import Clock

WINDOW_SECONDS = 10.0
# HubSpot's headers of the burst limit: documentation, "usage guidelines".
_MAX = "X-HubSpot-RateLimit-Max"
_REMAINING = "X-HubSpot-RateLimit-Remaining"
_INTERVAL = "X-HubSpot-RateLimit-Interval-Milliseconds"


class RequestThrottle:
    """Grants requests, never more than the budget's in any ten-second window. Safe between threads.

    HubSpot counts a rolling window, so we do too: a bucket that refills while it is drained would let nearly twice
    the budget through its first window. The times of granted requests are kept, and the next is granted once the
    oldest of the last N has left the window.

    HubSpot's headers can only make it slower. A lower limit than the configured one, or a longer window, holds as
    well, less the share that is left to others. Where fewer requests remain than that share, others are at work:
    we stand back for a part of the window, all of it when nothing remains.
    """

    def __init__(self, budget: RequestBudget, clock: Clock) -> None:
        self._keep_free = budget.keep_free
        self._clock = clock
        self._lock = threading.Lock()
        self._own_limit = (max(1, math.floor(budget.usable_per_10_seconds)), WINDOW_SECONDS)
        self._their_limit: tuple[int, float] | None = None
        self._granted: deque[float] = deque(maxlen=self._own_limit[0])
        self._held_until = -math.inf
        self._count = 0

    @property
    def requests_granted(self) -> int:
        """How many requests went out so far, repeated ones included."""
        with self._lock:
            return self._count

    def wait_for_turn(self) -> None:
        """Return when a request may be sent. Sleeps outside the lock, so that answers can be noted meanwhile."""
        while (delay_seconds := self._take_turn()) > 0:
            # A wait that rounds to nothing would turn this into a busy loop.
            self._clock.sleep(max(delay_seconds, 0.001))

    def hold(self, seconds: float) -> None:
        """Let nobody send for *seconds*: HubSpot refused a request of ours, and would refuse the others too."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock.monotonic() + seconds)

    def note_headers(self, headers: Mapping[str, str]) -> None:
        """Learn from the rate-limit headers of an answer; those that are missing or make no sense change nothing."""
        limit, interval_ms = _whole_number(headers.get(_MAX)), _whole_number(headers.get(_INTERVAL))
        if not limit:
            return
        window_seconds = interval_ms / 1000 if interval_ms else WINDOW_SECONDS
        usable = max(1, math.floor(limit * (1 - self._keep_free)))
        remaining = _whole_number(headers.get(_REMAINING))
        reserve = limit * self._keep_free
        with self._lock:
            self._their_limit = (usable, window_seconds)
            if remaining is not None and remaining < reserve:
                pause = window_seconds * (1 - remaining / reserve)
                self._held_until = max(self._held_until, self._clock.monotonic() + pause)

    def _take_turn(self) -> float:
        """0 when the turn is ours (and noted), else how many seconds to wait before asking again."""
        with self._lock:
            now = self._clock.monotonic()
            ready_at = max([self._held_until, *(self._room_at(*limit) for limit in self._limits())])
            if ready_at > now:
                return ready_at - now
            self._granted.append(now)
            self._count += 1
            return 0.0

    def _limits(self) -> list[tuple[int, float]]:
        return [self._own_limit] if self._their_limit is None else [self._own_limit, self._their_limit]

    def _room_at(self, count: int, window_seconds: float) -> float:
        # Only so many times are kept. A larger count over HubSpot's longer window is held as this many: slower than
        # need be, never faster.
        count = min(count, self._own_limit[0])
        return self._granted[-count] + window_seconds if len(self._granted) >= count else -math.inf


def _whole_number(written: str | None) -> int | None:
    return (
        int(written) if written is not None and written.isascii() and written.isdigit() and len(written) < 10 else None
    )


class ThrottleTransport(httpx.BaseTransport):
    """Makes every request wait for its turn."""

    def __init__(self, inner: httpx.BaseTransport, throttle: RequestThrottle) -> None:
        self._inner = inner
        self._throttle = throttle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Wait, send, learn."""
        self._throttle.wait_for_turn()
        response = self._inner.handle_request(request)
        self._throttle.note_headers(response.headers)
        return response

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()
