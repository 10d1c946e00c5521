"""Show what an apply did."""

import sys
from typing import TYPE_CHECKING

from hubevents_sync.cli.context import AppContext, shows_unicode, terminal_width

if TYPE_CHECKING:
    from hubevents_sync.model.run import RunReport


def draw_report(app: AppContext, report: "RunReport", output_format: str, *, max_bytes: int) -> str:
    """*report* in that format; as text, with an empty line between it and the plan above it."""
    if output_format == "text":
        from hubevents_sync.render.report_text import render_report_text

        text = render_report_text(
            report,
            width=terminal_width(),
            color=app.color_on(sys.stdout),
            verbose=app.is_verbose,
            unicode=shows_unicode(sys.stdout),
        )
        return f"\n{text}"
    return draw_report_for_programs(report, output_format, max_bytes=max_bytes)


def draw_report_for_programs(report: "RunReport | None", output_format: str, *, max_bytes: int) -> str:
    """*report* as JSON or markdown; None is an apply that had nothing to do."""
    if output_format == "markdown":
        from hubevents_sync.render.report_markdown import render_report_markdown

        return render_report_markdown(report, max_bytes=max_bytes)
    from hubevents_sync.render.report_json import render_report_json

    return render_report_json(report)
