"""Draw drift for a terminal."""

from hubevents_sync.model.drift import Drift
from hubevents_sync.render.canvas import Canvas
from hubevents_sync.render.drift_outline import outline_drift
from hubevents_sync.render.plan_text import draw_outline


def render_drift_text(
    drift: Drift, *, width: int, color: bool, verbose: bool = False, timezone: str | None, unicode: bool = True
) -> str:
    """*drift* for reading, in lines of at most *width* cells (taken between 40 and 200), ending in a newline.

    *verbose* names more people: by file and line, or by HubSpot's contact id.
    """
    canvas = Canvas(width=width, color=color, unicode=unicode)
    draw_outline(canvas, outline_drift(drift, is_verbose=verbose, timezone=timezone))
    return canvas.to_text()
