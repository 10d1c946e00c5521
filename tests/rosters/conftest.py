"""Reading a roster from text: what came out, and the findings as people read them."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from zoneinfo import ZoneInfo

import pytest

from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.rosters.inline import InlineRoster
from hubevents_sync.manifest.rosters.interface import RosterContext, RosterFile, RosterReading
from hubevents_sync.manifest.rosters.read import read_participations
from hubevents_sync.manifest.source import TextSource
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Finding, Position
from hubevents_sync.model.instant import format_instant, parse_instant
from hubevents_sync.model.participation import Participation

START, END = "2026-11-30T16:00:00Z", "2026-11-30T17:30:00Z"
REFERENCE = Position("events/class.yaml", 9, 13)


@dataclass(frozen=True)
class RosterOutcome:
    """What reading gave."""

    reading: RosterReading
    findings: tuple[Finding, ...]

    @property
    def lines(self) -> list[str]:
        """The findings as they are printed, without hints."""
        return [f"{each.position}: {each.severity}: {each.message} [{each.rule}]" for each in self.findings]

    @property
    def hints(self) -> list[str | None]:
        """The findings' hints."""
        return [each.hint for each in self.findings]

    @property
    def rows(self) -> list[tuple[object, ...]]:
        """The participations in plain words."""
        return [describe_row(row) for row in self.reading.participations]

    @property
    def everything(self) -> str:
        """All that anybody could read of it."""
        return repr((self.findings, self.reading.participations))


def describe_row(row: Participation) -> tuple[object, ...]:
    """Who, what, when, and where the row stands."""
    times = [row.occurred_at_ms, row.joined_at_ms, row.left_at_ms]
    written = [None if time is None else format_instant(time) for time in times]
    contact = None if row.contact_properties is None else dict(row.contact_properties)
    return (row.email or row.contact_id, str(row.state), *written, contact, row.line)


def identify(email: str | None, contact_id: int | None) -> bytes:
    """As the state does: an e-mail without case, or a contact id."""
    text = f"vid:{contact_id}" if email is None else email.casefold()
    return blake2b(text.encode(), digest_size=16).digest()


ReadRoster = Callable[..., RosterOutcome]


@pytest.fixture(scope="session")
def read_roster() -> ReadRoster:
    """``read_roster(text, "people.csv")``; for several, pairs of text and name, or rosters that were captured."""

    def read(
        *rosters: str | bytes | tuple[str | bytes, str] | InlineRoster,
        start: str | None = START,
        end: str | None = END,
        timezone: ZoneInfo | None = None,
    ) -> RosterOutcome:
        if len(rosters) == 2 and isinstance(rosters[0], str | bytes) and isinstance(rosters[1], str):
            rosters = ((rosters[0], rosters[1]),)
        context = RosterContext(
            EventKey("CookingCo", "class"),
            None if start is None else parse_instant(start),
            None if end is None else parse_instant(end),
        )
        findings = FindingCollector()
        reading = read_participations(
            [_as_roster(roster) for roster in rosters],
            event=context,
            identify=identify,
            timezone=timezone,
            findings=findings,
        )
        return RosterOutcome(reading, findings.sorted())

    return read


def _as_roster(roster: str | bytes | tuple[str | bytes, str] | InlineRoster) -> RosterFile | InlineRoster:
    if isinstance(roster, InlineRoster):
        return roster
    assert isinstance(roster, tuple)
    text, name = roster
    content = text.encode() if isinstance(text, str) else text
    return RosterFile(TextSource(content, name), REFERENCE)
