"""``refresh``: put what HubSpot shows on record."""

from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.context import AppContext, is_interactive
from hubevents_sync.cli.options import deep_option, event_option, format_option, sandbox_option
from hubevents_sync.cli.output import drawing
from hubevents_sync.errors import ExitCode, Refused

if TYPE_CHECKING:
    from hubevents_sync.engine.comparing.refreshing import Refreshment


@click.command()
@event_option
@deep_option
@click.option("--adopt", "adopts", is_flag=True, help="Record HubSpot's people whom no run sent, too. Implies --deep.")
@click.option("--yes", "is_agreed", is_flag=True, help="Don't ask.")
@format_option
@sandbox_option
@click.pass_obj
def refresh(
    app: AppContext,
    only: tuple[str, ...],
    output_format: str,
    *,
    is_deep: bool,
    adopts: bool,
    is_agreed: bool,
    on_sandbox: bool,
) -> int:
    """Look for drift, and put what HubSpot shows on record: the next plan is made against that. Asks first.

    Nothing is sent but GET, and no file is changed. An event that HubSpot does not show is forgotten; a person of whom
    it shows nothing is planned again. Exit code 1 where an event could not be read: its record stays.
    """
    from hubevents_sync.cli.progress import watching
    from hubevents_sync.cli.sandboxed import looking_at
    from hubevents_sync.engine.comparing.refreshing import refresh_state
    from hubevents_sync.render.refreshing import (
        render_observations_json,
        render_observations_text,
        render_unread_text,
    )

    with looking_at(app, on_sandbox=on_sandbox) as opened, watching(app, opened, "looking at HubSpot") as watched:
        progress = watched.progress

        def agree(refreshment: "Refreshment") -> None:
            if not is_agreed:
                with progress.hushed():
                    _ask(app, refreshment)

        done = refresh_state(
            watched.workspace, only=only, is_deep=is_deep, adopts=adopts, agree=agree, progress=progress
        )
    if output_format == "json":
        click.echo(render_observations_json(done.observations, done.drift), nl=False)
    elif done.observations:
        click.echo(f"On record now:\n{render_observations_text(done.observations, done.drift)}", nl=False)
    elif not done.drift.has_errors:
        click.echo("The record is as HubSpot has it; nothing was changed.")
    if output_format != "json" and done.drift.has_errors:
        click.echo(f"Could not be read, and stays on record as it was:\n{render_unread_text(done.drift)}", nl=False)
    return ExitCode.ERROR if done.drift.has_errors else ExitCode.DONE


def _ask(app: AppContext, refreshment: "Refreshment") -> None:
    """Show the drift and what is to be put on record, and ask. Raises Refused where the answer is no."""
    from hubevents_sync.render.drift_text import render_drift_text
    from hubevents_sync.render.refreshing import render_observations_text

    drift = refreshment.drift
    shown = render_drift_text(drift, verbose=app.is_verbose, timezone=drift.timezone, **drawing(app))
    click.echo(f"{shown}\nTo be put on record:", err=True)
    click.echo(render_observations_text(refreshment.observations, drift), err=True, nl=False)
    if not is_interactive():
        raise Refused("there is no terminal to ask at", hint="read what would be put on record, then add --yes")
    if not click.confirm("Put that on record?", default=False, err=True):
        raise Refused("nothing was put on record: the answer was no")
