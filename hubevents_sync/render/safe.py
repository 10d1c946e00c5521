"""Make text of others harmless and short enough for one line of a terminal; widths count cells, not characters."""

import unicodedata
from functools import lru_cache

LINE_BREAK = "↵"
ELLIPSIS = "…"
_LINE_BREAKS = frozenset("\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
# Joiners are letters' and emoji's own business (Persian, Devanagari, families); elsewhere they only hide differences.
_JOINERS = frozenset("\u200c\u200d")
_JOINED_CATEGORIES = frozenset({"Lo", "Mn", "Mc", "So", "Sk"})
_ASCII = str.maketrans(
    {"→": "->", "…": "...", "↵": "\\n", "·": ".", "×": "x", "–": "-", "✓": "ok", "✗": "x", "└": "`", "≤": "<="}  # noqa: RUF001  the signs that we draw
)


def make_one_line(text: str) -> str:
    """*text* without anything that could move a cursor, change a colour, hide, or turn the direction of writing.

    Line breaks become ``↵``; control, format, private and unassigned characters are spelled out: ``\\x1b``.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    category_before = ""
    for character in text.replace("\r\n", "\n"):
        category = unicodedata.category(character)
        shown.append(_show_character(character, category, category_before))
        category_before = category
    return "".join(shown)


def _show_character(character: str, category: str, category_before: str) -> str:
    if character in _LINE_BREAKS:
        return LINE_BREAK
    if character in _JOINERS and category_before in _JOINED_CATEGORIES:
        return ""  # terminals do not agree how wide a joined emoji is, so its parts stand side by side
    if "\ufe00" <= character <= "\ufe0f":
        return ""  # picks between two looks of the character before it, of different width
    if category == "Zs":
        return " "
    if category[0] == "C" or category in ("Zl", "Zp"):
        return _spell_out(character)
    return character


def _spell_out(character: str) -> str:
    code = ord(character)
    if character == "\t":
        return "\\t"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def to_ascii(text: str) -> str:
    """*text* for an output that takes ASCII alone: our own signs get a stand-in, other characters are spelled out."""
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


@lru_cache(maxsize=4096)
def _character_width(character: str) -> int:
    from rich.cells import cell_len  # ASCII needs none of it

    return cell_len(character)


def measure(text: str) -> int:
    """How many cells *text*, which is one line already, takes."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def take_start(text: str, width: int) -> str:
    """As much of the beginning of *text* as fits *width* cells."""
    if text.isascii():
        return text[: max(width, 0)]
    used = 0
    for index, character in enumerate(text):
        used += _character_width(character)
        if used > width:
            return text[:index]
    return text


def take_end(text: str, width: int) -> str:
    """As much of the end of *text* as fits *width* cells."""
    used = 0
    for index in range(len(text) - 1, -1, -1):
        used += _character_width(text[index])
        if used > width:
            return text[index + 1 :]
    return text


def clip(text: str, width: int, *, ellipsis: str = ELLIPSIS) -> str:
    """*text* in at most *width* cells, cut in the middle: how a text begins and ends tells most about it."""
    if measure(text) <= width:
        return text
    room = width - len(ellipsis)
    if room < 2:
        return take_start(text, max(width, 0))
    tail = room // 3
    return f"{take_start(text, room - tail).rstrip()}{ellipsis}{take_end(text, tail).lstrip()}"


def clip_pair(before: str, after: str, width: int, *, ellipsis: str = ELLIPSIS) -> tuple[str, str]:
    """Both texts in *width* cells each, cut so that the place where they first differ can be seen.

    >>> clip_pair("one long sentence that ends well", "one long sentence that ends badly", 20)
    ('…that ends well', '…that ends badly')
    """
    if measure(before) <= width and measure(after) <= width:
        return before, after
    shown = clip(before, width, ellipsis=ellipsis), clip(after, width, ellipsis=ellipsis)
    same = _count_same_start(before, after)
    if same < width // 2:
        return shown
    lead = max(same - width // 2, 0)
    space = before.find(" ", max(lead - 1, 0), same)
    lead = space + 1 if space >= 0 else lead
    room = width - len(ellipsis)
    return (
        ellipsis + clip(before[lead:], room, ellipsis=ellipsis),
        ellipsis + clip(after[lead:], room, ellipsis=ellipsis),
    )


def _count_same_start(one: str, other: str) -> int:
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))
