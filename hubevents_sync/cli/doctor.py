"""``doctor``: look at all that an apply hangs on."""

import click

from hubevents_sync.cli.context import AppContext
from hubevents_sync.cli.options import format_option, sandbox_option
from hubevents_sync.cli.output import drawing


@click.command()
@format_option
@sandbox_option
@click.pass_obj
def doctor(app: AppContext, output_format: str, *, on_sandbox: bool) -> int:
    """Check the project, the state and its lock, the token and its scopes, the clock, and what HubSpot knows.

    Writes nothing and sends nothing but look-ups. A line each: ok, warning, error or skipped, with what to do. Exit
    code 0 without an error, 7 where one is about the token, else 1.
    """
    from hubevents_sync.cli.progress import watching
    from hubevents_sync.cli.sandboxed import looking_at
    from hubevents_sync.engine.examining.doctor import examine
    from hubevents_sync.model.checkup import judge
    from hubevents_sync.render.checkup import render_checkup_json, render_checkup_text

    with looking_at(app, on_sandbox=on_sandbox) as opened, watching(app, opened, "examining") as watched:
        results = examine(watched.workspace)
    code = judge(results)
    if output_format == "json":
        click.echo(render_checkup_json(results, code), nl=False)
    else:
        click.echo(render_checkup_text(results, **drawing(app)), nl=False)
    return code
