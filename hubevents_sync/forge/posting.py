"""Keep one comment a plan's environment on a pull request, and find what was reviewed in it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from hubevents_sync.errors import ForgeError, ForgeUnavailable, PlanMismatch
from hubevents_sync.forge.comment import Marker, find_own, require_reviewed
from hubevents_sync.forge.port import Forge
from hubevents_sync.ports import Clock

Result = TypeVar("Result")

# Between the tries; after the last one the fault is the user's to know.
PAUSES_SECONDS = (1.0, 4.0, 10.0)


class Posted(StrEnum):
    """What became of a comment."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "left as it is"


@dataclass(frozen=True, slots=True)
class Review:
    """What was reviewed: the pull request's *number*, and the *marker* of the comment on it."""

    number: int
    marker: Marker


def post_comment(forge: Forge, clock: Clock, *, number: int, body: str, marker: Marker, author: str | None) -> Posted:
    """Make *body* the one comment of its environment on the pull request: only comments of *author* are touched.

    *author* is the token's account where it is None. A try whose answer was lost begins with looking again, so it makes
    no second comment.
    """

    def post() -> Posted:
        name = author or forge.find_author()
        own = find_own(forge.list_comments(number), environment=marker.environment, author=name)
        for double in own[1:]:
            forge.delete_comment(number, double)
        if not own:
            _require_author(forge.create_comment(number, body), name)
            return Posted.CREATED
        # Forges give a body back without the white space at its end.
        if own[0].body.rstrip() == body.rstrip():
            return Posted.UNCHANGED
        forge.update_comment(number, own[0], body)
        return Posted.UPDATED

    return _try_again(clock, post)


def _require_author(found: str, expected: str) -> None:
    # An App's token may not ask whose it is: what it posts would never be found again, and each plan make one more.
    if found not in ("", expected):
        raise ForgeError(
            f"the comment was posted by {found}, and comments of {expected} are looked for",
            hint=f"name the account, so that the next plan finds it: --author '{found}', or author: of the action",
        )


def find_review(
    forge: Forge, clock: Clock, *, commit: str, environment: str, expected: str | None, author: str | None
) -> Review:
    """The plan that was reviewed before *commit* was made by merging. *environment* is percent-encoded.

    Raises PlanMismatch where there is none that may be applied.
    """

    def read() -> Review:
        numbers = forge.find_merged(commit)
        if len(numbers) != 1:
            made = "no pull request" if not numbers else f"{len(numbers)} pull requests"
            raise PlanMismatch(
                f"the commit {commit[:12]} was made by merging {made}, so there is nothing that was reviewed",
                hint="nothing was sent; merge by pull request, or look at the plan in this job's summary and run the"
                " workflow by hand with its digest",
            )
        (number,) = numbers
        name = author or forge.find_author()
        own = find_own(forge.list_comments(number), environment=environment, author=name)
        return Review(number, require_reviewed(own, place=forge.say_request(number), expected=expected))

    return _try_again(clock, read)


def _try_again(clock: Clock, work: Callable[[], Result]) -> Result:
    for pause in PAUSES_SECONDS:
        try:
            return work()
        except ForgeUnavailable as error:
            clock.sleep(max(pause, error.wait_seconds))
    return work()
