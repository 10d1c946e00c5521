"""Findings as GitHub, GitLab and code scanning take them."""

import json
from typing import Any

import pytest

from hubevents_sync.model.finding import Finding, Position, RuleText, Severity
from hubevents_sync.render.findings_github import render_findings_github
from hubevents_sync.render.findings_gitlab import render_findings_gitlab
from hubevents_sync.render.findings_sarif import render_findings_sarif
from hubevents_sync.render.json_text import dump_json

RULES = (
    RuleText("naive-time", Severity.WARNING, "A time has an offset.", "It could be any of 24 hours."),
    RuleText("event-times", Severity.ERROR, "An event ends after it starts.", "HubSpot drops its attendance."),
)


def build_finding(
    line: int = 12,
    *,
    file: str = "events/launch.yaml",
    rule: str = "event-times",
    severity: Severity = Severity.ERROR,
    message: str = "start is after end",
    hint: str | None = None,
) -> Finding:
    return Finding(Position(file, line, 9), rule, severity, message, hint)


def read_sarif(*findings: Finding, folder: str = "") -> Any:
    """The one run of the log."""
    (run,) = json.loads(render_findings_sarif(findings, RULES, version="1.2.3", folder=folder))["runs"]
    return run


def test_github_is_given_a_command_a_finding_and_a_line_of_counts() -> None:
    findings = [
        build_finding(hint="swap them"),
        build_finding(3, severity=Severity.WARNING, rule="naive-time", message="no offset"),
    ]
    assert render_findings_github(findings) == (
        "::warning file=events/launch.yaml,line=3,col=9,title=naive-time::no offset\n"
        "::error file=events/launch.yaml,line=12,col=9,title=event-times::start is after end%0Ahint: swap them\n"
        "1 error, 1 warning in 1 file\n"
    )


def test_what_means_something_to_github_is_escaped_and_ends_no_command() -> None:
    finding = build_finding(file="events/10%, a:b.yaml", message="10% off\r\n::error::forged, really: \x1b[31m")
    first, *rest = render_findings_github([finding]).splitlines()
    assert first == (
        "::error file=events/10%25%2C a%3Ab.yaml,line=12,col=9,title=event-times"
        "::10%25 off↵::error::forged, really: \\x1b[31m"
    )
    assert rest == ["1 error in 1 file"]


def test_nothing_wrong_is_said_without_a_command() -> None:
    assert render_findings_github([]) == "ok: nothing wrong\n"
    assert json.loads(render_findings_gitlab([])) == []


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("", "events/launch.yaml"),
        ("marketing/eu", "marketing/eu/events/launch.yaml"),
        ("..", "../events/launch.yaml"),
    ],
)
def test_files_are_named_from_the_root_of_the_repository(folder: str, expected: str) -> None:
    findings = [build_finding()]
    assert f"file={expected}," in render_findings_github(findings, folder=folder)
    assert json.loads(render_findings_gitlab(findings, folder=folder))[0]["location"]["path"] == expected
    place = read_sarif(*findings, folder=folder)["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": expected, "uriBaseId": "%SRCROOT%"}


def test_a_roster_beside_the_project_is_named_without_a_detour() -> None:
    finding = build_finding(file="../shared/rosters/ana.csv")
    assert "file=marketing/shared/rosters/ana.csv," in render_findings_github([finding], folder="marketing/eu")


def test_gitlab_is_given_what_its_report_asks_for() -> None:
    (entry,) = json.loads(render_findings_gitlab([build_finding(hint="swap them")], folder="eu"))
    assert len(entry.pop("fingerprint")) == 64
    assert entry == {
        "description": "start is after end\nhint: swap them",
        "check_name": "event-times",
        "severity": "major",
        "location": {"path": "eu/events/launch.yaml", "lines": {"begin": 12}},
    }
    (warning,) = json.loads(render_findings_gitlab([build_finding(severity=Severity.WARNING)]))
    assert warning["severity"] == "minor"


def fingerprints(*findings: Finding) -> list[str]:
    """Those of GitLab's report, which SARIF's are too."""
    found = [entry["fingerprint"] for entry in json.loads(render_findings_gitlab(findings))]
    assert found == [
        result["partialFingerprints"]["hubeventsFinding/v1"] for result in read_sarif(*findings)["results"]
    ]
    return found


def test_a_fingerprint_stays_when_lines_move() -> None:
    before = build_finding(12, message="it stands here a second time; the first is at events/a.yaml:3:5")
    after = build_finding(40, message="it stands here a second time; the first is at events/a.yaml:31:5")
    assert fingerprints(before) == fingerprints(after)


def test_a_fingerprint_tells_findings_apart() -> None:
    kinds = [
        build_finding(),
        build_finding(file="events/autumn.yaml"),
        build_finding(rule="naive-time"),
        build_finding(message="end is before start"),
    ]
    assert len({mark for kind in kinds for mark in fingerprints(kind)}) == len(kinds)


def test_equal_findings_of_a_file_have_fingerprints_by_their_order() -> None:
    first, second = fingerprints(build_finding(3), build_finding(9))
    assert first != second
    assert fingerprints(build_finding(5)) == [first]


def test_sarif_names_its_rules_and_points_at_them() -> None:
    run = read_sarif(build_finding(hint="swap them"), build_finding(2, rule="naive-time", severity=Severity.WARNING))
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("hubevents-sync", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == ["event-times", "naive-time"]
    assert driver["rules"][0] == {
        "id": "event-times",
        "shortDescription": {"text": "An event ends after it starts."},
        "fullDescription": {"text": "An event ends after it starts. Prevents: HubSpot drops its attendance."},
        "help": {
            "text": "An event ends after it starts. Prevents: HubSpot drops its attendance.",
            "markdown": "An event ends after it starts. Prevents: HubSpot drops its attendance.\n\n"
            "All rules, with examples: `docs/rules.md`, `event-times`.",
        },
        "defaultConfiguration": {"level": "error"},
    }
    assert [driver["rules"][result["ruleIndex"]]["id"] for result in run["results"]] == ["naive-time", "event-times"]


def test_a_sarif_result_has_message_level_and_place() -> None:
    (result,) = read_sarif(build_finding(hint="swap them"))["results"]
    del result["partialFingerprints"]
    assert result == {
        "ruleId": "event-times",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "start is after end\nhint: swap them"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "events/launch.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 12, "startColumn": 9},
                }
            }
        ],
    }


def test_a_rule_that_nobody_described_has_an_entry_too() -> None:
    run = read_sarif(build_finding(rule="brand-new"))
    assert run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]["id"] == "brand-new"


def test_a_path_is_a_valid_uri() -> None:
    (result,) = read_sarif(build_finding(file="events/größe 10%#1?.yaml"))["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "events/gr%C3%B6%C3%9Fe%2010%25%231%3F.yaml"


def test_a_list_is_written_with_sorted_names() -> None:
    assert dump_json([{"b": 1, "a": 2}]) == '[\n  {\n    "a": 2,\n    "b": 1\n  }\n]\n'
