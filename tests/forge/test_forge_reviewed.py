"""What was reviewed is the digest of one whole comment, and anything else ends with exit code 4."""

import pytest

from tests.forge.conftest import COMMIT, DIGEST, OTHER, Run, write_comment
from tests.forge_stand_in import StandIn

BOT = "github-actions[bot]"


def test_the_digest_of_the_merged_pull_request_is_found(on_github: Run, forge: StandIn) -> None:
    forge.merge(12, COMMIT)
    forge.add(12, write_comment(OTHER, environment="staging"))
    forge.add(12, "looks good", author="ana")
    forge.add(12, write_comment())
    found = on_github("forge", "reviewed")
    assert (found.code, found.out, found.err) == (0, f"digest={DIGEST}\npull-request=12\n", "")
    of_staging = on_github("--env", "staging", "forge", "reviewed", "--commit", COMMIT, "--expect", OTHER)
    assert of_staging.out == f"digest={OTHER}\npull-request=12\n"


def test_the_digest_of_the_merged_merge_request_is_found(on_gitlab: Run, forge: StandIn) -> None:
    forge.merge(12, COMMIT)
    forge.add(12, write_comment(), author="project_77_bot")
    assert on_gitlab("forge", "reviewed").out == f"digest={DIGEST}\npull-request=12\n"


BY_HAND = (
    "hint: nothing was sent; look at the plan in this job's summary; if that is meant, "
    "run the workflow by hand with its digest\n"
)


@pytest.mark.parametrize(
    ("comments", "said"),
    [
        ([], "pull request #12 has no comment with a plan of this environment, so there is nothing that was reviewed"),
        (
            [(BOT, write_comment(environment="staging")), ("mallory", write_comment()), (BOT, "> " + write_comment())],
            "pull request #12 has no comment with a plan of this environment, so there is nothing that was reviewed",
        ),
        (
            [(BOT, write_comment().replace(DIGEST, OTHER, 1))],
            "the comment on pull request #12 shows another digest than its hidden line has: it was edited after",
        ),
        (
            [(BOT, write_comment().replace(f"<p>Digest <code>{DIGEST}</code></p>", ""))],
            "the comment on pull request #12 does not end in its digest: it was edited after it was posted",
        ),
        (
            [(BOT, write_comment() + "\nand more\n")],
            "the comment on pull request #12 does not end in its digest: it was edited after it was posted",
        ),
        (
            [(BOT, write_comment()), (BOT, write_comment(OTHER))],
            "pull request #12 has 2 comments with different plans of this environment",
        ),
    ],
)
def test_a_comment_that_is_missing_edited_or_somebody_elses_is_no_review(
    on_github: Run, forge: StandIn, comments: list[tuple[str, str]], said: str
) -> None:
    forge.merge(12, COMMIT)
    for author, body in comments:
        forge.add(12, body, author=author)
    ended = on_github("forge", "reviewed")
    assert (ended.code, ended.out) == (4, "")
    assert ended.err.startswith(f"error: {said}")
    assert ended.err.endswith(BY_HAND)


def test_a_comment_that_is_cut_is_no_review(on_github: Run, forge: StandIn) -> None:
    forge.merge(12, COMMIT)
    forge.add(12, write_comment(cut="true"))
    ended = on_github("forge", "reviewed")
    assert (ended.code, ended.out, ended.err) == (
        4,
        "",
        "error: the comment on pull request #12 is cut: it was too long, and not all of the plan could be reviewed in "
        "it\n"
        "hint: nothing was sent; review the page or plan -v, then run the workflow by hand with the plan's digest, "
        "and approve completions by name: --approve complete:ID\n",
    )


def test_another_digest_than_the_expected_one_is_no_review(on_github: Run, forge: StandIn) -> None:
    forge.merge(12, COMMIT)
    forge.add(12, write_comment())
    ended = on_github("forge", "reviewed", "--expect", OTHER)
    assert (ended.code, ended.err) == (
        4,
        f"error: the plan that was reviewed on pull request #12 is {DIGEST}, and {OTHER} was expected\n"
        "hint: nothing was sent; expect the digest of the comment, or plan again and have that reviewed\n",
    )


@pytest.mark.parametrize("case", ["none", "open", "elsewhere"])
def test_a_commit_that_no_merge_made_has_no_review(on_github: Run, forge: StandIn, case: str) -> None:
    forge.add(12, write_comment())
    if case == "open":
        forge.open(12, COMMIT)
    if case == "elsewhere":
        forge.merge(12, COMMIT, repository="stranger/events")
    ended = on_github("forge", "reviewed")
    assert (ended.code, ended.err) == (
        4,
        "error: the commit c0ffee00c0ff was made by merging no pull request, so there is nothing that was reviewed\n"
        "hint: nothing was sent; merge by pull request, or look at the plan in this job's summary and run the workflow "
        "by hand with its digest\n",
    )


def test_a_commit_is_named_in_full(on_github: Run, forge: StandIn) -> None:
    ended = on_github("forge", "reviewed", "--commit", "c0ffee0")
    assert (ended.code, ended.err) == (
        64,
        "error: --commit takes the whole id of a commit, 40 hex digits\nhint: git rev-parse HEAD\n",
    )
    assert forge.requests == []
