"""Counts, durations, shares and moments in words."""

import pytest

from hubevents_sync.render.wording import (
    say_count,
    say_duration,
    say_elapsed,
    say_instant,
    say_list,
    say_moment,
    say_share,
    say_written_instant,
)
from tests.builders import DAY_MS, HOUR_MS, NOW_MS


def test_a_count_agrees_with_its_noun() -> None:
    assert [say_count(count, "row") for count in (0, 1, 2, 1234567)] == ["0 rows", "1 row", "2 rows", "1,234,567 rows"]
    assert say_count(2, "person", "people") == "2 people"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "under a second"),
        (1.4, "about 1 s"),
        (90.0, "about 90 s"),
        (180.0, "about 3 min"),
        (5_940.0, "about 99 min"),
        (7_800.0, "about 2 h 10 min"),
        (7_200.0, "about 2 h"),
        (864_000.0, "about 10 days"),
    ],
)
def test_an_estimate_is_rough(seconds: float, said: str) -> None:
    assert say_duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.0 s"), (3.21, "3.2 s"), (12.0, "12 s"), (59.7, "1 min"), (185.0, "3 min 5 s"), (7_440.0, "2 h 4 min")],
)
def test_a_measured_time_is_exact(seconds: float, said: str) -> None:
    assert say_elapsed(seconds) == said


@pytest.mark.parametrize(
    ("part", "said"),
    [(0, "0%"), (3, "under 0.01%"), (100, "0.04%"), (1_000, "0.4%"), (30_000, "12%"), (500_000, "200%")],
)
def test_a_share_is_never_rounded_down_to_nothing(part: int, said: str) -> None:
    assert say_share(part, 250_000) == said


def test_a_share_of_nothing_is_nothing() -> None:
    assert say_share(3, 0) == "0%"


def test_a_long_list_is_counted() -> None:
    assert say_list("abc", at_most=3) == "a, b, c"
    assert say_list("abcd", at_most=2) == "a, b and 2 more"


@pytest.mark.parametrize(
    ("offset_ms", "said"),
    [
        (0, "today 11:00 CET"),
        (13 * HOUR_MS, "tomorrow 00:00 CET"),
        (-DAY_MS, "yesterday 11:00 CET"),
        (3 * DAY_MS, "Thu 3 Dec 11:00 CET"),
        (-5 * DAY_MS, "Wed 25 Nov 11:00 CET"),
        (7 * DAY_MS, "7 Dec 2026 11:00 CET"),
        (180 * DAY_MS, "29 May 2027 12:00 CEST"),
    ],
)
def test_a_near_moment_has_its_weekday_and_a_far_one_its_year(offset_ms: int, said: str) -> None:
    assert say_moment(NOW_MS + offset_ms, now_ms=NOW_MS, timezone="Europe/Berlin") == said


def test_what_is_sent_is_said_exactly() -> None:
    assert say_instant(NOW_MS, timezone=None) == "2026-11-30 10:00 UTC"
    assert say_instant(NOW_MS + 5_000, timezone="Asia/Tokyo") == "2026-11-30 19:00:05 JST"
    assert say_instant(NOW_MS + 7, timezone="UTC") == "2026-11-30 10:00:00.007 UTC"


@pytest.mark.parametrize("written", ["soon", "", "2026-11-30T10:00:00"])
def test_what_is_no_instant_stays_as_it_is(written: str) -> None:
    assert say_written_instant(written, timezone="Europe/Berlin") == written
