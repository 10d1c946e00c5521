"""What the fast lane asks of a format, and what it hands on: the text of entries, and columns."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from hubevents_sync.manifest.rosters.interface import Take


class RawEntries(NamedTuple):
    """Entries as they stand in the file, and the line that each starts on, counted from 1.

    *whole* is the text of all of them, a line each, where it was there already.
    """

    texts: Sequence[str]
    lines: Sequence[int]
    whole: str = ""


class Block(NamedTuple):
    """Entries as columns of the same length: addresses, times as written, a contact's properties.

    An empty text is a value that the entry does not have. A column that no entry has a value in is None. Nothing is
    checked yet but that each is a text.
    """

    lines: Sequence[int]
    emails: Sequence[str]
    registered: Sequence[str] | None = None
    cancelled: Sequence[str] | None = None
    joined: Sequence[str] | None = None
    left: Sequence[str] | None = None
    contacts: Sequence[Mapping[str, str] | None] | None = None


class NotPlain(Exception):
    """There is something to say of the file, or something in it that the fast lane does not know."""


class PlainFormat(Protocol):
    """One roster in one format, whose entries follow each other as runs of whole lines.

    Each method may raise NotPlain.
    """

    @property
    def salt(self) -> bytes:
        """What the meaning of an entry's text depends on beside the text itself: the columns of a CSV, say."""

    @property
    def column(self) -> int:
        """Where an entry starts in its first line, counted from 1."""

    @property
    def may_be_empty(self) -> bool:
        """A file without an entry is a roster of nobody, and nothing to object to."""

    @property
    def mark(self) -> bytes:
        """What each entry begins with: a new one begins where a line ends and this stands behind it."""

    def open(self, text: str) -> int:
        """Read what stands before the first entry in *text*, the beginning of the file; how much of *text* that is."""

    def split(self, text: str, line: int) -> RawEntries:
        """The entries of *text*, all of them whole, which begins with line number *line*."""

    def parse(self, raw: RawEntries) -> Block | None:
        """*raw* as columns; None where an entry is not plain."""

    def take_each(self, raw: RawEntries, take: Take) -> None:
        """Hand the entries of *raw* to *take*, one by one."""
