"""``sandbox``: the built-in HubSpot on its own."""

import json
from pathlib import Path

import click

from hubevents_sync.cli.context import terminal_width
from hubevents_sync.cli.options import format_option

DEFAULT_PORT = 8089


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: a free one.")
@click.option(
    "--data", type=click.Path(path_type=Path, dir_okay=False), help="Keep the account in this file; else in memory."
)
@click.option("--portal", type=click.IntRange(1), help="The number of the HubSpot account that it is.")
@click.option("--token", help="Take only this token. Without it any will do.")
@click.option(
    "--switch", "switches", metavar="NAME=VALUE", multiple=True, help="Settle something that is not known of HubSpot."
)
@click.option("--list-behaviours", is_flag=True, help="Say what it does, who says that HubSpot does it, and end.")
@format_option
def sandbox(
    port: int,
    data: Path | None,
    portal: int | None,
    token: str | None,
    switches: tuple[str, ...],
    output_format: str,
    *,
    list_behaviours: bool,
) -> None:
    """Run the built-in HubSpot on 127.0.0.1 until Ctrl-C.

    Point a project at it with hubspot.base_url, or any other client of HubSpot's marketing-events API.
    """
    from hubevents_sync.sandbox.behaviours import BEHAVIOURS
    from hubevents_sync.sandbox.server import DEFAULT_PORTAL_ID, serve_sandbox
    from hubevents_sync.sandbox.switches import read_switches

    if list_behaviours:
        click.echo(_tell_behaviours(output_format))
        return
    serve_sandbox(
        port=port,
        data=data,
        token=token,
        portal_id=portal or DEFAULT_PORTAL_ID,
        announce=_announce,
        switches=read_switches(switches, BEHAVIOURS),
    )


def _tell_behaviours(output_format: str) -> str:
    from hubevents_sync.sandbox.behaviours import as_records, render_text

    if output_format == "json":
        return json.dumps(as_records(), ensure_ascii=False, indent=2)
    return render_text(width=terminal_width())


def _announce(base_url: str) -> None:
    click.echo(f"a HubSpot of our own listens on {base_url}  (Ctrl-C ends it)")
