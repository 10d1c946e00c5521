"""``guard``: keep states, plans, reports, rejected rows and tokens out of commits."""

import shlex
from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.errors import ExitCode

if TYPE_CHECKING:
    from hubevents_sync.engine.files.guard import Intruder


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.pass_obj
def guard(app: AppContext, files: tuple[str, ...]) -> int:
    """Say which of FILES must not be committed: exit code 1 where there is one.

    Those are states, accounts of the built-in HubSpot, saved plans, reports and rejected rows, known by what is in
    them, and any text with a HubSpot access token. Made for a hook before a commit.
    """
    from hubevents_sync.engine.files.guard import find_intruders
    from hubevents_sync.render.safe import make_one_line

    found = find_intruders(app.directory, files)
    for intruder in found:
        place = intruder.file if intruder.line is None else f"{intruder.file}:{intruder.line}"
        click.echo(f"{make_one_line(place)}: {intruder.what}", err=True)
        click.echo(f"  hint: {make_one_line(_advise(intruder))}", err=True)
    return ExitCode.ERROR if found else ExitCode.DONE


def _advise(intruder: "Intruder") -> str:
    if intruder.line is not None:
        return "name a variable instead, such as ${HUBSPOT_ACCESS_TOKEN}; a token that was pushed must be replaced"
    return f"git rm --cached -- {shlex.quote(intruder.file)}, and name it in .gitignore; the file itself stays"
