"""``state``: what was applied."""

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.options import format_option, sandbox_option
from hubevents_sync.cli.output import drawing, workspace_of
from hubevents_sync.cli.progress import watching
from hubevents_sync.cli.state_upkeep import copy, export, move, remove, verify
from hubevents_sync.errors import UsageError


@click.group()
def state() -> None:
    """Look at what was applied, and look after it."""


for command in (verify, export, move, remove, copy):
    state.add_command(command)


@state.command("list")
@format_option
@sandbox_option
@click.pass_obj
def list_(app: AppContext, output_format: str, *, on_sandbox: bool) -> None:
    """All recorded events in counts."""
    from hubevents_sync.engine.keeping.records import list_state
    from hubevents_sync.render.records import render_overviews_json, render_overviews_text

    with watching(app, workspace_of(app, on_sandbox=on_sandbox), "reading the state") as watched:
        found = list_state(watched.workspace)
    if output_format == "json":
        click.echo(render_overviews_json(found.header, found.events), nl=False)
        return
    text = render_overviews_text(found.header, found.events, **drawing(app))
    click.echo(text, nl=False)


@state.command("show")
@click.argument("event", required=False, metavar="[EVENT]")
@click.option("--email", help="Find a person by e-mail: it is hashed, and the hash is looked for.")
@format_option
@sandbox_option
@click.pass_obj
def show(app: AppContext, event: str | None, email: str | None, output_format: str, *, on_sandbox: bool) -> None:
    """One event in full, or all that is recorded of one person."""
    from hubevents_sync.engine.keeping.records import find_person, show_event
    from hubevents_sync.render.records import (
        render_event_record_json,
        render_event_record_text,
        render_rows_json,
        render_rows_text,
    )

    if (event is None) == (email is None):
        raise UsageError("state show takes an EVENT or --email ADDRESS", hint="state list names the events")
    workspace = workspace_of(app, on_sandbox=on_sandbox)
    if email is not None:
        project, rows = find_person(workspace, email)
        as_json = output_format == "json"
        text = render_rows_json(rows) if as_json else render_rows_text(rows, timezone=project.timezone, **drawing(app))
    else:
        record = show_event(workspace, str(event))
        parts = (record.recorded, record.completion, record.leftovers)
        if output_format == "json":
            text = render_event_record_json(*parts)
        else:
            text = render_event_record_text(*parts, timezone=record.project.timezone, **drawing(app))
    click.echo(text, nl=False)


@state.command("unlock")
@click.argument("run_id", metavar="RUN")
@sandbox_option
@click.pass_obj
def unlock(app: AppContext, run_id: str, *, on_sandbox: bool) -> None:
    """Break the lock of the run RUN, which is dead: if it is not, it stops before it writes again.

    RUN, or the beginning of it, stands in the message of the run that found the state locked. The lock of a process
    that died on this machine is taken over without this.
    """
    from hubevents_sync.engine.keeping.records import unlock_state

    holder = unlock_state(workspace_of(app, on_sandbox=on_sandbox), run_id)
    click.echo(
        f"unlocked: run {holder.run_id} of {holder.user}@{holder.host} ({holder.command}) may not write any more"
    )


@state.command("lock")
@click.pass_obj
def lock(app: AppContext) -> None:
    """Write state/hubevents.lock.json: what was applied, in counts, for git to keep.

    A change can be planned by it where the state is out of reach. With lock: true in hubevents.yaml each apply writes
    it. The files must be those that were applied.
    """
    from hubevents_sync.engine.reviewing.lock_keeping import write_lock
    from hubevents_sync.render.wording import say_count

    with watching(app, app.workspace(), "writing the lock file") as watched:
        done = write_lock(watched.workspace)
    said = "wrote" if done.is_changed else "left as it is:"
    click.echo(f"{said} {done.file}: {say_count(len(done.state.events), 'event')} at serial {done.state.serial}")
