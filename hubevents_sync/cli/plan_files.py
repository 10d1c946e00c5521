"""What a plan leaves for others: ``--out``, ``--markdown`` and ``--html``, found writable before the plan is made."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hubevents_sync.cli.context import AppContext
from hubevents_sync.errors import UsageError
from hubevents_sync.model.plan_format import PLAN_FORMAT

if TYPE_CHECKING:
    from hubevents_sync.cli.files import OutputFile
    from hubevents_sync.engine.planning.plan import Planning

SAVED = "out"
MARKS = {
    SAVED: PLAN_FORMAT.encode(),
    "markdown": b"<!-- hubevents-sync plan ",
    "html": b'<meta name="generator" content="hubevents-sync plan">',
}


class PlanFiles:
    """The files to write, by format. Raises ConfigurationError where one can't be written."""

    def __init__(self, **paths: Path | None) -> None:
        named = {output_format: path for output_format, path in paths.items() if path is not None}
        if len({path.resolve() for path in named.values()}) < len(named):
            flags = " and ".join(f"--{output_format}" for output_format in named)
            raise UsageError(f"{flags} are the same file: {next(iter(named.values()))}", hint="name two files")
        self._files = _find_writable(named) if named else {}

    def write(self, app: AppContext, planning: "Planning", *, max_bytes: int) -> None:
        """Write each, in one piece."""
        from hubevents_sync.cli.show_plan import PlanView, draw_plan

        for output_format, file in self._files.items():
            if output_format == SAVED:
                from hubevents_sync.render.plan_json import render_saved_plan

                file.write(render_saved_plan(planning.plan))
                continue
            view = PlanView(output_format, planning.now_ms, planning.manifest.project.timezone, max_bytes)
            file.write(draw_plan(app, planning.plan, view, sys.stdout))


def _find_writable(named: Mapping[str, Path]) -> "dict[str, OutputFile]":
    from hubevents_sync.cli.files import OutputFile

    files = {
        output_format: OutputFile(path, f"--{output_format}", MARKS[output_format])
        for output_format, path in named.items()
    }
    for file in files.values():
        file.require_writable()
    return files
