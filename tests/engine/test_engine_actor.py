"""Who runs it, and from where."""

import os
import socket

import pytest

from hubevents_sync.engine.applying.actor import find_actor, name_account
from hubevents_sync.model.run import Actor

NO_SUCH_ACCOUNT = 3_999_999_999


def test_at_a_terminal_it_is_the_user_of_the_environment() -> None:
    assert find_actor({"USER": "ana"}) == Actor("ana", socket.gethostname(), os.getpid())


def test_in_a_github_workflow_it_is_who_started_it() -> None:
    environ = {
        "USER": "runner",
        "GITHUB_ACTOR": "ana",
        "GITHUB_SHA": "9b2c1d0",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "co/events",
        "GITHUB_RUN_ID": "17",
    }
    page = "https://github.example/co/events/actions/runs/17"
    assert find_actor(environ) == Actor("ana", socket.gethostname(), os.getpid(), "9b2c1d0", page)


def test_in_a_gitlab_job_it_is_who_started_it() -> None:
    environ = {"GITLAB_USER_LOGIN": "ben", "CI_COMMIT_SHA": "abc", "CI_JOB_URL": "https://gitlab.example/jobs/3"}
    actor = find_actor(environ)
    assert (actor.user, actor.commit, actor.ci_url) == ("ben", "abc", "https://gitlab.example/jobs/3")


@pytest.mark.parametrize(
    ("environ", "number"),
    [
        ({"GITHUB_REF": "refs/pull/12/merge"}, "12"),
        ({"GITHUB_REF": "refs/pull/12/head"}, "12"),
        ({"GITHUB_REF": "refs/heads/pull/12/merge"}, None),
        ({"GITHUB_REF": "refs/heads/main"}, None),
        ({"GITHUB_REF": "refs/pull/12/merge\n"}, None),
        ({"CI_MERGE_REQUEST_IID": "7"}, "7"),
        ({"CI_MERGE_REQUEST_IID": ""}, None),
        ({"HUBEVENTS_PULL_REQUEST": "3", "GITHUB_REF": "refs/heads/main"}, "3"),
    ],
)
def test_the_pull_request_is_the_one_that_the_job_is_about(environ: dict[str, str], number: str | None) -> None:
    assert find_actor({"USER": "ana", **environ}).pull_request == number


@pytest.mark.parametrize("environ", [{"CI_JOB_URL": ""}, {"GITHUB_RUN_ID": "17"}, {"GITHUB_SHA": ""}])
def test_empty_and_half_set_variables_count_as_not_set(environ: dict[str, str]) -> None:
    actor = find_actor({"USER": "ana", **environ})
    assert (actor.commit, actor.ci_url) == (None, None)


def test_without_a_name_in_the_environment_it_is_the_accounts() -> None:
    assert find_actor({}).user == name_account(os.getuid())


def test_an_account_without_a_name_is_known_by_its_number() -> None:
    assert name_account(NO_SUCH_ACCOUNT) == "uid-3999999999"
