"""Findings of one event's rosters, kept to a number that somebody can read."""

from hubevents_sync.manifest.findings import FindingCollector, Unreadable
from hubevents_sync.manifest.rules.rosters import MORE_OF_THE_SAME, TOO_MANY_ERRORS
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.wording import counted
from hubevents_sync.model.finding import Finding, Position, Severity

MOST_ERRORS = 1000
MOST_WARNINGS_OF_A_RULE = 20


class Report:
    """Takes the findings of one event's rosters.

    MOST_ERRORS end the reading. Of the warnings of a rule in a file, MOST_WARNINGS_OF_A_RULE are shown and the others
    counted; ``close()`` says how many they were.
    """

    def __init__(self, findings: FindingCollector) -> None:
        self._findings = findings
        self._errors = 0
        self._shown: dict[tuple[str, str], int] = {}
        self._hidden: dict[tuple[str, str], tuple[Position, int]] = {}

    def add(self, rule: Rule, position: Position, message: str, hint: str | None = None) -> None:
        """A finding of *rule*. Raises Unreadable after one error too many."""
        self.add_finding(rule.at(position, message, hint))

    def add_finding(self, finding: Finding) -> None:
        """A finding that was made elsewhere. Raises Unreadable after one error too many."""
        if finding.severity is Severity.WARNING:
            self._warn(finding)
            return
        self._findings.add(finding)
        self._errors += 1
        if self._errors == MOST_ERRORS:
            message = f"{MOST_ERRORS} errors in the rosters of one event; the rest of them is not looked at"
            hint = "look for one cause: a wrong column, a wrong file"
            raise Unreadable(TOO_MANY_ERRORS.at(finding.position, message, hint))

    @property
    def is_full(self) -> bool:
        """No more errors are taken."""
        return self._errors >= MOST_ERRORS

    def close(self) -> None:
        """Say what was only counted."""
        for (_, rule), (position, count) in self._hidden.items():
            message = f"{counted(count, 'more warning')} of {rule} from here to the end of the file"
            self._findings.add(MORE_OF_THE_SAME.at(position, message))

    def _warn(self, finding: Finding) -> None:
        key = (finding.position.file, finding.rule)
        shown = self._shown.get(key, 0)
        if shown < MOST_WARNINGS_OF_A_RULE:
            self._shown[key] = shown + 1
            self._findings.add(finding)
            return
        first, count = self._hidden.get(key, (finding.position, 0))
        self._hidden[key] = (first, count + 1)
