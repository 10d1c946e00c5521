"""Limits that refuse: the rolling window, the day of the portal's time zone, and what is not counted."""

import httpx
import pytest

from hubevents_sync.errors import SyncError
from hubevents_sync.sandbox.limits import TIERS, choose_limits
from hubevents_sync.sandbox.server import running_sandbox
from hubevents_sync.sandbox.settings import Limits
from tests.sandbox.conftest import Api, StandingClock

HEADERS = {"Authorization": "Bearer x"}
TOKEN_INFO = "/oauth/v2/private-apps/get/access-token-info"
NAMES = ("Max", "Remaining", "Interval-Milliseconds", "Daily", "Daily-Remaining")


def figures(answer: httpx.Response) -> tuple[int, ...]:
    """The rate-limit headers, in the order of NAMES."""
    return tuple(int(answer.headers[f"X-HubSpot-RateLimit-{name}"]) for name in NAMES)


def ask(client: httpx.Client) -> httpx.Response:
    """List the events."""
    return client.get(Api.base)


@pytest.mark.behaviour("refused-not-counted")
def test_the_window_rolls_and_a_refused_request_is_not_counted(clock: StandingClock) -> None:
    limits = Limits(per_window=3, per_day=100, is_enforced=True)
    with (
        running_sandbox(clock=clock, limits=limits) as sandbox,
        httpx.Client(base_url=sandbox.base_url, headers=HEADERS) as client,
    ):
        statuses = []
        for second in (0, 4, 8, 9, 9, 10, 13, 14):
            clock.move_to(f"2026-11-02T08:00:{second:02}Z")
            statuses.append(ask(client).status_code)
    assert statuses == [200, 200, 200, 429, 429, 200, 429, 200]


@pytest.mark.behaviour("no-retry-after")
@pytest.mark.behaviour("rate-limited")
def test_the_body_of_a_429_is_hubspots(clock: StandingClock) -> None:
    limits = choose_limits(tier=None, per_10_seconds=1, per_day=2)
    with (
        running_sandbox(clock=clock, limits=limits) as sandbox,
        httpx.Client(base_url=sandbox.base_url, headers=HEADERS) as client,
    ):
        assert figures(ask(client)) == (1, 0, 10_000, 2, 1)
        burst = ask(client)
        clock.move_to("2026-11-02T08:00:10Z")
        assert figures(ask(client)) == (1, 0, 10_000, 2, 0)
        clock.move_to("2026-11-02T08:00:20Z")
        daily = ask(client)
    correlation_id = burst.headers["X-HubSpot-Correlation-Id"]
    assert burst.json() == {
        "status": "error",
        "message": "You have reached your ten_secondly_rolling limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": correlation_id,
        "category": "RATE_LIMITS",
        "policyName": "TEN_SECONDLY_ROLLING",
        "requestId": correlation_id,
    }
    assert (daily.status_code, daily.json()["policyName"]) == (429, "DAILY")
    assert daily.json()["message"] == "You have reached your daily limit."
    assert "retry-after" not in {**burst.headers, **daily.headers}


@pytest.mark.behaviour("day-ends")
@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("UTC", "2026-11-02T23:59:59Z", "2026-11-03T00:00:00Z"),
        ("Europe/Berlin", "2026-11-02T22:59:59Z", "2026-11-02T23:00:00Z"),
        ("America/New_York", "2026-11-03T04:59:59Z", "2026-11-03T05:00:00Z"),
    ],
)
def test_the_day_ends_at_midnight_of_the_portals_time_zone(
    clock: StandingClock, zone: str, before: str, after: str
) -> None:
    limits = choose_limits(tier=None, per_10_seconds=None, per_day=1)
    with (
        running_sandbox(clock=clock, limits=limits, time_zone=zone) as sandbox,
        httpx.Client(base_url=sandbox.base_url, headers=HEADERS) as client,
    ):
        statuses = [ask(client).status_code]
        for moment in (before, after):
            clock.move_to(moment)
            statuses.append(ask(client).status_code)
    assert statuses == [200, 429, 200]


@pytest.mark.parametrize(
    ("zone", "offset", "milliseconds"),
    [
        ("UTC", "+00:00", 0),
        ("Europe/Berlin", "+01:00", 3_600_000),
        ("America/St_Johns", "-03:30", -12_600_000),
        ("Asia/Kathmandu", "+05:45", 20_700_000),
    ],
)
def test_the_account_tells_its_time_zone(clock: StandingClock, zone: str, offset: str, milliseconds: int) -> None:
    with running_sandbox(clock=clock, time_zone=zone) as sandbox:
        account = httpx.get(f"{sandbox.base_url}/account-info/v3/details", headers=HEADERS).json()
    assert (account["timeZone"], account["utcOffset"], account["utcOffsetMilliseconds"]) == (zone, offset, milliseconds)


@pytest.mark.behaviour("look-ups-not-counted")
def test_looking_up_a_token_and_control_are_not_counted(clock: StandingClock) -> None:
    limits = choose_limits(tier=None, per_10_seconds=1, per_day=None)
    with (
        running_sandbox(clock=clock, limits=limits) as sandbox,
        httpx.Client(base_url=sandbox.base_url, headers=HEADERS) as client,
    ):
        for _ in range(3):
            assert client.post(TOKEN_INFO, json={"tokenKey": "x"}).status_code == 200
            assert client.get("/_sandbox/limits").json()["used_in_window"] == 0
        assert [ask(client).status_code for _ in range(2)] == [200, 429]
        assert client.post(TOKEN_INFO, json={"tokenKey": "x"}).status_code == 200
        assert client.get("/marketing/nowhere").status_code == 429


@pytest.mark.behaviour("rate-limit-headers")
def test_without_a_limit_nothing_is_refused_and_the_headers_are_truthful(clock: StandingClock) -> None:
    with running_sandbox(clock=clock) as sandbox, httpx.Client(base_url=sandbox.base_url, headers=HEADERS) as client:
        answers = [ask(client) for _ in range(200)]
    assert {answer.status_code for answer in answers} == {200}
    assert figures(answers[0]) == (190, 189, 10_000, 1_000_000, 999_999)
    assert figures(answers[-1]) == (190, 0, 10_000, 1_000_000, 999_800)


@pytest.mark.behaviour("tier-limits")
@pytest.mark.parametrize(
    ("tier", "per_window", "per_day"),
    [("free", 100, 250_000), ("professional", 190, 625_000), ("enterprise", 190, 1_000_000)],
)
def test_each_tier_has_the_documented_limits(tier: str, per_window: int, per_day: int) -> None:
    assert TIERS[tier] == Limits(per_window=per_window, per_day=per_day, is_enforced=True)


@pytest.mark.parametrize(
    ("tier", "per_10_seconds", "per_day", "chosen"),
    [
        (None, None, None, Limits()),
        ("free", None, None, Limits(100, 10_000, 250_000, is_enforced=True)),
        ("free", 7, None, Limits(7, 10_000, 250_000, is_enforced=True)),
        ("free", None, 9, Limits(100, 10_000, 9, is_enforced=True)),
        (None, 7, None, Limits(7, 10_000, 1_000_000, is_enforced=True)),
        (None, None, 9, Limits(190, 10_000, 9, is_enforced=True)),
    ],
)
def test_single_numbers_stand_in_for_the_tiers(
    tier: str | None, per_10_seconds: int | None, per_day: int | None, chosen: Limits
) -> None:
    assert choose_limits(tier=tier, per_10_seconds=per_10_seconds, per_day=per_day) == chosen


@pytest.mark.parametrize("name", ["Europe/Atlantis", "../etc/passwd", "/etc/passwd", "", "a\0b"])
def test_a_time_zone_that_is_none_is_an_error(name: str) -> None:
    with pytest.raises(SyncError) as caught, running_sandbox(time_zone=name):
        pass
    assert caught.value.message == f"'{name}' is no time zone"
    assert caught.value.hint == "write it by its IANA name, such as Europe/Berlin"
