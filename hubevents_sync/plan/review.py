"""Say in counts what happens to a roster: who joined, changed or left, from which domains, and on which days. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import floordiv

from hubevents_sync.model.moments import DAY_MS
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.people import NUMBER_BYTES
from hubevents_sync.model.plan import DayCount, DomainCount, RosterReview
from hubevents_sync.model.roster import Block, RosterBlock, SentBlock
from hubevents_sync.plan.participations import latest_by_person
from hubevents_sync.plan.people import pack_people
from hubevents_sync.plan.rows import STATE_ORDER, occurred_at_of, person_of, state_of

# A domain of one or two people says who they are to anybody who knows them; of five it says little more than a count.
FEWEST_OF_A_DOMAIN = 5
# The largest ones are named. A roster of the public has tens of thousands, which nobody reads.
MOST_DOMAINS = 100


@dataclass(frozen=True, slots=True)
class ReviewedRoster:
    """What to say of an event's roster. *joined_people* are 8 bytes of each hash of the people who are new on it."""

    review: RosterReview
    days: tuple[DayCount, ...]
    joined_people: bytes


def review_roster(
    known: Sequence[Participation],
    left: Sequence[Participation],
    blocks: Sequence[Block],
    others: Sequence[Participation],
    rounds: Sequence[int] | None,
    *,
    in_blocks: bytes = b"",
) -> ReviewedRoster:
    """What the rows to send do to a roster of which *known* is on record: *blocks*, and *others* of these *rounds*.

    *left* are the last rows of those who left, *in_blocks* the people of *blocks*, packed. A person's first row to send
    is in round 1, so these stand for people. Who was known is looked at only where something is sent. Nobody in a block
    is on record.
    """
    first = others if rounds is None else [row for row, number in zip(others, rounds, strict=True) if number == 1]
    people = set(map(person_of, known)) if first else set()
    joined = [row for row in first if row.person not in people] if people else first
    changed = _find_changed(known, others) if len(joined) < len(first) else []
    joined_people = in_blocks + pack_people(map(person_of, joined))
    domains = _count_written(joined)
    for block in blocks:
        domains.update(block.domains)
    review = RosterReview(
        len(joined_people) // NUMBER_BYTES,
        len(changed),
        _count_domains(_fold(domains), _fold(_count_written(changed)), _fold(_count_written(left))),
    )
    return ReviewedRoster(review, _count_days(blocks, others), joined_people)


def _find_changed(known: Sequence[Participation], missing: Sequence[Participation]) -> list[Participation]:
    """The new last words of people on record. A row of the past that comes late is no last word."""
    sent = latest_by_person(missing)
    had = latest_by_person(row for row in known if row.person in sent)
    return [
        sent[person]
        for person, row in had.items()
        if sent[person].occurred_at_ms > row.occurred_at_ms and sent[person].state is not row.state
    ]


def _count_domains(*counters: Counter[str]) -> tuple[DomainCount, ...]:
    """By the domain of the e-mail, where there is one: who is known by contact id has none, nor has one on record.

    *counters* are those of the people who joined, changed and left.
    """
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    largest = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:MOST_DOMAINS]
    named = sorted(domain for domain, count in largest if count >= FEWEST_OF_A_DOMAIN)
    found = [DomainCount(domain, *(counter.get(domain, 0) for counter in counters)) for domain in named]
    rest = [counter.total() - sum(map(counter.__getitem__, counter.keys() & named)) for counter in counters]
    return (DomainCount("", *rest), *found) if any(rest) else tuple(found)


def _count_written(rows: Iterable[Participation]) -> Counter[str]:
    return Counter([row.email.rpartition("@")[2] for row in rows if row.email is not None])


def _fold(written: Mapping[str, int]) -> Counter[str]:
    """The same domain, however it is written, counts once. They are few, where people are many."""
    counted: Counter[str] = Counter()
    for domain, count in written.items():
        counted[domain.casefold()] += count
    return counted


def _count_days(blocks: Sequence[Block], others: Sequence[Participation]) -> tuple[DayCount, ...]:
    """By day and state. A removal is none of them: its time is that of the apply."""
    days = map(floordiv, map(occurred_at_of, others), repeat(DAY_MS))
    counts = Counter(zip(map(state_of, others), days, strict=True))
    for block in blocks:
        counts.update(block.tally.days if isinstance(block, SentBlock) else count_days(block))
    ordered = sorted(counts.items(), key=lambda item: (STATE_ORDER[item[0][0]], item[0][1]))
    return tuple(DayCount(day, state, count) for (state, day), count in ordered)


def count_days(block: RosterBlock) -> Counter[tuple[AttendanceState, int]]:
    """How many rows of each state occur on each day, counted from that of the epoch."""
    found = ((state, moments.days) for state, moments in block.moments.items())
    return Counter({(state, day): count for state, days in found for day, count in days.items()})
