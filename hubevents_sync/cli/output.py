"""What the commands that only look at things share."""

import sys
from typing import TYPE_CHECKING, Any

from hubevents_sync.cli.context import AppContext, shows_unicode, terminal_width

if TYPE_CHECKING:
    from hubevents_sync.engine.workspace import Workspace


def workspace_of(app: AppContext, *, on_sandbox: bool) -> "Workspace":
    """The workspace, or that of the built-in HubSpot's state."""
    from hubevents_sync.engine.workspace import Sandbox

    return app.workspace(Sandbox() if on_sandbox else None)


def drawing(app: AppContext) -> dict[str, Any]:
    """How wide and colourful stdout is: what every text renderer wants to know."""
    return {"width": terminal_width(), "color": app.color_on(sys.stdout), "unicode": shows_unicode(sys.stdout)}
