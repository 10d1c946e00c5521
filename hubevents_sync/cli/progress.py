"""Show that a command works, for as long as it does: on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hubevents_sync.cli.context import AppContext, compose_warning

if TYPE_CHECKING:
    from hubevents_sync.engine.workspace import Workspace
    from hubevents_sync.model.waiting import Wait
    from hubevents_sync.render.progress import ShownProgress


@dataclass(frozen=True, slots=True)
class Watched:
    """A workspace whose waits are seen in *progress*, too."""

    workspace: "Workspace"
    progress: "ShownProgress"


@contextmanager
def watching(app: AppContext, workspace: "Workspace", doing: str) -> Iterator[Watched]:
    """Inside, progress is shown of what is counted, else of *doing*: whatever takes its time is not silent about it."""
    from hubevents_sync.render.waits import WaitTeller

    with app.open_progress(workspace.clock) as progress:
        progress.start(doing, None)

        tell = WaitTeller(workspace.clock, progress.say)

        def on_wait(wait: "Wait") -> None:
            tell(wait)
            progress.note_wait(wait)

        # The terminal is the bars' for now: who writes past them writes into them.
        warn = compose_warning(progress.say)
        yield Watched(replace(workspace, on_wait=on_wait, warn=warn), progress)
