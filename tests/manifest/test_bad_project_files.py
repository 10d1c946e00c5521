"""What the project file gets wrong is said where it stands, and never shows a secret."""

from collections.abc import Callable, Mapping

import pytest

FindingsOf = Callable[[Mapping[str, str | bytes]], list[str]]
EVENT = """events:
  - externalEventId: e1
    eventName: Cooking
    eventOrganizer: Joe
    startDateTime: 2026-05-01T09:00Z
    endDateTime: 2026-05-01T17:00Z
"""


def event(extra: str) -> dict[str, str | bytes]:
    """An event file whose only event has the lines *extra* too; they begin at line 7."""
    return {"events/a.yaml": EVENT + "".join(f"    {line}\n" for line in extra.splitlines())}


def project(text: str) -> dict[str, str | bytes]:
    """A project file, and an event file without events."""
    return {"hubevents.yaml": text, "events/a.yaml": "events: []\n"}


VERSION = "version: 1\n"

CASES: dict[str, tuple[Mapping[str, str | bytes], list[str]]] = {
    "no_version": (project("account: a\n"), ["hubevents.yaml:1:1: error: the file lacks version [missing-field]"]),
    "a_version_that_is_unknown": (
        project("version: 2\n"),
        ["hubevents.yaml:1:10: error: version must be 1, found the number 2 [not-allowed]"],
    ),
    "a_quoted_version": (
        project("version: '1'\n"),
        ['hubevents.yaml:1:10: error: version must be 1, found the text "1" [not-allowed]'],
    ),
    "a_misspelt_setting": (
        project(VERSION + "acount: a\n"),
        ["hubevents.yaml:2:1: error: unknown field acount [unknown-field]"],
    ),
    "a_misspelt_setting_of_an_environment": (
        project(VERSION + "environments: {staging: {hubspot: {portl: 1}}}\n"),
        ["hubevents.yaml:2:36: error: unknown field portl [unknown-field]"],
    ),
    "an_environment_inside_an_environment": (
        project(VERSION + "environments: {staging: {environments: {}}}\n"),
        ["hubevents.yaml:2:26: error: unknown field environments [unknown-field]"],
    ),
    "an_environment_without_a_value": (
        project(VERSION + "environments:\n  staging:\n"),
        ["hubevents.yaml:3:3: error: staging has no value [no-value]"],
    ),
    "an_environments_name_with_a_slash": (
        project(VERSION + "environments: {../prod: {}}\n"),
        ['hubevents.yaml:2:16: error: the name "../prod" must be made of letters, digits, - and _ [bad-name]'],
    ),
    "a_portal_of_27_digits": (
        project(VERSION + "hubspot: {portal: " + "1" * 27 + "}\n"),
        [
            "hubevents.yaml:2:19: error: portal must be a whole number from 1 to 9007199254740991, found"
            " a number of more than 19 digits [out-of-range]"
        ],
    ),
    "a_portal_of_5000_digits": (
        project(VERSION + "hubspot: {portal: " + "1" * 5000 + "}\n"),
        [
            "hubevents.yaml:2:19: error: portal must be a whole number from 1 to 9007199254740991, found"
            " a number of more than 19 digits [out-of-range]"
        ],
    ),
    "a_quoted_portal": (
        project(VERSION + "hubspot: {portal: '99'}\n"),
        [
            "hubevents.yaml:2:19: error: portal must be a whole number from 1 to 9007199254740991, found"
            ' the text "99" [wrong-type]'
        ],
    ),
    "a_portal_that_is_no_number": (
        project(VERSION + "hubspot: {portal: .inf}\n"),
        [
            "hubevents.yaml:2:19: error: portal must be a whole number from 1 to 9007199254740991, found"
            ' the text ".inf" [wrong-type]'
        ],
    ),
    "an_unknown_api_version": (
        project(VERSION + "hubspot: {api: 2026-3}\n"),
        ['hubevents.yaml:2:16: error: api must be v3, 2026-03 or 2026-09, found the text "2026-3" [not-allowed]'],
    ),
    "a_batch_of_none": (
        project(VERSION + "hubspot: {batch: {events: 0}}\n"),
        ["hubevents.yaml:2:27: error: events must be a whole number from 1 to 1000, found the number 0 [out-of-range]"],
    ),
    "a_batch_of_half_an_event": (
        project(VERSION + "hubspot: {batch: {events: 0.5}}\n"),
        ["hubevents.yaml:2:27: error: events must be a whole number from 1 to 1000, found the number 0.5 [wrong-type]"],
    ),
    "a_rate_beyond_bounds": (
        project(VERSION + "hubspot: {requests: {per_10_seconds: 100000}}\n"),
        [
            "hubevents.yaml:2:38: error: per_10_seconds must be a whole number from 1 to 1000, found the"
            " number 100000 [out-of-range]"
        ],
    ),
    "a_share_of_words": (
        project(VERSION + "hubspot: {requests: {keep_free: half}}\n"),
        [
            "hubevents.yaml:2:33: error: keep_free must be a percentage below 100, such as 20%, found"
            ' the text "half" [not-allowed]'
        ],
    ),
    "a_share_of_all": (
        project(VERSION + "hubspot: {requests: {keep_free: 100%}}\n"),
        [
            "hubevents.yaml:2:33: error: keep_free must be a percentage below 100, such as 20%, found"
            ' the text "100%" [not-allowed]'
        ],
    ),
    "a_share_above_one": (
        project(VERSION + "hubspot: {requests: {keep_free: 20}}\n"),
        ["hubevents.yaml:2:33: error: keep_free must be a number from 0 to 0.99, found the number 20 [out-of-range]"],
    ),
    "a_limit_in_words": (
        project(VERSION + "limits: {removals: few}\n"),
        ['hubevents.yaml:2:20: error: removals must be a percentage such as 10%, found the text "few" [not-allowed]'],
    ),
    "a_limit_of_one_and_a_half": (
        project(VERSION + "limits: {removals: 1.5}\n"),
        [
            "hubevents.yaml:2:20: error: removals must be a whole number from 0 to 1000000000, a number"
            " from 0 below 1, a percentage such as 10% or none, found the number 1.5 [not-allowed]"
        ],
    ),
    "a_limit_that_is_a_list": (
        project(VERSION + "limits: {removals: [10%]}\n"),
        [
            "hubevents.yaml:2:20: error: removals must be a whole number from 0 to 1000000000, a number"
            " from 0 below 1, a percentage such as 10% or none, found a list [wrong-type]"
        ],
    ),
    "a_negative_limit": (
        project(VERSION + "limits: {contacts_created: -1}\n"),
        [
            "hubevents.yaml:2:28: error: contacts_created must be a whole number from 0 to 1000000000,"
            " found the number -1 [out-of-range]"
        ],
    ),
    "a_limit_without_a_value": (
        project(VERSION + "limits: {contacts_created: }\n"),
        ["hubevents.yaml:2:10: error: contacts_created has no value [no-value]"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_found_where_it_stands(case: str, findings_of: FindingsOf) -> None:
    files, expected = CASES[case]
    assert findings_of(files) == expected
