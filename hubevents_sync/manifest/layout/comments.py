"""Find the comments of a YAML text: what begins with # between the scalars."""

import re
from bisect import bisect_right
from collections.abc import Iterable

from hubevents_sync.manifest.layout.nodes import Comment

# libyaml ends a line at these too.
_COMMENT = re.compile("#[^\n\x85\u2028\u2029]*")
_INDENT = re.compile(r"(?: |-(?= ))*")


def measure_indent(line: str) -> int:
    """The column at which *line* says something, behind spaces and the dashes of items."""
    match = _INDENT.match(line)
    return match.end() if match else 0


class Lines:
    """The lines of a text by the offset of anything in them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def number(self, offset: int) -> int:
        """The line that *offset* is in, counted from 0."""
        return bisect_right(self._starts, offset) - 1

    def start(self, offset: int) -> int:
        """Where the line of *offset* begins."""
        return self._starts[self.number(offset)]

    def has_blank_before(self, offset: int) -> bool:
        """The line above that of *offset* is there, and is blank."""
        number = self.number(offset)
        return number > 0 and not self._text[self._starts[number - 1] : self._starts[number]].strip()


def find_comments(text: str, lines: Lines, scalars: Iterable[tuple[int, int]], start: int) -> list[Comment]:
    """The comments of *text* from *start* on, in their order. *scalars* are the spans, in theirs, that hold none."""
    found: list[Comment] = []
    position = start
    for begin, end in (*scalars, (len(text), len(text))):
        # Most gaps hold a colon and a space.
        if text.find("#", position, begin) >= 0:
            found += [_comment(text, lines, match) for match in _COMMENT.finditer(text, position, begin)]
        position = max(position, end)
    return found


def _comment(text: str, lines: Lines, match: re.Match[str]) -> Comment:
    line = lines.start(match.start())
    before = text[line : match.start()]
    return Comment(
        start=match.start(),
        text=match.group().rstrip(),
        column=len(before),
        indent=measure_indent(before),
        gap=len(before) - len(before.rstrip()),
        is_eol=bool(before.strip()),
        has_blank_before=lines.has_blank_before(match.start()),
    )


def lead_lines(comments: Iterable[Comment], *, ends_blank: bool = False) -> list[str]:
    """*comments*, a line each, with a "" for each blank line above one; *ends_blank* where one is below the last."""
    lines: list[str] = []
    for comment in comments:
        if comment.has_blank_before and not comment.is_eol:
            lines.append("")
        lines.append(comment.text)
    return [*lines, ""] if ends_blank else lines
