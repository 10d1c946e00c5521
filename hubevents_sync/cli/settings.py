"""``settings``: what HubSpot has of the app's settings."""

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.options import format_option, sandbox_option
from hubevents_sync.cli.output import drawing
from hubevents_sync.cli.progress import watching
from hubevents_sync.cli.sandboxed import looking_at


@click.group()
def settings() -> None:
    """Look at the settings of the project's HubSpot app. They are changed in hubevents.yaml, by plan and apply."""


@settings.command("show")
@format_option
@sandbox_option
@click.pass_obj
def show(app: AppContext, output_format: str, *, on_sandbox: bool) -> None:
    """What HubSpot has, beside what the files say and what is on record. Sends nothing but a question.

    The token needs the scope developers-read. Exit code 7 where it lacks it.
    """
    from hubevents_sync.engine.access.app_settings import show_settings
    from hubevents_sync.render.app_settings import render_settings_json, render_settings_text

    with looking_at(app, on_sandbox=on_sandbox) as opened, watching(app, opened, "asking HubSpot") as watched:
        view = show_settings(watched.workspace)
    if output_format == "json":
        click.echo(render_settings_json(view.desired, view.recorded, view.live), nl=False)
        return
    click.echo(render_settings_text(view.desired, view.recorded, view.live, **drawing(app)), nl=False)
