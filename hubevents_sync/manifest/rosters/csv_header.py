"""What the columns of a CSV roster mean, or what is wrong with its header."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from hubevents_sync.manifest.rosters.explain import NO_SHOW_MESSAGE, means_no_show
from hubevents_sync.manifest.rosters.interface import Path
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.rules import rosters as rules
from hubevents_sync.manifest.suggest import suggest
from hubevents_sync.manifest.wording import listed, quoted
from hubevents_sync.model.finding import Position

COLUMNS = ("email", "vid", "registered", "cancelled", "attended", "joinedAt", "leftAt")
CONTACT = "contact."
ALL_COLUMNS = (*COLUMNS, "contact.NAME")
OTHER_SEPARATORS = {";": '";"', "\t": "tabs", "|": '"|"'}
# A header has no address, no time and no long number in it.
_LOOKS_LIKE_DATA = re.compile(r"@|[0-9]{4}-[0-9]{2}|^[0-9]{5,}$")


class Columns(NamedTuple):
    """Which cell of a row holds what. *texts* are e-mail and times, by index and field; *contact* by index and name."""

    texts: tuple[tuple[int, str], ...]
    contact: tuple[tuple[int, str], ...]
    vid: int | None
    attended: int | None
    joined: int | None
    left: int | None
    width: int

    def index_of(self, path: Path) -> int | None:
        """The cell that the value at *path* of the entry comes from."""
        cells: dict[Path, int | None] = {(name,): index for index, name in self.texts}
        cells |= {("contact", name): index for index, name in self.contact}
        cells |= {("vid",): self.vid, ("attended", "joinedAt"): self.joined, ("attended", "leftAt"): self.left}
        attended = (self.attended, self.joined, self.left)
        cells[("attended",)] = next((index for index in attended if index is not None), None)
        cells[("contact",)] = self.contact[0][0] if self.contact else None
        # A time of a list stands in the cell of the list.
        return cells.get(path, cells.get(path[:1]))


def read_header(cells: Sequence[str], places: Sequence[Position], report: Report) -> Columns | None:
    """What the columns mean; None where there was a finding. *places* are those of the *cells*."""
    names = [cell.strip() for cell in cells]
    if _is_separated_otherwise(names, places, report) or _is_data(names, places, report):
        return None
    checked = [_check_column(name, names[:index], places[index], report) for index, name in enumerate(names)]
    if "email" not in names and "vid" not in names and all(checked):
        message = "the header has neither email nor vid"
        report.add(rules.CSV_HEADER, places[0], message, f"columns are {listed(ALL_COLUMNS, 'and')}")
        return None
    return _columns(names) if all(checked) else None


def _columns(names: Sequence[str]) -> Columns:
    index = {name: number for number, name in enumerate(names)}
    texts = tuple((index[name], name) for name in ("email", "registered", "cancelled") if name in index)
    contact = tuple((number, name.removeprefix(CONTACT)) for name, number in index.items() if name.startswith(CONTACT))
    vid, attended, joined, left = (index.get(name) for name in ("vid", "attended", "joinedAt", "leftAt"))
    return Columns(texts, contact, vid, attended, joined, left, len(names))


def _is_separated_otherwise(names: Sequence[str], places: Sequence[Position], report: Report) -> bool:
    if len(names) > 1:
        return False
    for separator, shown in OTHER_SEPARATORS.items():
        parts = [part.strip().strip('"') for part in names[0].split(separator)]
        if len(parts) > 1 and any(part in COLUMNS for part in parts):
            message = f"the cells are separated by {shown}; a roster takes commas"
            report.add(rules.CSV_SEPARATOR, places[0], message, "save it as CSV with commas, in UTF-8")
            return True
    return False


def _is_data(names: Sequence[str], places: Sequence[Position], report: Report) -> bool:
    """Whether the first line is somebody's row: then none of it is quoted."""
    is_known = any(name in COLUMNS for name in names)
    if is_known and not any("@" in name for name in names):
        return False
    guesses = [name for name in names if suggest(name, COLUMNS) or name.startswith(CONTACT)]
    if guesses and not any(_LOOKS_LIKE_DATA.search(name) for name in names):
        return False
    message = "the first line looks like data; a header is needed"
    hint = f"begin the file with a line such as email,registered; columns are {listed(ALL_COLUMNS, 'and')}"
    report.add(rules.CSV_HEADER, places[0], message, hint)
    return True


def _check_column(name: str, before: Sequence[str], place: Position, report: Report) -> bool:
    if name in before:
        report.add(rules.CSV_HEADER, place, f"the column {quoted(name)} is there twice", "keep one of the two")
    elif name in COLUMNS or (name.startswith(CONTACT) and name != CONTACT):
        return True
    elif not name or name == CONTACT:
        hint = "take out the comma, or name the column" if not name else "write contact.firstname"
        report.add(rules.CSV_HEADER, place, "a column has no name", hint)
    elif means_no_show(name):
        report.add(rules.NO_SHOW, place, NO_SHOW_MESSAGE, "take the column out")
    else:
        meant = suggest(name, COLUMNS)
        hint = f"did you mean {meant}?" if meant else f"columns are {listed(ALL_COLUMNS, 'and')}"
        report.add(rules.CSV_HEADER, place, f"unknown column {quoted(name)}", hint)
    return False
