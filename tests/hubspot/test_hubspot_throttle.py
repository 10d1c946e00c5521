"""The throttle: never more than the budget in any ten seconds, and less where HubSpot says so."""

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.hubspot.throttle import RequestThrottle
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.project import RequestBudget

if TYPE_CHECKING:
    from tests.hubspot.conftest import Connect, JumpingClock, Recorder

KEY = EventKey("CookingCo", "4")
WINDOW = 10.0


class Hands:
    """A clock that its test moves by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now_ms(self) -> int:
        return int(self.seconds * 1000)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def most_in_any_window(times: list[float], seconds: float) -> int:
    # The margin is that of adding floats, not of the throttle.
    return max(sum(1 for other in times if time <= other < time + seconds - 1e-6) for time in times)


def headers(limit: int, remaining: int, interval_ms: int = 10_000) -> dict[str, str]:
    return {
        "X-HubSpot-RateLimit-Max": str(limit),
        "X-HubSpot-RateLimit-Remaining": str(remaining),
        "X-HubSpot-RateLimit-Interval-Milliseconds": str(interval_ms),
    }


@given(
    per_10_seconds=st.integers(1, 12),
    keep_free=st.sampled_from([0.0, 0.2, 0.5, 0.99]),
    pauses=st.lists(st.floats(0, 15), min_size=1, max_size=60),
)
def test_no_ten_seconds_hold_more_than_the_budget(per_10_seconds: int, keep_free: float, pauses: list[float]) -> None:
    clock = Hands()
    budget = RequestBudget(per_10_seconds=per_10_seconds, keep_free=keep_free)
    throttle = RequestThrottle(budget, clock)
    times = []
    for pause in pauses:
        clock.seconds += pause
        throttle.wait_for_turn()
        times.append(clock.seconds)
    assert most_in_any_window(times, 10.0) <= int(budget.usable_per_10_seconds)
    assert throttle.requests_granted == len(pauses)


def test_a_budget_is_used_to_the_full_and_not_slowed_before() -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(per_10_seconds=100, keep_free=0.2), clock)
    for _ in range(80):
        throttle.wait_for_turn()
    assert clock.seconds == 0.0
    throttle.wait_for_turn()
    assert clock.seconds == WINDOW
    for _ in range(79):
        throttle.wait_for_turn()
    assert clock.seconds == WINDOW


def test_a_lower_limit_of_hubspots_is_held_less_what_is_kept_free() -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(per_10_seconds=190, keep_free=0.5), clock)
    throttle.note_headers(headers(10, 9))
    times = []
    for _ in range(12):
        throttle.wait_for_turn()
        times.append(clock.seconds)
    assert times == [0.0] * 5 + [WINDOW] * 5 + [2 * WINDOW] * 2


def test_a_higher_limit_of_hubspots_does_not_make_it_faster() -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(per_10_seconds=2, keep_free=0.0), clock)
    throttle.note_headers(headers(190, 190))
    for _ in range(3):
        throttle.wait_for_turn()
    assert clock.seconds == WINDOW


def test_a_limit_over_another_interval_is_held_beside_our_own() -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(per_10_seconds=6, keep_free=0.0), clock)
    throttle.note_headers(headers(2, 2, 1_000))
    times = []
    for _ in range(8):
        throttle.wait_for_turn()
        times.append(clock.seconds)
    assert times == [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, WINDOW, WINDOW]


def test_a_longer_window_of_hubspots_is_held() -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(per_10_seconds=3, keep_free=0.0), clock)
    throttle.note_headers(headers(100, 100, 20_000))
    for _ in range(4):
        throttle.wait_for_turn()
    assert clock.seconds == 2 * WINDOW


@pytest.mark.parametrize(("remaining", "pause"), [(20, 0.0), (15, 2.5), (5, 7.5), (0, 10.0)])
def test_it_stands_back_where_others_use_what_is_kept_free(remaining: int, pause: float) -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(per_10_seconds=100, keep_free=0.2), clock)
    throttle.note_headers(headers(100, remaining))
    throttle.wait_for_turn()
    assert clock.seconds == pause


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"X-HubSpot-RateLimit-Remaining": "0"},
        {"X-HubSpot-RateLimit-Max": "many", "X-HubSpot-RateLimit-Remaining": "0"},
        {"X-HubSpot-RateLimit-Max": "0", "X-HubSpot-RateLimit-Remaining": "0"},
        {"X-HubSpot-RateLimit-Max": "100", "X-HubSpot-RateLimit-Interval-Milliseconds": "0"},
        {"X-HubSpot-RateLimit-Max": "99999999999999999999"},
    ],
)
def test_headers_that_make_no_sense_change_nothing(odd: dict[str, str]) -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(per_10_seconds=3, keep_free=0.2), clock)
    throttle.note_headers(odd)
    throttle.wait_for_turn()
    throttle.wait_for_turn()
    assert clock.seconds == 0.0


def test_holding_keeps_everybody_back() -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(), clock)
    throttle.hold(12.0)
    throttle.hold(3.0)
    throttle.wait_for_turn()
    assert clock.seconds == 12.0


def test_a_request_counts_from_its_answer_on() -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(per_10_seconds=2, keep_free=0.0), clock)
    first, second = throttle.wait_for_turn(), throttle.wait_for_turn()
    clock.seconds = 3.0
    throttle.note_end(second)
    clock.seconds = 4.0
    throttle.note_end(first)
    times = [throttle.wait_for_turn(), throttle.wait_for_turn()]
    assert times == [13.0, 14.0]


def test_the_end_of_a_request_of_long_ago_changes_nothing() -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(per_10_seconds=1, keep_free=0.0), clock)
    first = throttle.wait_for_turn()
    assert throttle.wait_for_turn() == 10.0
    clock.seconds = 15.0
    throttle.note_end(first)
    assert throttle.wait_for_turn() == 20.0


def test_after_a_429_it_starts_slowly_at_half_the_rate_evenly_spaced() -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(per_10_seconds=20, keep_free=0.0), clock)
    throttle.wait_for_turn()
    throttle.hold(10.0)
    times = []
    for _ in range(31):
        throttle.wait_for_turn()
        times.append(clock.seconds)
    # From 10 to 20 one a second. Then as many at once as the window has room for, and the rest as it gets some.
    assert times[:11] == [float(second) for second in range(10, 21)]
    assert times[11:21] == [20.0] * 10
    assert times[21] == 21.0
    assert most_in_any_window([0.0, *times], 10.0) <= 20


def test_a_slow_start_keeps_to_a_lower_limit_of_hubspots() -> None:
    clock = Hands()
    throttle = RequestThrottle(RequestBudget(per_10_seconds=100, keep_free=0.0), clock)
    throttle.note_headers(headers(4, 4))
    throttle.hold(0.0)
    times = []
    for _ in range(3):
        throttle.wait_for_turn()
        times.append(clock.seconds)
    assert times == [0.0, 5.0, 10.0]


def test_threads_share_one_budget(clock: "JumpingClock") -> None:
    throttle = RequestThrottle(RequestBudget(per_10_seconds=10, keep_free=0.0), clock)
    times: list[float] = []

    def send() -> None:
        for _ in range(5):
            throttle.wait_for_turn()
            times.append(clock.monotonic())

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert throttle.requests_granted == 40
    assert max(times) - 1_000.0 >= 30.0


def test_an_answers_headers_slow_the_next_request(
    connect: "Connect", recorder: "Recorder", clock: "JumpingClock"
) -> None:
    client = connect(requests=RequestBudget(per_10_seconds=100, keep_free=0.2))
    recorder.answer(headers=headers(100, 10))
    client.read_counters(KEY)
    client.read_counters(KEY)
    assert clock.slept == [5.0]
