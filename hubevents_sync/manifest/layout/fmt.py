"""Bring one file into the one form, and prove that it means what it meant."""

from collections import Counter
from collections.abc import Callable
from io import BytesIO

from hubevents_sync.errors import SyncError
from hubevents_sync.manifest.findings import InvalidFiles, Unreadable
from hubevents_sync.manifest.layout.meaning import ShieldedText, read_meaning
from hubevents_sync.manifest.layout.nodes import Page
from hubevents_sync.manifest.layout.order import Kind
from hubevents_sync.manifest.layout.parse import parse_page
from hubevents_sync.manifest.layout.people import arrange_people
from hubevents_sync.manifest.layout.personal import find_personal_lines
from hubevents_sync.manifest.layout.tables import write_csv, write_ndjson
from hubevents_sync.manifest.layout.write import write_page
from hubevents_sync.manifest.shielding import CLOSING, OPENING
from hubevents_sync.manifest.source import SourceStream, TextSource
from hubevents_sync.model.formatting import FormattedText

TABLES: dict[str, Callable[[str], str]] = {"csv": write_csv, "ndjson": write_ndjson, "jsonl": write_ndjson}
# The whole file, and a few copies of it, are held while it is sorted.
LARGEST_TABLE_BYTES = 128 * 1024**2
# Of a YAML file each comment and blank line is held too: 40,000 people take a quarter of a minute.
LARGEST_PAGE_BYTES = 4 * 1024**2
_RESTORED = str.maketrans({OPENING: "{", CLOSING: "}"})


class NotFormatted(SyncError):
    """A file is left as it is: in the one form it would mean something else, or lose a comment."""


def format_file(content: bytes, file: str, kind: Kind, *, sorts_people: bool) -> FormattedText:
    """*content* in the one form; sorted too, where it has people and *sorts_people*.

    Raises InvalidFiles where it can't be read as it was meant, and NotFormatted where the two would not mean the same.
    """
    write = TABLES.get(_suffix(file)) if kind is Kind.ROSTER else None
    largest = LARGEST_TABLE_BYTES if write else LARGEST_PAGE_BYTES
    if len(content) > largest:
        message = f"{file} is left as it is: it is larger than {largest // 1024**2} MB"
        hint = "sort it where it is made" if write else "a roster of that size is better off as CSV or NDJSON"
        raise NotFormatted(message, hint=hint)
    try:
        meaning = read_meaning(content, file, kind)
        before = _decode(content, file)
        if write:
            formatted = _format_table(before, file, write)
        else:
            formatted = _format_page(before, file, kind, sorts_people=sorts_people)
        if formatted.after != before and read_meaning(formatted.after.encode(), file, kind) != meaning:
            raise _not_the_same(file, "it would mean something else")
    except Unreadable as unreadable:
        raise InvalidFiles([unreadable.finding]) from unreadable
    return formatted


def _not_the_same(file: str, reason: str) -> NotFormatted:
    return NotFormatted(f"{file} is left as it is: in the one form {reason}", hint="format it by hand")


def _suffix(file: str) -> str:
    return file.rpartition(".")[2].lower()


def _decode(content: bytes, file: str) -> str:
    """The text of *content*, without a byte order mark, its line ends as they are."""
    stream = SourceStream(BytesIO(content), file)
    return (stream.read() + stream.read()).decode()


def _format_table(before: str, file: str, write: Callable[[str], str]) -> FormattedText:
    try:
        after = write(before)
    except ValueError as error:  # such as a number of thousands of digits, which a rule will refuse
        raise _not_the_same(file, "a number in it can't be written") from error
    everything = frozenset(range(1, max(before.count("\n"), after.count("\n")) + 2))
    return FormattedText(before, after, everything, everything)


def _format_page(before: str, file: str, kind: Kind, *, sorts_people: bool) -> FormattedText:
    text = before.replace("\r\n", "\n").replace("\r", "\n")
    is_shielded = kind is Kind.PROJECT and OPENING not in text and CLOSING not in text
    if is_shielded:
        with ShieldedText(text.encode(), file).open() as stream:
            text = stream.read().decode()
    page = _parse(text, file)
    after = write_page(page, kind, arrange_people if sorts_people else None)
    if after is None:
        return FormattedText(before, before)
    again = _parse(after, file)
    if Counter(page.comments) != Counter(again.comments):
        raise _not_the_same(file, "a comment would be lost")
    personal = (frozenset[int](), frozenset[int]())
    if kind is Kind.EVENTS:
        personal = find_personal_lines(page, text), find_personal_lines(again, after)
    elif kind is Kind.ROSTER:
        personal = (frozenset(range(1, text.count("\n") + 2)), frozenset(range(1, after.count("\n") + 2)))
    return FormattedText(before, after.translate(_RESTORED) if is_shielded else after, *personal)


def _parse(text: str, file: str) -> Page:
    return parse_page(text, TextSource(text.encode(), file))
