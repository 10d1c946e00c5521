"""A signature is good once, for as long as it is good at all, in bounded memory."""

import base64

from hubevents_sync.callback.replay import ReplayMemory, Use
from hubevents_sync.callback.signature import FRESH_MS
from tests.callback.signing import NOW_MS

MINUTE_MS = 60_000


def spread(number: int) -> bytes:
    """A signature that differs from others in its first bytes, as an HMAC does."""
    return base64.b64encode(number.to_bytes(8) + bytes(24))


def test_a_signature_is_used_once() -> None:
    memory = ReplayMemory()
    assert memory.use(spread(1), NOW_MS, now_ms=NOW_MS) is Use.FIRST
    assert memory.use(spread(2), NOW_MS, now_ms=NOW_MS) is Use.FIRST
    assert memory.use(spread(1), NOW_MS, now_ms=NOW_MS) is Use.REPEATED
    assert len(memory) == 2


def test_it_is_remembered_for_as_long_as_it_is_fresh() -> None:
    memory = ReplayMemory()
    ahead = NOW_MS + FRESH_MS
    memory.use(spread(1), ahead, now_ms=NOW_MS)
    for later in range(0, 2 * FRESH_MS + 1, MINUTE_MS // 2):
        assert memory.use(spread(1), ahead, now_ms=NOW_MS + later) is Use.REPEATED


def test_what_is_too_old_to_be_taken_is_forgotten() -> None:
    memory = ReplayMemory()
    for number in range(100):
        memory.use(spread(number), NOW_MS, now_ms=NOW_MS)
    later = NOW_MS + FRESH_MS + MINUTE_MS
    memory.use(spread(1_000), later, now_ms=later)
    assert len(memory) == 1


def test_a_full_memory_takes_no_more_and_forgets_nothing_early() -> None:
    memory = ReplayMemory(capacity=2)
    memory.use(spread(1), NOW_MS, now_ms=NOW_MS)
    memory.use(spread(2), NOW_MS, now_ms=NOW_MS)
    assert memory.use(spread(3), NOW_MS, now_ms=NOW_MS) is Use.UNKNOWN
    assert memory.use(spread(1), NOW_MS, now_ms=NOW_MS) is Use.REPEATED
    later = NOW_MS + FRESH_MS + MINUTE_MS
    assert memory.use(spread(3), later, now_ms=later) is Use.FIRST


def test_a_clock_that_is_set_back_lets_no_repeat_in() -> None:
    memory = ReplayMemory()
    memory.use(spread(1), NOW_MS, now_ms=NOW_MS)
    later = NOW_MS + FRESH_MS + MINUTE_MS
    memory.use(spread(2), later, now_ms=later)
    assert memory.use(spread(1), NOW_MS, now_ms=NOW_MS) is Use.REPEATED
