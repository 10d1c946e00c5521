"""What posting and reading need of a forge. Each call may raise a ForgeError."""

from collections.abc import Sequence
from typing import Protocol

from hubevents_sync.forge.comment import Comment


class Forge(Protocol):
    """The pull requests of one repository; on GitLab, the merge requests of one project."""

    def say_request(self, number: int) -> str:
        """A pull request's name in messages: ``pull request #12`` or ``merge request !12``."""

    def find_author(self) -> str:
        """The name of the account that the token belongs to."""

    def list_comments(self, number: int) -> Sequence[Comment]:
        """All comments on a pull request, the oldest first."""

    def create_comment(self, number: int, body: str) -> str:
        """Write a new one; the account that it is by."""

    def update_comment(self, number: int, comment: Comment, body: str) -> None:
        """Put *body* in the place of what *comment* says."""

    def delete_comment(self, number: int, comment: Comment) -> None:
        """Take it away."""

    def find_merged(self, commit: str) -> Sequence[int]:
        """The pull requests whose merge made *commit*."""
