"""Nobody is taken twice, whoever shares half of a hash with somebody else."""

import pytest

from hubevents_sync.manifest.rosters.plain.interface import NotPlain
from hubevents_sync.manifest.rosters.taken import Taken
from hubevents_sync.model.finding import Position
from hubevents_sync.model.moments import Moments
from hubevents_sync.model.roster import RosterBlock

ANA, BEN, CEM = (half * 8 + b"-" * 8 for half in (b"a", b"b", b"c"))
ALIKE = ANA[:8] + b"another "


def build_block(*people: bytes, line: int = 2) -> RosterBlock:
    emails = [f"guest{number}@example.com" for number in range(len(people))]
    lines, times = range(line, line + len(people)), Moments.of([1] * len(people))
    return RosterBlock("a.csv", lines, people, emails, times, None, None, None, None, {"example.com": len(people)}, 1)


@pytest.fixture
def taken() -> Taken:
    taken = Taken()
    taken.begin("a.csv")
    return taken


def test_a_block_with_somebody_who_was_taken_is_not_and_leaves_nothing_behind(taken: Taken) -> None:
    assert taken.add_block(build_block(ANA, BEN), 1)
    assert not taken.add_block(build_block(CEM, BEN, line=4), 1)
    assert not taken.add_block(build_block(CEM, CEM, line=4), 1)
    assert (taken.people, [row.person for row in taken.participations]) == (2, [ANA, BEN])
    assert taken.is_repeat(BEN, 4, 1)
    assert not taken.is_repeat(CEM, 4, 1)
    assert not taken.add_block(build_block(CEM, line=5), 1)
    assert (taken.find_first(BEN), taken.find_first(CEM)) == (Position("a.csv", 3, 1), Position("a.csv", 4, 1))


def test_who_shares_half_of_a_hash_is_looked_at_one_by_one_and_is_somebody_else(taken: Taken) -> None:
    assert taken.add_block(build_block(ANA, BEN), 1)
    assert not taken.add_block(build_block(ALIKE, CEM, line=4), 1)
    assert not taken.is_repeat(ALIKE, 4, 1)
    assert not taken.is_repeat(CEM, 5, 1)
    assert taken.is_repeat(ALIKE, 6, 1)
    assert (taken.people, taken.find_first(ALIKE)) == (4, Position("a.csv", 4, 1))


def test_a_file_that_is_given_up_takes_its_people_with_it(taken: Taken) -> None:
    assert taken.add_block(build_block(ANA), 1)
    taken.begin("b.csv")

    def give_up() -> None:
        with taken.attempting():
            assert taken.add_block(build_block(BEN), 1)
            raise NotPlain

    with pytest.raises(NotPlain):
        give_up()
    assert (taken.people, taken.is_repeat(ANA, 9, 1)) == (1, True)
    taken.begin("b.csv")
    assert taken.add_block(build_block(BEN), 1)
