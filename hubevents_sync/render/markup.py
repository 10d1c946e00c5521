"""Write text of others into comments of GitHub and GitLab, so that it stays text and pings nobody.

All of it goes into HTML, which both take in markdown and neither reads for markdown again: no backtick, pipe or
underscore means anything there. Both do look for mentions and references in what they have rendered, but not inside
``code`` (GitHub: html-pipeline's MentionFilter; GitLab: its reference filters): text that could hold one goes in there.
"""

import html
import re
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from hubevents_sync.render.safe import ELLIPSIS

LONGEST_TEXT = 300  # of a value, a note or a reason
LONGEST_NAME = 80  # of an id, a name or a path
LONGEST_COMMAND = 120  # of something to type, which is of no use when it is cut
# Words, figures and their punctuation. Not in it: @ # / _ ~ $ & < > [ ] { } | \ ` = * ^, which all mean something.
_PLAIN = re.compile(r"""(?:[^\x00-\x7f]|[A-Za-z0-9 ,.;:!?%+()'"-])*""")
# www.example.com, :smile:, GH-12 and JIRA-12, GitLab's !12 and %12, and what could be a commit's id.
_LINKED = re.compile(r"[A-Za-z]\.[A-Za-z0-9]|:\S+:|[A-Za-z]-[0-9]|[!%](?=[\w\"'(])|(?=[0-9]*[a-fA-F])[0-9a-fA-F]{7}")


def write_text(text: str, *, at_most: int = LONGEST_TEXT) -> str:
    """A name or a value, which is one line and harmless already; as ``code`` where it could mean something.

    What is longer than *at_most* characters is cut in the middle.
    """
    return _escape(cut(text, at_most)) if _is_plain(text) else write_code(text, at_most=at_most)


def write_code(text: str, *, at_most: int = LONGEST_TEXT) -> str:
    """*text* as ``code``; without text, nothing."""
    return f"<code>{_escape(cut(text, at_most))}</code>" if text.strip() else ""


def write_name(text: str) -> str:
    """An id or a path."""
    return write_code(text, at_most=LONGEST_NAME)


def write_prose(text: str) -> str:
    """A sentence of ours that may hold names of others: words that could mean something are ``code``."""
    runs = [(is_plain, " ".join(run)) for is_plain, run in groupby(cut(text, LONGEST_TEXT).split(" "), _is_plain)]
    return " ".join(_escape(run) if is_plain else write_code(run) for is_plain, run in runs)


def write_command(text: str) -> str:
    """Something to type, whole or not at all."""
    return write_code(text) if len(text) <= LONGEST_COMMAND else ""


def write_items(items: Iterable[str]) -> list[str]:
    """Each of *items*, which are markup, as a line of a list."""
    return [f"<li>{item}</li>\n" for item in items]


def write_row(cells: Sequence[str], numbers: Collection[int] = (), *, tag: str = "td") -> str:
    """*cells*, which are markup, as a line of a table; those at *numbers* stand on the right."""
    drawn = (
        f'<{tag} align="right">{cell}</{tag}>' if index in numbers and cell else f"<{tag}>{cell}</{tag}>"
        for index, cell in enumerate(cells)
    )
    return f"<tr>{''.join(drawn)}</tr>\n"


def cut(text: str, at_most: int) -> str:
    """*text* in at most so many characters: how a text begins and ends tells most about it."""
    if len(text) <= at_most:
        return text
    tail = at_most // 3
    return f"{text[: at_most - tail - 1].rstrip()}{ELLIPSIS}{text[-tail:].lstrip()}"


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and not _LINKED.search(text)


def _escape(text: str) -> str:
    return html.escape(text)
