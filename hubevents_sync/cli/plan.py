"""``plan``: show what an apply would do."""

from pathlib import Path

import click

from hubevents_sync.cli.allowances import read_allowances
from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.options import (
    allow_option,
    base_option,
    event_option,
    max_bytes_option,
    plan_format_option,
    retry_option,
    sandbox_option,
)
from hubevents_sync.errors import ExitCode, UsageError


@click.command()
@event_option
@allow_option
@retry_option
@base_option
@plan_format_option
@max_bytes_option
@click.option("--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write a comment for a pull request.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a page that needs no network.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 2 where something is to be done now.")
@sandbox_option
@click.pass_obj
def plan(  # noqa: PLR0917  click passes options by name
    app: AppContext,
    only: tuple[str, ...],
    allowed: tuple[str, ...],
    base: str | None,
    output_format: str,
    max_bytes: int,
    markdown: Path | None,
    html: Path | None,
    *,
    is_retry: bool,
    detailed_exitcode: bool,
    on_sandbox: bool,
) -> int:
    """Compare the files with the state and show the steps, what can't be undone, and what it costs.

    Writes nothing, here or at HubSpot, but the files that you name, and needs no token. Exit code 6 where the plan goes
    over a limit.
    """
    from hubevents_sync.cli.plan_files import PlanFiles
    from hubevents_sync.cli.show_plan import show_plan
    from hubevents_sync.engine.plan import plan_project
    from hubevents_sync.engine.plan_base import plan_against_commit
    from hubevents_sync.engine.workspace import Sandbox

    files = PlanFiles(markdown=markdown, html=html)
    workspace = app.workspace(Sandbox() if on_sandbox else None)
    allowances = read_allowances(allowed)
    if base is None:
        planning = plan_project(workspace, only=only, allowances=allowances, is_retry=is_retry)
    elif is_retry:
        raise UsageError(
            "--base and --retry don't go together", hint="only the state knows what earlier runs left over"
        )
    else:
        planning = plan_against_commit(workspace, base, only=only, allowances=allowances)
    files.write(app, planning, max_bytes=max_bytes)
    show_plan(app, planning, output_format=output_format, max_bytes=max_bytes)
    planning.require_limits()
    return ExitCode.CHANGES if planning.plan.has_work_now and detailed_exitcode else ExitCode.DONE
