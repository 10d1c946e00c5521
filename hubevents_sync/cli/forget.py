"""``forget``: drop events from the state."""

from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.context import AppContext, is_interactive
from hubevents_sync.cli.options import format_option, sandbox_option
from hubevents_sync.cli.output import workspace_of
from hubevents_sync.errors import Refused

if TYPE_CHECKING:
    from hubevents_sync.engine.keeping.forget import Forgetting


@click.command()
@click.argument("events", nargs=-1, required=True, metavar="EVENT...")
@click.option("--yes", "is_agreed", is_flag=True, help="Don't ask.")
@format_option
@sandbox_option
@click.pass_obj
def forget(app: AppContext, events: tuple[str, ...], output_format: str, *, is_agreed: bool, on_sandbox: bool) -> None:
    """Drop events from the state, with all that is recorded of their people. HubSpot keeps them.

    EVENT is an event's id, or account/id. For events that are gone from the files: while they are on record, every plan
    lists them.
    """
    from hubevents_sync.engine.keeping.forget import forget_events
    from hubevents_sync.render.forgetting import render_forgetting_json, render_forgetting_text

    def agree(forgetting: "Forgetting") -> None:
        if is_agreed:
            return
        click.echo(f"Forget here, and leave alone at HubSpot:\n{say(forgetting)}", err=True, nl=False)
        if not is_interactive():
            raise Refused("there is no terminal to ask at", hint="read what would be forgotten, then add --yes")
        if not click.confirm("Forget?", default=False, err=True):
            raise Refused("nothing was forgotten: the answer was no")

    def say(forgetting: "Forgetting") -> str:
        return render_forgetting_text(forgetting.events, forgetting.declared)

    done = forget_events(workspace_of(app, on_sandbox=on_sandbox), events, agree=agree)
    if output_format == "json":
        click.echo(render_forgetting_json(done.events, done.declared), nl=False)
    else:
        click.echo(f"Forgotten here, left alone at HubSpot:\n{say(done)}", nl=False)
