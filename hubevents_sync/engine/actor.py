"""Who runs this, and from where: for the audit log and for the message that somebody else is at work."""

import getpass
import os
import socket
from collections.abc import Mapping

from hubevents_sync.model.run import Actor

# Documented by GitHub Actions and by GitLab CI as set in every job.
COMMIT_VARIABLES = ("GITHUB_SHA", "CI_COMMIT_SHA")
USER_VARIABLES = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN")


def find_actor(environ: Mapping[str, str]) -> Actor:
    """The user, host and process; in a pipeline also the commit and the job's page."""
    return Actor(
        user=_first(environ, USER_VARIABLES) or _login_name(environ),
        host=socket.gethostname(),
        pid=os.getpid(),
        commit=_first(environ, COMMIT_VARIABLES),
        ci_url=_job_page(environ),
    )


def _login_name(environ: Mapping[str, str]) -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return environ.get("USER") or f"uid-{os.getuid()}"


def _job_page(environ: Mapping[str, str]) -> str | None:
    if "CI_JOB_URL" in environ:
        return environ["CI_JOB_URL"]
    parts = [environ.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    if all(parts):
        return f"{parts[0]}/{parts[1]}/actions/runs/{parts[2]}"
    return None


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environ[name] for name in names if environ.get(name)), None)
