"""``forge``: what a pipeline of GitHub or GitLab does with a plan, beside planning and applying."""

from contextlib import closing
from pathlib import Path

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.progress import watching
from hubevents_sync.cli.reviewed import read_expected
from hubevents_sync.errors import ConfigurationError

LARGEST_COMMENT = 1_000_000  # GitLab takes as many characters

author_option = click.option(
    "--author", metavar="NAME", help="The account whose comments count; that of the token where it is left out."
)


@click.group()
def forge() -> None:
    """Post a plan on a pull request, and find what was reviewed there: for pipelines of GitHub and GitLab."""


@forge.command("comment")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--pull-request",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="The pull request; that of the pipeline where it is left out.",
)
@author_option
@click.pass_obj
def comment(app: AppContext, file: Path, number: int | None, author: str | None) -> None:
    """Post FILE, which plan --markdown wrote, as the one comment of its environment; update it where it is there.

    Only comments of the same account are touched. For a pull request from a fork, whose pipeline has no token that may
    write, nothing is posted, and that is said.
    """
    from hubevents_sync.forge.comment import require_marker
    from hubevents_sync.forge.place import find_place
    from hubevents_sync.forge.posting import post_comment

    body = _read(file)
    marker = require_marker(body, str(file))
    place = find_place(app.environ)
    request = place.require_number(number)
    if place.is_fork:
        click.echo("no comment: the pull request comes from a fork, and a fork's pipeline may not write here", err=True)
        return
    clock = app.workspace().clock
    with closing(place.open(clock)) as there:
        with watching(app, app.workspace(), "posting the comment"):
            posted = post_comment(there, clock, number=request, body=body, marker=marker, author=author)
        click.echo(f"the comment on {there.say_request(request)} was {posted}", err=True)


@forge.command("reviewed")
@click.option("--commit", metavar="SHA", help="The commit that merging made; that of the pipeline where left out.")
@click.option(
    "--expect", "expected", metavar="DIGEST", callback=read_expected, help="The digest that the comment must have."
)
@author_option
@click.pass_obj
def reviewed(app: AppContext, commit: str | None, expected: str | None, author: str | None) -> None:
    """Find the digest of the plan that was reviewed before a commit was merged: that of the pull request's comment.

    Writes digest=… and pull-request=…, a line each. Exit code 4 where there is no comment, or one that is cut, edited,
    or has another digest.
    """
    from hubevents_sync.forge.comment import encode_environment
    from hubevents_sync.forge.place import find_place
    from hubevents_sync.forge.posting import find_review

    place = find_place(app.environ)
    merged = place.require_commit(commit)
    clock = app.workspace().clock
    with watching(app, app.workspace(), "looking for the review"), closing(place.open(clock)) as there:
        found = find_review(
            there,
            clock,
            commit=merged,
            environment=encode_environment(app.environment),
            expected=expected,
            author=author,
        )
    click.echo(f"digest={found.marker.digest}\npull-request={found.number}")


@forge.command("outputs")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def outputs(file: Path) -> None:
    """Write what FILE says as NAME=VALUE, a line each: a plan of plan --out, or a report of apply --report.

    For GITHUB_OUTPUT, and for a dotenv report of GitLab.
    """
    from hubevents_sync.engine.reviewing.outputs import read_outputs

    for name, value in read_outputs(file).items():
        click.echo(f"{name}={value}")


def _read(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            return opened.read(LARGEST_COMMENT)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it is no text").lower()
        raise ConfigurationError(f"can't read {file}: {reason}") from error
