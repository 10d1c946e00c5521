"""Text of others, made harmless and short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hubevents_sync.render.safe import clip, clip_pair, make_one_line, measure, take_end, take_start, to_ascii


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("one\r\ntwo\nthree\rfour\u2028five\x85six", "one↵two↵three↵four↵five↵six"),
        ("a\tb", "a\\tb"),
        ("\x1b]8;;https://evil.example\x07link", "\\x1b]8;;https://evil.example\\x07link"),
        ("\x9b31m", "\\x9b31m"),
        ("user\u202egnp.exe", "user\\u202egnp.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("lone\ud800", "lone\\ud800"),
        ("private\ue000", "private\\ue000"),
        ("no\u00a0break\u3000wide", "no break wide"),
        ("👩\u200d👧", "👩👧"),
        ("a\u200db", "a\\u200db"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u062e"),
        ("❤\ufe0f", "❤"),
        ("Ünïcode 春 ❤", "Ünïcode 春 ❤"),
    ],
)
def test_what_could_steer_or_hide_is_spelled_out(text: str, shown: str) -> None:
    assert make_one_line(text) == shown


def test_ascii_keeps_our_signs_readable_and_spells_out_the_rest() -> None:
    assert to_ascii("a → b … c ↵ · ✓ é 春") == "a -> b ... c \\n . ok \\xe9 \\u6625"


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("short", 5, "short"),
        ("a long description", 10, "a long…ion"),
        ("春の会議春の会議", 9, "春の会…議"),
        ("abc", 2, "ab"),
        ("abc", 0, ""),
        ("", 0, ""),
    ],
)
def test_a_long_text_is_cut_in_the_middle(text: str, width: int, shown: str) -> None:
    assert clip(text, width) == shown


def test_two_texts_are_cut_where_they_differ() -> None:
    before, after = "one long sentence that ends well", "one long sentence that ends badly"
    assert clip_pair(before, after, 20) == ("…that ends well", "…that ends badly")


def test_two_texts_that_differ_early_are_cut_in_the_middle() -> None:
    assert clip_pair("a" + "x" * 30, "b" + "x" * 30, 10) == ("axxxxx…xxx", "bxxxxx…xxx")


@given(before=st.text(max_size=80), after=st.text(max_size=80), width=st.integers(12, 60))
def test_no_cut_is_wider_than_asked(before: str, after: str, width: int) -> None:
    one, other = make_one_line(before), make_one_line(after)
    assert all(measure(text) <= width for text in (*clip_pair(one, other, width), clip(one, width)))
    assert measure(take_start(one, width)) <= width
    assert measure(take_end(one, width)) <= width


@given(st.text())
def test_one_line_stays_one_line_when_made_again(text: str) -> None:
    shown = make_one_line(text)
    assert make_one_line(shown) == shown
    assert len(shown.splitlines()) <= 1
    assert measure(shown) == cell_len(shown)
