"""Rules of misbehaviour are read from a line and written back to one; a bad line says what is allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.errors import UsageError
from hubevents_sync.sandbox.faults.grammar import ANSWER_STATUSES, ERROR_STATUSES, HINT, parse_rule, write_rule
from hubevents_sync.sandbox.faults.rule import (
    Cut,
    Empty,
    ErrorAnswer,
    Every,
    Fault,
    FaultRule,
    Frequency,
    Next,
    OtherStatus,
    RowFault,
    Share,
    Slow,
    Truncate,
)
from hubevents_sync.sandbox.faults.targets import GROUPS, METHODS, OPERATIONS, Target, find_operation

BASE = "/marketing/v3/marketing-events"


@pytest.mark.parametrize(
    ("text", "target", "fault", "frequency", "is_after"),
    [
        ("attendance: drop every 9", Target("attendance"), RowFault.DROP, Every(9), False),
        ("attendance: phantom 10%", Target("attendance"), RowFault.PHANTOM, Share(0.1), False),
        ("any: reject next 3", Target("any"), RowFault.REJECT, Next(3), False),
        ("any: 503", Target("any"), ErrorAnswer(503), Every(), False),
        ("any: 503 always", Target("any"), ErrorAnswer(503), Every(), False),
        ("upsert: cut once after", Target("upsert"), Cut(), Next(1), True),
        ("upsert: cut after once", Target("upsert"), Cut(), Next(1), True),
        ("writes: reset before", Target("writes"), Cut(is_reset=True), Every(), False),
        ("reads: truncate every 2", Target("reads"), Truncate(), Every(2), True),
        ("any: 429 daily", Target("any"), ErrorAnswer(429, is_daily=True), Every(), False),
        ("any: 429 retry-after 3", Target("any"), ErrorAnswer(429, retry_after_seconds=3), Every(), False),
        ("any: 477 next 2 retry-after 60s", Target("any"), ErrorAnswer(477, retry_after_seconds=60), Next(2), False),
        ("GET events/*: slow 0.5s after", Target("events/*", "GET"), Slow(0.5), Every(), True),
        ("  POST   any :  slow 2  ", Target("any", "POST"), Slow(2.0), Every(), False),
        ("upsert: empty", Target("upsert"), Empty(), Every(), False),
        ("attendance: answer 201", Target("attendance"), OtherStatus(201), Every(), True),
    ],
)
def test_a_rule_is_read(text: str, target: Target, fault: Fault, frequency: Frequency, *, is_after: bool) -> None:
    assert parse_rule(text) == FaultRule(target, fault, frequency, is_after)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "it has to be WHERE: WHAT"),
        ("drop every 9", "it has to be WHERE: WHAT"),
        ("attendance:", "it has to be WHERE: WHAT"),
        (": drop", "WHERE is one word, with a method before it or without"),
        ("fetch any: drop", "'fetch' is no method; allowed are GET, POST, PUT, PATCH, DELETE"),
        (
            "attendence: drop",
            f"'attendence' is no operation; allowed are {', '.join((*GROUPS, *OPERATIONS))}, and paths",
        ),
        ("any: 418", "'418' is no fault; allowed are 423, 429,"),
        ("any: explode", "'explode' is no fault; allowed are 423, 429,"),
        ("any: drop every", "every takes a number"),
        ("any: drop every 0", "every takes a number: a whole number from 1 to 999999999, not '0'"),
        ("any: drop next -1", "next takes a number: a whole number from 1 to 999999999, not '-1'"),
        ("any: 503 0%", "a share is more than 0% and at most 100%, not '0%'"),
        ("any: 503 101%", "a share is more than 0% and at most 100%, not '101%'"),
        ("any: 503 every 2 5%", "'5%' is not understood"),
        ("any: 503 sometimes", "'sometimes' is not understood; after the fault there may be every N, N%, next N"),
        ("any: cut retry-after 3", "'retry-after' is not understood"),
        ("any: 477 retry-after 90000", "retry-after takes seconds: a whole number from 1 to 86400, not '90000'"),
        ("any: slow", "slow takes seconds, as in slow 2s"),
        ("any: slow 601", "slow takes more than 0 and at most 600 seconds, as in slow 2.5s"),
        ("any: slow nan", "slow takes more than 0 and at most 600 seconds, as in slow 2.5s"),
        ("any: answer 404", "answer takes one of 200, 201, 207, not '404'"),
        ("any: truncate before", "it spoils an answer, so it can't come before the request is handled"),
        ("any: drop after", "drop keeps rows from being stored, so it can't come after that"),
    ],
)
def test_a_line_that_is_no_rule_says_what_is_wrong_and_what_is_allowed(text: str, complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_rule(text)
    assert caught.value.message.startswith(f"the fault '{text}' can't be read: {complaint}")
    assert caught.value.hint == HINT


TARGETS = st.builds(
    Target,
    st.sampled_from([*GROUPS, *OPERATIONS, "events/*", "/oauth/**"]),
    st.none() | st.sampled_from(METHODS),
)
WAITS = st.none() | st.integers(1, 86_400)
ERRORS = st.builds(ErrorAnswer, st.sampled_from(ERROR_STATUSES), retry_after_seconds=WAITS) | st.builds(
    ErrorAnswer, st.just(429), st.booleans(), WAITS
)
FREQUENCIES = (
    st.builds(Every, st.integers(1, 999_999_999))
    | st.builds(Next, st.integers(1, 999_999_999))
    | st.builds(Share, st.integers(1, 1000).map(lambda tenths: float(f"{tenths / 10:.1f}") / 100))
)
EITHER = (
    ERRORS | st.builds(Cut, st.booleans()) | st.builds(Empty) | st.builds(Slow, st.sampled_from([0.25, 1.0, 600.0]))
)
AFTER = st.builds(Truncate) | st.builds(OtherStatus, st.sampled_from(ANSWER_STATUSES))
RULES = (
    st.builds(FaultRule, TARGETS, EITHER, FREQUENCIES, st.booleans())
    | st.builds(FaultRule, TARGETS, AFTER, FREQUENCIES, is_after=st.sampled_from([True]))
    | st.builds(FaultRule, TARGETS, st.sampled_from(RowFault), FREQUENCIES)
)


@given(RULES)
def test_a_written_rule_reads_as_itself(rule: FaultRule) -> None:
    assert parse_rule(write_rule(rule)) == rule


@given(st.text(max_size=40) | st.text(alphabet="any:dropevy 0123456789%*/.", max_size=30))
def test_any_text_is_a_rule_or_a_usage_error(text: str) -> None:
    try:
        rule = parse_rule(text)
    except UsageError:
        return
    assert parse_rule(write_rule(rule)) == rule


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", f"{BASE}/events/upsert", "upsert"),
        ("POST", "/marketing/marketing-events/2026-03/events/upsert", "upsert"),
        ("POST", f"{BASE}/events", "create"),
        ("GET", f"{BASE}/events/a%2Fb", "event"),
        ("GET", f"{BASE}/210000000001", "event"),
        ("PUT", f"{BASE}/events/1", "put"),
        ("PATCH", f"{BASE}/events/1", "update"),
        ("POST", f"{BASE}/batch/update", "update"),
        ("DELETE", f"{BASE}/1", "delete"),
        ("POST", f"{BASE}/events/delete", "delete"),
        ("GET", f"{BASE}/events/search", "search"),
        ("GET", f"{BASE}/1/identifiers", "search"),
        ("POST", f"{BASE}/events/1/cancel", "cancel"),
        ("POST", f"{BASE}/events/1/complete", "complete"),
        ("POST", f"{BASE}/attendance/1/register/email-create", "attendance"),
        ("POST", f"{BASE}/210000000001/attendance/cancel/create", "attendance"),
        ("POST", f"{BASE}/events/1/register/email-upsert", "attendance"),
        ("GET", f"{BASE}/participations/A/1", "counters"),
        ("GET", f"{BASE}/participations/7", "counters"),
        ("GET", f"{BASE}/participations/A/1/breakdown", "breakdown"),
        ("GET", f"{BASE}/participations/7/breakdown", "breakdown"),
        ("GET", f"{BASE}/participations/contacts/ana@example.com/breakdown", "breakdown"),
        ("GET", f"{BASE}/7/settings", "settings"),
        ("PUT", f"{BASE}/associations/A/1/lists/9", "lists"),
        ("GET", BASE, "list"),
        ("GET", f"{BASE}/", "list"),
        ("GET", "/marketing/marketing-events/v3", "list"),
        ("POST", "/oauth/v2/private-apps/get/access-token-info", "token"),
        ("GET", "/account-info/v3/details", None),
        ("GET", "/", None),
    ],
)
def test_every_request_is_of_one_operation(method: str, path: str, operation: str | None) -> None:
    assert find_operation(method, path) == operation


@pytest.mark.parametrize(
    ("target", "method", "path", "is_meant"),
    [
        (Target("any"), "DELETE", "/nowhere", True),
        (Target("reads"), "GET", f"{BASE}/events/1", True),
        (Target("reads"), "POST", f"{BASE}/events/1", False),
        (Target("writes", "PUT"), "POST", f"{BASE}/events/1", False),
        (Target("events/*"), "GET", f"{BASE}/events/1", True),
        (Target("events/*"), "GET", f"{BASE}/events/1/cancel", False),
        (Target("events/**"), "GET", f"{BASE}/events/1/cancel", True),
        (Target("/marketing/v3/**"), "GET", f"{BASE}/events/1", True),
        (Target("/marketing/v3/**"), "GET", "/marketing/marketing-events/2026-03/events/1", False),
        (Target("attendance/*/register/*"), "POST", f"{BASE}/attendance/1/register/create", True),
        (Target("attendance/*/register/*"), "POST", f"{BASE}/attendance/1/cancel/create", False),
    ],
)
def test_a_target_means_the_requests_that_it_says(target: Target, method: str, path: str, *, is_meant: bool) -> None:
    assert target.matches(method, path) is is_meant
