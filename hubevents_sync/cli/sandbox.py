"""``sandbox``: the built-in HubSpot on its own."""

from pathlib import Path

import click

DEFAULT_PORT = 8089


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: a free one.")
@click.option(
    "--data", type=click.Path(path_type=Path, dir_okay=False), help="Keep the account in this file; else in memory."
)
@click.option("--portal", type=click.IntRange(1), help="The number of the HubSpot account that it is.")
@click.option("--token", help="Take only this token. Without it any will do.")
def sandbox(port: int, data: Path | None, portal: int | None, token: str | None) -> None:
    """Run the built-in HubSpot on 127.0.0.1 until Ctrl-C.

    Point a project at it with hubspot.base_url, or any other client of HubSpot's marketing-events API.
    """
    from hubevents_sync.sandbox.server import DEFAULT_PORTAL_ID, serve_sandbox

    portal_id = portal or DEFAULT_PORTAL_ID
    serve_sandbox(port=port, data=data, token=token, portal_id=portal_id, announce=_announce)


def _announce(base_url: str) -> None:
    click.echo(f"a HubSpot of our own listens on {base_url}  (Ctrl-C ends it)")
