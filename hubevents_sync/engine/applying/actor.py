"""Who runs this, and from where: for the audit log and for the message that somebody else is at work."""

import os
import re
import socket
from collections.abc import Mapping
from contextlib import suppress

from hubevents_sync.model.run import Actor

# Documented by GitHub Actions and by GitLab CI as set in every job.
COMMIT_VARIABLES = ("GITHUB_SHA", "CI_COMMIT_SHA")
USER_VARIABLES = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "LOGNAME", "USER", "LNAME", "USERNAME")
PAGE_VARIABLES = ("CI_JOB_URL",)
# Ours is for a job that knows what the forge does not tell it, such as one that runs after the merge. GitLab sets its
# own in the pipelines of merge requests only.
PULL_REQUEST_VARIABLES = ("HUBEVENTS_PULL_REQUEST", "CI_MERGE_REQUEST_IID")
# GITHUB_REF in a workflow of a pull request is refs/pull/NUMBER/merge: GitHub Actions, "Variables reference".
GITHUB_PULL_REQUEST = re.compile(r"refs/pull/([0-9]+)/(?:merge|head)")


def find_actor(environ: Mapping[str, str]) -> Actor:
    """The user, host and process; in a pipeline also the commit, the job's page and the pull request."""
    return Actor(
        user=_first(environ, USER_VARIABLES) or name_account(os.getuid()),
        host=socket.gethostname(),
        pid=os.getpid(),
        commit=_first(environ, COMMIT_VARIABLES),
        ci_url=_job_page(environ),
        pull_request=_first(environ, PULL_REQUEST_VARIABLES) or _pull_request_of_ref(environ.get("GITHUB_REF", "")),
    )


def name_account(uid: int) -> str:
    """The name of an account of this machine, or its number where it has none, as is usual in containers."""
    import pwd  # not on Windows, where USERNAME is always set

    with suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return f"uid-{uid}"


def _job_page(environ: Mapping[str, str]) -> str | None:
    page = _first(environ, PAGE_VARIABLES)
    if page is not None:
        return page
    parts = [environ.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    if all(parts):
        return f"{parts[0]}/{parts[1]}/actions/runs/{parts[2]}"
    return None


def _pull_request_of_ref(ref: str) -> str | None:
    found = GITHUB_PULL_REQUEST.fullmatch(ref)
    return found[1] if found else None


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environ[name] for name in names if environ.get(name)), None)
