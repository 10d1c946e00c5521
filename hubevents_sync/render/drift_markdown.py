"""Write drift as markdown, for the summary of a job or an issue: as bounded and as harmless as a plan's comment."""

from hubevents_sync.model.drift import Drift
from hubevents_sync.render.comment import MOST_BYTES, Frame, Piece, Worth, bullets, fit_comment, titled
from hubevents_sync.render.drift_outline import outline_drift
from hubevents_sync.render.markup import write_items, write_name, write_prose, write_text
from hubevents_sync.render.outline import Entry, Section, SectionKind

TITLE = "### hubevents-sync drift\n\n"


def render_drift_markdown(
    drift: Drift, *, max_bytes: int = MOST_BYTES, verbose: bool = False, timezone: str | None
) -> str:
    """*drift* in at most *max_bytes* of UTF-8 (16,000 at the least), ending in a newline; what is cut is said."""
    outline = outline_drift(drift, is_verbose=verbose, timezone=timezone)
    shown = "true" if drift.has_drift else "false"

    def finish(body: str, cut: str) -> str:
        told = f"<p><b>This summary is cut.</b> Left out: {cut}; <code>drift</code> shows it all.</p>\n" if cut else ""
        head = f"<!-- hubevents-sync drift drift={shown} cut={'true' if cut else 'false'} -->\n{TITLE}"
        return f"{head}<p><b>{write_prose(outline.headline)}</b></p>\n{told}{body}"

    return fit_comment([_draw_section(section) for section in outline.sections], max_bytes=max_bytes, finish=finish)


def _draw_section(section: Section) -> Frame:
    is_event = section.kind is SectionKind.CHANGES
    title = write_name(section.title) if is_event else section.title
    name = f" {write_text(section.summary)}" if section.summary else ""
    worth, noun = (Worth.ROWS, "line of an event") if is_event else (Worth.NOTES, "note")
    return titled(f"{title}{name}", [bullets([Piece(_draw(each), worth, noun) for each in section.entries])])


def _draw(entry: Entry) -> str:
    subject = f"{write_name(entry.subject)} " if entry.subject else ""
    return "".join(write_items([f"{subject}{write_prose(entry.text)}"]))
