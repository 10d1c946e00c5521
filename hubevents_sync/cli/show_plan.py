"""Show a plan, and the warnings that came with it."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

import click

from hubevents_sync.cli.context import AppContext, shows_unicode, terminal_width

if TYPE_CHECKING:
    from hubevents_sync.engine.planning.plan import Planning
    from hubevents_sync.model.plan import Plan


@dataclass(frozen=True, slots=True)
class PlanView:
    """How to draw a plan: as what, as seen from when, in which zone, and in how many bytes of markdown at most."""

    output_format: str
    now_ms: int
    timezone: str | None
    max_bytes: int | None = None


def show_plan(
    app: AppContext,
    planning: "Planning",
    *,
    output_format: str = "text",
    max_bytes: int | None = None,
    to_stderr: bool = False,
) -> None:
    """Write the plan to stdout, or to stderr where stdout is for something else, and warnings to stderr."""
    show_warnings(app, planning)
    drawn = draw_result(app, planning, output_format=output_format, max_bytes=max_bytes, to_stderr=to_stderr)
    click.echo(drawn, err=to_stderr, nl=False)


def draw_result(
    app: AppContext,
    planning: "Planning",
    *,
    output_format: str = "text",
    max_bytes: int | None = None,
    to_stderr: bool = False,
) -> str:
    """The plan as it is to be written to stdout, or to stderr."""
    view = PlanView(output_format, planning.now_ms, planning.manifest.project.timezone, max_bytes)
    return draw_plan(app, planning.plan, view, sys.stderr if to_stderr else sys.stdout)


def draw_plan(app: AppContext, plan: "Plan", view: PlanView, stream: TextIO) -> str:
    """*plan* in the format of *view*; as text, in the width and colours of *stream*."""
    if view.output_format == "json":
        from hubevents_sync.render.plan_json import render_plan_json

        return render_plan_json(plan)
    if view.output_format == "markdown":
        from hubevents_sync.render.comment import MOST_BYTES
        from hubevents_sync.render.plan_markdown import render_plan_markdown

        most = view.max_bytes or MOST_BYTES
        return render_plan_markdown(plan, max_bytes=most, now_ms=view.now_ms, timezone=view.timezone)
    if view.output_format == "html":
        from hubevents_sync.render.plan_html import render_plan_html

        return render_plan_html(plan, now_ms=view.now_ms, timezone=view.timezone)
    from hubevents_sync.render.plan_text import render_plan_text

    return render_plan_text(
        plan,
        width=terminal_width(),
        color=app.color_on(stream),
        verbose=app.is_verbose,
        now_ms=view.now_ms,
        timezone=view.timezone,
        unicode=shows_unicode(stream),
    )


def show_warnings(app: AppContext, planning: "Planning") -> None:
    """What validation found that does not stop a plan."""
    if not planning.findings:
        return
    from hubevents_sync.render.findings import render_findings_text

    click.echo(render_findings_text(planning.findings, color=app.color_on(sys.stderr)), err=True)
