"""How much is under way at once."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from hubevents_sync.apply.room import Room

SOON_SECONDS = 20.0


class Waiting:
    """An event of *calls* that waits for its place in *room*, in a thread of its own."""

    def __init__(self, room: Room, calls: int) -> None:
        self.entered, self._over = threading.Event(), threading.Event()
        self._room = room
        self._calls = calls
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        with self._room.event(self._calls):
            self.entered.set()
            self._over.wait(SOON_SECONDS)

    def is_in(self) -> bool:
        """It has begun, or does so in a moment."""
        return self.entered.wait(0.05)

    def end(self) -> None:
        """It is over."""
        self._over.set()
        self._thread.join(SOON_SECONDS)
        assert not self._thread.is_alive()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Ends what a test leaves under way."""
    with ExitStack() as opened:
        yield opened


def test_as_many_small_events_as_there_are_places_are_under_way_and_the_next_one_waits(stack: ExitStack) -> None:
    room = Room(3)
    first = stack.enter_context(ExitStack())
    first.enter_context(room.event(1))
    stack.enter_context(room.event(0))  # an event to complete has no call, and takes a place all the same
    stack.enter_context(room.event(1))
    next_one, one_more = Waiting(room, 1), Waiting(room, 1)
    stack.callback(next_one.end)
    stack.callback(one_more.end)
    assert not next_one.is_in()
    assert not one_more.is_in()
    first.close()
    assert next_one.entered.wait(SOON_SECONDS) or one_more.entered.wait(SOON_SECONDS)
    assert not (next_one.is_in() and one_more.is_in())


def test_a_large_event_takes_a_place_for_each_call_and_keeps_the_last_until_it_is_over(stack: ExitStack) -> None:
    room = Room(2)
    large = stack.enter_context(ExitStack())
    places = large.enter_context(room.event(4))
    second, third = Waiting(room, 1), Waiting(room, 1)
    stack.callback(second.end)
    stack.callback(third.end)
    for _ in range(2):
        places.give_back()
        assert not second.is_in()
        assert not third.is_in()
    for _ in range(5):  # more calls than were counted on
        places.give_back()
    assert second.entered.wait(SOON_SECONDS) or third.entered.wait(SOON_SECONDS)
    assert not (second.is_in() and third.is_in())
    large.close()
    assert second.entered.wait(SOON_SECONDS)
    assert third.entered.wait(SOON_SECONDS)


def test_an_event_that_fails_gives_its_places_back() -> None:
    room = Room(1)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"), room.event(5):
            raise ValueError("broken")
