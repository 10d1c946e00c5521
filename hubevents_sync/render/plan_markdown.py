"""Write a plan as a comment for a pull request on GitHub or GitLab, of a bounded size.

The first line is hidden, and tells a script whose comment it is, of which plan, and whether anything was cut. All else
is HTML inside markdown: see ``markup`` for why nothing of the files' text can mean anything there.
"""

from collections.abc import Sequence
from urllib.parse import quote

from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import Plan
from hubevents_sync.render.comment import MOST_BYTES, Frame, Piece, Worth, bullets, fit_comment, fold, table, titled
from hubevents_sync.render.markup import (
    LONGEST_NAME,
    LONGEST_TEXT,
    write_command,
    write_items,
    write_name,
    write_prose,
    write_row,
    write_text,
)
from hubevents_sync.render.outline import Detail, Entry, EventBlock, FieldLine, Mark, Outline, Section, SectionKind
from hubevents_sync.render.plan_markdown_rosters import draw_rosters
from hubevents_sync.render.safe import clip_pair
from hubevents_sync.render.walk import walk_plan
from hubevents_sync.render.wording import say_count

MARK = "<!-- hubevents-sync plan "
MOST_ROWS = 25  # more events are summed up in few rows, and folded below these
MOST_OPEN = 8  # more entries of a section, or events with details, are folded
SIGNS = {Mark.ADD: "create", Mark.CHANGE: "update"}
NOUNS = {Worth.ASIDES: "remark", Worth.NOTES: "remark", Worth.WAITING: "held step", Worth.ANSWERS: "line"}
WORTHS = {
    SectionKind.SETTINGS: Worth.ANSWERS,
    SectionKind.HELD: Worth.WAITING,
    SectionKind.LEFTOVERS: Worth.ANSWERS,
    SectionKind.UNKNOWN: Worth.ANSWERS,
    SectionKind.NOTES: Worth.NOTES,
    SectionKind.FORGOTTEN: Worth.NOTES,
    SectionKind.LEFT_OUT: Worth.ASIDES,
    SectionKind.COST: Worth.ANSWERS,
}


def render_plan_markdown(plan: Plan, *, max_bytes: int = MOST_BYTES, now_ms: int, timezone: str | None) -> str:
    """*plan* in at most *max_bytes* of UTF-8 (16,000 at the least), ending in a newline.

    What does not fit is left out, samples of rows first, and said. What can't be undone and the digest always stay.
    """
    whole = walk_plan(plan, detail=Detail.EVERYTHING, now_ms=now_ms, timezone=timezone)
    brief = walk_plan(plan, now_ms=now_ms, timezone=timezone)

    def finish(body: str, cut: str) -> str:
        head = f"{write_marker(plan, is_cut=bool(cut))}\n### hubevents-sync plan\n\n"
        said = f"<p><b>{write_prose(brief.headline)}</b></p>\n"
        return f"{head}{said}{_say_cut(cut)}{body}\n<p>Digest <code>{quote(plan.digest)}</code></p>\n"

    return fit_comment([*_draw_sections(plan, whole, brief)], max_bytes=max_bytes, finish=finish)


def write_marker(plan: Plan, *, is_cut: bool) -> str:
    """The hidden first line. The environment is percent-encoded, and empty where the project has none."""
    environment = quote(plan.environment or "", safe="")[:200]
    return f"{MARK}environment={environment} digest={quote(plan.digest)} cut={'true' if is_cut else 'false'} -->"


def _say_cut(cut: str) -> str:
    if not cut:
        return ""
    said = f"<b>This comment is cut</b>, for it would be too long. Left out: {cut}."
    return f"<p>{said} Don't approve from it: <code>plan --format html</code> shows the whole plan.</p>\n"


def _draw_sections(plan: Plan, whole: Outline, brief: Outline) -> list[Frame]:
    drawn = [_draw_irreversible(brief)]
    for section in whole.sections:
        if section.kind is SectionKind.CHANGES:
            drawn += [_draw_changes(section, brief, whole.resting), _draw_details(section.blocks)]
        elif section.kind is SectionKind.ROSTERS:
            drawn.append(draw_rosters(section, plan))
        elif section.kind is SectionKind.NOTES:  # each event has its own among its details
            drawn.append(_draw_entries(brief.find(section.kind) or section))
        elif section.kind not in (SectionKind.IRREVERSIBLE, SectionKind.DIGEST):
            drawn.append(_draw_entries(section))
    same = [block.ids[0] for block in whole.resting if not block.held_steps]
    if same:
        summary = say_count(len(same), "unchanged event")
        pieces = [Piece(item, Worth.ASIDES, "unchanged event") for item in write_items(map(write_name, same))]
        drawn.append(fold(summary, [bullets(pieces)]))
    return [frame for frame in drawn if frame.parts]


def _draw_irreversible(brief: Outline) -> Frame:
    section = brief.find(SectionKind.IRREVERSIBLE)
    items = write_items(map(_write_entry, section.entries)) if section else []
    kept = [Piece(item, Worth.KEPT) for item in items]
    return titled("What can't be undone", [bullets(kept)] if kept else [])


def _write_entry(entry: Entry, *, is_ours: bool = False) -> str:
    is_typed = entry.aside.startswith("--")
    subject = write_text(entry.subject) if is_ours else write_name(entry.subject)
    aside = write_command(entry.aside) if is_typed else write_prose(entry.aside)
    text = ": ".join(filter(None, (subject, write_prose(entry.text))))
    return f"{text} ({aside})" if aside else text


def _draw_entries(section: Section) -> Frame:
    worth = WORTHS[section.kind]
    is_ours = section.kind in (SectionKind.SETTINGS, SectionKind.COST)
    items = write_items(_write_entry(entry, is_ours=is_ours) for entry in section.entries)
    pieces = [Piece(item, worth, NOUNS[worth]) for item in items]
    summary = f" ({section.summary})" if section.summary else ""
    if worth is Worth.ASIDES or len(pieces) > MOST_OPEN:
        title = f"<b>{section.title}</b>{summary}: {say_count(len(pieces), NOUNS[worth])}"
        return Frame("\n", [fold(title, [bullets(pieces)])], "")
    return titled(f"{section.title}{summary}", [bullets(pieces)])


def _draw_changes(section: Section, brief: Outline, resting: Sequence[EventBlock]) -> Frame:
    held = sum(bool(block.held_steps) for block in resting)
    quiet = [(held, "with nothing due yet"), (len(resting) - held, "unchanged")]
    also = "".join(f"; {count:,} {said}" for count, said in quiet if count)
    title = f"{section.title} ({section.summary}{also})"
    if len(section.blocks) <= MOST_ROWS:
        return titled(title, [_draw_table(section.blocks, Worth.ROWS)])
    summed = brief.find(SectionKind.CHANGES) or section
    every = fold(f"<b>All {say_count(len(section.blocks), 'event')}</b>", [_draw_table(section.blocks, Worth.ROWS)])
    return titled(title, [_draw_table(summed.blocks, Worth.ANSWERS), every])


def _draw_table(blocks: Sequence[EventBlock], worth: Worth) -> Frame:
    is_summed = any(block.is_folded for block in blocks)
    states = [state for state in AttendanceState if any(state in block.rows for block in blocks)]
    has_held = not is_summed and any(block.held for block in blocks)
    has_people = not is_summed
    heads = ["Event", "Change", *(["People"] if has_people else []), *(state.capitalize() for state in states)]
    heads += ["Held"] if has_held else []
    numbers = range(2, len(heads))
    rows = [
        write_row(_write_cells(block, states, has_people=has_people, has_held=has_held), numbers) for block in blocks
    ]
    return table(write_row(heads, numbers, tag="th"), [Piece(row, worth, "table row") for row in rows])


def _write_cells(
    block: EventBlock, states: Sequence[AttendanceState], *, has_people: bool, has_held: bool
) -> list[str]:
    counts = [f"{block.rows[state]:,}" if block.rows.get(state) else "" for state in states]
    people = "" if block.roster is None else f"{block.roster.people:,}"
    held = sum(block.held.values())
    return [
        _write_event(block),
        _write_change(block),
        *([people] if has_people else []),
        *counts,
        *([f"{held:,}" if held else ""] if has_held else []),
    ]


def _write_event(block: EventBlock) -> str:
    if block.is_folded:
        return f"{say_count(len(block.ids), 'event')}<br>such as {write_name(block.ids[0])}"
    name = write_text(block.name, at_most=LONGEST_NAME)
    return f"{write_name(block.ids[0])}{'<br>' if name else ''}{name}"


def _write_change(block: EventBlock) -> str:
    is_updated = bool(block.fields or block.fields_hidden)
    said = SIGNS[block.mark] if is_updated or block.mark is Mark.ADD else "rows only" if block.rows else ""
    many = f"{block.completions:,} " if block.is_folded else ""
    completed = f"<b>{many}completed for good</b>" if block.completions else ""
    return "<br>".join(filter(None, (said, completed)))


def _draw_details(blocks: Sequence[EventBlock]) -> Frame:
    drawn = [frame for block in blocks if (frame := _draw_event(block, is_open=len(blocks) <= MOST_OPEN)).parts]
    return Frame(
        "\n", [fold("<b>Fields, remarks and some of the rows</b>, event by event", drawn)] if drawn else [], ""
    )


def _draw_event(block: EventBlock, *, is_open: bool) -> Frame:
    is_new = all(line.before is None for line in block.fields)
    fields = [Piece(_write_field(line, is_new=is_new), Worth.FIELDS, "field") for line in block.fields]
    remarks = [
        Piece(item, Worth.NOTES, "remark") for item in write_items(map(write_prose, block.remarks + block.notes))
    ]
    samples = [
        f"{write_name(sample.place)} {sample.state} {sample.moment}{', held' if sample.is_held else ''}"
        for sample in block.samples
    ]
    if block.samples_hidden > 0:
        samples.append(f"and {say_count(block.samples_hidden, 'more row')}")
    shown = [Piece(item, Worth.SAMPLES, "sample") for item in write_items(samples)]
    head = write_row(("Field", "Value") if is_new else ("Field", "Before", "After"), tag="th")
    parts = [*([table(head, fields)] if fields else []), *(bullets(each) for each in (remarks, shown) if each)]
    return fold(write_name(block.ids[0]) or "an event", parts, is_open=is_open)


def _write_field(line: FieldLine, *, is_new: bool) -> str:
    texts = line.before or "", line.after or ""
    before, after = map(write_text, clip_pair(*texts, LONGEST_TEXT) if all(texts) else texts)
    after = "<i>no longer declared</i>" if line.after is None else after
    name = write_name(line.name)
    return write_row((name, after) if is_new else (name, before, after))
