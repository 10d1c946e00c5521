"""``due``: what is due now, and what falls due next."""

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.options import format_option, sandbox_option
from hubevents_sync.cli.output import drawing, workspace_of
from hubevents_sync.errors import ConfigurationError, ExitCode


@click.command()
@click.option("--notify", is_flag=True, help="Tell the project's webhook, where something is due now.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 2 where something is due now.")
@format_option
@sandbox_option
@click.pass_obj
def due(app: AppContext, output_format: str, *, notify: bool, detailed_exitcode: bool, on_sandbox: bool) -> int:
    """Say what an apply would do now, and what is held until when: for a timer that starts applies.

    Needs no token, and writes nothing. With --notify the webhook of hubevents.yaml hears of it; the same steps bear
    the same webhook-id each time. Exit code 1 where it could not be told.
    """
    from hubevents_sync.cli.progress import watching
    from hubevents_sync.engine.planning.due import look_at_due
    from hubevents_sync.render.due import render_due_json, render_due_text

    workspace = workspace_of(app, on_sandbox=on_sandbox)
    with watching(app, workspace, "making the plan") as watched:
        view = look_at_due(workspace, progress=watched.progress)
    as_json = output_format == "json"
    timezone = view.project.timezone
    text = (
        render_due_json(view.due)
        if as_json
        else render_due_text(view.due, now_ms=view.now_ms, timezone=timezone, **drawing(app))
    )
    click.echo(text, nl=False)
    if notify:
        from hubevents_sync.cli.webhook import tell_of_due

        fault = tell_of_due(workspace, view)
        if fault is not None:
            raise ConfigurationError(fault, hint="docs/webhook.md says what is sent, and how it is checked")
    return ExitCode.CHANGES if detailed_exitcode and view.due.is_something else ExitCode.DONE
