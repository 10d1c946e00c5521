"""Follow files that change: notice it, wait until it is over, and read them again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

# Files that never come to rest are read all the same.
_MOST_UNSETTLED_LOOKS = 10

Pause = Callable[[float], Awaitable[None]]
Reading = TypeVar("Reading")


class Changes:
    """Tells when what is *read* is out of date. A change counts when two looks in a row see the same.

    Whoever writes files writes them one after the other, and each piece by piece.
    """

    def __init__(self, read: object) -> None:
        self._read = read
        self._last = read
        self._unsettled_looks = 0

    def is_due(self, seen: object) -> bool:
        """Whether to read again, now that a look has *seen* this. Then that is what is read."""
        has_settled = seen == self._last
        self._last = seen
        if seen == self._read:
            self._unsettled_looks = 0
            return False
        self._unsettled_looks += 1
        if not has_settled and self._unsettled_looks < _MOST_UNSETTLED_LOOKS:
            return False
        self._read = seen
        self._unsettled_looks = 0
        return True


class Files(Protocol[Reading]):
    """What is followed. ``look`` and ``read`` may block, and are called in threads of their own."""

    def look(self) -> object:
        """Something that is equal as long as no file changes."""

    def read(self) -> Reading:
        """What the files say."""

    def take_first(self, reading: Reading) -> None:
        """The first reading. What it raises ends the server."""

    def take_next(self, reading: Reading) -> None:
        """A later one."""


async def follow(files: Files[Reading], *, every_seconds: float, pause: Pause = asyncio.sleep) -> None:
    """Read *files*, and again whenever they change, without end."""
    # Looked at before they are read: what changes in between is noticed at the next look.
    changes = Changes(await asyncio.to_thread(files.look))
    files.take_first(await asyncio.to_thread(files.read))
    while True:
        await pause(every_seconds)
        if changes.is_due(await asyncio.to_thread(files.look)):
            files.take_next(await asyncio.to_thread(files.read))
