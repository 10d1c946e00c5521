"""An event as the files declare it, its rosters not yet read."""

from dataclasses import dataclass

from hubevents_sync.manifest.rosters.inline import InlineRoster
from hubevents_sync.manifest.rosters.interface import RosterFile
from hubevents_sync.manifest.source import Source
from hubevents_sync.model.event import CompletionPolicy, MarketingEvent, RemovalPolicy
from hubevents_sync.model.finding import Position

ROSTER_SUFFIXES = (".yaml", ".yml", ".csv", ".ndjson", ".jsonl")


@dataclass(frozen=True, slots=True)
class EventDeclaration:
    """One event of the files. *event* has the declared fields only, in their canonical form.

    *start_ms* and *end_ms* are the event's times as epoch milliseconds, where it declares them. *file_digest* is the
    SHA-256 of the file that it stands in.
    """

    event: MarketingEvent
    position: Position
    start_ms: int | None = None
    end_ms: int | None = None
    removals: RemovalPolicy = RemovalPolicy.KEEP
    completion: CompletionPolicy | None = None
    rosters: tuple[RosterFile | InlineRoster, ...] = ()
    file_digest: str = ""

    @property
    def roster_sources(self) -> list[Source]:
        """Those of its rosters that are files of their own."""
        return [roster.source for roster in self.rosters if isinstance(roster, RosterFile)]
