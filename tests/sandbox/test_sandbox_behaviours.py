"""The table of behaviours: its ids, its switches, its page in the docs, and that each one is shown by a test."""

import ast
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from hubevents_sync.cli.main import cli
from hubevents_sync.errors import SyncError
from hubevents_sync.sandbox import behaviours
from hubevents_sync.sandbox.behaviours import BEHAVIOURS
from hubevents_sync.sandbox.known.attendance import ATTENDANCE_CAP, UNKNOWN_VID, BadRow
from hubevents_sync.sandbox.known.reading import SEARCH_DELAY
from hubevents_sync.sandbox.switches import Choice, Evidence, Switches, read_switches

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "sandbox-behaviours.md"
SWITCHES = {each.switch.name: each.switch for each in BEHAVIOURS if each.switch is not None}

needs_checkout = pytest.mark.skipif(
    not (ROOT / "hubevents_sync").is_dir(), reason="reads the checkout, which is out of reach here"
)


@needs_checkout
def test_the_page_of_the_docs_is_made_from_the_table() -> None:
    """Where this fails after a change of behaviours: write ``render_markdown()`` to docs/sandbox-behaviours.md."""
    assert PAGE.read_text(encoding="utf-8") == behaviours.render_markdown()


def test_each_behaviour_has_an_id_of_its_own_and_its_switch_has_the_same() -> None:
    ids = [each.id for each in BEHAVIOURS]
    assert len(set(ids)) == len(ids)
    for each in BEHAVIOURS:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.id)
        assert each.statement.endswith(".")
        assert each.source
        assert each.switch is None or each.switch.name == each.id


def test_each_position_of_a_switch_is_explained_in_the_statement() -> None:
    for each in BEHAVIOURS:
        if isinstance(each.switch, Choice) and each.id != "attendance-status":
            assert [value for value in each.switch.values if f"`{value}`" not in each.statement] == []


def test_what_is_chosen_says_so_and_what_is_not_known_has_a_default_of_ours() -> None:
    assert {each.evidence for each in BEHAVIOURS} == set(Evidence)
    unknown = [each.id for each in BEHAVIOURS if "not stated anywhere" in each.source]
    assert [each.id for each in BEHAVIOURS if each.id in unknown and each.evidence is not Evidence.CHOSEN] == []


def _shown() -> set[tuple[str, str | None]]:
    """What the tests' marks say that they show: (id, position)."""
    found: set[tuple[str, str | None]] = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.behaviour":
                values = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                found.add((str(values[0]), str(values[1]) if len(values) > 1 else None))
    return found


@needs_checkout
def test_each_behaviour_and_each_position_of_a_switch_is_shown_by_a_test() -> None:
    wanted: set[tuple[str, str | None]] = set()
    for each in BEHAVIOURS:
        if isinstance(each.switch, Choice):
            wanted |= {(each.id, value) for value in each.switch.values}
        elif each.switch is None:
            wanted.add((each.id, None))
    shown = _shown()
    assert sorted(f"{name} {value}" for name, value in wanted - shown) == []
    assert {each.id for each in BEHAVIOURS} - {name for name, _ in shown} == set()
    assert {name for name, _ in shown} - {each.id for each in BEHAVIOURS} == set()


def test_switches_are_read_by_name() -> None:
    switches = read_switches(["unknown-vid=drop", "attendance-batch-cap=100", "search-delay=60000"], BEHAVIOURS)
    assert (switches[UNKNOWN_VID], switches[ATTENDANCE_CAP], switches.number(SEARCH_DELAY)) == (
        BadRow.DROP,
        100,
        60_000,
    )
    assert read_switches(["attendance-batch-cap=none"], BEHAVIOURS)[ATTENDANCE_CAP] is None
    assert (Switches()[UNKNOWN_VID], Switches()[ATTENDANCE_CAP]) == (BadRow.ERROR, None)


@pytest.mark.parametrize(
    ("setting", "message", "hint"),
    [
        (
            "unknown-vid=shout",
            "the sandbox's switch unknown-vid can't be 'shout'",
            "it takes: error, drop, refuse",
        ),
        (
            "attendance-batch-cap=0",
            "the sandbox's switch attendance-batch-cap can't be '0'",
            "it takes: a whole number of rows, at least 1, or none",
        ),
        ("search-delay=none", "the sandbox's switch search-delay can't be 'none'", None),
        ("search-delay=-1", "the sandbox's switch search-delay can't be '-1'", None),
        ("unknown-vid", "the sandbox's switch unknown-vid has no value", "write --switch unknown-vid=VALUE"),
        (
            "unknown-vit=drop",
            "the sandbox has no switch 'unknown-vit' (found in 'unknown-vit=drop')",
            "did you mean unknown-vid? hubevents-sync sandbox --list-behaviours lists them all",
        ),
    ],
)
def test_a_switch_that_cannot_be_is_refused(setting: str, message: str, hint: str | None) -> None:
    with pytest.raises(SyncError) as caught:
        read_switches([setting], BEHAVIOURS)
    assert caught.value.message == message
    assert hint is None or caught.value.hint == hint


def test_the_command_lists_the_table_as_text_and_as_json() -> None:
    text = CliRunner().invoke(cli, ["sandbox", "--list-behaviours"])
    assert text.exit_code == 0, text.output
    assert "unknown-vid  [chosen]\n" in text.output
    assert "  --switch unknown-vid=error|drop|refuse, default error\n" in text.output
    listed = json.loads(CliRunner().invoke(cli, ["sandbox", "--list-behaviours", "--format", "json"]).output)
    assert [each["id"] for each in listed] == [each.id for each in BEHAVIOURS]
    assert {each["switch"]["name"] for each in listed if each["switch"]} == set(SWITCHES)
