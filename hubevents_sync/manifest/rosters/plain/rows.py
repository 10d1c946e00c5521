"""Read one roster by the fast lane: piece by piece, each as columns, or entry by entry where one is not plain."""

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from hubevents_sync.manifest.findings import FindingCollector, Unreadable
from hubevents_sync.manifest.rosters.interface import Entry, Path
from hubevents_sync.manifest.rosters.known import FileEntries, SeenEntries
from hubevents_sync.manifest.rosters.lines import read_pieces
from hubevents_sync.manifest.rosters.plain.columns import BlockReader
from hubevents_sync.manifest.rosters.plain.csv import PlainCsv
from hubevents_sync.manifest.rosters.plain.interface import NotPlain, PlainFormat, RawEntries
from hubevents_sync.manifest.rosters.plain.ndjson import PlainNdjson
from hubevents_sync.manifest.rosters.plain.yaml import PlainYaml
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.source import Source, SourceStream
from hubevents_sync.model.finding import Finding, Position
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.roster import RosterBlock

T = TypeVar("T")


class Taker(Protocol):
    """Takes what is read. ``person`` is that of the entry taken last."""

    @property
    def person(self) -> PersonId:
        """Who the entry that was taken last is."""

    @property
    def blocks(self) -> BlockReader:
        """What reads blocks for it."""

    def take_block(self, block: RosterBlock, column: int) -> bool:
        """Take a block whose entries start at *column*. False, and nothing taken, where that can't be."""

    def take(self, entry: Entry, line: int, column: int) -> None:
        """Take one entry."""


class Objection(Report):
    """Takes no finding: a file of which there is anything to say is read the other way, which says it."""

    def __init__(self) -> None:
        super().__init__(FindingCollector())

    def add_finding(self, finding: Finding) -> None:  # noqa: ARG002
        """Raises NotPlain."""
        raise NotPlain


def find_format(suffix: str, file: str) -> PlainFormat | None:
    """How a roster with that ending is cut into entries; None for what is no roster by its name."""
    match suffix:
        case ".csv":
            return PlainCsv(file, Objection())
        case ".yaml" | ".yml":
            return PlainYaml(file)
        case ".ndjson" | ".jsonl":
            return PlainNdjson()
        case _:
            return None


class PlainRows:
    """One roster. Where ``read`` raises NotPlain, some entries were handed over already."""

    def __init__(self, source: Source, plain: PlainFormat, seen: SeenEntries | None = None) -> None:
        self.file = source.file
        self.passed = 0  # entries that were known, and passed over
        self._source = source
        self._format = plain
        self._seen = seen
        self._digest: str | None = None

    def read(self, taker: Taker) -> None:
        """Hand over every entry in the order of the file, as many as can be as blocks; what is known is passed over."""
        entries: FileEntries | None = None
        try:
            for whole in self._cut():
                if entries is None and self._seen is not None:
                    entries = self._seen.begin(f"{self.file}\n".encode() + self._format.salt)
                raw = whole if entries is None else entries.pass_over(whole)
                people = self._take(raw, taker) if raw.texts else []
                if entries is not None:
                    entries.tell(people)
        except Unreadable as fault:
            raise NotPlain from fault
        if entries is not None:
            if not entries.keep():
                raise NotPlain
            self.passed = entries.passed

    def _take(self, raw: RawEntries, taker: Taker) -> Sequence[PersonId]:
        """Who the entries of *raw* are, in their order."""
        parsed = self._format.parse(raw)
        block = None if parsed is None else taker.blocks.read(parsed, self.file)
        if block is not None and taker.take_block(block, self._format.column):
            return block.people
        found: list[PersonId] = []

        def take(entry: Entry, line: int, column: int) -> None:
            taker.take(entry, line, column)
            found.append(taker.person)

        self._format.take_each(raw, take)
        return found

    def locate(self, path: Path, *, key: bool = False) -> Position:  # noqa: ARG002
        """Nobody is told of a place here."""
        return Position(self.file, 1, 1)

    def digest(self) -> str | None:
        """SHA-256 of the file's very bytes, once all of it was read."""
        return self._digest

    def _cut(self) -> Iterator[RawEntries]:
        with self._source.open() as file:
            stream = SourceStream(file, self.file)
            rest, line, is_opened, has_entries = "", 1, False, False
            for piece, is_last in _mark_last(read_pieces(stream, self.file)):
                text = rest + piece
                if not is_opened:
                    head = self._format.open(text)
                    line += text.count("\n", 0, head)
                    text = text[head:]
                    is_opened = True
                raw, rest = self._format.split(text, line, is_last=is_last)
                line += text.count("\n", 0, len(text) - len(rest))
                if raw.texts:
                    has_entries = True
                    yield raw
            if not has_entries and not self._format.may_be_empty:
                raise NotPlain
            self._digest = stream.digest()


def _mark_last(items: Iterator[T]) -> Iterator[tuple[T, bool]]:
    """Each of *items*, and whether it is the last."""
    before = next(items)
    for item in items:
        yield before, False
        before = item
    yield before, True
