"""GitLab's REST API, v4, as the port ``Forge``: merge requests and their notes. docs.gitlab.com, "REST API"."""

from collections.abc import Sequence
from urllib.parse import quote

from hubevents_sync.errors import ForgeError
from hubevents_sync.forge.client import ForgeClient
from hubevents_sync.forge.comment import Comment
from hubevents_sync.ports import Clock

HINTS = {
    401: "GITLAB_TOKEN is wrong or has expired: make a project access token with the scope api",
    403: "GITLAB_TOKEN needs the scope api and the role Reporter or higher; CI_JOB_TOKEN can't write notes",
    404: "is there such a merge request, and may GITLAB_TOKEN see the project?",
}


class GitLab:
    """The merge requests of *project*: its number, or its path."""

    def __init__(self, api_url: str, project: str, *, token: str, clock: Clock) -> None:
        self._root = "/projects/" + quote(project, safe="")
        headers = {"Accept": "application/json", "PRIVATE-TOKEN": token}
        self._api = ForgeClient(api_url, name="GitLab", token=token, headers=headers, hints=HINTS, clock=clock)

    def close(self) -> None:
        """Close all connections."""
        self._api.close()

    def say_request(self, number: int) -> str:
        """Its name in messages."""
        return f"merge request !{number}"

    def find_author(self) -> str:
        """The token's account; that of a project access token is a bot's."""
        found = self._api.send("GET", "/user", action="looking up the token's account").text("username")
        if not found:
            raise ForgeError("GitLab's answer makes no sense: the token's account has no username")
        return found

    def list_comments(self, number: int) -> Sequence[Comment]:
        """All notes but GitLab's own, the oldest first."""
        path = f"{self._root}/merge_requests/{number}/notes?sort=asc&order_by=created_at"
        return [
            Comment(item["id"], str((item.get("author") or {}).get("username") or ""), str(item.get("body") or ""))
            for item in self._api.list_all(path, action=f"reading the notes of !{number}")
            if isinstance(item.get("id"), int) and not item.get("system")
        ]

    def create_comment(self, number: int, body: str) -> str:
        """Write a new note; the account that it is by."""
        path = f"{self._root}/merge_requests/{number}/notes"
        answer = self._api.send("POST", path, action=f"writing a note on !{number}", body={"body": body})
        return answer.text("author", "username")

    def update_comment(self, number: int, comment: Comment, body: str) -> None:
        """Write it anew in its place."""
        path = f"{self._root}/merge_requests/{number}/notes/{comment.id}"
        self._api.send("PUT", path, action=f"updating the note on !{number}", body={"body": body})

    def delete_comment(self, number: int, comment: Comment) -> None:
        """Take it away; one that is gone already is fine."""
        path = f"{self._root}/merge_requests/{number}/notes/{comment.id}"
        self._api.send("DELETE", path, action=f"deleting a double note on !{number}", may=(404,))

    def find_merged(self, commit: str) -> Sequence[int]:
        """The merge requests whose merge made *commit*: by its merge, its squash, or by fast forward."""
        path = f"{self._root}/repository/commits/{quote(commit, safe='')}/merge_requests"
        found = self._api.list_all(path, action=f"looking for the merge request of {commit[:12]}")
        made_by = ("merge_commit_sha", "squash_commit_sha", "sha")
        return sorted(
            {
                item["iid"]
                for item in found
                if item.get("state") == "merged" and commit in (item.get(name) for name in made_by)
            }
        )
