"""Which progress to show: bars at a terminal, plain lines elsewhere. On stderr, both."""

import sys
from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.context import AppContext

if TYPE_CHECKING:
    from hubevents_sync.ports import Clock, Progress


def choose_progress(app: AppContext, clock: "Clock") -> "Progress":
    """Bars where stderr is a terminal; a line every ten seconds where it is a log."""
    from hubevents_sync.render.progress import BarProgress, LineProgress

    if sys.stderr.isatty():
        return BarProgress(clock, sys.stderr, color=app.color_on(sys.stderr))
    return LineProgress(clock, lambda line: click.echo(line, err=True))
