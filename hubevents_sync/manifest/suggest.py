"""Guess what somebody meant to write."""

from collections.abc import Iterable

# A longer word is no slip of the finger, and comparing it takes long.
LONGEST_WORD = 64
# Below this likeness a guess confuses more than it helps: "roster" for "organizer".
CLOSE_ENOUGH = 0.7


def suggest(word: str, known: Iterable[str]) -> str | None:
    """The one of *known* that *word* most likely stands for; None where nothing comes close.

    Case, ``_``, ``-`` and spaces don't count: ``event_name`` stands for ``eventName``.
    """
    from difflib import get_close_matches  # only what is wrong needs it

    if len(word) > LONGEST_WORD:
        return None
    by_bare_word = {_bare(candidate): candidate for candidate in known}
    matches = get_close_matches(_bare(word), by_bare_word, n=1, cutoff=CLOSE_ENOUGH)
    return by_bare_word[matches[0]] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint that names what *word* most likely stands for; None where nothing comes close."""
    meant = suggest(word, known)
    return None if meant is None else f"did you mean {meant}?"


def _bare(word: str) -> str:
    return word.casefold().translate(_SEPARATORS)


_SEPARATORS = str.maketrans("", "", "_- ")
