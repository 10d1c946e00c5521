"""Turn one event of a file, which its schema has passed, into a declaration, and check what the schema can't."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from urllib.parse import urlsplit

from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.document import Document
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.identifiers import fault_of_id
from hubevents_sync.manifest.locate import RosterLocator
from hubevents_sync.manifest.rosters.inline import InlineRoster
from hubevents_sync.manifest.rosters.interface import RosterFile
from hubevents_sync.manifest.rules import events as rules
from hubevents_sync.manifest.rules.files import BAD_URL
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.source import Source
from hubevents_sync.manifest.times import BadTime, find_zone, parse_time
from hubevents_sync.manifest.tree import Path
from hubevents_sync.model.event import (
    EVENT_FIELDS,
    TIME_FIELDS,
    CompletionPolicy,
    EventKey,
    FieldValue,
    MarketingEvent,
    RemovalPolicy,
)
from hubevents_sync.model.finding import Position
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.project import Project

ID_FIELDS = ("externalEventId", "externalAccountId")
ONE_LINE_FIELDS = ("eventName", "eventOrganizer", "eventType")


@dataclass(slots=True)
class _Event:
    """An event on its way through the checks. *written* is its mapping: JSON, so Any."""

    document: Document
    path: Path
    written: dict[str, Any]
    findings: FindingCollector
    timezone: tzinfo | None
    is_faulty: bool = False
    has_bad_time: bool = False

    def find(self, field: str, rule: Rule, message: str, hint: str | None = None) -> None:
        """Add a finding at *field* of the event; at the event itself where *field* is empty."""
        place = self.path + tuple(field.split("/") if field else ())
        self.findings.add(rule.at(self.document.position(place), message, hint))

    def time(self, field: str, written: str | None) -> int | None:
        """*written*, which stands at *field*, as epoch milliseconds; None where it is not there or makes no sense."""
        if written is None:
            return None
        try:
            return parse_time(written, self.timezone)
        except BadTime as bad:
            self.has_bad_time = True
            place = (*self.path, *field.split("/"))
            self.findings.error(self.document.position(place), bad.rule, bad.message, bad.hint)
            return None


def declare_event(
    document: Document,
    path: Path,
    source: Source,
    project: Project,
    findings: FindingCollector,
    *,
    locator: RosterLocator,
    faulty: Sequence[Path] = (),
) -> EventDeclaration | None:
    """The event at *path*; None where it has no key, or where it is *faulty*: has places that the schema refused.

    What is wrong with it beyond that goes to *findings*: what the schema refused is left out, the rest is checked.
    """
    event = _event(document, path, project, findings, faulty)
    if event is None:
        return None
    key = _key(event, project)
    times = {name: event.time(name, event.written.get(name)) for name in TIME_FIELDS}
    completion = _completion(event)
    start_ms, end_ms = (times[name] for name in TIME_FIELDS)
    for fault in _faults(event, start_ms, end_ms, completion):
        event.find(*fault)
    rosters = tuple(_rosters(event, source, locator))
    if key is None or event.is_faulty:
        return None
    return EventDeclaration(
        event=MarketingEvent(key, _fields(event, times)),
        position=document.position((*path, "externalEventId")),
        start_ms=start_ms,
        end_ms=end_ms,
        removals=RemovalPolicy(event.written.get("removals", RemovalPolicy.KEEP)),
        completion=completion,
        rosters=rosters,
        file_digest=document.digest,
    )


def _event(
    document: Document, path: Path, project: Project, findings: FindingCollector, faulty: Sequence[Path]
) -> _Event | None:
    """The event at *path* without the fields that are *faulty*; None where it is no mapping."""
    whole = document.value["events"][path[1]]
    if not isinstance(whole, dict):
        return None
    refused = {fault[len(path)] for fault in faulty if len(fault) > len(path)}
    timezone = find_zone(project.timezone)
    sound = {name: value for name, value in whole.items() if name not in refused}
    has_bad_time = not refused.isdisjoint((*TIME_FIELDS, "complete"))
    return _Event(document, path, sound, findings, timezone, is_faulty=bool(faulty), has_bad_time=has_bad_time)


def _key(event: _Event, project: Project) -> EventKey | None:
    for name in ID_FIELDS:
        if name in event.written and (fault := fault_of_id(event.written[name])):
            event.find(name, rules.BAD_ID, f"{name} {fault}", "it is what HubSpot knows the event by")
    account = event.written.get("externalAccountId", project.account)
    if account is None:
        if event.document.has((*event.path, "externalAccountId")):  # the schema has refused it
            return None
        hint = "add externalAccountId to the event, or account: to hubevents.yaml for all events"
        event.find("", rules.MISSING_ACCOUNT, "the event has no externalAccountId, and the project no account", hint)
        return None
    return EventKey(account, event.written.get("externalEventId", ""))


def _completion(event: _Event) -> CompletionPolicy | None:
    complete = event.written.get("complete", False)
    if isinstance(complete, dict):
        return CompletionPolicy(event.time("complete/not_before", complete["not_before"]))
    return CompletionPolicy() if complete else None


def _faults(
    event: _Event, start_ms: int | None, end_ms: int | None, completion: CompletionPolicy | None
) -> Iterator[rules.EventFault]:
    written = event.written
    if not event.has_bad_time:
        yield from rules.find_schedule_faults(start_ms, end_ms)
        is_cancelled = written.get("eventCancelled", False)
        yield from rules.find_completion_faults(completion, start_ms, end_ms, is_cancelled=is_cancelled)
    for name, rule, message, hint in rules.find_property_faults(iter(written.get("customProperties", ()))):
        event.findings.add(rule.at(event.document.key_position((*event.path, "customProperties", name)), message, hint))
    for name in ONE_LINE_FIELDS:
        text = written.get(name, "")
        if text != text.strip() or "\n" in text or "\r" in text:
            yield (
                name,
                rules.UNTRIMMED_TEXT,
                f"{name} has a line break in it, or a space at an end",
                "write it on one line",
            )
    if "eventUrl" in written and not _has_host(written["eventUrl"]):
        yield (
            "eventUrl",
            BAD_URL,
            "eventUrl names no host, or has a space in it",
            "write it like https://cooking.example/class",
        )


def _has_host(text: str) -> bool:
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return False
    return bool(url.hostname) and not any(character.isspace() for character in text)


def _fields(event: _Event, times: dict[str, int | None]) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {}
    for name in EVENT_FIELDS:
        if name not in event.written:
            continue
        epoch_ms = times.get(name)
        value: FieldValue = event.written[name] if epoch_ms is None else format_instant(epoch_ms)
        fields[name] = dict(sorted(value.items())) if isinstance(value, dict) else value
    return fields


def _rosters(event: _Event, source: Source, locator: RosterLocator) -> Iterator[RosterFile | InlineRoster]:
    yield from _roster_files(event, source, locator)
    if "attendees" not in event.written:
        return
    place = (*event.path, "attendees")
    content = event.document.captured(place)
    if not isinstance(content, InlineRoster):
        hint = "write the list here, or name a roster file"
        event.find("attendees", rules.INLINE_ATTENDEES, "attendees stands behind an alias", hint)
        return
    yield content


def _roster_files(event: _Event, source: Source, locator: RosterLocator) -> Iterator[RosterFile]:
    named = event.written.get("roster", [])
    places: list[tuple[Path, str]] = (
        [((*event.path, "roster"), named)]
        if isinstance(named, str)
        else [((*event.path, "roster", index), name) for index, name in enumerate(named)]
    )
    first_at: dict[str, Position] = {}
    for place, name in places:
        position = event.document.position(place)
        located = locator.locate(name, source)
        if located.fault:
            event.findings.add(located.fault[0].at(position, *located.fault[1:]))
            continue
        first = first_at.setdefault(located.real, position)
        if first is not position:
            message = f"the roster {located.file} is named twice; the first is at {first}"
            event.findings.add(rules.ROSTER_TWICE.at(position, message, "remove one of them"))
            continue
        yield RosterFile(Source(located.path, located.file), position)
