"""Find where two texts differ, in whole words, so that only that needs to be marked."""

from dataclasses import dataclass

from hubevents_sync.render.safe import ELLIPSIS

SHORT = 60  # two texts of no more than this are read faster whole
CONTEXT = 120


@dataclass(frozen=True, slots=True)
class Split:
    """``start + removed + end`` became ``start + added + end``; what is the same is shortened to what stands near."""

    start: str
    removed: str
    added: str
    end: str


def split_change(before: str, after: str) -> Split:
    """Where *before* and *after* differ.

    >>> split_change("see you in May, " + "word " * 20 + "end", "see you in June, " + "word " * 20 + "end").added
    'June,'
    """
    if max(len(before), len(after)) <= SHORT:
        return Split("", before, after, "")
    start = _count_same(before, after)
    start = before.rfind(" ", 0, start) + 1
    most = min(len(before), len(after)) - start
    end = min(_count_same(before[::-1], after[::-1]), most)
    space = before.find(" ", len(before) - end)
    end = len(before) - space if end and space >= 0 else 0
    return Split(
        start=_keep_end(before[:start]),
        removed=before[start : len(before) - end],
        added=after[start : len(after) - end],
        end=_keep_start(before[len(before) - end :]),
    )


def _count_same(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    return next((index for index in range(shorter) if one[index] != other[index]), shorter)


def _keep_end(text: str) -> str:
    return text if len(text) <= CONTEXT else f"{ELLIPSIS}{text[text.find(' ', len(text) - CONTEXT) + 1 :]}"


def _keep_start(text: str) -> str:
    return text if len(text) <= CONTEXT else f"{text[: max(text.rfind(' ', 0, CONTEXT), 1)]}{ELLIPSIS}"
