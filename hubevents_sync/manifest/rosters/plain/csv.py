"""Plain CSV: no quotes, so that a line is a row and a comma ends a cell."""

import csv
from collections.abc import Mapping, Sequence

from hubevents_sync.manifest.rosters.csv_entries import CsvEntries
from hubevents_sync.manifest.rosters.csv_header import Columns, read_header
from hubevents_sync.manifest.rosters.interface import Take
from hubevents_sync.manifest.rosters.plain.interface import Block, NotPlain, RawEntries
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.model.finding import Position

# What ``str.strip`` takes off ASCII text and can stand in a line.
_SPACES = " \t\x0b\x0c\x1c\x1d\x1e\x1f"


class PlainCsv:
    """The rows of one file."""

    column = 1
    mark = b""
    may_be_empty = True

    def __init__(self, file: str, report: Report) -> None:
        self._file = file
        self._report = report
        self._columns: Columns
        self._header = ""

    @property
    def salt(self) -> bytes:
        """The header: it says what a cell means."""
        return self._header.encode()

    def open(self, text: str) -> int:
        """Read the header."""
        end = text.find("\n") + 1
        self._header = text[:end].rstrip("\r\n")
        if not self._header.strip() or '"' in self._header or "\r" in self._header:
            raise NotPlain
        names = self._header.split(",")
        columns = read_header(names, [Position(self._file, 1, 1)] * len(names), self._report)
        if columns is None:
            raise NotPlain
        self._columns = columns
        return end

    def split(self, text: str, line: int) -> RawEntries:
        """A line each, without the blank ones."""
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        if '"' in text or "\r" in text:
            raise NotPlain
        text = text.removesuffix("\n")
        lines = text.split("\n")
        if "" not in lines:  # a tenth of the time of looking for two line ends
            return RawEntries(lines, range(line, line + len(lines)), text)
        kept = [(each, number) for number, each in enumerate(lines, start=line) if each]
        return RawEntries([each for each, _ in kept], [number for _, number in kept])

    def parse(self, raw: RawEntries) -> Block | None:
        """Cut by the commas, and taken by columns."""
        columns = self._columns
        width = columns.width
        whole = raw.whole or "\n".join(raw.texts)
        # A single column may have a blank line for an empty cell; a cell as long as that is no plain one.
        if len(whole) >= csv.field_size_limit() and max(map(len, raw.texts)) >= csv.field_size_limit():
            return None
        # Between the rows stands a cell that only a line end can make: where all others lie is settled at once.
        cells = whole.replace("\n", ",\n,").split(",")
        if len(cells) != len(raw.lines) * (width + 1) - 1 or set(cells[width :: width + 1]) - {"\n"}:
            return None
        has_spaces = not whole.isascii() or any(space in whole for space in _SPACES)

        def column(index: int | None) -> list[str] | None:
            values = [] if index is None else cells[index :: width + 1]
            if has_spaces:
                values = list(map(str.strip, values))
            return values if any(values) else None

        fields = {name: column(index) for index, name in columns.texts}
        emails = fields.get("email")
        if emails is None or any(column(index) for index in (columns.vid, columns.attended)):
            return None
        joined, left = column(columns.joined), column(columns.left)
        contacts = self._read_contacts([cells[index :: width + 1] for index, _ in columns.contact])
        return Block(raw.lines, emails, fields.get("registered"), fields.get("cancelled"), joined, left, contacts)

    def take_each(self, raw: RawEntries, take: Take) -> None:
        """Row by row."""
        build = CsvEntries(self._columns, _refuse).build
        for cells, line in zip(csv.reader(raw.texts, strict=True), raw.lines, strict=True):
            if len(cells) != self._columns.width:
                raise NotPlain
            entry = build(cells)
            if not entry:
                raise NotPlain
            take(entry, line, 1)

    def _read_contacts(self, values: Sequence[list[str]]) -> list[Mapping[str, str] | None] | None:
        if not any(map(any, values)):
            return None
        names = [name for _, name in self._columns.contact]
        return [
            {name: cell for name, cell in zip(names, row, strict=True) if cell} or None
            for row in zip(*values, strict=True)
        ]


def _refuse() -> None:
    raise NotPlain
