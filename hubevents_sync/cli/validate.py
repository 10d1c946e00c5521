"""``validate``: check the files."""

import sys

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.options import format_option
from hubevents_sync.errors import ExitCode


@click.command()
@format_option
@click.pass_obj
def validate(app: AppContext, output_format: str) -> int:
    """Check the project's files and say all that is wrong, with file, line and column.

    Needs no token, no state and no network. Exit code 1 where there is an error; warnings alone are 0.
    """
    from hubevents_sync.engine.validate import validate_project
    from hubevents_sync.render.findings import render_findings_json, render_findings_text

    found = validate_project(app.workspace())
    if output_format == "json":
        click.echo(render_findings_json(found.findings), nl=False)
    else:
        color = app.color_on(sys.stdout)
        text = render_findings_text(found.findings, color=color, events=found.events, people=found.people)
        click.echo(text, nl=False)
    return ExitCode.ERROR if found.has_errors else ExitCode.DONE
