"""Text of others in a comment stays text, and pings nobody."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.render.markup import cut, write_code, write_command, write_prose, write_row, write_text

PLAIN = (
    "Opening: what a kitchen can change",
    "Plant-based, and then what?",
    "Spring-Konferenz 春の会議 🌸",
    "2026-11-30 17:00 CET",
    "0.02% of the 250,000",
    "Say yes!",
    "(late)",
)
MEANING = (
    "@everyone <img> | `x`",
    "ana@example.com",
    "#12",
    "owner/repo#12",
    "GH-12",
    "see !12",
    "%12",
    "~label",
    "&4",
    "$7",
    "www.example.com",
    "https://example.com",
    ":tada:",
    "[a](b)",
    "**bold**",
    "deadbeef",
    "a_b_c",
    "-->",
)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_are_written_as_they_are(text: str) -> None:
    assert write_text(text) == html.escape(text)


@pytest.mark.parametrize("text", MEANING)
def test_what_could_mean_something_is_code(text: str) -> None:
    assert write_text(text) == f"<code>{html.escape(text)}</code>"


def test_a_sentence_has_its_odd_words_alone_in_code() -> None:
    assert write_prose("12 rows of @ana <b> are held") == "12 rows of <code>@ana &lt;b&gt;</code> are held"


def test_nothing_makes_no_empty_code() -> None:
    assert (write_text(""), write_code(" "), write_prose("")) == ("", "", "")


def test_a_command_is_whole_or_not_there() -> None:
    assert write_command("--approve complete:a") == "<code>--approve complete:a</code>"
    assert write_command("--approve complete:" + "a" * 120) == ""


def test_long_text_is_cut_in_the_middle() -> None:
    assert cut("abcdefghij", 10) == "abcdefghij"
    assert cut("abcdefghijk", 10) == "abcdef…ijk"


def test_figures_of_a_row_stand_on_the_right() -> None:
    assert write_row(("a", "1", ""), (1, 2)) == '<tr><td>a</td><td align="right">1</td><td></td></tr>\n'


@given(text=st.text())
def test_outside_of_code_nothing_is_left_that_a_forge_reads(text: str) -> None:
    for written in (write_text(text), write_prose(text)):
        bare = html.unescape(re.sub(r"<code>[^<]*</code>", "", written))
        assert not re.search(r"[@#<>`|\[\]_*~$&/\\]", bare)
        assert set(re.findall(r"<[^>]*>", written)) <= {"<code>", "</code>"}
