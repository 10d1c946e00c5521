"""A roster in CSV: a header of known columns, a person a row.

Columns are ``email``, ``vid``, ``registered``, ``cancelled``, ``attended``, ``joinedAt``, ``leftAt`` and any
``contact.NAME``, in any order. ``registered`` and ``cancelled`` may hold several times, separated by ``;``, because a
person stands in one row. ``attended`` is ``true`` for the whole event; ``joinedAt`` with ``leftAt`` says it exactly. An
empty cell is the same as a field that is left out, and space around a cell means nothing (in ``contact.NAME`` it is
kept).
"""

import csv
from collections.abc import Iterator
from typing import Any

from hubevents_sync.manifest.findings import Unreadable
from hubevents_sync.manifest.rosters.csv_entries import CsvEntries
from hubevents_sync.manifest.rosters.csv_header import Columns, read_header
from hubevents_sync.manifest.rosters.csv_places import find_cells, find_open_quote
from hubevents_sync.manifest.rosters.interface import Path, Take
from hubevents_sync.manifest.rosters.lines import read_lines
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.rules import rosters as rules
from hubevents_sync.manifest.source import Source, SourceStream
from hubevents_sync.manifest.wording import counted
from hubevents_sync.model.finding import Position


class CsvRows:
    """Reads one CSV file. A row's line is the one that it starts on, however many lines its cells take."""

    def __init__(self, source: Source, report: Report) -> None:
        self.file = source.file
        self._source = source
        self._report = report
        self._stream: SourceStream | None = None
        # The lines of the current row, as they stand in the file, and the number of the first.
        self._lines: list[str] = []
        self._line = 1
        self._columns = Columns((), (), None, None, None, None, 0)

    def read(self, take: Take) -> None:
        """Hand every row to *take*, as an entry of the YAML shape."""
        with self._source.open() as file:
            self._stream = SourceStream(file, self.file)
            rows = csv.reader(self._kept_lines(read_lines(self._stream, self.file)), strict=True)
            try:
                header = self._read_header(rows)
                if header is None:
                    self._stream = None  # the rest is not read, so there is no digest of it
                    return
                self._columns = header
                self._read_rows(rows, take)
            except csv.Error as error:
                raise self._fault(error) from None  # the message of csv.Error is no use to anybody

    def locate(self, path: Path, *, key: bool = False) -> Position:  # noqa: ARG002  a cell has no key of its own
        """The cell that the value at *path* was read from; the row's start where there is none."""
        index = self._columns.index_of(path)
        cells = find_cells(self._lines)
        if index is None or index >= len(cells):
            return Position(self.file, self._line, 1)
        line, column = cells[index]
        return Position(self.file, self._line + line, column)

    def digest(self) -> str | None:
        """SHA-256 of the bytes that the rows were read from."""
        return None if self._stream is None else self._stream.digest()

    def _kept_lines(self, lines: Iterator[str]) -> Iterator[str]:
        keep = self._lines.append
        for line in lines:
            keep(line)
            yield line

    def _read_header(self, rows: Any) -> Columns | None:
        for cells in rows:
            if any(cell.strip() for cell in cells):
                places = [Position(self.file, self._line + line, column) for line, column in find_cells(self._lines)]
                return read_header(cells, places, self._report)
            self._line = rows.line_num + 1
            self._lines.clear()
        position = Position(self.file, 1, 1)
        raise Unreadable(rules.CSV_HEADER.at(position, "the file holds nothing but blank lines", "add a header"))

    def _read_rows(self, rows: Any, take: Take) -> None:
        build, width, forget = (
            CsvEntries(self._columns, self._refuse_twice).build,
            self._columns.width,
            self._lines.clear,
        )
        forget()
        self._line = rows.line_num + 1
        for cells in rows:
            if len(cells) == width:
                entry = build(cells)
                if entry:
                    take(entry, self._line, 1)
            elif any(cell.strip() for cell in cells):
                self._refuse_width(len(cells))
            self._line = rows.line_num + 1
            forget()

    def _refuse_twice(self) -> None:
        position = self.locate(("attended",))
        message = "attended stands beside joinedAt or leftAt"
        self._report.add(rules.ATTENDED_TWICE, position, message, "keep attended, or joinedAt with leftAt")

    def _refuse_width(self, found: int) -> None:
        width = self._columns.width
        position = Position(self.file, self._line, 1)
        if found > width:
            line, column = find_cells(self._lines)[width]
            position = Position(self.file, self._line + line, column)
        message = f"the row has {counted(found, 'cell')}, the header {width}"
        hint = (
            "a comma inside a cell needs quotes around the cell" if found > width else "an empty cell needs its comma"
        )
        self._report.add(rules.CSV_CELLS, position, message, hint)

    def _fault(self, error: csv.Error) -> Unreadable:
        line, column = find_open_quote(self._lines)
        position = Position(self.file, self._line + line, column)
        if "field larger than" in str(error):
            message = f"a cell is longer than {csv.field_size_limit():,} characters"
            hint = "is a quote left open here?"
        elif "unexpected end" in str(error):
            message, hint = "a quote opens here and is never closed", "close it, or write a quote inside a cell twice"
        else:
            message = "a quote opens here, and what follows its end is no comma"
            hint = "write a quote inside a cell twice, or close one that was left open"
        return Unreadable(rules.CSV_QUOTES.at(position, message, hint))
