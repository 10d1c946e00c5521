"""What an apply leaves for others: ``--report`` and ``--rejects``, found writable first, written at every end."""

from pathlib import Path
from typing import TYPE_CHECKING

from hubevents_sync.cli.files import OutputFile
from hubevents_sync.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from hubevents_sync.model.run import RunReport


class Outputs:
    """The files to write. Raises ConfigurationError where one can't be written, before anything is sent."""

    def __init__(self, report: Path | None, rejects: Path | None) -> None:
        self._report = None if report is None else OutputFile(report, "--report", b"hubevents-sync/report")
        self._rejects = None if rejects is None else OutputFile(rejects, "--rejects", b"file,line,event,account,state")
        if report is not None and rejects is not None and report.resolve() == rejects.resolve():
            raise UsageError(f"--report and --rejects are the same file: {report}", hint="name two files")
        for file in (self._report, self._rejects):
            if file is not None:
                file.require_writable()

    def write(self, report: "RunReport | None") -> ConfigurationError | None:
        """Write all of them; the first fault, which must not hide how the run ended. None is a run with nothing due."""
        faults = [*self._write_report(report), *self._write_rejects(report)]
        return faults[0] if faults else None

    def _write_report(self, report: "RunReport | None") -> list[ConfigurationError]:
        from hubevents_sync.render.report_json import render_report_json

        return [] if self._report is None else _try(self._report, render_report_json(report))

    def _write_rejects(self, report: "RunReport | None") -> list[ConfigurationError]:
        from hubevents_sync.render.rejects_csv import render_rejects_csv

        return [] if self._rejects is None else _try(self._rejects, render_rejects_csv(report))


def _try(file: OutputFile, text: str) -> list[ConfigurationError]:
    try:
        file.write(text)
    except ConfigurationError as error:
        return [error]
    return []
