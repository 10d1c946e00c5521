"""Count requests by window and by day, tell it in HubSpot's rate-limit headers, and refuse what is too much."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hubevents_sync.errors import SyncError
from hubevents_sync.sandbox.refusals import Refusal
from hubevents_sync.sandbox.settings import Limits

# Requests in ten seconds and a day of a private app: HubSpot's usage guidelines, as of November 2026.
TIERS = {
    "free": Limits(per_window=100, per_day=250_000, is_enforced=True),
    "professional": Limits(per_window=190, per_day=625_000, is_enforced=True),
    "enterprise": Limits(per_window=190, per_day=1_000_000, is_enforced=True),
}


def choose_limits(*, tier: str | None, per_10_seconds: int | None, per_day: int | None) -> Limits:
    """A *tier*'s limits with single numbers put in their place; nothing is refused where none of the three is given."""
    limits = Limits() if tier is None else TIERS[tier]
    if per_10_seconds is not None:
        limits = replace(limits, per_window=per_10_seconds, is_enforced=True)
    return limits if per_day is None else replace(limits, per_day=per_day, is_enforced=True)


def check_time_zone(name: str) -> str:
    """*name*, if it is an IANA time zone. Raises SyncError otherwise."""
    try:
        ZoneInfo(name)
    except (
        ZoneInfoNotFoundError,
        ValueError,
        OSError,
    ) as error:  # no such zone, and a name that is no path below the zones
        raise SyncError(f"'{name}' is no time zone", hint="write it by its IANA name, such as Europe/Berlin") from error
    return name


@dataclass(frozen=True, slots=True)
class Usage:
    """What is used of the limits at a moment. *resets_at_ms* is the next midnight of the portal's time zone."""

    in_window: int
    today: int
    resets_at_ms: int


class RateLimited(Refusal):
    """429, in the words of HubSpot's usage guidelines."""

    def __init__(self, policy: str, message: str, headers: dict[str, str]) -> None:
        super().__init__(429, "RATE_LIMITS", message, headers=headers)
        self.policy = policy

    def as_json(self, correlation_id: str) -> dict[str, Any]:
        """With errorType, policyName and requestId, which no other error has."""
        more = {"errorType": "RATE_LIMIT", "policyName": self.policy, "requestId": correlation_id}
        return {**super().as_json(correlation_id), **more}


def rate_limited(*, is_daily: bool, headers: Mapping[str, str]) -> RateLimited:
    """429 of the day's quota, or of the ten-second window. Retry-After is not documented: none by itself."""
    if is_daily:
        return RateLimited("DAILY", "You have reached your daily limit.", dict(headers))
    return RateLimited("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit.", dict(headers))


class RateMeter:
    """What an account has used of its limits."""

    def __init__(self, limits: Limits, *, time_zone: str) -> None:
        self._limits = limits
        self._zone = ZoneInfo(time_zone)
        self._in_window: deque[int] = deque()
        self._day_ends_ms = 0
        self._today = 0

    def take(self, now_ms: int) -> RateLimited | None:
        """Count one request at *now_ms*, or refuse it. A refused one is not counted: our choice."""
        self._move_to(now_ms)
        if self._limits.is_enforced:
            if self._today >= self._limits.per_day:
                return rate_limited(is_daily=True, headers={})
            if len(self._in_window) >= self._limits.per_window:
                return rate_limited(is_daily=False, headers={})
        self._in_window.append(now_ms)
        self._today += 1
        return None

    def headers(self) -> dict[str, str]:
        """The headers to answer with, as of the last request that was counted."""
        return {
            "X-HubSpot-RateLimit-Max": str(self._limits.per_window),
            "X-HubSpot-RateLimit-Remaining": str(max(0, self._limits.per_window - len(self._in_window))),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(self._limits.window_ms),
            "X-HubSpot-RateLimit-Daily": str(self._limits.per_day),
            "X-HubSpot-RateLimit-Daily-Remaining": str(max(0, self._limits.per_day - self._today)),
        }

    def usage(self, now_ms: int) -> Usage:
        """What is used at *now_ms*."""
        self._move_to(now_ms)
        return Usage(len(self._in_window), self._today, self._day_ends_ms)

    def reset(self) -> None:
        """Nothing is used any more."""
        self._in_window.clear()
        self._today = 0

    def _move_to(self, now_ms: int) -> None:
        """Forget what lies behind: the window rolls, and HubSpot's day ends at midnight of the portal's time zone."""
        while self._in_window and self._in_window[0] <= now_ms - self._limits.window_ms:
            self._in_window.popleft()
        if now_ms >= self._day_ends_ms:
            self._day_ends_ms, self._today = next_midnight_ms(now_ms, self._zone), 0


def next_midnight_ms(now_ms: int, zone: ZoneInfo) -> int:
    """When the day of *now_ms* ends in *zone*, as epoch milliseconds."""
    today = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date()
    midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return int(midnight.timestamp() * 1000)
