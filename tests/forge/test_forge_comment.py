"""One comment a plan's environment on a pull request: made, updated in place, and nobody else's touched."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from hubevents_sync.errors import ForgeUnavailable
from hubevents_sync.forge.comment import require_marker
from hubevents_sync.forge.github import GitHub
from hubevents_sync.forge.posting import Posted, post_comment
from tests.fakes import FakeClock
from tests.forge.conftest import DIGEST, OTHER, Run, write_comment
from tests.forge_stand_in import APP_TOKEN, FORK_TOKEN, PERSON_TOKEN, REPOSITORY, WORKFLOW_TOKEN, Fault, StandIn

BOT = "github-actions[bot]"


def write(text: str) -> str:
    """A plan's file in the working folder."""
    Path("plan.md").write_text(text, encoding="utf-8")
    return "plan.md"


def say(forge: StandIn) -> list[tuple[int, str, str, int]]:
    """All comments: whose pull request, author, body, changes."""
    return [(note.number, note.author, note.body, note.edits) for note in forge.notes]


def test_the_first_plan_makes_the_comment_and_later_ones_update_it_in_place(on_github: Run, forge: StandIn) -> None:
    first = on_github("forge", "comment", write(write_comment()))
    assert (first.code, first.out, first.err) == (0, "", "the comment on pull request #12 was created\n")
    second = on_github("forge", "comment", write(write_comment(OTHER)))
    assert (second.code, second.err) == (0, "the comment on pull request #12 was updated\n")
    third = on_github("forge", "comment", write(write_comment(said="2 events")))
    assert (third.code, third.err) == (0, "the comment on pull request #12 was updated\n")
    assert say(forge) == [(12, BOT, write_comment(said="2 events"), 2)]


def test_the_same_plan_changes_nothing(on_github: Run, forge: StandIn) -> None:
    on_github("forge", "comment", write(write_comment()))
    again = on_github("forge", "comment", write(write_comment()))
    assert (again.code, again.err) == (0, "the comment on pull request #12 was left as it is\n")
    assert say(forge) == [(12, BOT, write_comment(), 0)]


def test_each_environment_has_its_own_and_others_comments_stay_as_they_are(on_github: Run, forge: StandIn) -> None:
    forge.add(12, write_comment(), author="mallory")
    forge.add(12, "I quote:\n" + write_comment(), author=BOT)
    forge.add(13, write_comment(), author=BOT)
    before = say(forge)
    for environment in ("", "staging", "a%20b"):
        assert on_github("forge", "comment", write(write_comment(environment=environment))).code == 0
        assert on_github("forge", "comment", write(write_comment(OTHER, environment=environment))).code == 0
    assert say(forge) == before + [
        (12, BOT, write_comment(OTHER, environment=environment), 1) for environment in ("", "staging", "a%20b")
    ]


def test_the_comment_is_found_behind_many_others(on_github: Run, forge: StandIn) -> None:
    for number in range(250):
        forge.add(12, f"comment {number}", author="ana")
    forge.add(12, write_comment())
    assert on_github("forge", "comment", write(write_comment(OTHER))).code == 0
    assert say(forge)[-1] == (12, BOT, write_comment(OTHER), 1)
    assert forge.requests.count("GET /repos/cooking/events/issues/12/comments") == 3


def test_of_doubles_that_two_runs_made_at_once_the_first_is_kept(on_github: Run, forge: StandIn) -> None:
    forge.add(12, write_comment(said="first"))
    forge.add(12, write_comment(said="second"))
    assert on_github("forge", "comment", write(write_comment(OTHER))).code == 0
    assert say(forge) == [(12, BOT, write_comment(OTHER), 1)]


def test_a_token_of_a_person_or_an_app_finds_its_own_comments(
    on_github: Run, forge: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge.add(12, write_comment())
    monkeypatch.setenv("GITHUB_TOKEN", PERSON_TOKEN)
    on_github("forge", "comment", write(write_comment(OTHER)))
    on_github("forge", "comment", write(write_comment(DIGEST, said="3 events")))
    assert say(forge) == [(12, BOT, write_comment(), 0), (12, "ana", write_comment(said="3 events"), 1)]
    on_github("forge", "comment", "--author", BOT, write(write_comment(OTHER)))
    assert say(forge)[0] == (12, BOT, write_comment(OTHER), 1)


def test_an_apps_token_is_told_by_its_account(on_github: Run, forge: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a token may not ask whose it is, and its comment would not be found again."""
    monkeypatch.setenv("GITHUB_TOKEN", APP_TOKEN)
    unnamed = on_github("forge", "comment", write(write_comment()))
    assert (unnamed.code, unnamed.err) == (
        1,
        "error: the comment was posted by reviewer[bot], and comments of github-actions[bot] are looked for\n"
        "hint: name the account, so that the next plan finds it: --author 'reviewer[bot]', or author: of the action\n",
    )
    monkeypatch.setenv("HUBEVENTS_AUTHOR", "reviewer[bot]")
    assert on_github("forge", "comment", write(write_comment(OTHER))).code == 0
    assert say(forge) == [(12, "reviewer[bot]", write_comment(OTHER), 1)]


@pytest.mark.parametrize("head", ["stranger/events", None])
def test_a_forks_pull_request_gets_no_comment_and_that_is_said(
    on_github: Run, forge: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, head: str | None
) -> None:
    request = {
        "number": 12,
        "head": {"repo": None if head is None else {"full_name": head}},
        "base": {"repo": {"full_name": "cooking/events"}},
    }
    (tmp_path / "event.json").write_text(json.dumps({"pull_request": request}))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
    monkeypatch.setenv("GITHUB_TOKEN", FORK_TOKEN)
    ended = on_github("forge", "comment", write(write_comment()))
    assert (ended.code, ended.err) == (
        0,
        "no comment: the pull request comes from a fork, and a fork's pipeline may not write here\n",
    )
    assert forge.requests == []


def test_a_token_that_may_not_write_is_explained(
    on_github: Run, forge: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", FORK_TOKEN)
    ended = on_github("forge", "comment", write(write_comment()))
    assert (ended.code, ended.err) == (
        1,
        "error: commenting on #12: GitHub answers 403: Resource not accessible by integration\n"
        "hint: the job needs: permissions: {pull-requests: write} to comment, "
        "{contents: read, pull-requests: read} to look\n",
    )


def test_a_wrong_token_is_explained_and_not_shown(
    on_github: Run, forge: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_planted_secret")
    forge.faults.append(Fault("GET", 401, message="Bad credentials: ghs_planted_secret"))
    ended = on_github("forge", "comment", write(write_comment()))
    assert (ended.code, ended.err) == (
        1,
        "error: looking up the token's account: GitHub answers 401: Bad credentials: <hidden>\n"
        "hint: the token is wrong or has expired: give github-token, or GITHUB_TOKEN in the environment\n",
    )


def post(forge: StandIn) -> tuple[Posted, float]:
    """Post as the workflow does, in a time of its own: what became of it, and how long it waited."""
    clock = FakeClock()
    with closing(GitHub(forge.base_url, REPOSITORY, token=WORKFLOW_TOKEN, clock=clock)) as github:
        body = write_comment()
        marker = require_marker(body, "plan.md")
        return post_comment(github, clock, number=12, body=body, marker=marker, author=None), sum(clock.slept)


def test_an_answer_that_was_lost_makes_no_second_comment(forge: StandIn) -> None:
    forge.faults.append(Fault("POST", 502, is_late=True))
    assert post(forge) == (Posted.UNCHANGED, 1.0)
    assert say(forge) == [(12, BOT, write_comment(), 0)]


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        (Fault("GET", 403, {"retry-after": "60"}), 60.0),
        (Fault("GET", 429, {"retry-after": "Sat, 01 Jan 2000 00:00:00 GMT"}), 1.0),
        (Fault("GET", 429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}), 1.0),
        (Fault("GET", 503), 1.0),
    ],
)
def test_a_short_rate_limit_and_a_short_trouble_are_waited_for(forge: StandIn, fault: Fault, waited: float) -> None:
    forge.faults.append(fault)
    assert post(forge) == (Posted.CREATED, waited)
    assert say(forge) == [(12, BOT, write_comment(), 0)]


def test_trouble_that_stays_ends_with_what_the_forge_said(forge: StandIn) -> None:
    forge.faults += [Fault("GET", 503, message="Server\nError") for _ in range(4)]
    with pytest.raises(ForgeUnavailable) as raised:
        post(forge)
    assert raised.value.message == "looking up the token's account: GitHub answers 503: Server Error"
    assert raised.value.hint == "run it again; is GitHub in trouble?"
    assert forge.notes == []


def test_a_long_rate_limit_ends_the_step_and_says_when_it_is_over(on_github: Run, forge: StandIn) -> None:
    forge.faults.append(Fault("GET", 403, {"x-ratelimit-remaining": "0", "retry-after": "1800"}))
    ended = on_github("forge", "comment", "--author", BOT, write(write_comment()))
    assert (ended.code, ended.err) == (
        1,
        "error: reading the comments of #12: GitHub's rate limit is used up\nhint: run it again in 31 minutes\n",
    )


def test_a_file_that_is_no_plan_is_not_posted(on_github: Run, forge: StandIn) -> None:
    for text in ("", "### a plan\n", "\n" + write_comment(), write_comment().replace(DIGEST, "none", 1)):
        ended = on_github("forge", "comment", write(text))
        assert (ended.code, ended.err) == (
            64,
            "error: plan.md is not a plan as plan --markdown writes it: its first line is not the plan's mark\n"
            "hint: nothing was posted; write the file with: hubevents-sync plan --markdown FILE\n",
        )
    assert on_github("forge", "comment", "nowhere.md").err == (
        "error: can't read nowhere.md: no such file or directory\n"
    )
    assert forge.requests == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("GITHUB_REPOSITORY", "", "this is no pipeline of GitHub or GitLab"),
        ("GITHUB_REF", "refs/heads/main", "this pipeline belongs to no pull request"),
        ("GITHUB_TOKEN", "", "GITHUB_TOKEN is not set"),
        ("GITHUB_API_URL", "http://forge.example", "GITHUB_API_URL is http on forge.example: the token would travel"),
        ("GITHUB_API_URL", "https://ana:secret@forge.example", "GITHUB_API_URL is no https URL of an API"),
        ("GITHUB_API_URL", "http://127.0.0.1:99999", "GITHUB_API_URL is no URL"),
    ],
)
def test_a_pipeline_that_lacks_something_is_told_what(  # noqa: PLR0917  pytest passes them by name
    on_github: Run, forge: StandIn, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    ended = on_github("forge", "comment", write(write_comment()))
    assert ended.code in (1, 64)
    assert ended.err.startswith(f"error: {said}")
    assert WORKFLOW_TOKEN not in ended.err
    assert forge.requests == []


def test_a_note_on_gitlab_is_made_and_updated_in_place(on_gitlab: Run, forge: StandIn) -> None:
    forge.add(12, write_comment(), author="mallory")
    assert on_gitlab("forge", "comment", write(write_comment())).err == (
        "the comment on merge request !12 was created\n"
    )
    assert on_gitlab("forge", "comment", write(write_comment(OTHER))).err == (
        "the comment on merge request !12 was updated\n"
    )
    assert say(forge) == [(12, "mallory", write_comment(), 0), (12, "project_77_bot", write_comment(OTHER), 1)]


def test_a_forks_merge_request_gets_no_note(on_gitlab: Run, forge: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_MERGE_REQUEST_PROJECT_ID", "77")
    monkeypatch.setenv("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "78")
    ended = on_gitlab("forge", "comment", write(write_comment()))
    assert (ended.code, forge.requests) == (0, [])
    assert ended.err.startswith("no comment: the pull request comes from a fork")
