"""Send no more requests than the budget allows in any ten seconds, and fewer where HubSpot says so."""

import math
import threading
from bisect import bisect_left
from collections.abc import Mapping

import httpx

from hubevents_sync.model.project import RequestBudget
from hubevents_sync.model.waiting import OnWait, Wait, ignore_wait
from hubevents_sync.ports import CallGate, Clock

WINDOW_SECONDS = 10.0
# Less than this of the share that is left to others has to remain before we stand back: a request or two that HubSpot
# counts in another window than we do are no sign of others.
STAND_BACK_BELOW = 0.8
# After a 429 the next window goes at this share of the rate, evenly spaced: a burst would be refused again.
SLOW_START_SHARE = 0.5
# Why a turn is waited for, and from how many seconds on that is told.
TURN = "HubSpot's rate limit"
WORTH_TELLING_SECONDS = 1.0
# HubSpot's headers of the burst limit: documentation, "usage guidelines".
_MAX = "X-HubSpot-RateLimit-Max"
_REMAINING = "X-HubSpot-RateLimit-Remaining"
_INTERVAL = "X-HubSpot-RateLimit-Interval-Milliseconds"


class RequestThrottle:
    """Grants requests, never more than the budget's in any ten-second window. Safe between threads.

    HubSpot counts a rolling window, so we do too: a bucket that refills while it is drained would let nearly twice
    the budget through its first window. The times of requests are kept, and the next is granted once the oldest of
    the last N has left the window. HubSpot counts a request when it arrives, somewhere between its grant and its
    answer, so from the answer on that is its time: one that arrived late and one that arrives early in the next window
    would be seen closer together than they were granted.

    After a 429 nobody sends for a while, and the window after that is used at half the rate, evenly spaced.

    *tell* hears of longer waits.

    HubSpot's headers can only make it slower. A lower limit than the configured one, or a longer window, holds as
    well, less the share that is left to others. Where clearly fewer requests remain than that share, others are at
    work: we stand back for a part of the window, all of it when nothing remains.
    """

    def __init__(self, budget: RequestBudget, clock: Clock, *, tell: OnWait = ignore_wait) -> None:
        self._keep_free = budget.keep_free
        self._clock = clock
        self._tell = tell
        self._lock = threading.Lock()
        self._own_limit = (max(1, math.floor(budget.usable_per_10_seconds)), WINDOW_SECONDS)
        self._their_limit: tuple[int, float] | None = None
        self._times: list[float] = []  # of the last N requests, sorted
        self._held_until = -math.inf
        self._slow_until = -math.inf
        self._last_grant = -math.inf
        self._count = 0

    @property
    def requests_granted(self) -> int:
        """How many requests went out so far, repeated ones included."""
        with self._lock:
            return self._count

    def wait_for_turn(self) -> float:
        """Return when a request may be sent: the moment, by which ``note_end`` knows it.

        Sleeps outside the lock, so that answers can be noted meanwhile.
        """
        while True:
            granted_at, delay_seconds = self._take_turn()
            if delay_seconds <= 0:
                return granted_at
            if delay_seconds >= WORTH_TELLING_SECONDS:
                self._tell(Wait(TURN, delay_seconds))
            # A wait that rounds to nothing would turn this into a busy loop.
            self._clock.sleep(max(delay_seconds, 0.001))

    def note_end(self, granted_at: float) -> None:
        """The request of that moment was answered, or lost: HubSpot has counted it by now, if at all."""
        with self._lock:
            index = bisect_left(self._times, granted_at)
            if index < len(self._times) and self._times[index] == granted_at:
                del self._times[index]
                self._times.append(max(self._clock.monotonic(), granted_at))
                self._times.sort()  # it is the latest but for a grant of the same moment

    def hold(self, seconds: float) -> None:
        """Let nobody send for *seconds*, then start slowly: HubSpot refused a request, and would refuse the others."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock.monotonic() + seconds)
            self._slow_until = max(self._slow_until, self._held_until + WINDOW_SECONDS)

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
            if remaining is not None and remaining < reserve * STAND_BACK_BELOW:
                pause = window_seconds * (1 - remaining / reserve)
                self._held_until = max(self._held_until, self._clock.monotonic() + pause)

    def _take_turn(self) -> tuple[float, float]:
        """Now, and 0 when the turn is ours (and noted), else how many seconds to wait before asking again."""
        with self._lock:
            now = self._clock.monotonic()
            ready_at = max(
                self._held_until, self._slow_start_at(), *(self._room_at(*limit) for limit in self._limits())
            )
            if ready_at > now:
                return now, ready_at - now
            self._times.append(now)
            del self._times[: -self._own_limit[0]]
            self._last_grant = now
            self._count += 1
            return now, 0.0

    def _limits(self) -> list[tuple[int, float]]:
        return [self._own_limit] if self._their_limit is None else [self._own_limit, self._their_limit]

    def _room_at(self, count: int, window_seconds: float) -> float:
        # Only so many times are kept. A larger count over HubSpot's longer window is held as this many: slower than
        # need be, never faster.
        count = min(count, self._own_limit[0])
        return self._times[-count] + window_seconds if len(self._times) >= count else -math.inf

    def _slow_start_at(self) -> float:
        """When the next request may go while it starts slowly: at an even distance from the one before."""
        if self._last_grant >= self._slow_until:
            return -math.inf
        count, window_seconds = min(self._limits(), key=lambda limit: limit[0] / limit[1])
        spaced = self._last_grant + window_seconds / (count * SLOW_START_SHARE)
        return min(spaced, self._slow_until)


def _whole_number(written: str | None) -> int | None:
    return (
        int(written) if written is not None and written.isascii() and written.isdigit() and len(written) < 10 else None
    )


class ThrottleTransport(httpx.BaseTransport):
    """Makes every request wait for its turn, and for leave to begin where there is a gate."""

    def __init__(self, inner: httpx.BaseTransport, throttle: RequestThrottle, *, clock: Clock, gate: CallGate) -> None:
        self._inner = inner
        self._throttle = throttle
        self._clock = clock
        self._gate = gate

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Wait, send, learn. Raises NotSent where the run is stopped before the request goes out."""
        self._gate.enter()
        granted_at = self._throttle.wait_for_turn()
        self._shorten_timeout(request)
        began = self._clock.monotonic()
        try:
            response = self._inner.handle_request(request)
        finally:
            self._throttle.note_end(granted_at)
        self._gate.note_answer(self._clock.monotonic() - began)
        self._throttle.note_headers(response.headers)
        return response

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()

    def _shorten_timeout(self, request: httpx.Request) -> None:
        """An answer that does not come must not keep a run from ending in time."""
        left = self._gate.seconds_left()
        if left is not None:
            timeout = request.extensions.get("timeout", {})
            shorter = {name: left if seconds is None else min(seconds, left) for name, seconds in timeout.items()}
            request.extensions = {**request.extensions, "timeout": shorter}
