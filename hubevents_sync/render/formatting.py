"""Draw what formatting does: a line a file, and the difference, without people where it is not for a terminal."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rich.text import Text

from hubevents_sync.model.formatting import FormatOutcome, FormattedFile
from hubevents_sync.render.canvas import paint
from hubevents_sync.render.safe import make_one_line, to_ascii
from hubevents_sync.render.wording import say_count

CONTEXT = 3
# Comparing takes time that grows with the square of the lines, in the worst case.
MOST_LINES = 20_000
_ADDRESS = re.compile(r"\S*@\S*")


def render_formatting(files: Sequence[FormattedFile], *, is_done: bool, color: bool, unicode: bool = True) -> str:
    """Each file that was formatted, or would be unless it *is_done*, and a line of counts."""
    said = "formatted" if is_done else "would format"
    changed = [file for file in files if file.outcome is FormatOutcome.CHANGED]
    lines = [Text(f"{said} {make_one_line(file.file)}") for file in changed]
    left = sum(file.outcome is FormatOutcome.LEFT for file in files)
    clean = len(files) - len(changed) - left
    counts = [
        f"{say_count(len(changed), 'file')} {'formatted' if is_done else 'to format'}" if changed else "",
        f"{say_count(left, 'file')} left as {'it is' if left == 1 else 'they are'}" if left else "",
        f"{say_count(clean, 'file')} in form" if clean or not files else "",
    ]
    lines.append(Text(", ".join(filter(None, counts)), "bold" if changed or left else "green"))
    written = paint(lines, color=color)
    return written if unicode else to_ascii(written)


def render_difference(file: FormattedFile, *, color: bool, shows_people: bool, unicode: bool = True) -> str:
    """What changes in *file*, as a unified diff.

    Unless *shows_people*, a line with attendees is known by its number alone, and addresses elsewhere are masked.
    """
    lines = [*_draw(file, shows_people=shows_people)]
    written = paint(lines, color=color)
    return written if unicode else to_ascii(written)


def _draw(file: FormattedFile, *, shows_people: bool) -> Iterator[Text]:
    name = make_one_line(file.file)
    before, after = file.text.before.split("\n"), file.text.after.split("\n")
    yield Text(f"--- {name}", "bold")
    yield Text(f"+++ {name} (formatted)", "bold")
    if max(len(before), len(after)) > MOST_LINES:
        yield Text(f"  {max(len(before), len(after)):,} lines, too many to compare", "dim")
        return
    sides = (
        _Side(name, before, frozenset() if shows_people else file.text.personal_before, shows_people),
        _Side(name, after, frozenset() if shows_people else file.text.personal_after, shows_people),
    )
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(CONTEXT):
        yield Text(f"@@ -{_span(group[0][1], group[-1][2])} +{_span(group[0][3], group[-1][4])} @@", "cyan")
        for kind, old_start, old_end, new_start, new_end in group:
            if kind == "equal":
                yield from (Text(f" {sides[0].say(line)}") for line in range(old_start, old_end))
                continue
            yield from (Text(f"-{sides[0].say(line)}", "red") for line in range(old_start, old_end))
            yield from (Text(f"+{sides[1].say(line)}", "green") for line in range(new_start, new_end))


def _span(start: int, end: int) -> str:
    return f"{start + 1 if end > start else start},{end - start}"


class _Side:
    """One of the two texts."""

    def __init__(self, name: str, lines: list[str], personal: frozenset[int], shows_people: bool) -> None:  # noqa: FBT001  as the field is
        self._name = name
        self._lines = lines
        self._personal = personal
        self._shows_people = shows_people

    def say(self, index: int) -> str:
        """The line at *index*, or where it stands."""
        if index + 1 in self._personal:
            return f"{self._name}:{index + 1} (people)"
        line = make_one_line(self._lines[index].removesuffix("\r"))
        return line if self._shows_people else _ADDRESS.sub("***@***", line)
