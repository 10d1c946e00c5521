"""Read a rule from a line that a person can remember, and write it back.

``[METHOD] WHERE: WHAT [HOW OFTEN] [before|after]``, as in ``attendance: drop every 9`` or ``any: 503 5% after``.
"""

import re
from collections.abc import Callable
from typing import assert_never

from hubevents_sync.errors import UsageError
from hubevents_sync.sandbox.faults.rule import (
    Cut,
    Empty,
    ErrorAnswer,
    Every,
    Fault,
    FaultRule,
    Frequency,
    Next,
    OtherStatus,
    RowFault,
    Share,
    Slow,
    Truncate,
)
from hubevents_sync.sandbox.faults.targets import GROUPS, METHODS, OPERATIONS, Target

ERROR_STATUSES = (423, 429, 477, 500, 502, 503, 504, 521, 522, 523, 524)
ANSWER_STATUSES = (200, 201, 207)
LONGEST_SLOW_SECONDS = 600
_LARGEST_COUNT = 1_000_000_000
_LONGEST_RETRY_AFTER_SECONDS = 86_400  # up to a day: HubSpot's error-handling page on 477
_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
# What is done, at the earliest, when there is an answer to be spoilt.
_ONLY_AFTER = (Truncate, OtherStatus)
_ONLY_BEFORE = (RowFault,)

WHERES = (*GROUPS, *OPERATIONS)
WHATS = (
    *map(str, ERROR_STATUSES),
    "429 daily",
    "cut",
    "reset",
    "truncate",
    "slow 2s",
    "drop",
    "phantom",
    "reject",
    "empty",
    "answer 201",
)
HINT = "for example 'attendance: drop every 9', 'any: 503 5%', 'upsert: cut once after'"


def parse_rule(text: str) -> FaultRule:
    """The rule in *text*. Raises UsageError, which says what is wrong and what is allowed."""
    where, colon, rest = text.strip().rpartition(":")
    words = rest.split()
    if not colon or not words:
        raise _wrong(text, "it has to be WHERE: WHAT")
    target = _read_target(text, where.split())
    reader = _Words(text, words)
    fault = _read_fault(reader)
    frequency: Frequency | None = None
    is_after: bool | None = None
    while reader.has_more:
        word = reader.take("")
        if word in ("before", "after") and is_after is None:
            is_after = word == "after"
        elif word == "retry-after" and isinstance(fault, ErrorAnswer) and fault.retry_after_seconds is None:
            wait = reader.take_whole("retry-after takes seconds", _LONGEST_RETRY_AFTER_SECONDS)
            fault = ErrorAnswer(fault.status, fault.is_daily, wait)
        elif frequency is None and (found := _read_frequency(reader, word)) is not None:
            frequency = found
        else:
            raise _wrong(text, f"'{word}' is not understood; after the fault there may be {_TAIL}")
    return FaultRule(target, fault, frequency or Every(), _settle_timing(text, fault, is_after=is_after))


_TAIL = "every N, N%, next N, once or always; before or after; and after an error retry-after SECONDS"


class _Words:
    """The words behind the colon, taken one after the other."""

    def __init__(self, text: str, words: list[str]) -> None:
        self.text = text
        self._words = words

    @property
    def has_more(self) -> bool:
        return bool(self._words)

    def next_is(self, word: str) -> bool:
        return bool(self._words) and self._words[0] == word

    def take(self, complaint: str) -> str:
        if not self._words:
            raise _wrong(self.text, complaint)
        return self._words.pop(0)

    def take_whole(self, complaint: str, largest: int) -> int:
        word = self.take(complaint).removesuffix("s")
        if not _WHOLE.fullmatch(word) or not 1 <= int(word) <= largest:
            raise _wrong(self.text, f"{complaint}: a whole number from 1 to {largest}, not '{word}'")
        return int(word)


def _read_target(text: str, words: list[str]) -> Target:
    method = words.pop(0) if len(words) > 1 else None
    if method is not None and method not in METHODS:
        raise _wrong(text, f"'{method}' is no method; allowed are {', '.join(METHODS)}")
    if len(words) != 1:
        raise _wrong(text, "WHERE is one word, with a method before it or without")
    where = words[0]
    if "/" not in where and where not in WHERES:
        raise _wrong(text, f"'{where}' is no operation; allowed are {', '.join(WHERES)}, and paths such as events/*")
    return Target(where, method)


_SIMPLE: dict[str, Callable[[], Fault]] = {
    "cut": Cut,
    "reset": lambda: Cut(is_reset=True),
    "truncate": Truncate,
    "empty": Empty,
    "drop": lambda: RowFault.DROP,
    "phantom": lambda: RowFault.PHANTOM,
    "reject": lambda: RowFault.REJECT,
}


def _read_fault(reader: _Words) -> Fault:
    word = reader.take("")
    if word in _SIMPLE:
        return _SIMPLE[word]()
    if word in map(str, ERROR_STATUSES):
        is_daily = word == "429" and reader.next_is("daily")
        if is_daily:
            reader.take("")
        return ErrorAnswer(int(word), is_daily)
    if word == "slow":
        return Slow(_read_seconds(reader))
    if word == "answer":
        status = reader.take("answer takes a status")
        if status not in map(str, ANSWER_STATUSES):
            raise _wrong(reader.text, f"answer takes one of {', '.join(map(str, ANSWER_STATUSES))}, not '{status}'")
        return OtherStatus(int(status))
    raise _wrong(reader.text, f"'{word}' is no fault; allowed are {', '.join(WHATS)}")


def _read_seconds(reader: _Words) -> float:
    word = reader.take("slow takes seconds, as in slow 2s").removesuffix("s")
    if not _NUMBER.fullmatch(word) or not 0 < float(word) <= LONGEST_SLOW_SECONDS:
        raise _wrong(reader.text, f"slow takes more than 0 and at most {LONGEST_SLOW_SECONDS} seconds, as in slow 2.5s")
    return float(word)


def _read_frequency(reader: _Words, word: str) -> Frequency | None:
    if word == "always":
        return Every()
    if word == "once":
        return Next(1)
    if word == "every":
        return Every(reader.take_whole("every takes a number", _LARGEST_COUNT - 1))
    if word == "next":
        return Next(reader.take_whole("next takes a number", _LARGEST_COUNT - 1))
    if word.endswith("%"):
        percent = word.removesuffix("%")
        if not _NUMBER.fullmatch(percent) or not 0 < float(percent) <= 100:
            raise _wrong(reader.text, f"a share is more than 0% and at most 100%, not '{word}'")
        return Share(float(percent) / 100)
    return None


def _settle_timing(text: str, fault: Fault, *, is_after: bool | None) -> bool:
    if isinstance(fault, _ONLY_AFTER):
        if is_after is False:
            raise _wrong(text, "it spoils an answer, so it can't come before the request is handled")
        return True
    if isinstance(fault, _ONLY_BEFORE) and is_after:
        raise _wrong(text, f"{fault.value} keeps rows from being stored, so it can't come after that")
    return bool(is_after)


def _wrong(text: str, complaint: str) -> UsageError:
    return UsageError(f"the fault '{text}' can't be read: {complaint}", hint=HINT)


def write_rule(rule: FaultRule) -> str:
    """The line that reads as *rule*."""
    words = [f"{rule.target}:", _write_fault(rule.fault), _write_frequency(rule.frequency)]
    if rule.is_after and not isinstance(rule.fault, _ONLY_AFTER):
        words.append("after")
    return " ".join(word for word in words if word)


def _write_fault(fault: Fault) -> str:
    match fault:
        case ErrorAnswer(status, is_daily, wait):
            text = f"{status} daily" if is_daily else str(status)
            text += "" if wait is None else f" retry-after {wait}"
        case Cut(is_reset):
            text = "reset" if is_reset else "cut"
        case Truncate():
            text = "truncate"
        case Slow(seconds):
            text = f"slow {_write_number(seconds)}s"
        case RowFault():
            text = fault.value
        case Empty():
            text = "empty"
        case OtherStatus(status):
            text = f"answer {status}"
        case _:
            assert_never(fault)
    return text


def _write_frequency(frequency: Frequency) -> str:
    match frequency:
        case Every(count):
            return "" if count == 1 else f"every {count}"
        case Share(chance):
            return f"{_write_number(chance * 100)}%"
        case Next(count):
            return "once" if count == 1 else f"next {count}"
        case _:
            assert_never(frequency)


def _write_number(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".")
