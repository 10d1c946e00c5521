"""Say what was found in a person's words, without giving anybody away."""

import re
from collections.abc import Iterable

LONGEST_QUOTE = 60
# Numbers are quoted up to this many digits, the most that an integer of 64 bits has.
LONGEST_NUMBER = 19
# Control characters, line and paragraph separators, marks that turn the writing direction, halves of surrogate pairs.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_SHORT_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
# Whatever stands around an @ may be an e-mail address, with spaces and quotes in it too.
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_ADDRESS = re.compile(r"\S*@\S*")


def describe(value: object) -> str:  # noqa: PLR0911  one line a type reads best
    """What *value* is: ``a list``, ``the number 7``, ``nothing``, ``the text "drop"``."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int():
            return _number(value)
        case float():
            return f"the number {value:g}"
        case str():
            return f"the text {quoted(value)}" if value else "an empty text"
        case list() | tuple():
            return "a list" if value else "an empty list"
        case dict():
            return "a mapping of names to values" if value else "an empty mapping"
        case _:
            return f"a {type(value).__name__}"


def describe_kind(value: object) -> str:
    """What *value* is without the value itself, where that may be a secret or a person's."""
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text" if value else "an empty text"
        case _:
            return describe(value)


def quoted(text: str) -> str:
    """*text* in quotes, fit for any terminal or log: clipped, unprintable characters escaped, addresses masked."""
    shown = _ADDRESS.sub("***@***", text[: 4 * LONGEST_QUOTE])
    if len(shown) > LONGEST_QUOTE or len(text) > 4 * LONGEST_QUOTE:
        shown = shown[: LONGEST_QUOTE - 1] + "…"
    return f'"{escape(shown)}"'


def escape(text: str) -> str:
    """*text* with each unprintable character written as its escape, such as ``\\n`` or ``\\u202e``."""
    return _UNPRINTABLE.sub(_escaped, text)


def named(name: str) -> str:
    """*name*, of a field or the like: bare where it is a plain word, else quoted."""
    return name if _PLAIN_WORD.fullmatch(name) else quoted(name)


def listed(words: Iterable[str], conjunction: str = "or") -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    *most, last = words
    return f"{', '.join(most)} {conjunction} {last}" if most else last


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """``1 event``, ``2 events``."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def _number(value: int) -> str:
    # Ten to the power instead of the digits: writing out a very long number takes long, or fails.
    if abs(value) < 10**LONGEST_NUMBER:
        return f"the number {value}"
    return f"a number of more than {LONGEST_NUMBER} digits"


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    return _SHORT_ESCAPES.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
