"""How the page words times, counts, paths and bodies, and who it takes for a visitor of this machine."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.sandbox.page import wording
from hubevents_sync.sandbox.page.guard import is_loopback
from hubevents_sync.sandbox.page.paging import Pager, Place

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
bodies = st.dictionaries(st.text(), json_values, max_size=5) | st.lists(json_values, max_size=5)


@given(bodies)
def test_a_body_is_laid_out_as_json_is(body: Any) -> None:
    compact = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    assert wording.lay_out(compact.encode()) == json.dumps(body, ensure_ascii=False, indent=2)


@given(bodies, st.integers(0, 200))
def test_a_body_that_was_cut_off_loses_nothing_that_was_kept(body: Any, length: int) -> None:
    kept = json.dumps(body, separators=(",", ":")).encode()[:length]
    assert "".join(wording.lay_out(kept).split()) == "".join(kept.decode().split())


@given(st.binary(max_size=200))
def test_any_bytes_can_be_laid_out(body: bytes) -> None:
    assert isinstance(wording.lay_out(body), str)


def test_a_body_that_is_no_json_stays_as_it_is() -> None:
    assert wording.lay_out(b"grant_type=refresh  token\n") == "grant_type=refresh  token\n"


@pytest.mark.parametrize(
    ("at_ms", "told", "iso"),
    [
        (1_796_054_400_000, "30 Nov 2026, 16:00", "2026-11-30T16:00:00Z"),
        (0, "1 Jan 1970, 00:00", "1970-01-01T00:00:00Z"),
        (None, wording.NO_TIME, ""),
        (10**18, wording.NO_TIME, ""),
        (-(10**18), wording.NO_TIME, ""),
    ],
)
def test_a_moment_is_told_to_the_minute(at_ms: int | None, told: str, iso: str) -> None:
    assert (wording.tell_moment(at_ms), wording.tell_iso(at_ms)) == (told, iso)


@pytest.mark.parametrize(
    ("milliseconds", "told"),
    [(500, "0 s"), (59_999, "59 s"), (60_000, "1 min"), (3_600_000, "1 h"), (4_200_000, "1 h 10 min"), (-5, "0 s")],
)
def test_a_stay_is_told_in_hours_and_minutes(milliseconds: int, told: str) -> None:
    assert wording.tell_span(1000, 1000 + milliseconds) == told


@pytest.mark.parametrize(("seconds", "told"), [(0.00042, "0.4 ms"), (0.0123, "12 ms"), (1.234, "1.23 s")])
def test_a_duration_is_told_in_the_unit_that_fits(seconds: float, told: str) -> None:
    assert wording.tell_duration(seconds) == told


def test_a_second_is_told_to_the_millisecond() -> None:
    assert wording.tell_second(1_796_054_400_042) == "16:00:00.042"
    assert wording.tell_second(10**18) == str(10**18)


@pytest.mark.parametrize("name", ["hapikey", "HAPIKEY", "access_token", "client_secret", "refresh_token"])
def test_a_secret_in_a_query_is_left_out(name: str) -> None:
    assert wording.tell_query(f"a=b%20c&{name}=abc&d=") == f"?a=b c&{name}=\N{HORIZONTAL ELLIPSIS}&d="


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10:65535", True),
        ("[::1]:8089", True),
        ("localhost.", True),
        ("a.localhost", True),
        ("::1", False),
        ("localhost:http", False),
        ("localhost.example", False),
        ("evil-localhost", False),
        ("127.0.0.1@evil.example", False),
        ("2130706433", False),
        ("", False),
    ],
)
def test_only_names_of_this_machine_are_loopback(host: str, expected: bool) -> None:  # noqa: FBT001 - what is expected
    assert is_loopback(host) is expected


def test_a_link_keeps_the_rest_of_the_query_and_goes_to_the_first_page() -> None:
    place = Place("/x", {"q": "a&b", "state": "live", "page": "3"})
    assert place.having(state="") == "/x?q=a%26b"
    assert place.having(sort="name") == "/x?q=a%26b&state=live&sort=name"
    assert Place("/x", {}).having(state=None) == "/x"


def test_a_pager_links_only_to_where_there_is_something() -> None:
    def links(number: int, total: int) -> dict[str, str | None]:
        return dict(Pager(total, number, Place("/", {})).links())

    assert links(1, 0) == {"First": None, "Previous": None, "Next": None, "Last": None}
    assert links(2, 101) == {"First": "/?page=1", "Previous": "/?page=1", "Next": "/?page=3", "Last": "/?page=3"}
    assert links(3, 101) == {"First": "/?page=1", "Previous": "/?page=2", "Next": None, "Last": None}
