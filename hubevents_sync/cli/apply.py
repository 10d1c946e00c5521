"""``apply``: carry out the plan."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.allowances import read_allowances
from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.deadline import read_duration
from hubevents_sync.cli.options import (
    allow_option,
    event_option,
    executor_option,
    max_bytes_option,
    no_skip_option,
    report_format_option,
    retry_option,
    sandbox_option,
    workers_option,
)
from hubevents_sync.cli.outputs import Outputs
from hubevents_sync.cli.reviewed import read_expected, read_reviewed
from hubevents_sync.cli.streams import lasting_output
from hubevents_sync.errors import ConfigurationError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubevents_sync.cli.progress import Watched
    from hubevents_sync.engine.applying.apply import ApplyPorts, ApplyResult, Approval
    from hubevents_sync.engine.planning.plan import Planning
    from hubevents_sync.engine.reviewing.reviewed import Reviewed
    from hubevents_sync.engine.workspace import Workspace
    from hubevents_sync.ports import StopSwitch

    Agree = Callable[[Planning], Approval]

PLANNING, APPLYING, TELLING = "making the plan", "applying the plan", "telling the webhook"


@click.command()
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--expect",
    "expected",
    metavar="DIGEST",
    callback=read_expected,
    help="Apply only the plan with this digest, or the rest of it.",
)
@click.option("--approve-reviewed", is_flag=True, help="Complete the events whose completion is in what was reviewed.")
@event_option
@allow_option
@retry_option
@report_format_option
@max_bytes_option
@click.option("--auto-approve", is_flag=True, help="Don't ask. Completes no event: that needs --approve.")
@click.option("--approve", "approvals", multiple=True, metavar="complete:ID", help="Complete this event; repeatable.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write what was done as JSON.")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every row that is not at HubSpot in the end as CSV, by file and line.",
)
@click.option(
    "--deadline", metavar="TIME", help="Stop in time: 50m, 90s or 1h30m from now. Exit code 8; run again to go on."
)
@click.option(
    "--verify",
    type=click.Choice(["none", "missing", "all"]),
    default="missing",
    show_default=True,
    help="Which rows to read back: none, those that HubSpot's answer leaves out, or all.",
)
@workers_option
@executor_option
@no_skip_option
@sandbox_option
@click.pass_obj
def apply(  # noqa: PLR0917  click passes options by name
    app: AppContext,
    plan_file: Path | None,
    expected: str | None,
    only: tuple[str, ...],
    allowed: tuple[str, ...],
    output_format: str,
    max_bytes: int,
    approvals: tuple[str, ...],
    report: Path | None,
    rejects: Path | None,
    deadline: str | None,
    verify: str,
    workers: int | None,
    executor_address: str | None,
    *,
    reads_all: bool,
    approve_reviewed: bool,
    is_retry: bool,
    auto_approve: bool,
    on_sandbox: bool,
) -> int:
    """Plan, show the plan, ask, and carry it out.

    Every call is written down before it is sent and its result after, so a run that is cut off is taken up by the next.
    Completing an event can't be undone: it needs --approve complete:ID, or the event's id typed at the prompt.

    With the file PLAN, which plan --out saved, or with --expect, exactly what was reviewed is applied, or the rest of
    it where a run was cut off. Anything else ends with exit code 4, and nothing is sent. It asks for completions only.
    """
    from hubevents_sync.cli.executor import opening_executor
    from hubevents_sync.cli.progress import watching
    from hubevents_sync.cli.signals import stopping_on_signals
    from hubevents_sync.cli.webhook import tell_of_run
    from hubevents_sync.engine.applying.apply import apply_project
    from hubevents_sync.engine.planning.effort import Effort
    from hubevents_sync.engine.reviewing.lock_keeping import keep_lock
    from hubevents_sync.model.outcome import Verify
    from hubevents_sync.ports import StopSwitch

    reviewed = read_reviewed(plan_file, expected, approves=approve_reviewed)
    outputs = Outputs(report, rejects)
    allowances = read_allowances(allowed)
    may_take = None if deadline is None else read_duration(deadline)
    with ExitStack() as stack:
        stack.enter_context(lasting_output())
        stop = StopSwitch()
        workspace = _aim(app, stack, stop, on_sandbox=on_sandbox)
        agree = _choose_agreement(approvals, reviewed, auto_approve=auto_approve, approve_reviewed=approve_reviewed)
        watched = stack.enter_context(watching(app, workspace, PLANNING))
        workspace = watched.workspace
        hands = stack.enter_context(opening_executor(executor_address))
        ports = _open_ports(app, watched, agree, output_format, stop=stop)
        result = apply_project(
            workspace,
            ports,
            only=only,
            allowances=allowances,
            verify=Verify(verify),
            is_retry=is_retry,
            deadline=None if may_take is None else workspace.clock.monotonic() + may_take,
            names_every_row=rejects is not None,
            reviewed=reviewed,
            effort=Effort(workers or hands.workers, hands.executor, progress=ports.progress, reads_all=reads_all),
        )
        with stopping_on_signals(stop):  # all is done: a signal must not keep what it says from being written
            fault = outputs.write(result.report)
            result = keep_lock(workspace, result)
        watched.progress.finish(APPLYING)
        watched.progress.start(TELLING, None)
        stack.callback(tell_of_run, workspace, result, stop)  # last of all: a slow receiver keeps nobody waiting
        with watched.progress.hushed():
            return _show_result(app, result, output_format, fault, max_bytes=max_bytes)


def _aim(app: AppContext, stack: ExitStack, stop: "StopSwitch", *, on_sandbox: bool) -> "Workspace":
    """The workspace, with the built-in HubSpot running where it is asked for."""
    if not on_sandbox:
        return app.workspace(stop=stop)
    from hubevents_sync.engine.workspace import Sandbox, sandbox_account
    from hubevents_sync.sandbox.server import running_sandbox

    account = app.directory / sandbox_account(app.environment)
    try:
        account.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(f"can't make the folder {account.parent}: {reason}") from error
    server = stack.enter_context(running_sandbox(data=account))
    return app.workspace(Sandbox(server.base_url), stop=stop)


def _choose_agreement(
    approvals: tuple[str, ...], reviewed: "Reviewed | None", *, auto_approve: bool, approve_reviewed: bool
) -> "Agree":
    from hubevents_sync.cli.approval import agree_at_terminal, agree_by_flags, agree_by_review

    def agree(planning: "Planning") -> "Approval":
        if reviewed is not None:
            return agree_by_review(planning, approvals, reviewed, approves=approve_reviewed, asks=not auto_approve)
        return agree_by_flags(planning, approvals) if auto_approve else agree_at_terminal(planning, approvals)

    return agree


def _open_ports(
    app: AppContext, watched: "Watched", agree: "Agree", output_format: str, *, stop: "StopSwitch"
) -> "ApplyPorts":
    from hubevents_sync.cli.show_plan import show_plan
    from hubevents_sync.cli.signals import stopping_on_signals
    from hubevents_sync.engine.access.connect import CountedHubSpot, connect_hubspot
    from hubevents_sync.engine.applying.apply import ApplyPorts
    from hubevents_sync.engine.applying.stopping import RunGate
    from hubevents_sync.engine.reviewing.reviewed import say_goes_on
    from hubevents_sync.model.project import HubSpotSettings

    progress = watched.progress

    def show(planning: "Planning") -> None:
        with progress.hushed():
            if planning.goes_on_with is not None:
                click.echo(say_goes_on(planning.goes_on_with), err=True)
            show_plan(app, planning, to_stderr=output_format != "text")

    def ask(planning: "Planning") -> "Approval":
        with progress.hushed():
            agreed = agree(planning)
        progress.start(APPLYING, None)
        progress.finish(PLANNING)
        return agreed

    @contextmanager
    def connect(settings: HubSpotSettings, gate: RunGate) -> "Iterator[CountedHubSpot]":
        # Signals are caught for as long as HubSpot is talked to: a prompt must still end at Ctrl-C.
        with stopping_on_signals(stop), connect_hubspot(watched.workspace, settings, gate) as hubspot:
            yield hubspot

    return ApplyPorts(connect, show, ask, progress, stop)


def _show_result(
    app: AppContext, result: "ApplyResult", output_format: str, fault: ConfigurationError | None, *, max_bytes: int
) -> int:
    """Show what was done and how it ended. *fault* is that of the files that were to tell it."""
    from hubevents_sync.cli.show_report import draw_report

    if result.report is None:
        _show_nothing_due(app, result, output_format, max_bytes=max_bytes)
    else:
        click.echo(draw_report(app, result.report, output_format, max_bytes=max_bytes), nl=False)
    ended = result.fault or fault
    if ended is not None:
        raise ended
    return (result.report.run.exit_code if result.report else None) or ExitCode.DONE


def _show_nothing_due(app: AppContext, result: "ApplyResult", output_format: str, *, max_bytes: int) -> None:
    """The plan says itself that there is nothing to do, or what is held and until when."""
    if output_format != "text":
        from hubevents_sync.cli.show_report import draw_report_for_programs

        click.echo(draw_report_for_programs(None, output_format, max_bytes=max_bytes), nl=False)
        return
    from hubevents_sync.cli.show_plan import show_plan

    show_plan(app, result.planning)
