"""Read all rosters of one event."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import assert_never

from hubevents_sync.manifest.findings import FindingCollector, Unreadable
from hubevents_sync.manifest.rosters.csv_rows import CsvRows
from hubevents_sync.manifest.rosters.entry import EntryTaker
from hubevents_sync.manifest.rosters.inline import InlineRoster, InlineRows
from hubevents_sync.manifest.rosters.interface import (
    Identify,
    IdentifyAll,
    RosterContext,
    RosterFile,
    RosterReader,
    RosterReading,
    Spread,
)
from hubevents_sync.manifest.rosters.known import SeenEntries
from hubevents_sync.manifest.rosters.ndjson_rows import NdjsonRows
from hubevents_sync.manifest.rosters.plain.interface import NotPlain
from hubevents_sync.manifest.rosters.plain.rows import PlainRows, find_format
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.rosters.yaml_rows import YamlRows
from hubevents_sync.manifest.rules import rosters as rules
from hubevents_sync.manifest.source import Source
from hubevents_sync.manifest.wording import listed

READERS: Mapping[str, Callable[[Source, Report], RosterReader]] = {
    ".yaml": YamlRows,
    ".yml": YamlRows,
    ".csv": CsvRows,
    ".ndjson": NdjsonRows,
    ".jsonl": NdjsonRows,
}


def read_participations(
    rosters: Sequence[RosterFile | InlineRoster],
    *,
    event: RosterContext,
    identify: Identify,
    timezone: tzinfo | None,
    findings: FindingCollector,
    identify_all: IdentifyAll | None = None,
    seen: SeenEntries | None = None,
    spread: Spread | None = None,
) -> RosterReading:
    """What *rosters* say of *event*, one after the other; faults go to *findings*.

    Holds the participations of this one event and nothing else of the files. *timezone* is that of times without an
    offset. Raises nothing for what is in a file, or for a file that is missing: those are findings. *identify_all* is
    *identify* for many e-mails at once, where there is such a thing. What *seen* knows is passed over, and not among
    the participations; whether one of the others is a person who was passed over is for the caller to see. With
    *spread* others read pieces of the files, where nothing is passed over.
    """
    report = Report(findings)
    taker = EntryTaker(event, identify=identify, timezone=timezone, report=report, identify_all=identify_all)
    digests: dict[str, str] = {}
    files: set[str] = set()
    passed = 0
    for roster in rosters:
        reader = _reader_of(roster, files, report)
        if reader is None:
            continue
        plain = _read_plain(roster, taker, seen, spread)
        if plain is not None:
            passed += plain.passed
            digests[reader.file] = plain.digest() or ""
            continue
        taker.begin(reader)
        try:
            reader.read(taker.take)
        except Unreadable as fault:
            findings.add(fault.finding)
            if report.is_full:
                break
            continue
        digest = reader.digest()
        if digest is not None:
            digests[reader.file] = digest
    report.close()
    return RosterReading(taker.participations, taker.people + passed, digests)


def _read_plain(
    roster: RosterFile | InlineRoster, taker: EntryTaker, seen: SeenEntries | None, spread: Spread | None
) -> PlainRows | None:
    """Take the roster by the fast lane. None, and nothing taken, where that can't be done."""
    if isinstance(roster, InlineRoster):
        return None
    plain = find_format(roster.suffix, roster.source.file)
    if plain is None:
        return None
    rows = PlainRows(roster.source, plain, seen, spread)
    taker.begin(rows)
    try:
        with taker.attempting():
            rows.read(taker)
    except NotPlain:
        return None
    return rows


def _reader_of(roster: RosterFile | InlineRoster, seen: set[str], report: Report) -> RosterReader | None:
    match roster:
        case InlineRoster():
            return InlineRows(roster, report)
        case RosterFile(source=source, reference=reference):
            if source.file in seen:
                message = f"the event names {source.file} twice: everybody in it would be there twice"
                report.add(rules.ROSTER_TWICE, reference, message, "keep one of the two")
                return None
            seen.add(source.file)
            reader = READERS.get(roster.suffix)
            if reader is None:
                message = f"{source.file} is no roster by its name; a roster ends in {listed(READERS)}"
                report.add(rules.ROSTER_FORMAT, reference, message, "save it as CSV in UTF-8")
                return None
            return reader(source, report)
        case _:
            assert_never(roster)
