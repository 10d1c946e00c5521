"""Which progress to show: bars at a terminal, plain lines elsewhere. On stderr, both."""

import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from hubevents_sync.cli.context import AppContext

if TYPE_CHECKING:
    from hubevents_sync.ports import Clock, Progress


def showing_progress(app: AppContext, clock: "Clock") -> "AbstractContextManager[Progress]":
    """Bars where stderr is a terminal; a line every ten seconds where it is a log."""
    from hubevents_sync.render.progress import ProgressKind, open_progress

    kind = ProgressKind.BARS if sys.stderr.isatty() else ProgressKind.LINES
    return open_progress(kind, clock, sys.stderr, color=app.color_on(sys.stderr))
