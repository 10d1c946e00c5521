"""``plan``: show what an apply would do."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.allowances import read_allowances
from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.options import (
    allow_option,
    base_option,
    event_option,
    executor_option,
    lock_option,
    max_bytes_option,
    no_skip_option,
    plan_format_option,
    retry_option,
    sandbox_option,
    workers_option,
)
from hubevents_sync.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from hubevents_sync.engine.planning.effort import Effort
    from hubevents_sync.engine.planning.plan import Planning
    from hubevents_sync.engine.workspace import Workspace
    from hubevents_sync.model.plan import Allowance


@click.command()
@event_option
@allow_option
@retry_option
@base_option
@lock_option
@plan_format_option
@max_bytes_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save the plan, for show and apply. It holds nobody's data.",
)
@click.option("--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write a comment for a pull request.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a page that needs no network.")
@workers_option
@executor_option
@no_skip_option
@click.option("--profile", "is_profiled", is_flag=True, help="Say on stderr where the time went.")
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
    out: Path | None,
    markdown: Path | None,
    html: Path | None,
    workers: int | None,
    executor_address: str | None,
    *,
    reads_all: bool,
    is_profiled: bool,
    by_lock: bool,
    is_retry: bool,
    detailed_exitcode: bool,
    on_sandbox: bool,
) -> int:
    """Compare the files with the state and show the steps, what can't be undone, and what it costs.

    Writes nothing, here or at HubSpot, but the files that you name, and needs no token. Exit code 6 where the plan goes
    over a limit: it is saved all the same, and apply looks at the limits again.

    Where the state is out of reach, --base compares with another commit and --lock with the lock file, which stands in
    by itself where the state is missing.
    """
    from hubevents_sync.cli.executor import opening_executor
    from hubevents_sync.cli.plan_files import PlanFiles
    from hubevents_sync.cli.progress import watching
    from hubevents_sync.cli.show_plan import draw_result, show_warnings
    from hubevents_sync.engine.planning.effort import Effort
    from hubevents_sync.engine.workspace import Sandbox

    workspace = app.workspace(Sandbox() if on_sandbox else None)
    if executor_address is not None and (by_lock or base is not None):
        raise UsageError("--executor is for plans against the state", hint="leave out --base and --lock")
    with watching(app, workspace, "making the plan") as watched, opening_executor(executor_address) as hands:
        files = PlanFiles(out=out, markdown=markdown, html=html)
        planning = _make_plan(
            workspace,
            only,
            read_allowances(allowed),
            base,
            effort=Effort(workers or hands.workers, hands.executor, progress=watched.progress, reads_all=reads_all),
            by_lock=by_lock,
            is_retry=is_retry,
            on_sandbox=on_sandbox,
        )
        files.write(app, planning, max_bytes=max_bytes)
        drawn = draw_result(app, planning, output_format=output_format, max_bytes=max_bytes)
    if is_profiled:
        _show_profile(planning)
    show_warnings(app, planning)
    click.echo(drawn, nl=False)
    planning.require_limits()
    return ExitCode.CHANGES if planning.plan.has_work_now and detailed_exitcode else ExitCode.DONE


def _make_plan(
    workspace: "Workspace",
    only: tuple[str, ...],
    allowances: "frozenset[Allowance]",
    base: str | None,
    *,
    effort: "Effort",
    by_lock: bool,
    is_retry: bool,
    on_sandbox: bool,
) -> "Planning":
    """The plan against what the flags name; against the lock file too where the state is out of reach."""
    from hubevents_sync.engine.reviewing.lock import stands_in

    flags = [("--base", base is not None), ("--lock", by_lock), ("--retry", is_retry), ("--sandbox", on_sandbox)]
    given = [flag for flag, is_given in flags if is_given]
    if len(given) > 1 and given != ["--retry", "--sandbox"]:
        raise UsageError(
            f"{given[0]} and {given[1]} don't go together",
            hint="--base and --lock stand in for the state; --retry and --sandbox are about a state",
        )
    if base is not None:
        from hubevents_sync.cli.signals import closing_on_signals
        from hubevents_sync.engine.planning.plan_base import plan_against_commit

        with closing_on_signals():  # the commit's rosters are put aside for it
            return plan_against_commit(workspace, base, only=only, allowances=allowances)
    if by_lock or (not is_retry and stands_in(workspace)):
        from hubevents_sync.engine.planning.plan_lock import plan_against_lock

        return plan_against_lock(workspace, only=only, allowances=allowances)
    from hubevents_sync.engine.planning.plan import plan_project

    return plan_project(workspace, only=only, allowances=allowances, is_retry=is_retry, effort=effort)


def _show_profile(planning: "Planning") -> None:
    from hubevents_sync.render.profile import render_profile

    if planning.profile is None:
        raise UsageError("--profile is for plans against the state", hint="leave out --base and --lock")
    click.echo(render_profile(planning.profile), err=True, nl=False)
