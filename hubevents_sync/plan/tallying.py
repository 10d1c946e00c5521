"""Count and sort a roster's blocks where they were read, so that little of them has to go to who plans. Pure."""

from collections import Counter
from collections.abc import Sequence

from hubevents_sync.model.block_tally import BlockTally
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.roster import RosterBlock, SentBlock, take_state
from hubevents_sync.plan.review import count_days
from hubevents_sync.plan.rows import STATES, count_rounds
from hubevents_sync.plan.sorting import sort_rows


def send_blocks(blocks: Sequence[RosterBlock]) -> SentBlock:
    """*blocks*, which follow each other in one file, for another process."""
    return SentBlock(tally_blocks(blocks), [packed for block in blocks for packed in block.packed])


def tally_blocks(blocks: Sequence[RosterBlock]) -> BlockTally:
    """What a plan needs to know of *blocks* once nothing of them is held."""
    rounds: Counter[tuple[int, AttendanceState]] = Counter()
    days: Counter[tuple[AttendanceState, int]] = Counter()
    domains: Counter[str] = Counter()
    for block in blocks:
        rounds.update(count_rounds(block))
        days.update(count_days(block))
        domains.update(block.domains)
    columns = {state: [take_state(block, state) for block in blocks] for state in STATES}
    given = {state: [each for each in some if each is not None] for state, some in columns.items()}
    sorted_rows = {state: sort_rows(some) for state, some in given.items() if some}
    people = b"".join(block.numbers.tobytes() for block in blocks)
    return BlockTally(people, rounds, days, domains, sorted_rows)
