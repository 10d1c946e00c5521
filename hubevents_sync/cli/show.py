"""``show``: read a plan that was saved."""

import sys
from pathlib import Path

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.options import max_bytes_option, plan_format_option


@click.command()
@click.argument("file", metavar="PLAN", type=click.Path(path_type=Path))
@plan_format_option
@max_bytes_option
@click.pass_obj
def show(app: AppContext, file: Path, output_format: str, max_bytes: int) -> None:
    """Show the plan that plan --out saved in the file PLAN.

    Needs no token, no state and no project. Exit code 4 where the file is not a plan as it was saved.
    """
    from hubevents_sync.cli.progress import watching
    from hubevents_sync.cli.show_plan import PlanView, draw_plan
    from hubevents_sync.engine.keeping.records import find_timezone
    from hubevents_sync.engine.reviewing.saved_plan import read_saved_plan

    workspace = app.workspace()
    with watching(app, workspace, "reading the plan"):
        view = PlanView(output_format, workspace.clock.now_ms(), find_timezone(workspace), max_bytes)
        drawn = draw_plan(app, read_saved_plan(file), view, sys.stdout)
    click.echo(drawn, nl=False)
