"""A roster inside an event file: its entries kept as they stand, to be checked when its event is read."""

from dataclasses import dataclass, field

from hubevents_sync.manifest.rosters.interface import Entry, Path, Take
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.rosters.yaml_entries import Place, locate_in, take_entries
from hubevents_sync.manifest.yaml_events import Event, NextEvent
from hubevents_sync.model.finding import Finding, Position

# An entry, the event that it starts with, and the places in it.
CapturedEntry = tuple[Entry, Event, Place]


@dataclass(frozen=True, slots=True)
class InlineRoster:
    """The entries below ``attendees:`` in *file*, not yet checked, and what was wrong with their YAML."""

    file: str
    entries: tuple[CapturedEntry, ...] = field(repr=False)
    faults: tuple[Finding, ...] = ()


def capture_inline(first_event: Event, next_event: NextEvent, file: str) -> InlineRoster:
    """The roster that *first_event*, the value of ``attendees``, begins. Takes exactly that node from *next_event*."""
    entries: list[CapturedEntry] = []
    faults: list[Finding] = []

    def keep(entry: Entry, event: Event, places: Place) -> None:
        entries.append((entry, event, places))

    take_entries(first_event, next_event, file=file, take=keep, add=faults.append)
    return InlineRoster(file, tuple(entries), tuple(faults))


class InlineRows:
    """Reads what was captured."""

    def __init__(self, roster: InlineRoster, report: Report) -> None:
        self.file = roster.file
        self._roster = roster
        self._report = report
        self._current: tuple[Event, Place] = (None, None)

    def read(self, take: Take) -> None:
        """Hand every entry to *take*."""
        for fault in self._roster.faults:
            self._report.add_finding(fault)
        for entry, event, places in self._roster.entries:
            self._current = (event, places)
            mark = event.start_mark
            take(entry, mark.line + 1, mark.column + 1)

    def locate(self, path: Path, *, key: bool = False) -> Position:
        """Where *path* leads in the current entry."""
        event, places = self._current
        return locate_in(event, places, path, key=key, file=self.file)

    def digest(self) -> str | None:
        """None: the event's own file holds it."""
        return None
