"""``init``: write a first project."""

import click

from hubevents_sync.cli.context import AppContext


@click.command()
@click.option(
    "--account", default="MyCompany", show_default=True, help="Your own name for the account (externalAccountId)."
)
@click.pass_obj
def init(app: AppContext, account: str) -> None:
    """Write a first project into the folder: one event, one roster, and the schemas for your editor.

    It validates and plans as it stands. Files that are there already are never overwritten.
    """
    from hubevents_sync.engine.files.init import write_project
    from hubevents_sync.engine.workspace import SystemClock

    done = write_project(app.directory, account=account, now_ms=SystemClock().now_ms())
    for path in done.written:
        click.echo(f"wrote {path.relative_to(app.directory)}")
    for path in done.left:
        click.echo(f"left  {path.relative_to(app.directory)} as it is")
    if app.directory / ".gitignore" in done.left:
        click.echo("\nPut state/* into your .gitignore: what was applied is no business of git's.")
    click.echo("\nNext: hubevents-sync validate, then hubevents-sync plan --sandbox and apply --sandbox:")
    click.echo("the built-in HubSpot needs no account. For the real one, set HUBSPOT_ACCESS_TOKEN.")
