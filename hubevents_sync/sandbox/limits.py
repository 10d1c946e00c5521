"""Count requests by window and by day, and tell it in HubSpot's rate-limit headers."""

from collections import deque

from hubevents_sync.sandbox.settings import Limits

DAY_MS = 86_400_000


class RateMeter:
    """What an account has used of its limits. It counts truthfully and refuses nothing."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._in_window: deque[int] = deque()
        self._day = -1
        self._today = 0

    def tell_used(self, now_ms: int) -> tuple[int, int]:
        """How many requests the window and the day hold at *now_ms*, without counting one."""
        since_ms = now_ms - self._limits.window_ms
        in_window = sum(at_ms > since_ms for at_ms in self._in_window)
        return in_window, self._today if self._day == now_ms // DAY_MS else 0

    def count(self, now_ms: int) -> dict[str, str]:
        """Count one request at *now_ms*; the headers to answer it with.

        HubSpot's day ends at midnight of the portal's time zone; the sandbox's portal lives in UTC.
        """
        self._in_window.append(now_ms)
        while self._in_window and self._in_window[0] <= now_ms - self._limits.window_ms:
            self._in_window.popleft()
        if self._day != now_ms // DAY_MS:
            self._day, self._today = now_ms // DAY_MS, 0
        self._today += 1
        return {
            "X-HubSpot-RateLimit-Max": str(self._limits.per_window),
            "X-HubSpot-RateLimit-Remaining": str(max(0, self._limits.per_window - len(self._in_window))),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(self._limits.window_ms),
            "X-HubSpot-RateLimit-Daily": str(self._limits.per_day),
            "X-HubSpot-RateLimit-Daily-Remaining": str(max(0, self._limits.per_day - self._today)),
        }
