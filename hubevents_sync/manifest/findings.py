"""Collect every fault of the files, so that all are shown at once."""

from collections.abc import Iterable

from hubevents_sync.errors import SyncError
from hubevents_sync.model.finding import Finding, Position, Severity


def by_place(finding: Finding) -> tuple[Position, str, str, str]:
    """What findings are sorted by. Their own order would compare a hint with the lack of one."""
    return finding.position, finding.rule, finding.message, finding.hint or ""


class Unreadable(Exception):
    """Inside this package: a file stops making sense at *finding*, and reading it ends there."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class InvalidFiles(SyncError):
    """The project's files have errors: *findings* holds all of them, warnings too, sorted by place."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=by_place))
        errors = sum(finding.severity is Severity.ERROR for finding in self.findings)
        super().__init__(f"the files have {errors} error{'' if errors == 1 else 's'}")


class FindingCollector:
    """Takes findings as they come; gives them back sorted, each once."""

    def __init__(self) -> None:
        self._findings: set[Finding] = set()

    def add(self, finding: Finding) -> None:
        """Keep *finding*."""
        self._findings.add(finding)

    def error(self, position: Position, rule: str, message: str, hint: str | None = None) -> None:
        """An error at *position*, by the rule with that id."""
        self.add(Finding(position, rule, Severity.ERROR, message, hint))

    def warning(self, position: Position, rule: str, message: str, hint: str | None = None) -> None:
        """A warning at *position*, by the rule with that id."""
        self.add(Finding(position, rule, Severity.WARNING, message, hint))

    @property
    def has_errors(self) -> bool:
        """At least one finding stops the plan."""
        return any(finding.severity is Severity.ERROR for finding in self._findings)

    def sorted(self) -> tuple[Finding, ...]:
        """All findings by place."""
        return tuple(sorted(self._findings, key=by_place))
