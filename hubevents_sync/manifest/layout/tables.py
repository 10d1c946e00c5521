"""Rosters that are tables, CSV and NDJSON, in the one form: known columns first and in order, people sorted."""

import csv
import json
from collections.abc import Iterable
from io import StringIO
from typing import Any

from hubevents_sync.manifest.expected import Expected
from hubevents_sync.manifest.layout.order import Kind, rank_keys, schema_of, takes_time
from hubevents_sync.manifest.layout.people import SortKey, rank_person
from hubevents_sync.manifest.rosters.csv_header import COLUMNS, CONTACT
from hubevents_sync.manifest.times import canonical_time

LISTS = ("registered", "cancelled")
TIMES = (*LISTS, "joinedAt", "leftAt")


def write_csv(text: str) -> str:
    """*text*, a CSV roster that its reader takes: columns in their order, then contact's as they stood; rows sorted."""
    header, *rows = csv.reader(StringIO(text, newline=""), strict=True)
    names = [name.strip() for name in header]
    order = sorted(range(len(names)), key=lambda index: _rank_column(names[index]))
    columns = [names[index] for index in order]
    cells = [
        [_write_cell(names[index], row[index]) for index in order] for row in rows if any(cell.strip() for cell in row)
    ]
    cells.sort(key=lambda row: _rank_row(columns, row))
    written = StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows([columns, *cells])
    return written.getvalue()


def _rank_column(name: str) -> int:
    return COLUMNS.index(name) if name in COLUMNS else len(COLUMNS)


def _write_cell(name: str, cell: str) -> str:
    if name.startswith(CONTACT):
        return cell
    cell = cell.strip()
    if name in LISTS:
        return ";".join(_write_time(part.strip()) for part in cell.split(";") if part.strip())
    return _write_time(cell) if name in TIMES else cell


def _rank_row(columns: list[str], row: list[str]) -> SortKey:
    cells = dict(zip(columns, row, strict=True))
    return rank_person(cells.get("email", ""), cells.get("vid", ""), cells.get("registered", ""))


def write_ndjson(text: str) -> str:
    """*text*, an NDJSON roster that its reader takes: fields in the schema's order, one space after : and , sorted."""
    expected = Expected.of(schema_of(Kind.ROSTER)).field("attendees").item()
    entries = [_shape(json.loads(line), expected) for line in _split_lines(text) if line.strip(" \t\r\n")]
    entries.sort(key=_rank_entry)
    return "".join(f"{_dump(entry)}\n" for entry in entries)


def _split_lines(text: str) -> Iterable[str]:
    return StringIO(text, newline="")


def _rank_entry(entry: Any) -> SortKey:
    fields: dict[str, Any] = entry if isinstance(entry, dict) else {}
    first = fields.get("registered", "")
    time = first[0] if isinstance(first, list) and first else first
    return rank_person(str(fields.get("email", "")), str(fields.get("vid", "")), str(time))


def _shape(value: Any, expected: Expected) -> Any:
    if isinstance(value, dict):
        ranks = rank_keys(expected)
        names = sorted(value, key=lambda name: ranks.get(name, len(ranks)))
        return {name: _shape(value[name], expected.field(name)) for name in names}
    if isinstance(value, list):
        return [_shape(below, expected.item()) for below in value]
    return _write_time(value) if isinstance(value, str) and takes_time(expected) else value


def _write_time(text: str) -> str:
    return canonical_time(text) or text


def _dump(entry: Any) -> str:
    written = json.dumps(entry, ensure_ascii=False)
    # Half a character can stand in JSON as an escape only.
    return written if written.isascii() or _is_text(written) else json.dumps(entry)


def _is_text(written: str) -> bool:
    try:
        written.encode()
    except UnicodeEncodeError:
        return False
    return True
