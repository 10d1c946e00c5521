"""What is said of a wait for HubSpot, and how often."""

from threading import Thread

import pytest

from hubevents_sync.model.waiting import Wait
from hubevents_sync.render.waits import WaitTeller, say_wait
from tests.fakes import FakeClock

LOST = "HubSpot can't be reached (connection refused)"


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (Wait(LOST, 4.2, 3, 6), f"{LOST}: trying again in 4 s, 3 of 6"),
        (Wait("HubSpot answers 503", 0.2, 2, 6), "HubSpot answers 503: trying again in 1 s, 2 of 6"),
        (Wait("HubSpot's rate limit", 7.0), "HubSpot's rate limit: going on in 7 s"),
    ],
)
def test_a_wait_is_said_in_a_line(wait: Wait, said: str) -> None:
    assert say_wait(wait) == said


def test_what_many_calls_wait_for_is_said_once() -> None:
    clock, lines = FakeClock(), list[str]()
    tell = WaitTeller(clock, lines.append)
    threads = [Thread(target=tell, args=(Wait(LOST, 2.0 + number / 10, 2, 6),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines) == 1


def test_the_next_wait_is_said_again_and_so_is_the_same_one_later() -> None:
    clock, lines = FakeClock(), list[str]()
    tell = WaitTeller(clock, lines.append)
    tell(Wait(LOST, 2.0, 2, 6))
    clock.sleep(2)
    tell(Wait(LOST, 4.0, 3, 6))
    tell(Wait(LOST, 2.0, 2, 6))
    assert lines == [
        f"{LOST}: trying again in 2 s, 2 of 6",
        f"{LOST}: trying again in 4 s, 3 of 6",
        f"{LOST}: trying again in 2 s, 2 of 6",
    ]


def test_a_wait_for_a_turn_is_no_line_of_its_own() -> None:
    lines: list[str] = []
    WaitTeller(FakeClock(), lines.append)(Wait("HubSpot's rate limit", 7.0))
    assert lines == []
