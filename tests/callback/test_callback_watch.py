"""Files that change are read again once they have come to rest."""

import asyncio

import pytest

from hubevents_sync.callback.watch import Changes, follow


@pytest.mark.parametrize(
    ("looks", "due"),
    [
        ("aaaa", "...."),
        ("abbb", "..!."),
        ("abcc", "...!"),
        ("abaa", "...."),
        ("abbccaa", "..!.!.!"),
        ("bb", ".!"),
        ("bcdefghijklm", ".........!.."),
    ],
)
def test_a_change_counts_when_two_looks_see_the_same(looks: str, due: str) -> None:
    """In the last case the files never come to rest, and are read at the tenth look."""
    changes = Changes("a")
    assert "".join("!" if changes.is_due(look) else "." for look in looks) == due


class ScriptedFiles:
    """Files that look and read as they are told to, and keep what was taken."""

    def __init__(self, looks: str, readings: list[int]) -> None:
        self.looks = list(looks)
        self.readings = readings
        self.taken: list[tuple[str, int]] = []

    def look(self) -> object:
        return self.looks.pop(0)

    def read(self) -> int:
        return self.readings.pop(0)

    def take_first(self, reading: int) -> None:
        self.taken.append(("first", reading))

    def take_next(self, reading: int) -> None:
        self.taken.append(("next", reading))


class LastLook(Exception):
    """The script is at its end."""


def test_files_are_read_at_first_and_after_each_change() -> None:
    files = ScriptedFiles("aabbbcc", [1, 2, 3])
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        if not files.looks:
            raise LastLook
        pauses.append(seconds)

    with pytest.raises(LastLook):
        asyncio.run(follow(files, every_seconds=1.5, pause=pause))
    assert files.taken == [("first", 1), ("next", 2), ("next", 3)]
    assert pauses == [1.5] * 6
