"""``fmt``: bring the files into the one form."""

import sys
from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.context import AppContext, shows_unicode
from hubevents_sync.errors import ExitCode

if TYPE_CHECKING:
    from hubevents_sync.model.formatting import FormattedFile


@click.command()
@click.argument("files", nargs=-1)
@click.option("--check", "is_check", is_flag=True, help="Write nothing; exit code 1 where a file is not in form.")
@click.option("--diff", "is_diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("--rosters", "sorts_rosters", is_flag=True, help="Rosters too: people sorted by e-mail, then by id.")
@click.pass_obj
def fmt(app: AppContext, files: tuple[str, ...], *, is_check: bool, is_diff: bool, sorts_rosters: bool) -> int:
    """Bring FILES, or all of the project but its rosters, into the one form: order of keys, quotes, times, indentation.

    What the files mean never changes, and no comment is lost: a file for which that can't be proven is left as it is.
    Files that belong to no project are passed over.
    """
    from hubevents_sync.cli.progress import watching
    from hubevents_sync.engine.files.fmt import format_files
    from hubevents_sync.model.formatting import FormatOutcome
    from hubevents_sync.render.formatting import render_difference, render_formatting
    from hubevents_sync.render.safe import make_one_line

    writes = not (is_check or is_diff)
    with watching(app, app.workspace(), "bringing the files into form"):
        done = format_files(app.directory, files, sorts_rosters=sorts_rosters, writes=writes)
    drawing = {"color": app.color_on(sys.stdout), "unicode": shows_unicode(sys.stdout)}
    for name in done.passed_over:
        click.echo(f"passed over {make_one_line(name)}: it is no file of a project that fmt looks at", err=True)
    for file in done.files:
        if file.outcome is FormatOutcome.LEFT:
            _say_why(app, file)
        elif is_diff and file.outcome is FormatOutcome.CHANGED:
            click.echo(render_difference(file, shows_people=sys.stdout.isatty(), **drawing), nl=False)
    click.echo(render_formatting(done.files, is_done=writes, **drawing), nl=False)
    is_wrong = done.has_errors or (is_check and done.has_changes)
    return ExitCode.ERROR if is_wrong else ExitCode.DONE


def _say_why(app: AppContext, file: "FormattedFile") -> None:
    from hubevents_sync.render.errors import render_error
    from hubevents_sync.render.findings import render_findings_text

    color = app.color_on(sys.stderr)
    if file.error is not None:
        click.echo(render_error(file.error, color=color), err=True, nl=False)
    else:
        click.echo(render_findings_text(file.findings, color=color), err=True, nl=False)
