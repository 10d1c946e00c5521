"""What a roster is, what a reader of one format gives, and what comes out in the end."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from hubevents_sync.manifest.source import Source
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Position
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.roster import Block, Roster, RosterBlock

# The steps from an entry to one of its values: ("attended", 0, "leftAt"). All formats have the YAML entry's shape.
Path = tuple[str | int, ...]

# Any: an entry is the JSON edge. It is a dictionary of text, int, bool, lists and dictionaries, if the file is right.
Entry = Any

# Takes an entry with the line and column where it starts, counted from 1.
Take = Callable[[Entry, int, int], None]

# The person of an e-mail or of a contact id; one of the two is None.
Identify = Callable[[str | None, int | None], PersonId]

# The people of many e-mails, in their order, none of which has space around it or a letter that is not ASCII.
IdentifyAll = Callable[[Sequence[str]], list[PersonId]]


class Located(Protocol):
    """One roster, and the places in it of the entry that was handed over last: nothing is kept of the others."""

    @property
    def file(self) -> str:
        """What findings call the roster's file."""

    def locate(self, path: Path, *, key: bool = False) -> Position:
        """Where the value at *path* stands, or its *key*; the nearest place around it where there is no such value."""


class RosterReader(Located, Protocol):
    """One roster in one format, whose entries are handed over one by one, as they stand in the file."""

    def read(self, take: Take) -> None:
        """Hand every entry to *take*. Raises Unreadable where the file stops making sense."""

    def digest(self) -> str | None:
        """SHA-256 of the file's very bytes, in hex, once all of it was read. None for a roster that is no file."""


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A roster in a file of its own. *reference* is where the event names it."""

    source: Source
    reference: Position

    @property
    def suffix(self) -> str:
        """What tells the format: ``.csv``."""
        name = self.source.file.rpartition("/")[2]
        stem, dot, end = name.rpartition(".")
        return f".{end}".lower() if stem and dot and end else ""


class RosterContext(NamedTuple):
    """What the rules need to know of the event. Its times are None where the files don't tell them."""

    event: EventKey
    start_ms: int | None = None
    end_ms: int | None = None


class Piece(NamedTuple):
    """Whole entries as they stand in the file, and the line that they begin with, counted from 1."""

    data: bytes
    line: int


ReadPieces = Callable[[Sequence[Piece]], list[RosterBlock | None]]
# Gives some pieces after the other to *read*, whoever carries that out, and yields them in the same order, one or more
# at a time, with the block that became of them.
Spread = Callable[[ReadPieces, Iterable[Sequence[Piece]]], Iterator[tuple[Sequence[Piece], Block | None]]]


@dataclass(frozen=True, slots=True)
class RosterReading:
    """All rosters of one event.

    *people* counts entries, each a person of its own. *digests* maps each file that was read to its end to the
    SHA-256 of its bytes, in hex. *participations* stand in the order of the files; they are complete only where no
    error was found.
    """

    participations: Roster
    people: int
    digests: Mapping[str, str]
