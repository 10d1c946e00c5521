"""People are counted once over all events, by half of their hashes."""

import pytest

from hubevents_sync.plan.people import count_people, pack_people

ANA, BEN = b"a" * 8, b"b" * 8


def test_half_of_each_hash_is_packed() -> None:
    assert pack_people([ANA + b"1" * 8, BEN + b"2" * 8]) == ANA + BEN
    assert pack_people([]) == b""


@pytest.mark.parametrize(
    ("packed", "expected"),
    [
        ([], (0, 0)),
        ([ANA + BEN], (2, 0)),
        ([ANA, BEN], (2, 0)),
        ([ANA, b"", BEN + ANA], (2, 1)),
        ([ANA + BEN, BEN, ANA + BEN], (2, 2)),
        ([ANA + ANA, BEN], (2, 0)),
    ],
)
def test_who_is_in_several_events_is_counted_once_and_told(packed: list[bytes], expected: tuple[int, int]) -> None:
    assert count_people(packed) == expected
