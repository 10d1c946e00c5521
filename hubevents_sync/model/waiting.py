"""A wait for HubSpot, as it is told to who waits for it: why, for how long, and what comes then."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """For *seconds* nothing goes on, because of *reason*, which names no address and nobody.

    Try number *next_try* of *tries* comes then. Both are None where it is only a turn that is waited for.
    """

    reason: str
    seconds: float
    next_try: int | None = None
    tries: int | None = None


OnWait = Callable[[Wait], None]


def ignore_wait(wait: Wait) -> None:
    """Nobody listens."""
