"""Write findings as GitLab's Code Quality report, which its merge requests show."""

from collections.abc import Sequence

from hubevents_sync.model.finding import Finding, Severity
from hubevents_sync.render.findings_identity import fingerprint_findings, say_finding
from hubevents_sync.render.json_text import dump_json

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def render_findings_gitlab(findings: Sequence[Finding], *, folder: str = "") -> str:
    """*findings* by place as a JSON list, each with the fields that GitLab asks for. *folder* is the project's.

    GitLab compares fingerprints with those of the target branch, and shows what is new and what is gone.
    """
    return dump_json(
        [
            {
                "description": say_finding(finding),
                "check_name": finding.rule,
                "fingerprint": fingerprint,
                "severity": SEVERITIES[finding.severity],
                "location": {"path": path, "lines": {"begin": finding.position.line}},
            }
            for finding, path, fingerprint in fingerprint_findings(findings, folder)
        ]
    )
