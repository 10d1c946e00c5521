"""People are counted once over all events, by half of their hashes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.plan.people import PeopleCount, pack_people

ANA, BEN, CEM = b"a" * 8, b"b" * 8, b"c" * 8


def test_half_of_each_hash_is_packed() -> None:
    assert pack_people([ANA + b"1" * 8, BEN + b"2" * 8]) == ANA + BEN
    assert pack_people([ANA + b"1" * 24, BEN + b"2" * 24]) == ANA + BEN
    assert pack_people([]) == b""


@pytest.mark.parametrize(
    ("packed", "expected"),
    [
        ([], (0, 0)),
        ([ANA + BEN], (2, 0)),
        ([ANA, BEN], (2, 0)),
        ([ANA, b"", BEN + ANA], (2, 1)),
        ([ANA + BEN, BEN, ANA + BEN], (2, 2)),
        ([b"", ANA + BEN, b""], (2, 0)),
    ],
)
def test_who_is_in_several_events_is_counted_once_and_told(packed: list[bytes], expected: tuple[int, int]) -> None:
    count = PeopleCount()
    for each in packed:
        count.add(each, each)
    assert (count.new_contacts, count.shared) == expected


PEOPLE = st.lists(st.sampled_from([ANA, BEN, CEM]), unique=True)


@given(st.lists(st.tuples(PEOPLE, PEOPLE), max_size=5))
def test_contacts_and_joining_people_are_told_apart(events: list[tuple[list[bytes], list[bytes]]]) -> None:
    count = PeopleCount()
    for new, joined in events:
        count.add(b"".join(new), b"".join(joined))
    everybody = [person for _, joined in events for person in joined]
    assert count.new_contacts == len({person for new, _ in events for person in new})
    assert count.shared == sum(everybody.count(person) > 1 for person in set(everybody))
