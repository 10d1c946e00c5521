"""Plans as people read them."""

import re
import string
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import EventAction, EventSummary, Plan
from hubevents_sync.render.plan_text import render_plan_text
from tests.builders import (
    HOUR_MS,
    NOW_MS,
    build_change,
    build_completion,
    build_key,
    build_plan,
    build_rows,
    build_summary,
)
from tests.golden import Golden

WIDTHS = (40, 60, 80, 120, 200)
# Categories that can steer a terminal or hide: control, format, surrogate, private, line and paragraph separators.
HARMFUL = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
AWKWARD = "\x1b[31m\u202e\u200d\ufe0f\uff41\u0301\r\n\t\x9b\x00 e中👩🏽"
ANYTHING = st.text(max_size=120) | st.text(alphabet=AWKWARD, max_size=60)


def draw(plan: Plan, *, width: int = 80, color: bool = False, verbose: bool = False, unicode: bool = True) -> str:
    return render_plan_text(
        plan, width=width, color=color, verbose=verbose, now_ms=NOW_MS, timezone="Europe/Berlin", unicode=unicode
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_a_plan_of_twelve_events_reads_well_at_every_width(twelve_events: Plan, width: int, golden: Golden) -> None:
    golden.check(f"plan-12-width-{width}.txt", draw(twelve_events, width=width))


def test_verbose_shows_every_field_and_some_rows(twelve_events: Plan, golden: Golden) -> None:
    golden.check("plan-12-verbose.txt", draw(twelve_events, width=100, verbose=True))


def test_colours_follow_the_terminals_own_sixteen(twelve_events: Plan, golden: Golden) -> None:
    golden.check("plan-12-color.txt", draw(twelve_events, color=True))


def test_an_output_that_takes_ascii_alone_gets_ascii_alone(twelve_events: Plan, golden: Golden) -> None:
    text = draw(twelve_events, unicode=False)
    assert text.isascii()
    golden.check("plan-12-ascii.txt", text)


def test_two_hundred_events_are_folded_to_fit_a_screen(two_hundred_events: Plan, golden: Golden) -> None:
    text = draw(two_hundred_events)
    assert text.count("\n") <= 58
    golden.check("plan-200.txt", text)


def test_verbose_folds_nothing(two_hundred_events: Plan) -> None:
    text = draw(two_hundred_events, verbose=True)
    assert [number for number in range(1, 199) if f"talk-{number:03} " not in text] == []
    assert "-v shows" not in text
    assert "more" not in text.replace("and 451 more rows", "")


def test_two_hundred_events_of_two_hundred_shapes_are_folded_too() -> None:
    events = [
        build_summary(
            f"e{number:03}", action=EventAction.UPDATE, field_changes=(build_change(f"customProperties.p{number}"),)
        )
        for number in range(200)
    ]
    text = draw(build_plan(*events))
    assert "  ~ 200 events  e000, e001, e002 … e199\n" in text
    assert "      + customProperties.p0  in 1 event, each its own\n" not in text
    assert "      ~ customProperties.p0  in 1 event, each its own\n" in text
    assert "      and 196 more fields\n" in text


def test_an_empty_plan_is_one_line_that_says_what_it_compared() -> None:
    plan = build_plan(*(build_summary(f"talk-{number}", people=250) for number in range(12)), environment="staging")
    assert draw(plan) == "Nothing to do for staging: 12 events and 3,000 people compared, all as recorded.\n"


def test_a_plan_without_events_is_one_line_too() -> None:
    assert draw(build_plan()) == "Nothing to do: 0 events and 0 people compared, all as recorded.\n"


def test_an_empty_plan_still_names_what_is_forgotten() -> None:
    text = draw(build_plan(build_summary(people=1), forgotten=(build_key("b"), build_key("a"))))
    assert text == (
        "Nothing to do: 1 event and 1 person compared, all as recorded.\n"
        "\n"
        "No longer in the files (left alone at HubSpot and on record)\n"
        "  - 2 events: a, b  forget EVENT drops the record\n"
        "\n"
        f"Digest  {'3f1c' * 16}\n"
    )


def test_a_plan_of_held_steps_alone_says_that_nothing_is_due() -> None:
    event = build_summary(
        row_counts=(build_rows(AttendanceState.ATTENDED, held=2),),
        next_due_ms=NOW_MS + HOUR_MS,
        completion=build_completion(is_due=False, due_at_ms=NOW_MS + 72 * HOUR_MS),
    )
    assert draw(build_plan(event)) == (
        "Nothing to do now: all that is due is as recorded; held until due: 2 rows, 1\n"
        "completion.\n"
        "\n"
        "What is held until it is due\n"
        "  · cooking  2 attended  from today 12:00 CET\n"
        "  · cooking  completion  from Thu 3 Dec 11:00 CET\n"
        "\n"
        f"Digest  {'3f1c' * 16}\n"
    )


def test_a_completion_alone_is_shown_with_the_flag_to_copy() -> None:
    text = draw(build_plan(build_summary("spring conf", completion=build_completion())))
    assert "  ! spring conf  completed for good  --approve 'complete:spring conf'\n" in text


def test_many_completions_are_named_in_a_list() -> None:
    text = draw(build_plan(*(build_summary(f"e{number:02}", completion=build_completion()) for number in range(14))))
    assert (
        "  ! 14 events completed for good: e00, e01, e02, e03, e04, e05, e06, e07, e08,\n"
        "    e09, e10, e11 and 2 more\n"
        "    --approve complete:ID for each\n"
    ) in text


def test_verbose_gives_the_flag_for_each_completion() -> None:
    plan = build_plan(*(build_summary(f"e{number:02}", completion=build_completion()) for number in range(14)))
    assert draw(plan, verbose=True).count("--approve complete:e") == 14


def test_keys_name_their_account_where_there_are_several() -> None:
    events = (build_summary("a", account="One", completion=build_completion()), build_summary("b", account="Two"))
    assert "  ! One/a  completed for good" in draw(build_plan(*events))


def test_leftovers_leave_out_outcomes_without_rows() -> None:
    event = build_summary(leftovers={Outcome.REJECTED: 0, Outcome.INTENDED: 2})
    assert "  ~ cooking  2 intended\n" in draw(build_plan(event))


def test_equal_notes_of_many_events_are_said_once() -> None:
    text = draw(build_plan(*(build_summary(f"e{number}", notes=("late people",)) for number in range(4))))
    assert "  ~ e0, e1 and 2 more  late people\n" in text


def test_a_long_text_that_differs_at_its_end_shows_the_difference() -> None:
    change = build_change("eventDescription", "word " * 60 + "May", "word " * 60 + "June")
    text = draw(build_plan(build_summary(action=EventAction.UPDATE, field_changes=(change,))))
    assert 'word May"\n' in text
    assert 'word June"\n' in text


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("caf\u00e9", "cafe\u0301", "'caf\\xe9' → 'cafe\\u0301'"),
        ("❤", "❤\ufe0f", "'\\u2764' → '\\u2764\\ufe0f'"),
        ("a\u00a0b", "a b", "'a\\xa0b' → 'a b'"),
    ],
)
def test_two_values_that_look_the_same_are_spelled_out(before: str, after: str, shown: str) -> None:
    text = draw(
        build_plan(build_summary(action=EventAction.UPDATE, field_changes=(build_change("eventName", before, after),)))
    )
    assert f"      ~ eventName  {shown}\n" in text


def test_line_breaks_and_escapes_in_a_name_are_shown_not_obeyed() -> None:
    event = build_summary(name="a\x1b[2Jb\nc\u202ed\x9b", action=EventAction.CREATE)
    assert "  + cooking  a\\x1b[2Jb↵c\\u202ed\\x9b\n" in draw(build_plan(event))


def test_without_colour_nothing_in_the_environment_brings_an_escape(
    twelve_events: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = draw(twelve_events)
    for name, value in {"FORCE_COLOR": "1", "COLORTERM": "truecolor", "COLUMNS": "33", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    assert draw(twelve_events) == plain
    assert "\x1b" not in plain


def test_no_color_in_the_environment_is_the_callers_to_read(
    twelve_events: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    colored = draw(twelve_events, color=True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert draw(twelve_events, color=True) == colored


def test_colours_change_no_letter(twelve_events: Plan) -> None:
    assert re.sub(r"\x1b\[[0-9;]*m", "", draw(twelve_events, color=True)) == draw(twelve_events)


def test_a_clock_that_runs_on_does_not_change_what_is_sent(twelve_events: Plan) -> None:
    later = render_plan_text(twelve_events, width=80, color=False, now_ms=NOW_MS + 400 * HOUR_MS, timezone=None)
    assert "from 1 Dec 2026 12:00 UTC" in later
    assert "2026-11-30 16:00 UTC → 2026-11-30 17:30 UTC" in later


def build_hostile_plan(text: str, name: str) -> Plan:
    event = build_summary(
        name or "id",
        name=text,
        action=EventAction.UPDATE,
        field_changes=(build_change("eventName", text, name), build_change(f"customProperties.{text}", None, name)),
        row_counts=(build_rows(ready=2, held=3),),
        completion=build_completion(),
        notes=(text, name),
    )
    return build_plan(event, environment=text, forgotten=(build_key(text),))


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("unicode", [False, True])
@settings(max_examples=60, deadline=None)
@given(text=ANYTHING, name=ANYTHING, width=st.integers(40, 200))
def test_no_text_breaks_a_line_or_reaches_the_terminal(
    *, text: str, name: str, width: int, verbose: bool, unicode: bool
) -> None:
    drawn = draw(build_hostile_plan(text, name), width=width, verbose=verbose, unicode=unicode)
    for line in drawn.removesuffix("\n").split("\n"):
        assert cell_len(line) <= width
        assert {unicodedata.category(character) for character in line} & HARMFUL == set()
        assert line == line.rstrip()


def test_wide_characters_keep_the_columns_aligned() -> None:
    names = ("plain", "春の会議", "👩\u200d👩\u200d👧 family", "e\u0301te\u0301", "❤\ufe0f")
    events = [
        build_summary(f"e{number}", name=name, row_counts=(build_rows(ready=7),)) for number, name in enumerate(names)
    ]
    lines = [line for line in draw(build_plan(*events)).splitlines() if line.endswith("7")]
    assert len(lines) == len(names)
    assert len({cell_len(line) for line in lines}) == 1


def test_a_kind_of_rows_that_nobody_has_gets_no_column(finished: EventSummary) -> None:
    assert "registered" not in draw(build_plan(replace(finished, completion=None)))


def test_every_state_has_a_column() -> None:
    event = build_summary(row_counts=tuple(build_rows(state, ready=1) for state in AttendanceState))
    assert all(state.lower() in draw(build_plan(event)) for state in AttendanceState)


def test_printable_ascii_is_left_alone() -> None:
    event = build_summary(name=string.punctuation, action=EventAction.CREATE)
    assert f"  + cooking  {string.punctuation}\n" in draw(build_plan(event))
