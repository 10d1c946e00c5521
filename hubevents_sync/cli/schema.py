"""``schema``: the JSON Schemas of the files."""

from pathlib import Path

import click

from hubevents_sync.errors import UsageError

NAMES = ("project", "events", "roster", "plan", "report", "drift", "refresh", "import", "due", "lock", "webhook")


@click.command()
@click.argument("name", required=False, type=click.Choice(NAMES))
@click.option(
    "--write",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write them all into FOLDER.",
)
def schema(name: str | None, folder: Path | None) -> None:
    """Print the JSON Schema called NAME, or write all of them for an editor to use.

    project, events and roster are what you write; plan, report, drift, refresh, import and due are what --format json
    and --report give, lock is the lock file, webhook is what a webhook is told.
    """
    from hubevents_sync.engine.files.init import write_schemas
    from hubevents_sync.resources import schemas_directory

    if (name is None) == (folder is None):
        raise UsageError("schema takes a NAME or --write FOLDER", hint=f"the names are {', '.join(NAMES)}")
    if folder is not None:
        for path in write_schemas(folder):
            click.echo(str(path))
        return
    click.echo((schemas_directory() / f"{name}.schema.json").read_text(encoding="utf-8"), nl=False)
