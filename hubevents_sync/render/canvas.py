"""Lay styled text out in lines of a given width, and turn them into a string with or without colours."""

from collections.abc import Iterable
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from hubevents_sync.render.outline import Mark
from hubevents_sync.render.safe import ELLIPSIS, clip, measure, take_start, to_ascii

if TYPE_CHECKING:
    from rich.text import Text

NARROWEST, WIDEST = 40, 200
DEEP = 6
STYLES = {
    Mark.ADD: "green",
    Mark.CHANGE: "yellow",
    Mark.REMOVE: "red",
    Mark.DANGER: "bold red",
    Mark.QUIET: "dim",
}
SIGNS = {Mark.ADD: "+", Mark.CHANGE: "~", Mark.REMOVE: "-", Mark.DANGER: "!", Mark.QUIET: "·"}
Styled = tuple[str, str]  # text and a rich style, "" for none


class Canvas:
    """Lines of at most *width* cells. Text given to it must be one line each, and harmless (see ``safe``).

    Colours are the sixteen of any terminal, so that they follow its theme.
    """

    def __init__(self, *, width: int, color: bool, unicode: bool = True) -> None:
        self.width = min(max(width, NARROWEST), WIDEST)
        self.is_unicode = unicode
        self.ellipsis = ELLIPSIS if unicode else "..."
        self._color = color
        self._lines: list[tuple[Styled, ...]] = []

    def fit(self, text: str) -> str:
        """*text* in the characters that the output takes. Everything that is measured goes through here first."""
        return text if self.is_unicode else to_ascii(text)

    def clip(self, text: str, width: int) -> str:
        """*text*, fitted, in at most *width* cells."""
        return clip(self.fit(text), width, ellipsis=self.ellipsis)

    def measure(self, text: str) -> int:
        """How many cells *text* takes once it is fitted."""
        return measure(self.fit(text))

    def blank(self) -> None:
        """An empty line; never two, and none at the top."""
        if self._lines and self._lines[-1]:
            self._lines.append(())

    def line(self, *parts: Styled) -> None:
        """One line; what is too long for it is cut off at the end."""
        shown: list[Styled] = []
        room = self.width
        for plain, style in _join_equal(parts):
            piece = take_start(self.fit(plain), room)
            room -= measure(piece)
            shown.append((piece, style))
        while shown:
            plain, style = shown.pop()
            if plain := plain.rstrip():
                shown.append((plain, style))
                break
        self._lines.append(tuple(shown))

    def paragraph(self, lead: tuple[Styled, ...], *parts: Styled) -> None:
        """*parts* after *lead*, wrapped between words; the lines that follow are indented by the width of *lead*."""
        indent = sum(self.measure(plain) for plain, _ in lead)
        if indent > self.width * 2 // 3:  # too little would be left of each line
            self.line(*lead)
            lead, indent = ((" " * DEEP, ""),), DEEP
        words = [(word, style) for plain, style in parts for word in self.fit(plain).split(" ") if word]
        line: list[Styled] = [(self.fit(plain), style) for plain, style in lead]
        used, is_fresh = indent, True
        for word, style in words:
            for piece in self._split_word(word, self.width - indent):
                needed = measure(piece) + (not is_fresh)
                if used + needed > self.width and not is_fresh:
                    self.line(*line)
                    line, used, is_fresh = [(" " * indent, "")], indent, True
                    needed = measure(piece)
                line.append((piece if is_fresh else f" {piece}", style))
                used, is_fresh = used + needed, False
        self.line(*line)

    @staticmethod
    def _split_word(word: str, width: int) -> list[str]:
        pieces = []
        while measure(word) > width:
            piece = take_start(word, width)
            pieces.append(piece)
            word = word[len(piece) :]
        return [*pieces, word] if word else pieces

    def to_text(self) -> str:
        """All lines, each with a newline at its end."""
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        if not self._color:  # what draws colours takes a twentieth of a second to load
            return "".join("".join(plain for plain, _ in line) + "\n" for line in self._lines)
        from rich.text import Text

        return paint([Text.assemble(*line) for line in self._lines], color=True)


def _join_equal(parts: Iterable[Styled]) -> list[Styled]:
    # One escape a style, not one a word.
    return [("".join(plain for plain, _ in run), style) for style, run in groupby(parts, key=lambda part: part[1])]


def paint(lines: "list[Text]", *, color: bool) -> str:
    """*lines* as a string, never wrapped.

    Whatever the terminal or the environment: without *color* there is no escape in it, with *color* there is.
    """
    from rich.console import Console

    system: Literal["standard"] | None = "standard" if color else None
    # A width beyond any line: wrapping is done, and rich would pad or cut by its own idea of it.
    console = Console(
        file=StringIO(),
        width=max([1, *(line.cell_len for line in lines)]) + 1,
        force_terminal=color,
        force_jupyter=False,
        force_interactive=False,
        color_system=system,
        no_color=not color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )
    with console.capture() as captured:
        for line in lines:
            console.print(line)
    return captured.get()
