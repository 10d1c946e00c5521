"""Read one roster by the fast lane: piece by piece, each as columns, or entry by entry where one is not plain."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Protocol, TypeVar

from hubevents_sync.manifest.findings import FindingCollector, Unreadable
from hubevents_sync.manifest.rosters.interface import Entry, Path
from hubevents_sync.manifest.rosters.known import SeenEntries
from hubevents_sync.manifest.rosters.known_file import FileEntries
from hubevents_sync.manifest.rosters.lines import read_pieces
from hubevents_sync.manifest.rosters.plain.csv import PlainCsv
from hubevents_sync.manifest.rosters.plain.interface import Block, NotPlain, PlainFormat, RawEntries
from hubevents_sync.manifest.rosters.plain.ndjson import PlainNdjson
from hubevents_sync.manifest.rosters.plain.yaml import PlainYaml
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.source import Source, SourceStream
from hubevents_sync.model.finding import Finding, Position
from hubevents_sync.model.participation import PersonId

T = TypeVar("T")


class Taker(Protocol):
    """Takes what is read. ``person`` is that of the entry taken last."""

    @property
    def person(self) -> PersonId:
        """Who the entry that was taken last is."""

    def take_block(self, block: Block, column: int) -> Sequence[PersonId] | None:
        """Take a block whose entries start at *column*; who they are. None, and nothing taken, where that can't be."""

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
        self._line = 1  # that the next entry begins with

    def read(self, taker: Taker) -> None:
        """Hand over every entry in the order of the file, as many as can be as blocks; what is known is passed over."""
        has_entries = False
        entries: FileEntries | None = None
        try:
            for data in self._cut():
                if self._seen is None:
                    raw = self._format.split(data.decode(), self._line)
                    self._line += data.count(b"\n")
                    self._take(raw, taker)
                    has_entries |= bool(raw.texts)
                    continue
                if entries is None:
                    entries = FileEntries(self._seen, self._salt, self._format.mark, line=self._line)
                entries.look_through(data)
                if entries.is_due:
                    self._take_fresh(entries, taker)
            if entries is not None:
                entries.finish()
                self._take_fresh(entries, taker)
                if not entries.keep():
                    raise NotPlain
                self.passed = entries.passed
                has_entries = entries.count > 0
        except Unreadable as fault:
            raise NotPlain from fault
        if not has_entries and not self._format.may_be_empty:
            raise NotPlain

    def _take_fresh(self, entries: FileEntries, taker: Taker) -> None:
        """Read what is not known of *entries*."""
        fresh = entries.pick()
        if not fresh:
            return
        raw = self._format.split(b"".join([content for _, _, content in fresh]).decode(), 1)
        heights = accumulate([content.count(b"\n") for _, _, content in fresh], initial=1)
        starts = dict(zip(heights, fresh, strict=False))
        found = [starts[line] for line in raw.lines]
        people = self._take(RawEntries(raw.texts, [line for _, line, _ in found]), taker)
        entries.tell([entry for entry, _, _ in found], people)

    def _take(self, raw: RawEntries, taker: Taker) -> Sequence[PersonId]:
        """Who the entries of *raw* are, in their order."""
        if not raw.texts:
            return []
        block = self._format.parse(raw)
        people = None if block is None else taker.take_block(block, self._format.column)
        if people is not None:
            return people
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

    def _cut(self) -> Iterator[bytes]:
        """The entries, as many whole ones at once as a piece of the file has; before that, the line of the first."""
        with self._source.open() as file:
            stream = SourceStream(file, self.file)
            rest, end_mark = b"", b""
            for piece, is_last in _mark_last(read_pieces(stream, self.file)):
                data = rest + piece
                if not end_mark:
                    data = self._open(data)
                    end_mark = b"\n" + self._format.mark
                end = len(data) if is_last else data.rfind(end_mark) + 1
                if end:
                    yield data[:end]
                rest = data[end:]
            self._digest = stream.digest()

    def _open(self, data: bytes) -> bytes:
        """The entries of *data*, the beginning of the file."""
        text = data.decode()
        head = text[: self._format.open(text)]
        self._line += head.count("\n")
        return data[len(head.encode()) :]


def _mark_last(items: Iterator[T]) -> Iterator[tuple[T, bool]]:
    """Each of *items*, and whether it is the last."""
    before = next(items)
    for item in items:
        yield before, False
        before = item
    yield before, True
