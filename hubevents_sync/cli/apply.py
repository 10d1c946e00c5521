"""``apply``: carry out the plan."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.allowances import read_allowances
from hubevents_sync.cli.context import AppContext, shows_unicode, terminal_width
from hubevents_sync.cli.options import allow_option, event_option, format_option, sandbox_option
from hubevents_sync.errors import ExitCode

if TYPE_CHECKING:
    from hubevents_sync.engine.apply import ApplyPorts, ApplyResult, Approval
    from hubevents_sync.engine.plan import Planning
    from hubevents_sync.engine.workspace import Workspace


@click.command()
@event_option
@allow_option
@format_option
@click.option("--auto-approve", is_flag=True, help="Don't ask. Completes no event: that needs --approve.")
@click.option("--approve", "approvals", multiple=True, metavar="complete:ID", help="Complete this event; repeatable.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write what was done as JSON.")
@click.option(
    "--verify",
    type=click.Choice(["none", "missing", "all"]),
    default="missing",
    show_default=True,
    help="Which rows to read back: none, those that HubSpot's answer leaves out, or all.",
)
@sandbox_option
@click.pass_obj
def apply(  # noqa: PLR0917  click passes options by name
    app: AppContext,
    only: tuple[str, ...],
    allowed: tuple[str, ...],
    output_format: str,
    approvals: tuple[str, ...],
    report: Path | None,
    verify: str,
    *,
    auto_approve: bool,
    on_sandbox: bool,
) -> int:
    """Plan, show the plan, ask, and carry it out.

    Every call is written down before it is sent and its result after, so a run that is cut off is taken up by the next.
    Completing an event can't be undone: it needs --approve complete:ID, or the event's id typed at the prompt.
    """
    from hubevents_sync.engine.apply import apply_project
    from hubevents_sync.model.outcome import Verify

    with ExitStack() as stack:
        workspace = _aim(app, stack, on_sandbox=on_sandbox)
        ports = _open_ports(app, workspace, stack, approvals, output_format, auto_approve=auto_approve)
        allowances = read_allowances(allowed)
        result = apply_project(workspace, ports, only=only, allowances=allowances, verify=Verify(verify))
    return _show_result(app, result, output_format, report)


def _aim(app: AppContext, stack: ExitStack, *, on_sandbox: bool) -> "Workspace":
    """The workspace, with the built-in HubSpot running where it is asked for."""
    if not on_sandbox:
        return app.workspace()
    from hubevents_sync.engine.workspace import Sandbox, sandbox_account
    from hubevents_sync.sandbox.server import running_sandbox

    account = app.directory / sandbox_account(app.environment)
    account.parent.mkdir(parents=True, exist_ok=True)
    server = stack.enter_context(running_sandbox(data=account))
    return app.workspace(Sandbox(server.base_url))


def _open_ports(
    app: AppContext,
    workspace: "Workspace",
    stack: ExitStack,
    approvals: tuple[str, ...],
    output_format: str,
    *,
    auto_approve: bool,
) -> "ApplyPorts":
    from hubevents_sync.cli.approval import agree_at_terminal, agree_by_flags
    from hubevents_sync.cli.progress import showing_progress
    from hubevents_sync.cli.show_plan import show_plan
    from hubevents_sync.cli.signals import stopping_on_signals
    from hubevents_sync.engine.apply import ApplyPorts
    from hubevents_sync.engine.connect import CountedHubSpot, connect_hubspot
    from hubevents_sync.model.project import HubSpotSettings
    from hubevents_sync.ports import StopSwitch

    stop = StopSwitch()

    def show(planning: "Planning") -> None:
        show_plan(app, planning, to_stderr=output_format == "json")

    def agree(planning: "Planning") -> "Approval":
        return agree_by_flags(planning, approvals) if auto_approve else agree_at_terminal(planning, approvals)

    def connect(settings: HubSpotSettings) -> CountedHubSpot:
        stack.enter_context(stopping_on_signals(stop))  # from here on: a prompt must still end at Ctrl-C
        return connect_hubspot(workspace, settings)

    return ApplyPorts(connect, show, agree, stack.enter_context(showing_progress(app, workspace.clock)), stop)


def _show_result(app: AppContext, result: "ApplyResult", output_format: str, report: Path | None) -> int:
    if result.report is None:
        _show_nothing_due(app, result, output_format)
        return ExitCode.DONE
    from hubevents_sync.render.report_json import render_report_json
    from hubevents_sync.render.report_text import render_report_text

    as_json = render_report_json(result.report)
    if report is not None:
        report.write_text(as_json, encoding="utf-8")
    if output_format == "json":
        click.echo(as_json, nl=False)
    else:
        text = render_report_text(
            result.report,
            width=terminal_width(),
            color=app.color_on(sys.stdout),
            verbose=app.is_verbose,
            unicode=shows_unicode(sys.stdout),
        )
        click.echo(f"\n{text}", nl=False)
    if result.fault is not None:
        raise result.fault
    return result.report.run.exit_code or ExitCode.DONE


def _show_nothing_due(app: AppContext, result: "ApplyResult", output_format: str) -> None:
    """The plan says itself that there is nothing to do, or what is held and until when."""
    if output_format == "json":
        from hubevents_sync.render.report_json import render_report_json

        click.echo(render_report_json(None), nl=False)
        return
    from hubevents_sync.cli.show_plan import show_plan

    show_plan(app, result.planning)
