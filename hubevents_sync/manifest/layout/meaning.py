"""What a file means, so that it can be compared before and after it is formatted; times count by the moment."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

from hubevents_sync.manifest.document import read_document
from hubevents_sync.manifest.events import ATTENDEES
from hubevents_sync.manifest.expected import Expected
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.layout.order import Kind, schema_of
from hubevents_sync.manifest.rosters.inline import InlineRoster, capture_inline
from hubevents_sync.manifest.rosters.read import READERS
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.shielding import ShieldedSource
from hubevents_sync.manifest.source import TextSource
from hubevents_sync.manifest.times import BadTime, parse_time
from hubevents_sync.manifest.tree import Capture

ROSTER_TIMES = frozenset(("registered", "cancelled", "joinedAt", "leftAt", "at"))
EVENT_TIMES = frozenset(("startDateTime", "endDateTime", "not_before"))
# Under these, names are the user's own.
FREE_NAMES = frozenset(("contact", "customProperties"))


class ShieldedText(ShieldedSource, TextSource):
    """Text that is no file, read like a project file."""


def read_meaning(content: bytes, file: str, kind: Kind) -> Any:
    """What our own readers make of *content*: the JSON edge, hence Any. Raises Unreadable, and InvalidFiles.

    Only what keeps the file from being read as it was meant is an error here: a rule that an event breaks is none.
    """
    findings = FindingCollector()
    if kind is Kind.ROSTER:
        meaning: Any = sorted(map(_sort_key, _read_entries(TextSource(content, file), findings)))
    elif kind is Kind.EVENTS:
        meaning = _read_events(TextSource(content, file), findings)
    else:
        meaning = _settle(
            read_document(ShieldedText(content, file), Expected.of(schema_of(kind)), findings).value, frozenset()
        )
    if findings.has_errors:
        raise InvalidFiles(findings.sorted())
    return meaning


def _read_events(source: TextSource, findings: FindingCollector) -> Any:
    document = read_document(
        source, Expected.of(schema_of(Kind.EVENTS)), findings, capture=Capture(ATTENDEES, capture_inline)
    )
    value = document.value
    events = value.get("events") if isinstance(value, dict) else None
    people: list[Any] = []
    for index in range(len(events) if isinstance(events, list) else 0):
        roster = document.captured(("events", index, "attendees"))
        if isinstance(roster, InlineRoster):
            for fault in roster.faults:
                findings.add(fault)
            people.append((index, sorted(_sort_key(_settle(entry[0], ROSTER_TIMES)) for entry in roster.entries)))
    return _settle(value, EVENT_TIMES), people


def _read_entries(source: TextSource, findings: FindingCollector) -> list[Any]:
    report = Report(findings)
    reader = READERS["." + source.file.rpartition(".")[2].lower()](source, report)
    entries: list[Any] = []
    take: Callable[[Any, int, int], None] = lambda entry, _line, _column: entries.append(_settle(entry, ROSTER_TIMES))  # noqa: E731
    reader.read(take)
    return entries


def _sort_key(entry: Any) -> str:
    """*entry* as a text that equal ones share, whatever the order of their fields."""
    if isinstance(entry, dict):
        return "{" + ",".join(f"{name!r}:{_sort_key(entry[name])}" for name in sorted(entry)) + "}"
    if isinstance(entry, list | tuple):
        return "[" + ",".join(map(_sort_key, entry)) + "]"
    return repr(entry)


def _settle(value: Any, times: frozenset[str], *, is_time: bool = False) -> Any:
    """*value* with each time as the moment that it is, and each scalar with its type: True is not 1 here."""
    if isinstance(value, dict):
        return {
            name: _settle(below, frozenset() if name in FREE_NAMES else times, is_time=name in times)
            for name, below in value.items()
        }
    if isinstance(value, list):
        return [_settle(below, times, is_time=is_time) for below in value]
    if is_time and isinstance(value, str | int) and not isinstance(value, bool):
        return _moment(str(value))
    return type(value).__name__, value


def _moment(text: str) -> tuple[str, object]:
    try:
        return ("time" if text[-1:] in "Zz" or text[-6:-5] in ("+", "-") else "local time"), parse_time(text, UTC)
    except BadTime:
        return "str", text
