"""``drift``: what HubSpot has otherwise than the record says."""

from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.options import deep_option, event_option, max_bytes_option, report_format_option, sandbox_option
from hubevents_sync.cli.output import drawing
from hubevents_sync.errors import ExitCode

if TYPE_CHECKING:
    from hubevents_sync.model.drift import Drift


@click.command()
@event_option
@deep_option
@report_format_option
@max_bytes_option
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 2 where there is drift.")
@sandbox_option
@click.pass_obj
def drift(
    app: AppContext,
    only: tuple[str, ...],
    output_format: str,
    max_bytes: int,
    *,
    is_deep: bool,
    detailed_exitcode: bool,
    on_sandbox: bool,
) -> int:
    """Read HubSpot back and show what is not as the state has it: changed there, deleted, completed, people.

    Writes nothing, here or at HubSpot. Two requests an event tell its fields and how many people are in each state;
    rows are read where these counts differ, or all with --deep. Exit code 1 where an event could not be read.
    """
    from hubevents_sync.cli.progress import watching
    from hubevents_sync.cli.sandboxed import looking_at
    from hubevents_sync.engine.comparing.drift import look_for_drift

    with looking_at(app, on_sandbox=on_sandbox) as opened, watching(app, opened, "looking at HubSpot") as watched:
        found = look_for_drift(watched.workspace, only=only, is_deep=is_deep, progress=watched.progress)
        drawn = draw_drift(app, found, output_format, max_bytes=max_bytes)
    click.echo(drawn, nl=False)
    if found.has_errors:
        return ExitCode.ERROR
    return ExitCode.CHANGES if found.has_drift and detailed_exitcode else ExitCode.DONE


def draw_drift(app: AppContext, found: "Drift", output_format: str, *, max_bytes: int) -> str:
    """*found* in the format that was asked for."""
    if output_format == "json":
        from hubevents_sync.render.drift_json import render_drift_json

        return render_drift_json(found)
    if output_format == "markdown":
        from hubevents_sync.render.drift_markdown import render_drift_markdown

        return render_drift_markdown(found, max_bytes=max_bytes, verbose=app.is_verbose, timezone=found.timezone)
    from hubevents_sync.render.drift_text import render_drift_text

    return render_drift_text(found, verbose=app.is_verbose, timezone=found.timezone, **drawing(app))
