"""Draw what ``doctor`` found: a line a check, what to do below it, and the count."""

from collections.abc import Sequence

from hubevents_sync.errors import ExitCode
from hubevents_sync.model.checkup import CheckStatus, NamedResult
from hubevents_sync.render.canvas import Canvas
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_list

STYLES = {
    CheckStatus.OK: "green",
    CheckStatus.WARNING: "yellow",
    CheckStatus.ERROR: "bold red",
    CheckStatus.SKIPPED: "dim",
}
GAP = "  "


def render_checkup_text(results: Sequence[NamedResult], *, width: int, color: bool, unicode: bool = True) -> str:
    """The checks in their order, in columns."""
    canvas = Canvas(width=width, color=color, unicode=unicode)
    status_width = max(len(status) for status in CheckStatus)
    name_width = max((len(each.name) for each in results), default=0)
    for each in results:
        result = each.result
        lead = (
            (f"{result.status:<{status_width}}", STYLES[result.status]),
            (f"{GAP}{each.name:<{name_width}}{GAP}", "bold" if result.status is CheckStatus.ERROR else ""),
        )
        canvas.paragraph(lead, (make_one_line(result.message), "dim" if result.status is CheckStatus.SKIPPED else ""))
        if result.remedy is not None:
            indent = " " * (status_width + name_width + 2 * len(GAP))
            canvas.paragraph(((indent, ""), ("→ " if unicode else "-> ", "cyan")), (make_one_line(result.remedy), ""))
    canvas.blank()
    canvas.paragraph((), (_count(results), ""))
    return canvas.to_text()


def _count(results: Sequence[NamedResult]) -> str:
    counts = {status: sum(each.result.status is status for each in results) for status in CheckStatus}
    words = {CheckStatus.WARNING: "warning", CheckStatus.ERROR: "error"}
    return say_list(
        f"{count} {words[status] + ('s' if count != 1 else '') if status in words else status}"
        for status, count in counts.items()
        if count
    )


def render_checkup_json(results: Sequence[NamedResult], exit_code: ExitCode) -> str:
    """The same for programs."""
    return dump_json(
        {
            "format": "hubevents-sync/doctor",
            "version": 1,
            "exit_code": int(exit_code),
            "checks": [
                {
                    "name": each.name,
                    "status": str(each.result.status),
                    "message": each.result.message,
                    "remedy": each.result.remedy,
                }
                for each in results
            ],
        }
    )
