"""Where the cells of a CSV row stand: csv tells only what is in them. Worked out for rows with a finding alone."""

from collections.abc import Sequence

# Line and column of a row's cell: lines from 0, the row's first; columns from 1, in characters.
CellPlace = tuple[int, int]


def find_cells(lines: Sequence[str]) -> list[CellPlace]:
    """Where each cell of the row that *lines* hold starts."""
    return _scan(lines)[0]


def find_open_quote(lines: Sequence[str]) -> CellPlace:
    """Where the last quoted cell of *lines* opens: the one that csv could make no sense of."""
    return _scan(lines)[1]


def _scan(lines: Sequence[str]) -> tuple[list[CellPlace], CellPlace]:
    """The starts of all cells, and that of the last quoted one. Follows csv's reader: a quote opens a cell only at its
    start, and two quotes inside a quoted cell are one."""
    starts: list[CellPlace] = [(0, 1)]
    opened: CellPlace = (0, 1)
    is_quoted = False
    is_at_start = True
    for number, line in enumerate(lines):
        for column, character in enumerate(line, start=1):
            if character == '"' and (is_at_start or is_quoted):
                if is_at_start:
                    opened = (number, column)
                is_quoted = not is_quoted
            elif character == '"' and column > 1 and line[column - 2] == '"':
                is_quoted = True  # the second of two quotes inside a quoted cell
            elif character == "," and not is_quoted:
                starts.append((number, column + 1))
                is_at_start = True
                continue
            is_at_start = False
    return starts, opened
