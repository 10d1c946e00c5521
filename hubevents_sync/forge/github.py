"""GitHub's REST API as the port ``Forge``: docs.github.com, "REST API", version 2022-11-28."""

from collections.abc import Sequence
from urllib.parse import quote

from hubevents_sync.errors import ForgeError
from hubevents_sync.forge.client import ForgeClient
from hubevents_sync.forge.comment import Comment
from hubevents_sync.ports import Clock

# The account of a workflow's own token, which may not ask who it is.
WORKFLOW_ACCOUNT = "github-actions[bot]"
HINTS = {
    401: "the token is wrong or has expired: give github-token, or GITHUB_TOKEN in the environment",
    403: "the job needs: permissions: {pull-requests: write} to comment, {contents: read, pull-requests: read} to look",
    404: "is there such a pull request, and may the token see it? the job needs: permissions: {pull-requests: read}",
    422: "the comment may be too long: plan --max-bytes 60000 is what GitHub takes",
}


class GitHub:
    """The pull requests of *repository*, ``owner/name``."""

    def __init__(self, api_url: str, repository: str, *, token: str, clock: Clock) -> None:
        self._repository = repository
        self._root = "/repos/" + quote(repository, safe="/")
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self._api = ForgeClient(api_url, name="GitHub", token=token, headers=headers, hints=HINTS, clock=clock)

    def close(self) -> None:
        """Close all connections."""
        self._api.close()

    def say_request(self, number: int) -> str:
        """Its name in messages."""
        return f"pull request #{number}"

    def find_author(self) -> str:
        """The token's account; that of workflows where the token may not ask (403: "Resource not accessible")."""
        answer = self._api.send("GET", "/user", action="looking up the token's account", may=(403,))
        if answer.status == 403:
            return WORKFLOW_ACCOUNT
        return _require_text(answer.text("login"), "the token's account has no login")

    def list_comments(self, number: int) -> Sequence[Comment]:
        """All comments, the oldest first. A pull request is an issue here: REST, "Issue comments"."""
        path = f"{self._root}/issues/{number}/comments"
        return [
            Comment(item["id"], str((item.get("user") or {}).get("login") or ""), str(item.get("body") or ""))
            for item in self._api.list_all(path, action=f"reading the comments of #{number}")
            if isinstance(item.get("id"), int)
        ]

    def create_comment(self, number: int, body: str) -> str:
        """Write a new one; the account that it is by."""
        path = f"{self._root}/issues/{number}/comments"
        answer = self._api.send("POST", path, action=f"commenting on #{number}", body={"body": body})
        return answer.text("user", "login")

    def update_comment(self, number: int, comment: Comment, body: str) -> None:
        """Write it anew in its place."""
        path = f"{self._root}/issues/comments/{comment.id}"
        self._api.send("PATCH", path, action=f"updating the comment on #{number}", body={"body": body})

    def delete_comment(self, number: int, comment: Comment) -> None:
        """Take it away; one that is gone already is fine."""
        path = f"{self._root}/issues/comments/{comment.id}"
        self._api.send("DELETE", path, action=f"deleting a double comment on #{number}", may=(404,))

    def find_merged(self, commit: str) -> Sequence[int]:
        """The pull requests whose merge made *commit*: merged, squashed and rebased alike (``merge_commit_sha``)."""
        path = f"{self._root}/commits/{quote(commit, safe='')}/pulls"
        found = self._api.list_all(path, action=f"looking for the pull request of {commit[:12]}")
        return sorted(
            {
                item["number"]
                for item in found
                if item.get("merged_at") and item.get("merge_commit_sha") == commit and self._is_here(item)
            }
        )

    def _is_here(self, item: dict[str, object]) -> bool:
        base = item.get("base")
        place = base.get("repo") if isinstance(base, dict) else None
        name = place.get("full_name") if isinstance(place, dict) else None
        return isinstance(name, str) and name.lower() == self._repository.lower()


def _require_text(found: str, fault: str) -> str:
    if not found:
        raise ForgeError(f"GitHub's answer makes no sense: {fault}")
    return found
