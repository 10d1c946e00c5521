"""The rules in force, and what they say about a request: counted, seeded and repeatable."""

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import assert_never

from hubevents_sync.sandbox.faults.grammar import parse_rule, write_rule
from hubevents_sync.sandbox.faults.incident import Asked, Incident, PickedRows
from hubevents_sync.sandbox.faults.rule import (
    Cut,
    Empty,
    ErrorAnswer,
    Every,
    Fault,
    FaultRule,
    Next,
    OtherStatus,
    RowFault,
    Share,
    Slow,
    Truncate,
)

NOTHING = Incident()
# What only a batch can be struck by.
_OF_BATCHES = (RowFault, Empty, OtherStatus)


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule, its number, and how often it was asked and struck: in requests, or in rows where it is about rows."""

    number: int
    rule: FaultRule
    seen: int
    struck: int

    @property
    def text(self) -> str:
        """The rule as it is written."""
        return write_rule(self.rule)


@dataclass(slots=True)
class _Entry:
    number: int
    rule: FaultRule
    seen: int = 0
    struck: int = 0


class FaultBook:
    """Rules, asked in the order they were added. Safe to use from any thread.

    The same seed, rules and requests give the same faults. *every* and *next* count, so they hang on the order in
    which requests come; a share is drawn from the seed, the rule's number and the request's own content (and how often
    that came before), so it is the same in any order.
    """

    def __init__(self, rules: Iterable[FaultRule | str] = (), *, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self.seed = seed
        self._from_the_start = tuple(_as_rule(rule) for rule in rules)
        self.reset()

    def reset(self) -> None:
        """Back to the rules from the start, with nothing counted."""
        with self._lock:
            self._entries = [_Entry(number, rule) for number, rule in enumerate(self._from_the_start, start=1)]
            self._last_number = len(self._entries)
            self._times: Counter[bytes] = Counter()

    def add(self, rule: FaultRule | str) -> int:
        """Put *rule* in force; its number. Raises UsageError for a text that is no rule."""
        return self.add_all([rule])[0]

    def add_all(self, rules: Iterable[FaultRule | str]) -> list[int]:
        """Put *rules* in force, all or none; their numbers."""
        added = [_as_rule(rule) for rule in rules]
        with self._lock:
            entries = [_Entry(number, rule) for number, rule in enumerate(added, start=self._last_number + 1)]
            self._entries += entries
            self._last_number += len(entries)
            return [entry.number for entry in entries]

    def remove(self, number: int) -> bool:
        """Put the rule of *number* out of force; whether there was one."""
        with self._lock:
            before = len(self._entries)
            self._entries = [entry for entry in self._entries if entry.number != number]
            return len(self._entries) < before

    def clear(self) -> None:
        """Put all rules out of force: from now on nothing goes wrong."""
        with self._lock:
            self._entries = []

    def in_force(self) -> list[RuleInForce]:
        """The rules, in the order they are asked."""
        with self._lock:
            return [RuleInForce(each.number, each.rule, each.seen, each.struck) for each in self._entries]

    def judge(self, asked: Asked) -> Incident:
        """What befalls *asked*. Before one that ends a request early, later rules are not asked, and don't count it."""
        if not self._entries:
            return NOTHING
        with self._lock:
            entries = [entry for entry in self._entries if entry.rule.target.matches(asked.method, asked.raw_path)]
            return self._judge(entries, asked) if entries else NOTHING

    def _judge(self, entries: Sequence[_Entry], asked: Asked) -> Incident:
        case = self._count_content(asked) if any(isinstance(each.rule.frequency, Share) for each in entries) else b""
        incident = Incident()
        # Python's sort keeps the order of equals: rules of before, then rules of after, each as they were added.
        for entry in sorted(entries, key=lambda each: each.rule.is_after):
            changed = self._ask(entry, asked, case, incident)
            if changed is not incident:
                incident = changed.noting(write_rule(entry.rule))
            if incident.instead is not None:
                break
        return incident

    def _ask(self, entry: _Entry, asked: Asked, case: bytes, incident: Incident) -> Incident:
        """*incident* with what *entry* adds to it; itself where that is nothing."""
        fault = entry.rule.fault
        if asked.inputs is None and isinstance(fault, _OF_BATCHES) and fault is not RowFault.PHANTOM:
            return incident
        if isinstance(fault, RowFault):
            rows = frozenset(row for row in range(asked.row_count) if self._is_due(entry, case, row=row))
            return incident.with_rows(PickedRows(fault, rows)) if rows else incident
        return _add(incident, fault, is_after=entry.rule.is_after) if self._is_due(entry, case) else incident

    def _count_content(self, asked: Asked) -> bytes:
        """What a share is drawn by: what is asked, and how often it was asked before."""
        content = _digest(asked)
        self._times[content] += 1
        return content + self._times[content].to_bytes(8)

    def _is_due(self, entry: _Entry, case: bytes, *, row: int = -1) -> bool:
        entry.seen += 1
        frequency = entry.rule.frequency
        match frequency:
            case Every(count):
                is_due = entry.seen % count == 0
            case Next(count):
                is_due = entry.struck < count
            case Share(chance):
                is_due = self._draw(entry.number, case, row) < chance
            case _:
                assert_never(frequency)
        entry.struck += is_due
        return is_due

    def _draw(self, number: int, case: bytes, row: int) -> float:
        """A number from 0 up to 1. A hash and not a generator, so that nothing hangs on who came first."""
        text = f"{self.seed}:{number}:{row}:".encode() + case
        return int.from_bytes(blake2b(text, digest_size=7).digest()) / 2**56


def _as_rule(rule: FaultRule | str) -> FaultRule:
    return parse_rule(rule) if isinstance(rule, str) else rule


def _digest(asked: Asked) -> bytes:
    head = f"{asked.method} {asked.raw_path}?{asked.query}\n".encode("latin-1")
    return blake2b(head + asked.body, digest_size=16).digest()


def _add(incident: Incident, fault: Fault, *, is_after: bool) -> Incident:
    """*incident* with one more fault. Waits add up; of two endings the first counts."""
    match fault:
        case Slow(seconds):
            return incident.slower(seconds, is_after=is_after)
        case ErrorAnswer() | Cut() | Truncate():
            return incident.ending_in(fault, is_after=is_after)
        case Empty():
            return incident.emptied(is_after=is_after)
        case OtherStatus(status):
            return incident.answered_with(status)
        case RowFault():
            raise TypeError("faults of rows are picked row by row")
        case _:
            assert_never(fault)
