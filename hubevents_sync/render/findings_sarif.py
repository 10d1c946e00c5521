"""Write findings as SARIF 2.1.0 (OASIS), which code scanning at GitHub and many editors read."""

from collections.abc import Sequence
from urllib.parse import quote

from hubevents_sync.model.finding import Finding, RuleText, Severity
from hubevents_sync.render.findings_identity import fingerprint_findings, say_finding
from hubevents_sync.render.json_text import dump_json

SARIF_VERSION = "2.1.0"
SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning"}
# The name that GitHub gives the repository's root.
ROOT = "%SRCROOT%"


def render_findings_sarif(
    findings: Sequence[Finding], rules: Sequence[RuleText], *, version: str, folder: str = ""
) -> str:
    """*findings* by place as one run of the tool in its *version*. *rules* are all there are.

    The project is in *folder* of the repository. Columns count characters, as ``columnKind`` says.
    """
    known = {rule.id: rule for rule in sorted(rules, key=lambda rule: rule.id)}
    # A finding of a rule that nobody described has an entry too: ruleIndex must lead somewhere.
    for finding in findings:
        known.setdefault(finding.rule, RuleText(finding.rule, finding.severity, finding.rule, ""))
    index = {rule_id: number for number, rule_id in enumerate(known)}
    run = {
        "tool": {
            "driver": {
                "name": "hubevents-sync",
                "semanticVersion": version,
                "rules": [_shape_rule(rule) for rule in known.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [
            _shape_result(finding, path, fingerprint, index[finding.rule])
            for finding, path, fingerprint in fingerprint_findings(findings, folder)
        ],
    }
    return dump_json({"$schema": SARIF_SCHEMA, "version": SARIF_VERSION, "runs": [run]})


def _shape_rule(rule: RuleText) -> dict[str, object]:
    says = f"{rule.title} Prevents: {rule.prevents}" if rule.prevents else rule.title
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": says},
        "help": {"text": says, "markdown": f"{says}\n\nAll rules, with examples: `docs/rules.md`, `{rule.id}`."},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _shape_result(finding: Finding, path: str, fingerprint: str, rule_index: int) -> dict[str, object]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "message": {"text": say_finding(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(path), "uriBaseId": ROOT},
                    "region": {"startLine": finding.position.line, "startColumn": finding.position.column},
                }
            }
        ],
        "partialFingerprints": {"hubeventsFinding/v1": fingerprint},
    }
