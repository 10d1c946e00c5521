"""Where a pipeline runs: which forge, which repository, which pull request. Read from the variables that it sets."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from re import fullmatch
from typing import Any

from hubevents_sync.errors import ConfigurationError, UsageError
from hubevents_sync.forge.client import check_api_url
from hubevents_sync.forge.github import GitHub
from hubevents_sync.forge.gitlab import GitLab
from hubevents_sync.ports import Clock


@dataclass(frozen=True, slots=True)
class Place:
    """A pipeline's place. *number* is the pull request's, None outside of one; *is_fork*: it comes from a fork."""

    forge: str
    api_url: str
    repository: str
    token: str = field(repr=False)
    number: int | None = None
    is_fork: bool = False
    commit: str | None = None

    def open(self, clock: Clock) -> GitHub | GitLab:
        """Its forge. Raises ConfigurationError where there is no token."""
        is_github = self.forge == "github"
        variable = "GITHUB_TOKEN" if is_github else "GITLAB_TOKEN"
        if not self.token:
            hint = (
                "pass it to the step: env: {GITHUB_TOKEN: ${{ github.token }}}"
                if is_github
                else "make a project access token with the scope api, and a masked variable of it"
            )
            raise ConfigurationError(f"{variable} is not set", hint=hint)
        kind: type[GitHub] | type[GitLab] = GitHub if is_github else GitLab
        return kind(self.api_url, self.repository, token=self.token, clock=clock)

    def require_number(self, given: int | None) -> int:
        """The pull request: that of ``--pull-request``, or the pipeline's own."""
        number = given if given is not None else self.number
        if number is None:
            raise UsageError("this pipeline belongs to no pull request", hint="name one: --pull-request NUMBER")
        return number

    def require_commit(self, given: str | None) -> str:
        """The commit: that of ``--commit``, or the pipeline's own."""
        commit = given or self.commit
        if not commit:
            raise UsageError("the pipeline names no commit", hint="name it: --commit SHA")
        if not fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit):
            raise UsageError("--commit takes the whole id of a commit, 40 hex digits", hint="git rev-parse HEAD")
        return commit


def find_place(environ: Mapping[str, str]) -> Place:
    """The place of this pipeline. Raises UsageError outside of one."""
    if environ.get("GITHUB_REPOSITORY"):
        return _find_github(environ)
    if environ.get("CI_PROJECT_ID"):
        return _find_gitlab(environ)
    raise UsageError(
        "this is no pipeline of GitHub or GitLab: neither GITHUB_REPOSITORY nor CI_PROJECT_ID is set",
        hint="set GITHUB_REPOSITORY=owner/name and GITHUB_TOKEN; or CI_API_V4_URL, CI_PROJECT_ID and GITLAB_TOKEN",
    )


def _find_github(environ: Mapping[str, str]) -> Place:
    event = _read_event(environ.get("GITHUB_EVENT_PATH"))
    request = _object(event.get("pull_request"))
    number = request.get("number")
    ref = fullmatch(r"refs/pull/([0-9]+)/(?:merge|head)", environ.get("GITHUB_REF", ""))
    if not isinstance(number, int):
        number = int(ref[1]) if ref else None
    return Place(
        "github",
        check_api_url(environ.get("GITHUB_API_URL") or "https://api.github.com", "GITHUB_API_URL"),
        environ["GITHUB_REPOSITORY"],
        environ.get("GITHUB_TOKEN", ""),
        number,
        # A fork that is gone is null: its pull request stays.
        bool(request) and _repository_of(request.get("head")) != _repository_of(request.get("base")),
        environ.get("GITHUB_SHA"),
    )


def _find_gitlab(environ: Mapping[str, str]) -> Place:
    here = environ.get("CI_MERGE_REQUEST_PROJECT_ID") or environ["CI_PROJECT_ID"]
    number = environ.get("CI_MERGE_REQUEST_IID", "")
    return Place(
        "gitlab",
        check_api_url(environ.get("CI_API_V4_URL") or "https://gitlab.com/api/v4", "CI_API_V4_URL"),
        here,
        environ.get("GITLAB_TOKEN", ""),
        int(number) if number.isdigit() else None,
        (environ.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID") or here) != here,
        environ.get("CI_COMMIT_SHA"),
    )


def _read_event(path: str | None) -> dict[str, Any]:
    """What started the workflow: the file is GitHub's own. Without it, the variables have to do."""
    with suppress(OSError, ValueError):
        return _object(json.loads(Path(path).read_bytes())) if path else {}
    return {}


def _repository_of(side: object) -> str | None:
    name = _object(_object(side).get("repo")).get("full_name")
    return name if isinstance(name, str) else None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
