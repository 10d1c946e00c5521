"""What a plan says, as sections of short entries that text, markdown and HTML all draw, each in its own way.

All text in an outline is one line and harmless (see ``safe``), but neither clipped nor escaped for a format: only the
one who draws it knows how wide a line is and which characters mean something.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import DayCount, DomainCount


class Mark(StrEnum):
    """The sign before an entry, and its colour."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    DANGER = "danger"
    QUIET = "quiet"


class SectionKind(StrEnum):
    """What a section answers, in the order in which they come."""

    SETTINGS = "settings"
    CHANGES = "changes"
    ROSTERS = "rosters"
    IRREVERSIBLE = "irreversible"
    HELD = "held"
    LEFTOVERS = "leftovers"
    UNKNOWN = "unknown"
    NOTES = "notes"
    FORGOTTEN = "forgotten"
    LEFT_OUT = "left-out"
    COST = "cost"
    DIGEST = "digest"


class ChangeKind(StrEnum):
    """What happens to an event, by which a long list of them is filtered."""

    CREATED = "created"
    UPDATED = "updated"
    ROWS = "rows"
    REMOVALS = "removals"
    COMPLETED = "completed"
    HELD = "held"
    LEFTOVERS = "leftovers"
    UNCHANGED = "unchanged"


class Detail(StrEnum):
    """How much of a plan to show. AUTOMATIC fits a screen: it folds events of one shape where there are many."""

    AUTOMATIC = "automatic"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field that changes; *before* is None where there was none, *after* where it goes."""

    mark: Mark
    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class SampleLine:
    """A row that is sent or held: where it stands, what happened, when."""

    place: str
    state: str
    moment: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class RosterLine:
    """What happens to one event's roster. *before* counts those on record; *domains* are sorted, most people first."""

    event: str
    people: int
    before: int
    joined: int
    left: int
    changed: int
    domains: tuple[DomainCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to know: *subject* is whom it is about ("" for the whole plan), *aside* what to type or when."""

    mark: Mark
    subject: str
    text: str
    aside: str = ""


@dataclass(frozen=True, slots=True)
class EventBlock:
    """An event, or several that change in one shape.

    *ids* has one id, or those of all folded events. *rows* counts the rows to send now by state, over all of them,
    *held* those that wait, and *held_steps* say what waits until when. *remarks* say what the counts do not. A folded
    block has no *roster*, no *days* (rows by day, now or later) and no *notes*.
    """

    mark: Mark
    ids: tuple[str, ...]
    name: str
    fields: tuple[FieldLine, ...] = ()
    fields_hidden: int = 0
    rows: Mapping[AttendanceState, int] = field(default_factory=dict)
    completions: int = 0
    remarks: tuple[str, ...] = ()
    samples: tuple[SampleLine, ...] = ()
    samples_hidden: int = 0
    kinds: tuple[ChangeKind, ...] = ()
    held: Mapping[AttendanceState, int] = field(default_factory=dict)
    held_steps: tuple[Entry, ...] = ()
    leftovers: Mapping[Outcome, int] = field(default_factory=dict)
    roster: RosterLine | None = None
    days: tuple[DayCount, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_folded(self) -> bool:
        """Stands for more than one event."""
        return len(self.ids) > 1


@dataclass(frozen=True, slots=True)
class Section:
    """One answer. *summary* is it in a few words; *blocks* are used by CHANGES, *rosters* by ROSTERS, *entries* by all.

    The entries of ROSTERS say in words what its *rosters* hold in figures.
    """

    kind: SectionKind
    title: str
    summary: str = ""
    blocks: tuple[EventBlock, ...] = ()
    entries: tuple[Entry, ...] = ()
    rosters: tuple[RosterLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole plan. Its *headline* alone is enough where nothing changes; *is_shortened*: Detail.EVERYTHING shows more.

    *subject* says what plan it is, *summary* what it comes to. *resting* are the events that have nothing due, which
    formats with room for all of them draw too; with Detail.EVERYTHING only.
    """

    subject: str
    summary: str
    sections: tuple[Section, ...]
    is_shortened: bool = False
    resting: tuple[EventBlock, ...] = ()

    @property
    def headline(self) -> str:
        """Both in a sentence."""
        return f"{self.subject}: {self.summary}."

    def find(self, kind: SectionKind) -> Section | None:
        """The section of that kind, where the plan has one."""
        return next((section for section in self.sections if section.kind is kind), None)
