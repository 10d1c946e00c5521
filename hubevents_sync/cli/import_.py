"""``import``: write the files of events that HubSpot has already, and put them on record."""

from pathlib import Path

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.options import format_option, sandbox_option
from hubevents_sync.errors import UsageError


@click.command("import")
@click.argument("events", nargs=-1, metavar="[EVENT]...")
@click.option("--all", "is_all", is_flag=True, help="Every event that this app may manage and nobody declared yet.")
@click.option("--account", metavar="NAME", help="The externalAccountId of the events; else whichever has them.")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where to write events/ and rosters/; the project's folder where it is left out.",
)
@format_option
@sandbox_option
@click.pass_obj
def import_(
    app: AppContext,
    events: tuple[str, ...],
    account: str | None,
    folder: Path | None,
    output_format: str,
    *,
    is_all: bool,
    on_sandbox: bool,
) -> None:
    """Write event files and rosters of what HubSpot has, and put it on record: the next plan has nothing to do.

    EVENT is an externalEventId. Nothing is sent but GET, and no file is overwritten. The rosters hold the e-mails that
    HubSpot returns; nothing else does. When people joined and left can't be read back, and is not made up.
    """
    from hubevents_sync.cli.progress import watching
    from hubevents_sync.cli.sandboxed import looking_at
    from hubevents_sync.engine.imports.importing import Wish, import_events
    from hubevents_sync.render.importing import render_imported_json, render_imported_text

    if is_all == bool(events):
        raise UsageError("import takes EVENTs or --all", hint="such as: hubevents-sync import virtual-cooking-2026-11")
    with looking_at(app, on_sandbox=on_sandbox) as opened, watching(app, opened, "looking at HubSpot") as watched:
        imported = import_events(watched.workspace, Wish(events, account, folder), progress=watched.progress)
    render = render_imported_json if output_format == "json" else render_imported_text
    click.echo(render(imported), nl=False)
