"""Times of the wire."""

import pytest

from hubevents_sync.sandbox.wire.times import read_instant, write_instant


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-11-30T17:00:00+01:00", 1_796_054_400_000),
        ("2026-11-30T16:00:00.1239Z", 1_796_054_400_123),
        ("2026-11-30T16:00:00.123456789+00:00", 1_796_054_400_123),
        ("2026-11-30t16:00z", 1_796_054_400_000),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_a_time_with_a_zone_is_read_to_the_millisecond(text: str, at_ms: int) -> None:
    assert read_instant(text) == at_ms


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-30",
        "2026-11-30T16:00:00",
        "2026-02-30T16:00:00Z",
        "2026-11-30T24:00:01Z",
        "20261130T160000Z",
        "2026-W49-1T16:00:00Z",
        "0000-01-01T00:00:00Z",
        "\uff12026-11-30T16:00:00Z",
        "1796054400000",
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    assert read_instant(text) is None


@pytest.mark.parametrize("at_ms", [0, 1_796_054_400_123, -1, 253_402_300_799_999])
def test_what_is_written_is_read_back(at_ms: int) -> None:
    assert read_instant(write_instant(at_ms)) == at_ms
