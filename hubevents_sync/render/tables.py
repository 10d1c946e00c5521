"""Draw rows of text as a table, as facts one below the other, and as JSON."""

from collections.abc import Collection, Mapping, Sequence

from hubevents_sync.render.canvas import Canvas, Styled
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.safe import make_one_line, measure

GAP = 2
LEAST_COLUMN = 10  # clipped to less, a cell says nothing


def render_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int,
    color: bool,
    right: Collection[str] = (),
    optional: Sequence[str] = (),
    empty: str = "nothing",
    unicode: bool = True,
) -> str:
    """*rows* under *headers*, in lines of at most *width* cells (taken between 40 and 200).

    The columns named in *right* hold numbers. Where there is no room, the *optional* columns are left out one by one,
    the first first; then the widest columns are clipped; and where too little would be left of them, each row becomes a
    block of ``header  value`` lines, with all columns. Without rows: *empty*.
    """
    canvas = Canvas(width=width, color=color, unicode=unicode)
    if not rows:
        canvas.paragraph((), (empty, "dim"))
        return canvas.to_text()
    cells = [[canvas.fit(make_one_line(cell)) for cell in row] for row in rows]
    wanted = [max(measure(header), *(measure(row[index]) for row in cells)) for index, header in enumerate(headers)]
    kept = _choose_columns(headers, wanted, canvas.width, optional=optional)
    widths = fit_columns([wanted[index] for index in kept], canvas.width - GAP * (len(kept) - 1))
    if any(width < min(wanted[index], LEAST_COLUMN) for index, width in zip(kept, widths, strict=True)):
        _draw_blocks(canvas, headers, cells)
    else:
        shown = [[row[index] for index in kept] for row in cells]
        _draw_rows(canvas, [headers[index] for index in kept], shown, widths, right=right)
    return canvas.to_text()


def _choose_columns(headers: Sequence[str], wanted: Sequence[int], width: int, *, optional: Sequence[str]) -> list[int]:
    kept = list(range(len(headers)))
    for header in optional:
        if sum(wanted[index] + GAP for index in kept) - GAP <= width:
            break
        kept.remove(headers.index(header))
    return kept


def fit_columns(wanted: Sequence[int], room: int) -> list[int]:
    """A width for each column: what it wants, or an equal share of what the narrower ones leave."""
    widths = list(wanted)
    open_columns = sorted(range(len(wanted)), key=lambda index: wanted[index])
    while open_columns:
        index = open_columns.pop(0)
        widths[index] = min(wanted[index], max(room // (len(open_columns) + 1), 0))
        room -= widths[index]
    return widths


def _draw_rows(
    canvas: Canvas, headers: Sequence[str], cells: list[list[str]], widths: list[int], *, right: Collection[str]
) -> None:
    is_right = [header in right for header in headers]
    canvas.line(*_join(canvas, headers, widths, is_right, style="bold"))
    for row in cells:
        canvas.line(*_join(canvas, row, widths, is_right, style=""))


def _join(
    canvas: Canvas, row: Sequence[str], widths: Sequence[int], is_right: Sequence[bool], *, style: str
) -> list[Styled]:
    parts: list[Styled] = []
    for cell, width, right in zip(row, widths, is_right, strict=True):
        shown = canvas.clip(cell, width)
        padding = " " * (width - measure(shown))
        parts.append((f"{padding}{shown}" if right else f"{shown}{padding}", style))
        parts.append((" " * GAP, style))
    return parts


def _draw_blocks(canvas: Canvas, headers: Sequence[str], cells: list[list[str]]) -> None:
    for row in cells:
        canvas.blank()
        _draw_facts(canvas, list(zip(headers, row, strict=True)))


def _draw_facts(canvas: Canvas, facts: Sequence[tuple[str, str]]) -> None:
    label_width = max((canvas.measure(label) for label, _ in facts), default=0)
    for label, value in facts:
        padding = " " * (label_width - canvas.measure(label))
        canvas.paragraph(((f"{label}{padding}{' ' * GAP}", "dim"),), (value, ""))


def render_facts(facts: Sequence[tuple[str, str]], *, width: int, color: bool, unicode: bool = True) -> str:
    """Labels and values, one below the other, the values wrapped at *width* (taken between 40 and 200)."""
    canvas = Canvas(width=width, color=color, unicode=unicode)
    _draw_facts(canvas, [(label, make_one_line(value)) for label, value in facts])
    return canvas.to_text()


def render_table_json(name: str, rows: Sequence[Mapping[str, object]], *, version: int = 1) -> str:
    """*rows* as JSON of format ``hubevents-sync/NAME``, in their order, with a newline at the end."""
    return dump_json({"format": f"hubevents-sync/{name}", "version": version, name: [dict(row) for row in rows]})
