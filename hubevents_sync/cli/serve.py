"""``serve``: the event-details endpoint."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.streams import lasting_output

if TYPE_CHECKING:
    from hubevents_sync.model.serving import ServerEntry


@click.command()
@click.option("--public-url", metavar="URL", help="What stands before --path in the address that HubSpot asks at.")
@click.option("--path", default="/events/%s", show_default=True, help="The path; %s is the event's id.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen on this address.")
@click.option("--port", type=click.IntRange(0, 65535), default=8088, show_default=True, help="0: a free one.")
@click.option(
    "--uds", type=click.Path(path_type=Path, dir_okay=False), help="Listen on this Unix socket and on no port."
)
@click.option("--app-id", type=click.IntRange(1), metavar="N", help="Answer this HubSpot app only.")
@click.option(
    "--client-secret-env",
    "secret_variable",
    metavar="NAME",
    default="HUBSPOT_CLIENT_SECRET",
    show_default=True,
    help="The environment variable with the app's client secret.",
)
@click.option("--allow-replays", is_flag=True, help="Take the same signature more than once in its five minutes.")
@click.option("--insecure-no-signature", is_flag=True, help="Check no signature. On loopback only.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write the log, on stderr.",
)
@click.pass_obj
def serve(
    app: AppContext,
    *,
    public_url: str | None,
    path: str,
    host: str,
    port: int,
    uds: Path | None,
    app_id: int | None,
    secret_variable: str,
    allow_replays: bool,
    insecure_no_signature: bool,
    output_format: str,
) -> None:
    """Answer HubSpot when it asks for an event's details, until SIGTERM or Ctrl-C.

    Attendance for an event that HubSpot does not know makes it ask the eventDetailsUrl of the app's settings, such as
    https://my.event.app/events/%s. The answer comes from the event files, without a roster and without the state.
    Files that change are read again; while they are broken, the last good ones count.

    /healthz answers 200 while the server runs, /readyz once it has events to tell. Run it behind a proxy that ends TLS
    and hands the address on as it came. -v also logs the address of a signature that does not fit.
    """
    from hubevents_sync.engine.serve import ServeOptions, serve_details

    options = ServeOptions(
        host=host,
        port=port,
        uds=uds,
        path=path,
        public_url=public_url,
        app_id=app_id,
        secret_variable=secret_variable,
        checks_signatures=not insecure_no_signature,
        allows_replays=allow_replays,
        shows_checked=app.is_verbose,
    )
    with lasting_output():
        serve_details(app.workspace(), options, _log_to_stderr(app, output_format))


def _log_to_stderr(app: AppContext, output_format: str) -> "Callable[[ServerEntry], None]":
    from hubevents_sync.render.server_log import render_entry_json, render_entry_text

    color = app.color_on(sys.stderr)

    def log(entry: "ServerEntry") -> None:
        text = render_entry_json(entry) if output_format == "json" else render_entry_text(entry, color=color)
        click.echo(text, err=True, nl=False)

    return log
