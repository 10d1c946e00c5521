"""What a plan's comment says to a script, whose comment it is, and whether it may be taken for a review. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from hubevents_sync.errors import PlanMismatch, UsageError

_MARKER = re.compile(r"<!-- hubevents-sync plan environment=(\S*) digest=([0-9a-f]{64}) cut=(true|false) -->\s*")
# Written by render/plan_markdown.py below everything else: what a reviewer sees.
_SHOWN_DIGEST = re.compile(r"<p>Digest <code>([0-9a-f]{64})</code></p>\s*")
_BY_HAND = "look at the plan in this job's summary; if that is meant, run the workflow by hand with its digest"


@dataclass(frozen=True, slots=True)
class Marker:
    """The hidden first line of a plan's comment. *environment* is percent-encoded, and empty where there is none."""

    environment: str
    digest: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as the forge has it. *author* is the account's name."""

    id: int
    author: str
    body: str


def read_marker(body: str) -> Marker | None:
    """The marker of a comment; None where its first line is none. A quoted or later one counts for nothing."""
    first = body.split("\n", maxsplit=1)[0]
    found = _MARKER.fullmatch(first)
    return None if found is None else Marker(found[1], found[2], found[3] == "true")


def require_marker(body: str, name: str) -> Marker:
    """The marker of the file *name*. Raises UsageError where it is not what ``plan --markdown`` writes."""
    marker = read_marker(body)
    if marker is None:
        raise UsageError(
            f"{name} is not a plan as plan --markdown writes it: its first line is not the plan's mark",
            hint="nothing was posted; write the file with: hubevents-sync plan --markdown FILE",
        )
    return marker


def encode_environment(environment: str | None) -> str:
    """An environment's name as it stands in a marker."""
    return quote(environment or "", safe="")[:200]


def find_own(comments: Iterable[Comment], *, environment: str, author: str) -> list[Comment]:
    """The comments of *author* that hold a plan of *environment*, percent-encoded, in the order given."""
    return [
        comment
        for comment in comments
        if comment.author == author
        and (marker := read_marker(comment.body)) is not None
        and marker.environment == environment
    ]


def require_reviewed(own: Sequence[Comment], *, place: str, expected: str | None) -> Marker:
    """The marker of the plan that was reviewed at *place*, by the comments *own* of it.

    Raises PlanMismatch unless there is one comment, whole, which says one digest, that of *expected* where it is given.
    """
    if not own:
        raise PlanMismatch(
            f"{place} has no comment with a plan of this environment, so there is nothing that was reviewed",
            hint=f"nothing was sent; {_BY_HAND}",
        )
    markers = {marker for comment in own if (marker := read_marker(comment.body)) is not None}
    if len(markers) > 1:
        raise PlanMismatch(
            f"{place} has {len(own)} comments with different plans of this environment",
            hint=f"nothing was sent; {_BY_HAND}",
        )
    (marker,) = markers
    shown = _find_shown(own[0].body)
    if shown != marker.digest:
        what = "does not end in its digest" if shown is None else "shows another digest than its hidden line has"
        raise PlanMismatch(
            f"the comment on {place} {what}: it was edited after it was posted",
            hint=f"nothing was sent; {_BY_HAND}",
        )
    if marker.is_cut:
        raise PlanMismatch(
            f"the comment on {place} is cut: it was too long, and not all of the plan could be reviewed in it",
            hint="nothing was sent; review the page or plan -v, then run the workflow by hand with the plan's digest,"
            " and approve completions by name: --approve complete:ID",
        )
    if expected is not None and marker.digest != expected:
        raise PlanMismatch(
            f"the plan that was reviewed on {place} is {marker.digest}, and {expected} was expected",
            hint="nothing was sent; expect the digest of the comment, or plan again and have that reviewed",
        )
    return marker


def _find_shown(body: str) -> str | None:
    """The digest that the comment ends in."""
    last = body.rstrip().rsplit("\n", maxsplit=1)[-1]
    found = _SHOWN_DIGEST.fullmatch(last)
    return None if found is None else found[1]
