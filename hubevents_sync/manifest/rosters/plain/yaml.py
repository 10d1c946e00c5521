"""Plain YAML: a block sequence whose entries begin with a dash at one indentation, most of them in one form.

Why it is sound to cut the text at those dashes, and to read an entry without what stands around it: an entry of a
block sequence that is whole YAML by itself ends before the next dash at its indentation. Only a quote, a bracket or a
brace that is still open there could reach beyond, and then the entry is no YAML by itself; an alias needs its anchor,
and neither is taken in a roster. Where an entry is not of the one form, libyaml reads it.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import accumulate

from hubevents_sync.manifest.findings import Unreadable
from hubevents_sync.manifest.rosters.interface import Entry, Take
from hubevents_sync.manifest.rosters.plain.interface import Block, NotPlain, RawEntries
from hubevents_sync.manifest.rosters.yaml_entries import Place, take_entries
from hubevents_sync.manifest.rosters.yaml_rows import walk_document
from hubevents_sync.manifest.source import TextSource
from hubevents_sync.manifest.yaml_events import Event, NextEvent, read_yaml
from hubevents_sync.model.finding import Finding

# To YAML 1.1 a line ends at U+0085 and U+2028 too: a comment with one of them is not looked through here.
_COMMENTS = r"(?:[ ]*(?:#[\t\x20-\x7e\xa0-\u2027]*)?\n)*"
_HEAD = re.compile(rf"{_COMMENTS}(?:---\n)?{_COMMENTS}attendees:[ ]*\n{_COMMENTS}(?P<indent>[ ]{{0,8}})(?=- )")
_LINE_ENDS_TO_YAML = "\x85\u2028\u2029"
# Plain scalars without any character that could mean something to YAML, or to one of its versions.
_ADDRESS = r"[A-Za-z0-9_][A-Za-z0-9_.+-]*@[A-Za-z0-9][A-Za-z0-9.-]*"
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]+)"
_WORDS = r"[A-Za-z0-9](?:[A-Za-z0-9 ._'-]*[A-Za-z0-9._'])?"
_CONTACT = rf"[A-Za-z_][A-Za-z0-9_]*: {_WORDS}(?:, [A-Za-z_][A-Za-z0-9_]*: {_WORDS})*"


@cache
def _entry_pattern(indent: str) -> re.Pattern[str]:
    """An entry: all of it, then e-mail, registered, cancelled, joined, left, cancelled, contact."""
    below = f"{indent}  "
    return re.compile(
        rf"({indent}- email: ({_ADDRESS})\n"
        rf"(?:{below}registered: ({_TIME})\n)?"
        rf"(?:{below}cancelled: ({_TIME})\n)?"
        rf"(?:{below}attended: \{{joinedAt: ({_TIME}), leftAt: ({_TIME})\}}\n)?"
        rf"(?:{below}cancelled: ({_TIME})\n)?"
        rf"(?:{below}contact: \{{({_CONTACT})\}}\n)?)"
    )


class PlainYaml:
    """The entries of one file."""

    may_be_empty = False

    def __init__(self, file: str) -> None:
        self._file = file
        self._dash = ""

    @property
    def salt(self) -> bytes:
        """The dash and its indentation: the lines below it belong to the entry only where they stand deeper."""
        return self._dash.encode()

    @property
    def mark(self) -> bytes:
        """The dash."""
        return self._dash.encode()

    @property
    def column(self) -> int:
        """Behind the dash."""
        return len(self._dash) + 1

    def open(self, text: str) -> int:
        """Find the first entry, and the indentation of all."""
        head = _HEAD.match(text)
        if head is None or "\r" in text:
            raise NotPlain
        self._dash = f"{head['indent']}- "
        return head.end() - len(head["indent"])

    def split(self, text: str, line: int) -> RawEntries:
        """Cut before each dash."""
        dash = self._dash
        if "\r" in text or not text.startswith(dash):
            raise NotPlain
        if not text.isascii() and any(each in text for each in _LINE_ENDS_TO_YAML):
            raise NotPlain  # whose line is the next entry's?
        bodies = text[len(dash) :].split(f"\n{dash}")
        bodies[-1] = bodies[-1].removesuffix("\n")
        heights = accumulate((body.count("\n") + 1 for body in bodies[:-1]), initial=line)
        return RawEntries(bodies, list(heights))

    def parse(self, raw: RawEntries) -> Block | None:
        """What the pattern finds, if it is all."""
        found = _entry_pattern(self._dash[:-2]).findall(self._join(raw))
        if len(found) != len(raw.texts) or sum(len(each[0]) for each in found) != self._length(raw):
            return None
        _, emails, registered, cancelled_first, joined, left, cancelled_last, contacts = zip(*found, strict=True)
        if any(map(all, zip(cancelled_first, cancelled_last, strict=True))):
            return None  # the key stands twice
        cancelled = [first or last for first, last in zip(cancelled_first, cancelled_last, strict=True)]
        times = [column if any(column) else None for column in (registered, cancelled, joined, left)]
        read = [_read_contact(text) for text in contacts] if any(contacts) else None
        return Block(raw.lines, emails, times[0], times[1], times[2], times[3], read)

    def take_each(self, raw: RawEntries, take: Take) -> None:
        """What libyaml makes of them, if that is one entry each."""
        lines = iter(raw.lines)
        count = 0

        def take_node(entry: Entry, event: Event, places: Place) -> None:  # noqa: ARG001
            nonlocal count
            line = next(lines, None)
            if line is None:
                raise NotPlain
            count += 1
            take(entry, line, self.column)

        def read(next_event: NextEvent) -> None:
            def take_list(first: Event) -> None:
                take_entries(first, next_event, file=self._file, take=take_node, add=_refuse)

            walk_document(next_event, take_list, _refuse, self._file)

        try:
            read_yaml(TextSource(f"attendees:\n{self._join(raw)}".encode(), self._file), read)
        except Unreadable as fault:
            raise NotPlain from fault
        if count != len(raw.texts):
            raise NotPlain

    def _join(self, raw: RawEntries) -> str:
        return "".join(f"{self._dash}{text}\n" for text in raw.texts)

    def _length(self, raw: RawEntries) -> int:
        return sum(map(len, raw.texts)) + len(raw.texts) * (len(self._dash) + 1)


def _read_contact(text: str) -> Mapping[str, str] | None:
    if not text:
        return None
    pairs = [pair.split(": ", 1) for pair in text.split(", ")]
    contact = dict(pairs)
    if len(contact) != len(pairs):
        raise NotPlain
    return contact


def _refuse(finding: Finding) -> None:  # noqa: ARG001
    raise NotPlain
