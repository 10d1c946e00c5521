"""What a sandbox can be told when it is made."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

API_VERSIONS = ("2025-09", "2026-03", "2026-09")


def read_wall_clock_ms() -> int:
    """Now, as epoch milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests an account may make. Counted and told in headers; refused only where *is_enforced*.

    The defaults are an Enterprise account's private app: HubSpot's usage guidelines.
    """

    per_window: int = 190
    window_ms: int = 10_000
    per_day: int = 1_000_000
    is_enforced: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """*token* None takes any token. *defined_properties* None takes every custom property's name as defined.

    *clock* tells epoch milliseconds; all times in the account come from it. *time_zone* is the portal's, by its IANA
    name: at its midnight the daily quota is refilled. *latency_seconds* is what every answer takes.
    """

    portal_id: int
    app_id: int = 1234567
    app_name: str = "hubevents-sync sandbox"
    user_id: int = 7654321
    token: str | None = field(default=None, repr=False)
    defined_properties: frozenset[str] | None = None
    limits: Limits = Limits()
    clock: Callable[[], int] = read_wall_clock_ms
    time_zone: str = "UTC"
    latency_seconds: float = 0.0
