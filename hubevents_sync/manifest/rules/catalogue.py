"""All rules in one table, and the page of the docs that explains them."""

from hubevents_sync.manifest.rules import events, files, rosters
from hubevents_sync.manifest.rules.examples import EXAMPLES
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.model.finding import Severity

# Sections of the page, with the module whose rules they hold. Of two rules with one id the first is shown.
SECTIONS = {"Files, YAML and the project": files, "Events": events, "Rosters": rosters}
_INTRODUCTION = """# Rules

`hubevents-sync validate` checks every file against these rules, and so does each `plan`. An **error** stops the plan; a
**warning** does not. The id at the end of a finding is the rule's, and stays what it is from version to version:

    events/launch.yaml:12:9: error: start is after end (2026-05-02T09:00Z > 2026-05-01T17:00Z) [event-times]
"""


def _collect() -> dict[str, tuple[Rule, ...]]:
    seen: set[str] = set()
    sections: dict[str, tuple[Rule, ...]] = {}
    for title, module in SECTIONS.items():
        rules = [value for value in vars(module).values() if isinstance(value, Rule) and value.id not in seen]
        seen.update(rule.id for rule in rules)
        sections[title] = tuple(rules)
    return sections


RULES_BY_SECTION = _collect()
RULES = {rule.id: rule for rules in RULES_BY_SECTION.values() for rule in rules}


def render_rules_markdown() -> str:
    """The docs' page of rules: for each its id, its severity, what it asks for, what it prevents, and an example."""
    parts = [_INTRODUCTION]
    for title, rules in RULES_BY_SECTION.items():
        parts.append(f"## {title}\n")
        parts.extend(_render(rule) for rule in rules)
    return "\n".join(parts)


def _render(rule: Rule) -> str:
    mark = "" if rule.severity is Severity.ERROR else f" ({rule.severity})"
    lines = [f"### {rule.id}{mark}", "", rule.title, "", f"Prevents: {rule.prevents}", ""]
    if example := EXAMPLES.get(rule.id):
        lines += ["Found, for example, in:", "", *(f"    {line}" for line in example.splitlines()), ""]
    return "\n".join(lines)
