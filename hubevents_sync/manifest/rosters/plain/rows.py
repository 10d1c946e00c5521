"""Read one roster by the fast lane: piece by piece, each as columns, or entry by entry where one is not plain."""

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from hubevents_sync.manifest.findings import FindingCollector, Unreadable
from hubevents_sync.manifest.rosters.interface import Entry, Path, Piece, Spread
from hubevents_sync.manifest.rosters.known import FreshEntries, SeenEntries
from hubevents_sync.manifest.rosters.known_file import FileEntries
from hubevents_sync.manifest.rosters.known_runs import FirstEntries
from hubevents_sync.manifest.rosters.lines import read_pieces
from hubevents_sync.manifest.rosters.plain.columns import BlockReader
from hubevents_sync.manifest.rosters.plain.csv import PlainCsv
from hubevents_sync.manifest.rosters.plain.interface import NotPlain, PlainFormat, RawEntries
from hubevents_sync.manifest.rosters.plain.ndjson import PlainNdjson
from hubevents_sync.manifest.rosters.plain.spread import PieceReader, gather_pieces, read_alone
from hubevents_sync.manifest.rosters.plain.yaml import PlainYaml
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.source import Source, SourceStream
from hubevents_sync.model.finding import Finding, Position
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.roster import Block, RosterBlock

T = TypeVar("T")


class Taker(Protocol):
    """Takes what is read. ``person`` is that of the entry taken last."""

    @property
    def person(self) -> PersonId:
        """Who the entry that was taken last is."""

    @property
    def people(self) -> int:
        """How many were taken."""

    @property
    def blocks(self) -> BlockReader:
        """What reads blocks for it."""

    def take_block(self, block: Block, column: int) -> bool:
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

    def __init__(
        self, source: Source, plain: PlainFormat, seen: SeenEntries | None = None, spread: Spread | None = None
    ) -> None:
        self.file = source.file
        self.passed = 0  # entries that were known, and passed over
        self._source = source
        self._format = plain
        self._seen = seen
        self._spread = spread
        self._digest: str | None = None

    def read(self, taker: Taker) -> None:
        """Hand over every entry in the order of the file, as many as can be as blocks; what is known is passed over."""
        try:
            has_entries = self._read_all(taker) if self._seen is None else self._read_fresh(self._seen, taker)
        except Unreadable as fault:
            raise NotPlain from fault
        if not has_entries and not self._format.may_be_empty:
            raise NotPlain

    def _read_all(self, taker: Taker) -> bool:
        """Whether there was an entry."""
        count = taker.people
        read = PieceReader(self._format, taker.blocks, self.file)
        for pieces, block in (self._spread or read_alone)(read, gather_pieces(self._cut())):
            if block is None or not taker.take_block(block, self._format.column):
                for piece in pieces:
                    self._format.take_each(self._format.split(piece.data.decode(), piece.line), taker.take)
        return taker.people > count

    def _read_fresh(self, seen: SeenEntries, taker: Taker) -> bool:
        """Whether there was an entry, known or not."""
        entries: FileEntries | FirstEntries | None = None
        begin = FileEntries if seen.known.count else FirstEntries
        for data, line in self._cut():
            if entries is None:
                entries = begin(seen, self._salt, self._format.mark, line=line)
            entries.look_through(data)
            if entries.is_due:
                self._take_fresh(entries, taker)
        if entries is None:
            return False
        entries.finish()
        self._take_fresh(entries, taker)
        if not entries.keep():
            raise NotPlain
        self.passed = entries.passed
        return entries.count > 0

    def hash_again(self, blocks: Sequence[RosterBlock], *, digest: str | None) -> bool:
        """Tell what is seen of the entries, which were read before as *blocks*: nothing is read but their bytes.

        False, and nothing told, where these have not *digest* any more.
        """
        if self._seen is None:
            raise RuntimeError("there is nobody to be told")
        entries: FirstEntries | None = None
        pieces: list[FreshEntries] = []
        try:
            for data, line in self._cut():
                entries = entries or FirstEntries(self._seen, self._salt, self._format.mark, line=line)
                entries.look_through(data)
                pieces.append(entries.fresh._replace(data=b""))
        except (Unreadable, NotPlain):
            return False
        if self._digest != digest:
            return False
        if entries is None:
            return True
        left = iter(pieces)
        for block in blocks:
            piece = next(each for each in left if each.starts[-1] >= block.lines[0])  # others are blank lines alone
            hashes, _ = piece.find(block.lines)
            entries.tell(hashes, block.people)
        return entries.keep()

    def _take_fresh(self, entries: FileEntries | FirstEntries, taker: Taker) -> None:
        """Read what is not known of *entries*."""
        fresh = entries.pick()
        if fresh is not None:
            raw = self._format.split(fresh.data.decode(), fresh.first_line)
            hashes, lines = fresh.find(raw.lines)
            entries.tell(hashes, self._take(RawEntries(raw.texts, lines), taker))

    def _take(self, raw: RawEntries, taker: Taker) -> Sequence[PersonId]:
        """Who the entries of *raw* are, in their order."""
        if not raw.lines:
            return []
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

    @property
    def _salt(self) -> bytes:
        """What the meaning of an entry depends on, and whose file it stands in: nobody may be passed over twice."""
        return f"{self.file}\n".encode() + self._format.salt

    def locate(self, path: Path, *, key: bool = False) -> Position:  # noqa: ARG002
        """Nobody is told of a place here."""
        return Position(self.file, 1, 1)

    def digest(self) -> str | None:
        """SHA-256 of the file's very bytes, once all of it was read."""
        return self._digest

    def _cut(self) -> Iterator[Piece]:
        """The entries, as many whole ones at once as a part of the file has."""
        with self._source.open() as file:
            stream = SourceStream(file, self.file)
            rest, end_mark, line = b"", b"", 1
            # The stream has counted the lines, and what it read behind a part ends none.
            parts = ((part, stream.lines) for part in read_pieces(stream, self.file))
            for (part, lines), is_last in _mark_last(parts):
                data = rest + part
                if not end_mark:
                    head = self._measure_head(data)
                    line += data.count(b"\n", 0, head)
                    data = data[head:]
                    end_mark = b"\n" + self._format.mark
                end = len(data) if is_last else data.rfind(end_mark) + 1
                rest = data[end:]
                if end:
                    yield Piece(data[:end], line)
                    line = 1 + lines - rest.count(b"\n")
            self._digest = stream.digest()

    def _measure_head(self, data: bytes) -> int:
        """How many bytes stand before the first entry of *data*, the beginning of the file."""
        text = data.decode()
        return len(text[: self._format.open(text)].encode())


def _mark_last(items: Iterator[T]) -> Iterator[tuple[T, bool]]:
    """Each of *items*, and whether it is the last."""
    before = next(items)
    for item in items:
        yield before, False
        before = item
    yield before, True
