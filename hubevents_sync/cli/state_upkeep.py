"""``state verify``, ``export``, ``mv``, ``rm`` and ``copy``: looking after what was applied."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.context import AppContext, is_interactive
from hubevents_sync.cli.forget import forget
from hubevents_sync.cli.options import format_option, sandbox_option
from hubevents_sync.cli.output import workspace_of
from hubevents_sync.cli.progress import watching
from hubevents_sync.errors import ExitCode, Refused

if TYPE_CHECKING:
    from hubevents_sync.engine.keeping.upkeep import Renaming

EXPORT_MARK = b"hubevents-sync/state-export"


@click.command("verify")
@format_option
@sandbox_option
@click.pass_obj
def verify(app: AppContext, output_format: str, *, on_sandbox: bool) -> int:
    """Read all of the state and say what is wrong with it. Exit code 1 where anything is."""
    from hubevents_sync.engine.keeping.upkeep import verify_state
    from hubevents_sync.render.upkeep import render_check_json, render_check_text

    with watching(app, workspace_of(app, on_sandbox=on_sandbox), "reading the state") as watched:
        found = verify_state(watched.workspace)
    render = render_check_json if output_format == "json" else render_check_text
    check = found.check
    click.echo(render(found.place, found.header, check.faults, check.notes, check.counts), nl=False)
    return ExitCode.ERROR if check.faults else ExitCode.DONE


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE")
@click.option("--with-identity-key", is_flag=True, help="The key of people's hashes too: keep such a file secret.")
@sandbox_option
@click.pass_obj
def export(app: AppContext, file: Path, *, with_identity_key: bool, on_sandbox: bool) -> None:
    """All that is in the state as JSON, one line each, to FILE or (-) to stdout.

    People are in it as keyed hashes.
    """
    from hubevents_sync.cli.files import OutputFile
    from hubevents_sync.engine.keeping.upkeep import exported_state
    from hubevents_sync.render.upkeep import render_export_line

    with (
        watching(app, workspace_of(app, on_sandbox=on_sandbox), "exporting the state") as watched,
        exported_state(watched.workspace, with_identity_key=with_identity_key) as lines,
    ):
        if str(file) == "-":
            with watched.progress.hushed() if sys.stdout.isatty() else nullcontext():
                for line in lines:
                    sys.stdout.write(render_export_line(line))
            return
        target = OutputFile(file, "state export", EXPORT_MARK)
        target.require_writable()
        target.write_parts(render_export_line(line) for line in lines)


@click.command("mv")
@click.argument("event", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--yes", "is_agreed", is_flag=True, help="Don't ask.")
@format_option
@sandbox_option
@click.pass_obj
def move(app: AppContext, event: str, new: str, output_format: str, *, is_agreed: bool, on_sandbox: bool) -> None:
    """Keep the record of the event OLD under the name NEW. Nothing is sent.

    For an event that HubSpot knows as NEW, and that was recorded under another id or account. HubSpot itself can't
    rename an event.
    """
    from hubevents_sync.engine.keeping.upkeep import rename_record
    from hubevents_sync.render.upkeep import render_renaming_json, render_renaming_text

    def agree(renaming: "Renaming") -> None:
        if is_agreed:
            return
        click.echo(f"Rename on record:\n{render_renaming_text(renaming.before, renaming.after)}", err=True, nl=False)
        if not is_interactive():
            raise Refused("there is no terminal to ask at", hint="read what would be renamed, then add --yes")
        if not click.confirm("Rename?", default=False, err=True):
            raise Refused("nothing was renamed: the answer was no")

    done = rename_record(workspace_of(app, on_sandbox=on_sandbox), event, new, agree=agree)
    if output_format == "json":
        click.echo(render_renaming_json(done.before, done.after), nl=False)
    else:
        click.echo(f"Renamed on record:\n{render_renaming_text(done.before, done.after)}", nl=False)


@click.command("copy")
@click.argument("to", metavar="PLACE")
@format_option
@sandbox_option
@click.pass_obj
def copy(app: AppContext, to: str, output_format: str, *, on_sandbox: bool) -> None:
    """Copy the state to PLACE, a file or the URL of a shared store, with its lineage, serial and identity key.

    What is at PLACE already must be an earlier copy of the same state. In a URL write the password as '${VARIABLE}'.
    """
    from hubevents_sync.engine.keeping.upkeep import copy_state
    from hubevents_sync.render.upkeep import render_copy_json, render_copy_text

    with watching(app, workspace_of(app, on_sandbox=on_sandbox), "copying the state") as watched:
        done = copy_state(watched.workspace, to)
    render = render_copy_json if output_format == "json" else render_copy_text
    click.echo(render(done.source, done.target, done.header, done.folder), nl=False)


remove = click.Command("rm", callback=forget.callback, params=forget.params, help=f"The same as forget. {forget.help}")
