"""Turn the cells of a CSV row into an entry of the YAML shape."""

from collections.abc import Callable
from typing import Any

from hubevents_sync.manifest.rosters.csv_header import Columns

MOST_DIGITS = 19
BOOLEANS = {"true": True, "false": False}


class CsvEntries:
    """Makes entries of one file's rows. *refuse_twice* is told of a row that says ``attended`` in two ways."""

    def __init__(self, columns: Columns, refuse_twice: Callable[[], None]) -> None:
        self._columns = columns
        self._refuse_twice = refuse_twice
        self._times = tuple(name for _, name in columns.texts if name != "email")
        frequent = {index for index, _ in columns.texts}
        self._rare = tuple(index for index in range(columns.width) if index not in frequent)

    def build(self, cells: list[str]) -> dict[str, Any]:
        """The entry of a row that has a cell for each column; empty for a blank one."""
        entry: dict[str, Any] = {name: cell for index, name in self._columns.texts if (cell := cells[index].strip())}
        for name in self._times:
            if ";" in entry.get(name, ""):
                entry[name] = [time.strip() for time in entry[name].split(";") if time.strip()]
        for index in self._rare:
            if cells[index]:
                self._add_rare(entry, cells)
                break
        return entry

    def _add_rare(self, entry: dict[str, Any], cells: list[str]) -> None:
        """The cells that most rows leave empty."""
        columns = self._columns
        if columns.vid is not None:
            _add_vid(entry, cells[columns.vid].strip())
        self._add_attended(entry, cells)
        if columns.contact:
            contact = {name: cells[index] for index, name in columns.contact if cells[index]}
            # A row of nothing but spaces is a blank one.
            if contact and (entry or any(cell.strip() for cell in contact.values())):
                entry["contact"] = contact

    def _add_attended(self, entry: dict[str, Any], cells: list[str]) -> None:
        _, _, _, attended, joined, left, _ = self._columns
        attendance = {}
        if joined is not None and (cell := cells[joined].strip()):
            attendance["joinedAt"] = cell
        if left is not None and (cell := cells[left].strip()):
            attendance["leftAt"] = cell
        if attendance:
            entry["attended"] = attendance
        if attended is None or not (cell := cells[attended].strip()):
            return
        if attendance:
            self._refuse_twice()
        else:
            entry["attended"] = BOOLEANS.get(cell.lower(), cell)


def _add_vid(entry: dict[str, Any], cell: str) -> None:
    """A number where *cell* is one that a contact id could be; otherwise text, for the schema to refuse."""
    if cell:
        is_number = len(cell) <= MOST_DIGITS and cell.isascii() and cell.isdigit()
        entry["vid"] = int(cell) if is_number else cell
