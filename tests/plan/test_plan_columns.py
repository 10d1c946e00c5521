"""A roster of columns is planned as its rows are, one by one."""

import pickle
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.apply.calls import calls_by_round, count_held, find_leaving
from hubevents_sync.model.event import RemovalPolicy
from hubevents_sync.model.first_round import FirstRound
from hubevents_sync.model.moments import Moments
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.roster import Block, Roster, RosterBlock, SentBlock
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.plan.event import PlannedEvent, plan_event
from hubevents_sync.plan.tallying import send_blocks
from tests.builders import HOUR_MS, NOW_MS
from tests.desired import DIGEST_KEY, build_desired, build_participation, build_recorded, hash_person

FILE = "rosters/cooking.csv"
DOMAINS = ["example.com", "Example.COM", "example.org"]


class Entry(NamedTuple):
    """Somebody's times, 0 for none, in whole hours about now."""

    number: int
    registered: int
    joined: int
    cancelled: int
    has_contact: bool

    @property
    def email(self) -> str:
        return f"{'G' if self.number % 3 else 'g'}uest{self.number}@{DOMAINS[self.number % len(DOMAINS)]}"


HOURS = st.sampled_from([0, NOW_MS - 3 * HOUR_MS, NOW_MS - 2 * HOUR_MS, NOW_MS - HOUR_MS, NOW_MS, NOW_MS + HOUR_MS])


def _is_plain(entry: Entry) -> bool:
    given_times = [moment for moment in entry[1:4] if moment]
    is_ordered = not entry.cancelled or entry.registered < entry.cancelled
    return bool(given_times) and len(set(given_times)) == len(given_times) and is_ordered


ENTRIES = st.lists(
    st.builds(Entry, st.integers(0, 40), HOURS, HOURS, HOURS, st.booleans()).filter(_is_plain),
    max_size=12,
    unique_by=lambda entry: entry.number,
)
# How long each part of the roster is, and how it comes.
PARTS = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["rows", "block", "sent"])), max_size=5)


def build_block(entries: Sequence[Entry], line: int) -> RosterBlock:
    """*entries* as columns; one without any value is left out."""

    def column(moments: list[int]) -> Moments | None:
        given_times = [moment for moment in moments if moment]
        given_bytes = None if all(moments) else bytes(map(bool, moments))
        return Moments.of(given_times, given_bytes) if given_times else None

    joined = [entry.joined for entry in entries]
    contacts = [{"firstname": f"Guest {entry.number}"} if entry.has_contact else None for entry in entries]
    left = [moment and moment + HOUR_MS // 2 for moment in joined]
    registered, cancelled = [entry.registered for entry in entries], [entry.cancelled for entry in entries]
    return RosterBlock(
        file=FILE,
        lines=range(line, line + len(entries)),
        people=[hash_person(entry.email.lower()) for entry in entries],
        emails=[entry.email for entry in entries],
        registered=column(registered),
        joined=column(joined),
        left=column(left),
        cancelled=column(cancelled),
        contacts=contacts if any(contacts) else None,
        domains=Counter(entry.email.partition("@")[2] for entry in entries),
        latest_ms=max(*registered, *joined, *left, *cancelled),
    )


def build_columns(entries: Sequence[Entry], parts: Sequence[tuple[int, str]]) -> Roster:
    """*entries* in parts; what is left over is a block too."""
    found: list[Block | list[Participation]] = []
    start = 0
    for length, form in [*parts, (len(entries), "block")]:
        some = entries[start : start + length]
        if some:
            found.append(build_part(some, start + 2, form))
        start += length
    return Roster(found)


def build_part(entries: Sequence[Entry], line: int, form: str) -> Block | list[Participation]:
    """*entries* as rows, as a block, or as two blocks that another process read and sent."""
    if form != "sent":
        block = build_block(entries, line)
        return block if form == "block" else list(block.rows())
    halves = entries[: len(entries) // 2], entries[len(entries) // 2 :]
    blocks = [build_block(half, line + len(halves[0]) * number) for number, half in enumerate(halves) if half]
    sent: SentBlock = pickle.loads(pickle.dumps(send_blocks(blocks)))  # noqa: S301  our own bytes
    return sent


def plan(roster: Sequence[Participation], recorded: RecordedEvent | None = None) -> PlannedEvent:
    desired = build_desired(removals=RemovalPolicy.CANCEL)
    desired = replace(desired, snapshot=replace(desired.snapshot, participations=roster), people=9)
    return plan_event(recorded, desired, now_ms=NOW_MS, digest_key=DIGEST_KEY)


def halves(packed: bytes) -> list[bytes]:
    return sorted(packed[start : start + 8] for start in range(0, len(packed), 8))


@given(ENTRIES, PARTS, st.sampled_from([None, build_recorded()]))
def test_columns_are_planned_as_their_rows_are(
    entries: list[Entry], parts: list[tuple[int, str]], recorded: RecordedEvent | None
) -> None:
    roster = build_columns(entries, parts)
    rows = list(build_columns(entries, parts))
    by_columns, by_rows = plan(roster, recorded), plan(rows, recorded)
    assert by_columns.summary == by_rows.summary
    assert by_columns.plan == by_rows.plan
    assert halves(by_columns.new_people) == halves(by_rows.new_people)
    assert halves(by_columns.joined_people) == halves(by_rows.joined_people)


TIMES = ("registered", "joined", "cancelled")


def keep_one_time(entry: Entry, name: str | None) -> Entry:
    """*entry* with its time *name* alone, or with the first that it has."""
    kept = name or next(each for each in TIMES if getattr(entry, each))
    registered, joined, cancelled = (getattr(entry, each) if each == kept else 0 for each in TIMES)
    return entry._replace(registered=registered, joined=joined, cancelled=cancelled)


@given(ENTRIES, st.sampled_from([*TIMES, None]), PARTS.map(lambda parts: [part for part in parts if part[1] != "rows"]))
def test_rows_that_all_go_at_once_are_sent_as_if_each_were_looked_at(
    entries: list[Entry], name: str | None, parts: list[tuple[int, str]]
) -> None:
    batch_size = len(entries) // 3 + 1
    kept = [keep_one_time(entry, name) for entry in entries]
    once = [entry for entry in kept if any(entry[1:4]) and build_block([entry], 2).latest_ms <= NOW_MS]
    at_once = plan(build_columns(once, parts)).plan
    one_by_one = tuple(at_once.rows)
    assert isinstance(at_once.rows, FirstRound)
    assert at_once == plan(list(build_columns(once, parts))).plan == replace(at_once, rows=one_by_one)
    assert at_once.rows[1:] == one_by_one[1:]
    calls, wanted = (
        list(calls_by_round(at_once.event.key, rows, batch_size=batch_size, removed_at_ms=0))
        for rows in (at_once.rows, one_by_one)
    )
    assert calls == wanted
    assert (count_held(at_once.rows), find_leaving(at_once.rows)) == (count_held(one_by_one), find_leaving(one_by_one))


@given(ENTRIES, ENTRIES, PARTS)
def test_columns_are_compared_with_a_record_as_their_rows_are(
    before: list[Entry], entries: list[Entry], parts: list[tuple[int, str]]
) -> None:
    recorded = build_recorded(*build_columns(before, []))
    by_columns = plan(build_columns(entries, parts), recorded)
    by_rows = plan(list(build_columns(entries, parts)), recorded)
    assert (by_columns.summary, by_columns.plan) == (by_rows.summary, by_rows.plan)


@given(ENTRIES, PARTS, st.integers(0, 20))
def test_a_roster_is_the_sequence_of_its_rows(entries: list[Entry], parts: list[tuple[int, str]], count: int) -> None:
    rows = [row for entry in entries for row in build_block([entry], 2).rows()]
    roster = build_columns(entries, parts)
    assert len(roster) == len(rows)
    first = roster.head(count)
    assert [row[:9] for row in first] == [row[:9] for row in rows[:count]]
    assert [row[:9] for row in roster] == [row[:9] for row in rows]
    assert roster[:count] == first
    assert set(roster.people) == {row.person for row in rows}
    assert [row.line for row in roster] == sorted(row.line for row in roster)


def test_nothing_of_anybody_shows() -> None:
    roster = build_columns([Entry(7, NOW_MS, 0, 0, has_contact=True)], [])
    assert "uest" not in repr(roster) + repr(roster.parts)


def test_the_way_the_rows_come_does_not_change_the_digest_of_a_mixed_roster() -> None:
    one = build_participation("zoe")
    block = build_block([Entry(1, NOW_MS - HOUR_MS, NOW_MS - 2 * HOUR_MS, 0, has_contact=True)], 5)
    mixed, rows = Roster([[one], block]), (one, *block.rows())
    assert plan(mixed).summary.digest == plan(rows).summary.digest == plan(rows[::-1]).summary.digest


@given(ENTRIES.filter(bool))
def test_blocks_come_out_of_another_process_as_they_were(entries: list[Entry]) -> None:
    block, sent = build_block(entries, 2), build_part(entries, 2, "sent")
    assert isinstance(sent, SentBlock)
    assert list(sent.rows()) == [row for each in sent.blocks for row in each.rows()] == list(block.rows())
    assert (len(sent), sent.count_rows(), sent.latest_ms) == (len(block), block.count_rows(), block.latest_ms)
    assert (sent.people, sent.tally.domains) == (block.people, block.domains)
    found: RosterBlock = pickle.loads(pickle.dumps(block))  # noqa: S301  our own bytes
    assert (list(found.rows()), found.domains) == (list(block.rows()), block.domains)
    assert "uest" not in repr(sent) + repr(found)
