"""Fit a comment into a number of bytes: whole pieces of it go, the least important first, and what went is said."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from hubevents_sync.render.wording import say_count, say_list

MOST_BYTES = 60_000  # GitHub takes 65,536 characters
LEAST_BYTES = 16_000  # what is never cut fits, however long the names in it


class Worth(IntEnum):
    """How much a piece matters. What is KEPT is never cut."""

    SAMPLES = 0
    ASIDES = 1
    DOMAINS = 2
    FIELDS = 3
    NOTES = 4
    WAITING = 5
    ROWS = 6
    ANSWERS = 7
    KEPT = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text that stays or goes as a whole. *noun* says what it is where pieces like it were cut: ``sample``."""

    text: str
    worth: Worth
    noun: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Pieces with something before and after, which goes with the last of them."""

    before: str
    parts: "Sequence[Piece | Frame]"
    after: str


def fit_comment(parts: Sequence[Piece | Frame], *, max_bytes: int, finish: Callable[[str, str], str]) -> str:
    """*parts* in at most *max_bytes* of UTF-8, cut where that is needed.

    ``finish(body, cut)`` makes the comment of what is left of *parts*; *cut* says what went, and is empty where nothing
    did. *max_bytes* is at least LEAST_BYTES.
    """
    pieces = [piece for part in parts for piece in _list_pieces(part) if piece.worth is not Worth.KEPT]
    order = sorted(range(len(pieces)), key=lambda index: (pieces[index].worth, -index))

    def draw(cuts: int) -> str:
        gone = [pieces[index] for index in order[:cuts]]
        gone_ids = {id(piece) for piece in gone}
        return finish("".join(_draw(part, gone_ids) for part in parts), _say_cut(gone))

    fits, too_many = len(order), -1
    while fits - too_many > 1:  # fewer cuts make a longer comment, so the least number that fits is found by halving
        middle = (fits + too_many) // 2
        if len(draw(middle).encode()) <= max_bytes:
            fits = middle
        else:
            too_many = middle
    return draw(fits)


def _list_pieces(part: Piece | Frame) -> Iterator[Piece]:
    if isinstance(part, Piece):
        yield part
    else:
        for inner in part.parts:
            yield from _list_pieces(inner)


def _draw(part: Piece | Frame, gone: set[int]) -> str:
    if isinstance(part, Piece):
        return "" if id(part) in gone else part.text
    drawn = "".join(_draw(inner, gone) for inner in part.parts)
    return f"{part.before}{drawn}{part.after}" if drawn else ""


def _say_cut(gone: Sequence[Piece]) -> str:
    counts = Counter(piece.noun for piece in reversed(gone))  # what mattered most comes first
    return say_list(say_count(count, noun) for noun, count in counts.items())


def fold(summary: str, parts: Sequence[Piece | Frame], *, is_open: bool = False) -> Frame:
    """*parts* folded away below *summary*, which is markup."""
    opened = " open" if is_open else ""
    return Frame(f"<details{opened}><summary>{summary}</summary>\n", parts, "</details>\n")


def table(head: str, parts: Sequence[Piece | Frame]) -> Frame:
    """Rows below a *head*."""
    return Frame(f"<table>\n{head}", parts, "</table>\n")


def bullets(parts: Sequence[Piece | Frame]) -> Frame:
    """Items as a list."""
    return Frame("<ul>\n", parts, "</ul>\n")


def titled(title: str, parts: Sequence[Piece | Frame]) -> Frame:
    """*parts* below a heading. The empty line before and after makes it markdown; below it is HTML again."""
    return Frame(f"\n#### {title}\n\n", parts, "")
