"""Draw a plan for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import Plan
from hubevents_sync.render.canvas import SIGNS, STYLES, Canvas, Styled
from hubevents_sync.render.outline import Detail, Entry, EventBlock, FieldLine, Mark, Outline, Section, SectionKind
from hubevents_sync.render.safe import clip_pair, measure
from hubevents_sync.render.walk import walk_plan
from hubevents_sync.render.wording import say_count, say_list

TABLE_WIDTH = 76  # narrower terminals get the row counts as words, on a line of their own
GAP = 2
LEAST_NAME_WIDTH = 8  # clipped to less, a name says nothing
LEAST_VALUE_WIDTH = 22  # a time, whole
FOLDED_IDS = 3
STEP = "  "


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide the ids and names of events are, and for which states there is a column of counts."""

    states: tuple[AttendanceState, ...]
    id_width: int
    name_width: int


def render_plan_text(
    plan: Plan,
    *,
    width: int,
    color: bool,
    verbose: bool = False,
    now_ms: int,
    timezone: str | None,
    unicode: bool = True,
) -> str:
    """*plan* for reading, in lines of at most *width* cells (taken between 40 and 200), ending in a newline.

    Moments are said as seen from *now_ms*, in *timezone* (UTC where that is None). *verbose* folds and hides nothing.
    Without *unicode* the result is pure ASCII.
    """
    detail = Detail.EVERYTHING if verbose else Detail.AUTOMATIC
    outline = walk_plan(plan, detail=detail, now_ms=now_ms, timezone=timezone)
    canvas = Canvas(width=width, color=color, unicode=unicode)
    draw_outline(canvas, outline)
    return canvas.to_text()


def draw_outline(canvas: Canvas, outline: Outline) -> None:
    """Draw the headline and every section of *outline*."""
    canvas.paragraph((), (outline.headline, "bold"))
    for section in outline.sections:
        canvas.blank()
        if section.kind is SectionKind.DIGEST:
            _draw_digest(canvas, section)
            continue
        canvas.paragraph((), (section.title, "bold"), *([(f" ({section.summary})", "dim")] if section.summary else []))
        _draw_blocks(canvas, section.blocks)
        _draw_entries(canvas, section)
    if outline.is_shortened:
        canvas.paragraph((("Details ", "dim"),), ("-v shows every event and field, and some of the rows", "dim"))


def _draw_digest(canvas: Canvas, section: Section) -> None:
    for entry in section.entries:
        canvas.paragraph(((f"{section.title}  ", "bold"),), (entry.text, ""))


def _draw_blocks(canvas: Canvas, blocks: Sequence[EventBlock]) -> None:
    if not blocks:
        return
    columns = _plan_columns(canvas, blocks)
    if columns.states:
        heads = "".join(" " * GAP + state.lower() for state in columns.states)
        canvas.line((" " * (len(STEP) * 2 + columns.id_width + GAP + columns.name_width) + heads, "dim"))
    for block in blocks:
        _draw_head(canvas, block, columns)
        _draw_body(canvas, block, has_table=bool(columns.states))


def _plan_columns(canvas: Canvas, blocks: Sequence[EventBlock]) -> Columns:
    has_table = canvas.width >= TABLE_WIDTH
    states = [state for state in AttendanceState if has_table and any(state in block.rows for block in blocks)]
    room = canvas.width - len(STEP) * 2 - sum(len(state) + GAP for state in states)
    id_width = min(max(canvas.measure(_say_ids(block)) for block in blocks), max(room * 55 // 100, 16))
    wanted = max(canvas.measure(_say_name(block)) for block in blocks)
    name_width = min(wanted, room - id_width - GAP)
    return Columns(tuple(states), id_width, name_width if name_width >= LEAST_NAME_WIDTH or name_width == wanted else 0)


def _say_ids(block: EventBlock) -> str:
    return say_count(len(block.ids), "event") if block.is_folded else block.ids[0]


def _draw_head(canvas: Canvas, block: EventBlock, columns: Columns) -> None:
    shown_id = canvas.clip(_say_ids(block), columns.id_width)
    name = canvas.clip(_say_name(block), columns.name_width)
    parts: list[Styled] = [
        (f"{STEP}{SIGNS[block.mark]} ", STYLES[block.mark]),
        (shown_id, "bold"),
        (" " * (columns.id_width - measure(shown_id) + GAP) + name, ""),
    ]
    if columns.states:
        parts.append((" " * (columns.name_width - measure(name)), ""))
    for state in columns.states:
        count = block.rows.get(state, 0)
        parts.append(((f"{count:,}" if count else "·").rjust(len(state) + GAP), "" if count else "dim"))
    canvas.line(*parts)


def _say_name(block: EventBlock) -> str:
    if not block.is_folded:
        return block.name
    first = ", ".join(block.ids[:FOLDED_IDS])
    return f"{first} … {block.ids[-1]}" if len(block.ids) > FOLDED_IDS + 1 else ", ".join(block.ids)


def _draw_body(canvas: Canvas, block: EventBlock, *, has_table: bool) -> None:
    indent = STEP * 3
    if block.rows and not has_table:
        said = say_list(f"{count:,} {state.lower()}" for state, count in block.rows.items())
        canvas.paragraph(((indent, ""),), (said, ""))
    name_width = max((canvas.measure(line.name) for line in block.fields), default=0)
    for line in block.fields:
        _draw_field(canvas, line, name_width=name_width)
    if block.fields_hidden and (block.fields or block.mark is not Mark.ADD):
        canvas.line((f"{indent}and {say_count(block.fields_hidden, 'more field')}", "dim"))
    if block.completions:
        said = (
            "completed for good"
            if not block.is_folded
            else f"{say_count(block.completions, 'event')} completed for good"
        )
        canvas.line((f"{indent}! ", STYLES[Mark.DANGER]), (said, ""))
    for remark in block.remarks:
        canvas.paragraph(((f"{indent}· ", "dim"),), (remark, "dim"))
    _draw_samples(canvas, block)


def _draw_field(canvas: Canvas, line: FieldLine, *, name_width: int) -> None:
    is_stacked = canvas.width - len(STEP) * 4 - name_width - GAP < LEAST_VALUE_WIDTH
    name = canvas.clip(line.name, canvas.width - len(STEP) * 4)
    lead: list[Styled] = [(f"{STEP * 3}{SIGNS[line.mark]} ", STYLES[line.mark]), (name, "")]
    if is_stacked:  # the value goes below its name
        canvas.line(*lead)
        lead = [(STEP * 5, "")]
    else:
        lead.append((" " * (name_width - measure(name) + GAP), ""))
    room = canvas.width - sum(measure(text) for text, _ in lead)
    arrow = canvas.fit("→ ")
    if line.before is None:
        canvas.line(*lead, (canvas.clip(line.after or "", room), ""))
        return
    after = "(no longer declared)" if line.after is None else line.after
    if canvas.measure(line.before) + 1 + len(arrow) + canvas.measure(after) <= room:
        canvas.line(*lead, (line.before, "dim"), (f" {arrow}", "dim"), (after, ""))
        return
    texts = canvas.fit(line.before), canvas.fit(after)
    before, after = clip_pair(*texts, room - len(arrow), ellipsis=canvas.ellipsis)
    canvas.line(*lead, (" " * len(arrow) + before, "dim"))
    canvas.line((" " * (canvas.width - room), ""), (arrow, "dim"), (after, ""))


def _draw_samples(canvas: Canvas, block: EventBlock) -> None:
    places = [canvas.clip(sample.place, canvas.width // 2) for sample in block.samples]
    place_width = max(map(measure, places), default=0)
    for place, sample in zip(places, block.samples, strict=True):
        padding = " " * (place_width - measure(place))
        held = "  held" if sample.is_held else ""
        canvas.line((f"{STEP * 3}{place}{padding}  {sample.state:<10} {sample.moment}{held}", "dim"))
    if block.samples_hidden > 0:
        canvas.line((f"{STEP * 3}and {say_count(block.samples_hidden, 'more row')}", "dim"))


def _draw_entries(canvas: Canvas, section: Section) -> None:
    subjects = [canvas.clip(entry.subject, canvas.width * 2 // 5) for entry in section.entries]
    subject_width = max(map(measure, subjects), default=0)
    text_width = max((canvas.measure(entry.text) for entry in section.entries if entry.aside), default=0)
    for subject, entry in zip(subjects, section.entries, strict=True):
        lead: list[Styled] = [(f"{STEP}{SIGNS[entry.mark]} ", STYLES[entry.mark])]
        if subject:
            lead.append((f"{subject}{' ' * (subject_width - measure(subject))}  ", ""))
        _draw_entry(canvas, entry, tuple(lead), text_width=text_width)


def _draw_entry(canvas: Canvas, entry: Entry, lead: tuple[Styled, ...], *, text_width: int) -> None:
    used = sum(canvas.measure(text) for text, _ in lead)
    if not entry.aside:
        canvas.paragraph(lead, (entry.text, ""))
    elif used + max(text_width, canvas.measure(entry.text)) + 2 + canvas.measure(entry.aside) <= canvas.width:
        padding = " " * (text_width - canvas.measure(entry.text))
        canvas.line(*lead, (f"{entry.text}{padding}  ", ""), (entry.aside, "cyan"))
    else:
        canvas.paragraph(lead, (entry.text, ""))
        canvas.paragraph(((" " * min(used, 6), ""),), (entry.aside, "cyan"))
