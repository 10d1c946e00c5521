"""``runs``: the audit log."""

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.options import format_option, sandbox_option
from hubevents_sync.cli.output import drawing, workspace_of


@click.group()
def runs() -> None:
    """Look at past applies: who, when, on what plan, and how they ended."""


@runs.command("list")
@format_option
@sandbox_option
@click.pass_obj
def list_(app: AppContext, output_format: str, *, on_sandbox: bool) -> None:
    """All runs, the latest first."""
    from hubevents_sync.engine.keeping.records import list_runs
    from hubevents_sync.render.runs import render_runs_json, render_runs_text

    project, found = list_runs(workspace_of(app, on_sandbox=on_sandbox))
    if output_format == "json":
        click.echo(render_runs_json(found), nl=False)
        return
    click.echo(render_runs_text(found, timezone=project.timezone, **drawing(app)), nl=False)


@runs.command("show")
@click.argument("run_id", metavar="RUN")
@format_option
@sandbox_option
@click.pass_obj
def show(app: AppContext, run_id: str, output_format: str, *, on_sandbox: bool) -> None:
    """One run, by its id or the beginning of it, with its calls."""
    from hubevents_sync.engine.keeping.records import show_run
    from hubevents_sync.render.journal import render_run_record_json, render_run_record_text

    record = show_run(workspace_of(app, on_sandbox=on_sandbox), run_id)
    if output_format == "json":
        click.echo(render_run_record_json(record.run, record.journal), nl=False)
        return
    text = render_run_record_text(record.run, record.journal, timezone=record.project.timezone, **drawing(app))
    click.echo(text, nl=False)
