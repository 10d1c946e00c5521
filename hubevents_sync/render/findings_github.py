"""Write findings as GitHub's workflow commands, which show them at their lines in a pull request."""

from collections.abc import Sequence

from hubevents_sync.model.finding import Finding, Severity
from hubevents_sync.render.findings import draw_total, sort_findings
from hubevents_sync.render.findings_identity import path_in_repository, say_finding

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning"}
# How GitHub's own toolkit (actions/toolkit, core/src/command.ts) escapes a command's data and its properties. The
# percent sign goes first: it is what the others are escaped with.
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


def render_findings_github(findings: Sequence[Finding], *, folder: str = "") -> str:
    """*findings* by place, a command each, and a line of counts. The project is in *folder* of the repository.

    All are written. GitHub shows ten errors and ten warnings of a step as annotations; the rest stand in its log.
    """
    lines = [_write_command(finding, folder) for finding in sort_findings(findings)]
    return "".join(f"{line}\n" for line in (*lines, draw_total(findings).plain))


def _write_command(finding: Finding, folder: str) -> str:
    properties = {
        "file": path_in_repository(finding, folder),
        "line": finding.position.line,
        "col": finding.position.column,
        "title": finding.rule,
    }
    written = ",".join(f"{name}={_escape(str(value), _PROPERTY)}" for name, value in properties.items())
    return f"::{COMMANDS[finding.severity]} {written}::{_escape(say_finding(finding), _DATA)}"


def _escape(text: str, signs: Sequence[tuple[str, str]]) -> str:
    for sign, escaped in signs:
        text = text.replace(sign, escaped)
    return text
