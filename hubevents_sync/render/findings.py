"""Draw what was found wrong in the files, one line a finding, as compilers do and editors read."""

from collections.abc import Sequence

from rich.text import Text

from hubevents_sync.model.finding import Finding, Severity
from hubevents_sync.render.canvas import paint
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.safe import make_one_line, to_ascii
from hubevents_sync.render.wording import say_count

FINDINGS_FORMAT = "hubevents-sync/findings"
FINDINGS_VERSION = 1
STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def render_findings_text(
    findings: Sequence[Finding],
    *,
    color: bool,
    events: int | None = None,
    people: int | None = None,
    unicode: bool = True,
) -> str:
    """*findings* sorted by place, each ``file:line:column: severity: message [rule]``, and a line of counts.

    Lines are never wrapped or clipped: editors and scripts read them. *events* and *people* are what was read; they
    are said where no error makes them doubtful.
    """
    lines: list[Text] = []
    for finding in sort_findings(findings):
        lines += _draw_finding(finding)
    lines.append(draw_total(findings, events=events, people=people))
    written = paint(lines, color=color)
    return written if unicode else to_ascii(written)


def render_findings_json(findings: Sequence[Finding]) -> str:
    """*findings* sorted by place, with their counts, as JSON with sorted names and a newline at the end."""
    return dump_json(
        {
            "format": FINDINGS_FORMAT,
            "version": FINDINGS_VERSION,
            "counts": {severity.value: _count(findings, severity) for severity in Severity},
            "findings": [_shape_finding(finding) for finding in sort_findings(findings)],
        }
    )


def sort_findings(findings: Sequence[Finding]) -> list[Finding]:
    """*findings* by place, and at one place by rule."""
    return sorted(findings, key=_order)


def _order(finding: Finding) -> tuple[object, ...]:
    # A Finding's own order would compare a missing hint with a text.
    return finding.position, finding.rule, finding.severity, finding.message, finding.hint or ""


def _count(findings: Sequence[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def _draw_finding(finding: Finding) -> list[Text]:
    line = Text()
    line.append(f"{make_one_line(str(finding.position))}: ", "bold")
    line.append(f"{finding.severity}: ", STYLES[finding.severity])
    line.append(make_one_line(finding.message))
    line.append(f" [{finding.rule}]", "dim")
    if finding.hint is None:
        return [line]
    hint = Text("  ")
    hint.append("hint: ", "cyan")
    hint.append(make_one_line(finding.hint))
    return [line, hint]


def draw_total(findings: Sequence[Finding], *, events: int | None = None, people: int | None = None) -> Text:
    """The line of counts: what was found and, where no error makes that doubtful, what was read."""
    errors, warnings = _count(findings, Severity.ERROR), _count(findings, Severity.WARNING)
    found = [say_count(count, noun) for count, noun in ((errors, "error"), (warnings, "warning")) if count]
    files = len({finding.position.file for finding in findings})
    total = f"{', '.join(found)} in {say_count(files, 'file')}" if found else ""
    if errors:
        return Text(total, "bold")
    read = [] if events is None else [say_count(events, "event")]
    read += [] if people is None else [say_count(people, "person", "people")]
    valid = f"{' and '.join(read)} read, no errors" if read else "no errors"
    return (
        Text(f"{total}; {valid}", "bold")
        if total
        else Text(f"ok: {valid.replace('no errors', 'nothing wrong')}", "green")
    )


def _shape_finding(finding: Finding) -> dict[str, object]:
    return {
        "file": finding.position.file,
        "line": finding.position.line,
        "column": finding.position.column,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
    }
