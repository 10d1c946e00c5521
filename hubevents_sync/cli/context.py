"""What every command is given, and what the terminal can show."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from hubevents_sync.engine.workspace import Sandbox, Workspace
    from hubevents_sync.ports import Clock, StopSwitch
    from hubevents_sync.render.progress import ShownProgress

WIDTH_WITHOUT_TERMINAL = 100
NARROWEST = 40


@dataclass(frozen=True, slots=True)
class AppContext:
    """The global options."""

    directory: Path
    environment: str | None
    is_verbose: bool
    allows_color: bool

    @property
    def environ(self) -> Mapping[str, str]:
        """The process's environment variables."""
        return os.environ

    def workspace(self, sandbox: "Sandbox | None" = None, *, stop: "StopSwitch | None" = None) -> "Workspace":
        """Where the command works. Its waits end when *stop* is set."""
        from hubevents_sync.engine.workspace import SystemClock, Workspace
        from hubevents_sync.render.waits import WaitTeller

        clock = SystemClock(stop)
        on_wait, warn = WaitTeller(clock, say_on_stderr), compose_warning(say_on_stderr)
        return Workspace(self.directory, os.environ, clock, self.environment, sandbox, warn, on_wait)

    def open_progress(self, clock: "Clock") -> "AbstractContextManager[ShownProgress]":
        """Bars where stderr is a terminal; a line every ten seconds where it is a log."""
        from hubevents_sync.render.progress import ProgressKind, open_progress

        kind = ProgressKind.BARS if sys.stderr.isatty() else ProgressKind.LINES
        return open_progress(kind, clock, sys.stderr, color=self.color_on(sys.stderr))

    def color_on(self, stream: TextIO) -> bool:
        """Colours may be used on *stream*."""
        return self.allows_color and wants_color(stream)


def say_on_stderr(text: str) -> None:
    """Say on stderr what goes on."""
    click.echo(text, err=True)


def compose_warning(say: Callable[[str], None]) -> Callable[[str], None]:
    """Who hears what must be known and ends nothing, and says it by *say*."""

    def warn(text: str) -> None:
        say(f"warning: {text}")

    return warn


def wants_color(stream: TextIO) -> bool:
    """*stream* is a terminal that shows colours, and nobody asked for none (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """The columns of the terminal; without one, a width that fits a pipeline's log."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return WIDTH_WITHOUT_TERMINAL
    import shutil

    return max(NARROWEST, shutil.get_terminal_size((WIDTH_WITHOUT_TERMINAL, 24)).columns)


def shows_unicode(stream: TextIO) -> bool:
    """*stream* can take more than ASCII."""
    encoding = (getattr(stream, "encoding", None) or "ascii").lower()
    return "utf" in encoding


def is_interactive() -> bool:
    """Somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
