"""What a rule is."""

from dataclasses import dataclass

from hubevents_sync.model.finding import Finding, Position, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One check. *id* is stable and stands in every finding; *title* and *prevents* make up its line in the docs.

    *prevents* names the case that hurt: what HubSpot or a person does where nobody checks.
    """

    id: str
    severity: Severity
    title: str
    prevents: str

    def at(self, position: Position, message: str, hint: str | None = None) -> Finding:
        """A finding of this rule."""
        return Finding(position, self.id, self.severity, message, hint)
