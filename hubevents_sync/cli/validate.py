"""``validate``: check the files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.errors import ExitCode

if TYPE_CHECKING:
    from hubevents_sync.engine.files.validate import Validation

FORMATS = ("text", "json", "github", "gitlab", "sarif")


@click.command()
@click.option(
    "--format",
    "output_format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to write the result; github: annotations, gitlab: Code Quality, sarif: for code scanning.",
)
@click.pass_obj
def validate(app: AppContext, output_format: str) -> int:
    """Check the project's files and say all that is wrong, with file, line and column.

    Needs no token, no state and no network. Exit code 1 where there is an error; warnings alone are 0.
    """
    from hubevents_sync.cli.progress import watching
    from hubevents_sync.engine.files.validate import validate_project

    with watching(app, app.workspace(), "checking the files") as watched:
        found = validate_project(watched.workspace, progress=watched.progress)
    click.echo(_render(found, output_format, app), nl=False)
    return ExitCode.ERROR if found.has_errors else ExitCode.DONE


def _render(found: "Validation", output_format: str, app: AppContext) -> str:
    from hubevents_sync.render.findings import render_findings_json, render_findings_text

    if output_format == "text":
        color = app.color_on(sys.stdout)
        return render_findings_text(found.findings, color=color, events=found.events, people=found.people)
    if output_format == "json":
        return render_findings_json(found.findings)
    return _render_for_forge(found, output_format, app)


def _render_for_forge(found: "Validation", output_format: str, app: AppContext) -> str:
    """Forges know a file by its path from the repository's root."""
    from hubevents_sync.engine.files.repository import locate_in_repository
    from hubevents_sync.engine.files.validate import describe_rules
    from hubevents_sync.render.findings_github import render_findings_github
    from hubevents_sync.render.findings_gitlab import render_findings_gitlab
    from hubevents_sync.render.findings_sarif import render_findings_sarif
    from hubevents_sync.version import __version__

    folder = locate_in_repository(app.directory, Path.cwd())
    if output_format == "github":
        return render_findings_github(found.findings, folder=folder)
    if output_format == "gitlab":
        return render_findings_gitlab(found.findings, folder=folder)
    rules = describe_rules()
    return render_findings_sarif(found.findings, rules, version=__version__, folder=folder)
