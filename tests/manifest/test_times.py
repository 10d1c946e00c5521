"""A time is read to the millisecond, or refused with what is wrong about it and what to write instead."""

from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.manifest.times import EXAMPLE, BadTime, parse_time
from hubevents_sync.model.instant import format_instant

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-30T17:00:00+01:00", "2026-11-30T16:00:00Z"),
        ("2026-11-30T17:00:00Z", "2026-11-30T17:00:00Z"),
        ("2026-11-30T17:00Z", "2026-11-30T17:00:00Z"),
        ("2026-11-30 17:00:00Z", "2026-11-30T17:00:00Z"),
        ("2026-11-30t17:00:00z", "2026-11-30T17:00:00Z"),
        ("2026-11-30T17:00:00.250Z", "2026-11-30T17:00:00.250Z"),
        ("2026-11-30T17:00:00.123456789Z", "2026-11-30T17:00:00.123Z"),
        ("2026-11-30T17:00:00-00:00", "2026-11-30T17:00:00Z"),
        ("2028-02-29T00:00+14:00", "2028-02-28T10:00:00Z"),
        ("1796054400000", "2026-11-30T16:00:00Z"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
        ("2100-12-31T23:59:59Z", "2100-12-31T23:59:59Z"),
    ],
)
def test_a_time_is_read_as_the_instant_it_names(text: str, expected: str) -> None:
    assert format_instant(parse_time(text, None)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-07-01T10:00", "2026-07-01T08:00:00Z"),
        ("2026-12-01 10:00:00", "2026-12-01T09:00:00Z"),
        ("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"),
    ],
)
def test_a_time_without_offset_is_read_in_the_projects_time_zone(text: str, expected: str) -> None:
    assert format_instant(parse_time(text, BERLIN)) == expected


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("2026-11-30T17:00", "naive-time", "2026-11-30T17:00 has no offset, so it could be any of 24 hours"),
        ("2026-11-30", "bad-time", "2026-11-30 is a date without a time of day"),
        ("2026-02-30T10:00Z", "bad-time", "2026-02-30T10:00Z is no time: February 2026 has no day 30"),
        ("2026-02-29T10:00Z", "bad-time", "2026-02-29T10:00Z is no time: February 2026 has no day 29"),
        ("2026-01-32T10:00Z", "bad-time", "2026-01-32T10:00Z is no time: no month has a day 32"),
        ("2026-13-01T10:00Z", "bad-time", "2026-13-01T10:00Z is no time: there is no month 13"),
        ("2026-01-01T24:00Z", "bad-time", "2026-01-01T24:00Z is no time: a day has no hour 24"),
        ("2026-01-01T10:60Z", "bad-time", "2026-01-01T10:60Z is no time: an hour has no minute 60"),
        ("2026-01-01T10:00:60Z", "bad-time", "2026-01-01T10:00:60Z is no time: a minute has no second 60"),
        ("2026-01-01T10:00+25:00", "bad-time", "2026-01-01T10:00+25:00 is no time: its offset is more than a day"),
        ("0000-01-01T10:00Z", "bad-time", "0000-01-01T10:00Z is no time: there is no year 0"),
        ("2026-01-01T10:00+0100", "bad-time", "2026-01-01T10:00+0100 is not written as RFC 3339 has it"),
        ("2026-1-1 10:00", "bad-time", "2026-1-1 10:00 is not written as RFC 3339 has it"),
        (
            "1796054400",
            "seconds-not-milliseconds",
            "the time is in seconds since 1970, where HubSpot wants milliseconds",
        ),
        (
            "1796054400.5",
            "seconds-not-milliseconds",
            "the time is in seconds since 1970, where HubSpot wants milliseconds",
        ),
        ("1796054400000000", "bad-time", "a number of 16 digits is no time; milliseconds since 1970 have 13"),
        ("9796054400000", "time-range", "the time is after the year 2100"),
        ("1969-12-31T23:59Z", "time-range", "1969-12-31T23:59Z is out of range: years from 1970 to 2100 are taken"),
        ("2101-01-01T00:00Z", "time-range", "2101-01-01T00:00Z is out of range: years from 1970 to 2100 are taken"),
        ("20260101T100000Z", "bad-time", "this is no time"),
        ("  ", "bad-time", "the time is empty"),
        ("yes", "bad-time", "this is no time"),
    ],
)
def test_what_is_no_time_is_refused_with_the_reason(text: str, rule: str, message: str) -> None:
    with pytest.raises(BadTime) as caught:
        parse_time(text, None)
    assert (caught.value.rule, caught.value.message) == (rule, message)


def test_an_hour_that_happens_twice_needs_its_offset() -> None:
    with pytest.raises(BadTime) as caught:
        parse_time("2026-10-25T02:30", BERLIN)
    assert caught.value.rule == "clock-change"
    assert caught.value.message == "2026-10-25T02:30 happens twice in Europe/Berlin: the clocks go back over it"
    expected = "add the offset: 2026-10-25T02:30+02:00 is the first, 2026-10-25T02:30+01:00 the second"
    assert caught.value.hint == expected


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(BadTime) as caught:
        parse_time("2026-03-29T02:30", BERLIN)
    assert caught.value.rule == "clock-change"
    assert caught.value.message == "2026-03-29T02:30 never happens in Europe/Berlin: the clocks go forward over it"


@pytest.mark.parametrize("text", ["ana@example.com", "Ana Lima", "0049 170 1234567", "1701234567", "543954422478"])
def test_what_may_be_a_person_in_the_wrong_column_is_not_quoted(text: str) -> None:
    with pytest.raises(BadTime) as caught:
        parse_time(text, None)
    assert text not in caught.value.message
    assert text not in (caught.value.hint or "")


def test_the_hint_shows_how_to_write_it() -> None:
    with pytest.raises(BadTime) as caught:
        parse_time("2026-11-30", None)
    assert caught.value.hint == EXAMPLE == "write it like 2026-11-30T17:00:00+01:00 or 2026-11-30T16:00:00Z"


@given(st.integers(min_value=0, max_value=4_133_980_799_999))
def test_every_instant_is_read_back_as_it_was_written(epoch_ms: int) -> None:
    assert parse_time(format_instant(epoch_ms), None) == epoch_ms


@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?"))
def test_any_text_is_a_time_or_is_refused(text: str) -> None:
    for timezone in (None, BERLIN):
        with suppress(BadTime):
            assert 0 <= parse_time(text, timezone) <= 4_133_980_799_999
