"""What formatting changes, for a terminal and for a log."""

from hubevents_sync.model.formatting import FormatOutcome, FormattedFile, FormattedText
from hubevents_sync.render.formatting import MOST_LINES, render_difference, render_formatting

FILE = FormattedFile(
    "events/a.yaml",
    FormatOutcome.CHANGED,
    FormattedText(
        "a: 'x'\nann@x.example\r\nz@x.example # zoe\n", "a: x\nann@x.example\n", frozenset({2}), frozenset({2})
    ),
)


def test_a_terminal_sees_everything() -> None:
    assert render_difference(FILE, color=False, shows_people=True) == (
        "--- events/a.yaml\n+++ events/a.yaml (formatted)\n@@ -1,4 +1,3 @@\n"
        "-a: 'x'\n-ann@x.example\n-z@x.example # zoe\n+a: x\n+ann@x.example\n \n"
    )


def test_a_log_sees_where_people_stand_and_no_address() -> None:
    assert render_difference(FILE, color=False, shows_people=False) == (
        "--- events/a.yaml\n+++ events/a.yaml (formatted)\n@@ -1,4 +1,3 @@\n"
        "-a: 'x'\n-events/a.yaml:2 (people)\n-***@*** # zoe\n+a: x\n+events/a.yaml:2 (people)\n \n"
    )


def test_a_difference_has_colours_at_a_terminal() -> None:
    drawn = render_difference(FILE, color=True, shows_people=True)
    assert "\x1b[31m-a: 'x'\x1b[0m\n" in drawn
    assert "\x1b[32m+a: x\x1b[0m\n" in drawn


def test_very_many_lines_are_not_compared() -> None:
    text = FormattedText("x\n" * MOST_LINES, "y\n" * MOST_LINES)
    drawn = render_difference(FormattedFile("r.csv", FormatOutcome.CHANGED, text), color=False, shows_people=True)
    assert drawn == "--- r.csv\n+++ r.csv (formatted)\n  20,001 lines, too many to compare\n"


def test_counts_are_said_where_there_is_something_to_count() -> None:
    clean = FormattedFile("b.yaml", FormatOutcome.CLEAN)
    left = FormattedFile("c.yaml", FormatOutcome.LEFT)
    assert render_formatting([], is_done=True, color=False) == "0 files in form\n"
    assert render_formatting([clean], is_done=True, color=False) == "1 file in form\n"
    assert render_formatting([FILE, clean, left], is_done=False, color=False) == (
        "would format events/a.yaml\n1 file to format, 1 file left as it is, 1 file in form\n"
    )
