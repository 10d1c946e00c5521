"""Tables, facts and the audit log."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from hubevents_sync.model.outcome import Outcome
from hubevents_sync.render.runs import render_run_json, render_run_text, render_runs_json, render_runs_text
from hubevents_sync.render.tables import fit_columns, render_facts, render_table, render_table_json
from tests.builders import build_run

HEADERS = ("event", "name", "people")
ROWS = (("spring-conf", "Spring-Konferenz 春の会議", "1,250"), ("autumn", "Autumn\nmeetup", "7"))


def test_numbers_stand_right_and_wide_letters_keep_the_columns() -> None:
    assert render_table(HEADERS, ROWS, width=80, color=False, right=("people",)) == (
        "event        name                       people\n"
        "spring-conf  Spring-Konferenz 春の会議   1,250\n"
        "autumn       Autumn↵meetup                   7\n"
    )


def test_the_widest_column_is_clipped_first() -> None:
    assert render_table(HEADERS, ROWS, width=40, color=False, right=("people",)) == (
        "event        name                 people\n"
        "spring-conf  Spring-Konfe…の会議   1,250\n"
        "autumn       Autumn↵meetup             7\n"
    )


def test_optional_columns_go_first() -> None:
    text = render_table(HEADERS, ROWS, width=40, color=False, optional=("people",))
    assert text.splitlines()[1] == "spring-conf  Spring-Konferenz 春の会議"


def test_many_columns_on_a_narrow_terminal_become_blocks() -> None:
    headers = [f"column {number}" for number in range(6)]
    text = render_table(headers, [["a value of some length"] * 6] * 2, width=40, color=False)
    block = "".join(f"{header}  a value of some length\n" for header in headers)
    assert text == f"{block}\n{block}"


def test_no_rows_say_so() -> None:
    assert render_table(HEADERS, [], width=80, color=False, empty="no events yet") == "no events yet\n"


def test_headers_stand_out_in_colour_only() -> None:
    text = render_table(("event",), [["a"]], width=80, color=True)
    assert text == "\x1b[1mevent\x1b[0m\na\n"


@pytest.mark.parametrize(
    ("wanted", "room", "widths"),
    [([5, 5], 20, [5, 5]), ([5, 40, 40], 45, [5, 20, 20]), ([9, 9], 0, [0, 0]), ([], 5, [])],
)
def test_columns_share_what_the_narrow_ones_leave(wanted: list[int], room: int, widths: list[int]) -> None:
    assert fit_columns(wanted, room) == widths


def test_facts_are_aligned_and_wrapped() -> None:
    assert render_facts([("id", "7f3c"), ("reason", "word " * 12)], width=40, color=False) == (
        "id      7f3c\nreason  word word word word word word\n        word word word word word word\n"
    )


def test_a_label_that_fills_the_line_stands_above_its_value() -> None:
    assert render_facts([("l" * 39, "value")], width=40, color=False) == f"{'l' * 39}\n      value\n"


def test_rows_for_machines_keep_their_order() -> None:
    document = json.loads(render_table_json("events", [{"id": "b"}, {"id": "a"}]))
    assert document == {"format": "hubevents-sync/events", "version": 1, "events": [{"id": "b"}, {"id": "a"}]}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text(max_size=60), min_size=4, max_size=4), max_size=5), st.integers(40, 200))
def test_no_table_is_wider_than_the_terminal(rows: list[list[str]], width: int) -> None:
    text = render_table(("a", "b", "c", "d"), rows, width=width, color=False)
    assert all(cell_len(line) <= width for line in text.split("\n"))


def test_the_audit_log_is_a_line_a_run() -> None:
    runs = [build_run(rows={Outcome.CONFIRMED: 1250}, events_completed=1)]
    assert render_runs_text(runs, width=120, color=False, timezone="Europe/Berlin") == (
        "run       started               by         status   rows  completed  requests  commit   plan\n"
        "7f3c9a12  2026-11-30 11:00 CET  ana@ci-17  done    1,250          1         4  9b2c1d0  3f1c3f1c3f1c\n"
    )
    assert render_runs_text([], width=80, color=False, timezone=None) == "no runs yet: apply records each\n"


def test_a_run_that_is_no_apply_says_what_it_is() -> None:
    run = replace(build_run(), command="refresh", plan_digest="")
    assert render_runs_text([run], width=120, color=False, timezone=None) == (
        "run       command  started               by         status  rows  completed  requests  commit   plan\n"
        "7f3c9a12  refresh  2026-11-30 10:00 UTC  ana@ci-17  done       0          0         4  9b2c1d0\n"
    )
    assert "command   refresh\n" in render_run_text(run, width=100, color=False, timezone=None)


def test_a_reviewed_run_tells_its_pull_request_and_what_was_reviewed() -> None:
    run = build_run(approvals=("CookingCo/a",), pull_request="12", reviewed_digest="a" * 64)
    assert render_runs_text([run], width=160, color=False, timezone=None) == (
        "run       started               by         status  rows  completed  approved  requests  commit   PR"
        "  plan          reviewed\n"
        "7f3c9a12  2026-11-30 10:00 UTC  ana@ci-17  done       0          0         1         4  9b2c1d0  12"
        "  3f1c3f1c3f1c  aaaaaaaaaaaa\n"
    )
    assert render_runs_text([run], width=80, color=False, timezone=None) == (
        "run       started               by         status  rows  completed  PR\n"
        "7f3c9a12  2026-11-30 10:00 UTC  ana@ci-17  done       0          0  12\n"
    )


def test_one_reviewed_run_in_full() -> None:
    run = build_run(pull_request="12", reviewed_digest="a" * 64, files_digest="b" * 64)
    shown = render_run_text(run, width=100, color=False, timezone=None)
    assert f"\npull request  12\npipeline      https://ci.example/run/17\nplan          {'3f1c' * 16}\n" in shown
    assert f"\nreviewed      {'a' * 64}\nfiles         {'b' * 64}\n" in shown


def test_one_run_in_full() -> None:
    run = build_run(rows={Outcome.CONFIRMED: 2}, events_upserted=1, events_completed=1, approvals=("b", "a"))
    assert render_run_text(run, width=100, color=False, timezone=None) == (
        "run       7f3c9a12\n"
        "status    done (exit 0)\n"
        "started   2026-11-30 10:00 UTC\n"
        "ended     2026-11-30 10:00:03.200 UTC\n"
        "took      3.2 s\n"
        "by        ana@ci-17, process 4242\n"
        "commit    9b2c1d0\n"
        "pipeline  https://ci.example/run/17\n"
        f"plan      {'3f1c' * 16}\n"
        "requests  4\n"
        "events    1 created or updated, 1 completed\n"
        "rows      2 confirmed\n"
        "approved  a, b\n"
    )


def test_runs_for_machines_are_those_of_a_report_and_say_their_command() -> None:
    run = build_run()
    (listed,) = json.loads(render_runs_json([run]))["runs"]
    assert listed == {**json.loads(render_run_json(run))["run"], "command": "apply"}
    assert listed["rows"]["confirmed"] == 0
