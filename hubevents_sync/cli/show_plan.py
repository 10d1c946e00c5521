"""Show a plan, and the warnings that came with it."""

import sys
from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.context import AppContext, shows_unicode, terminal_width

if TYPE_CHECKING:
    from hubevents_sync.engine.plan import Planning


def show_plan(app: AppContext, planning: "Planning", *, output_format: str = "text", to_stderr: bool = False) -> None:
    """Write the plan to stdout, or to stderr where stdout is for something else, and warnings to stderr."""
    stream = sys.stderr if to_stderr else sys.stdout
    show_warnings(app, planning)
    if output_format == "json":
        from hubevents_sync.render.plan_json import render_plan_json

        click.echo(render_plan_json(planning.plan), err=to_stderr, nl=False)
        return
    from hubevents_sync.render.plan_text import render_plan_text

    text = render_plan_text(
        planning.plan,
        width=terminal_width(),
        color=app.color_on(stream),
        verbose=app.is_verbose,
        now_ms=planning.now_ms,
        timezone=planning.manifest.project.timezone,
        unicode=shows_unicode(stream),
    )
    click.echo(text, err=to_stderr, nl=False)


def show_warnings(app: AppContext, planning: "Planning") -> None:
    """What validation found that does not stop a plan."""
    if not planning.findings:
        return
    from hubevents_sync.render.findings import render_findings_text

    click.echo(render_findings_text(planning.findings, color=app.color_on(sys.stderr)), err=True)
