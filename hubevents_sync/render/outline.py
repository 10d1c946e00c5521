"""What a plan says, as sections of short entries that text, markdown and HTML all draw, each in its own way.

All text in an outline is one line and harmless (see ``safe``), but neither clipped nor escaped for a format: only the
one who draws it knows how wide a line is and which characters mean something.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hubevents_sync.model.participation import AttendanceState


class Mark(StrEnum):
    """The sign before an entry, and its colour."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    DANGER = "danger"
    QUIET = "quiet"


class SectionKind(StrEnum):
    """What a section answers, in the order in which they come."""

    CHANGES = "changes"
    IRREVERSIBLE = "irreversible"
    HELD = "held"
    LEFTOVERS = "leftovers"
    NOTES = "notes"
    FORGOTTEN = "forgotten"
    LEFT_OUT = "left-out"
    COST = "cost"
    DIGEST = "digest"


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
class EventBlock:
    """An event that changes, or several of one shape.

    *ids* has one id, or those of all folded events. *rows* counts the rows to send now by state, over all of them.
    *remarks* say what the counts do not.
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

    @property
    def is_folded(self) -> bool:
        """Stands for more than one event."""
        return len(self.ids) > 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to know: *subject* is whom it is about ("" for the whole plan), *aside* what to type or when."""

    mark: Mark
    subject: str
    text: str
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One answer. *summary* is it in a few words; *blocks* are used by CHANGES, *entries* by all."""

    kind: SectionKind
    title: str
    summary: str = ""
    blocks: tuple[EventBlock, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole plan. *headline* alone is enough where nothing changes; *is_shortened*: Detail.EVERYTHING shows more."""

    headline: str
    sections: tuple[Section, ...]
    is_shortened: bool = False
