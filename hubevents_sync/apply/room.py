"""How much may be under way at once: as many calls as fill HubSpot's limit, of one large event or of many small."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Room:
    """Lets the next event begin once fewer than *places* are taken; safe between threads.

    An event takes one for each of its calls, gives it back when the call is over, and keeps the last until all is. So a
    large event, whose calls take all of them, is nearly over before the next one's rows are loaded: what is in memory
    is an event's, not several, which costs less CPU too.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._taken = 0
        self._has_changed = threading.Condition()

    @contextmanager
    def event(self, calls: int) -> Iterator["EventPlaces"]:
        """Wait until an event of so many *calls* may begin; its places are its own until the end."""
        count = max(1, calls)
        with self._has_changed:
            self._has_changed.wait_for(lambda: self._taken < self._places)
            self._taken += count
        places = EventPlaces(self, count)
        try:
            yield places
        finally:
            places.give_back(all_of_them=True)

    def free(self, count: int) -> None:
        """*count* places are free again."""
        with self._has_changed:
            self._taken -= count
            if self._taken < self._places:
                self._has_changed.notify(count)


class EventPlaces:
    """*count* places of *room* that an event has."""

    def __init__(self, room: Room, count: int) -> None:
        self._room = room
        self._count = count
        self._lock = threading.Lock()

    def give_back(self, *, all_of_them: bool = False) -> None:
        """A call is over; or the event is. There may be more calls than were counted on: a batch can be split."""
        with self._lock:
            freed = self._count if all_of_them else int(self._count > 1)
            self._count -= freed
        if freed:
            self._room.free(freed)
