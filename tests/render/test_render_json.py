"""Plans and reports as machines read them."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from hubevents_sync.model.finding import Position
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import AddressKind, EventAction, EventSummary, Plan, RowSample
from hubevents_sync.model.run import RunReport, RunStatus
from hubevents_sync.render.plan_json import render_plan_json
from hubevents_sync.render.report_json import render_report_json
from hubevents_sync.resources import schemas_directory
from tests.builders import (
    NOW_MS,
    build_change,
    build_completion,
    build_event_report,
    build_failure,
    build_key,
    build_plan,
    build_report,
    build_rows,
    build_run,
    build_summary,
)
from tests.golden import Golden

SCHEMAS = schemas_directory()
LEFT_OUT_OF_A_PLAN = {"position", "samples"}


def load_schema(name: str) -> dict[str, object]:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert isinstance(schema, dict)
    return schema


def find_faults(name: str, document: str) -> list[str]:
    validator = Draft202012Validator(load_schema(name), format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(document))]


def test_a_plan_is_written_by_its_schema(twelve_events: Plan, golden: Golden) -> None:
    document = render_plan_json(twelve_events)
    assert find_faults("plan", document) == []
    golden.check("plan-12.json", document)


def test_a_report_is_written_by_its_schema(partial_report: RunReport, golden: Golden) -> None:
    document = render_report_json(partial_report)
    assert find_faults("report", document) == []
    golden.check("report-partial.json", document)


@pytest.mark.parametrize("plan", [build_plan(), build_plan(build_summary()), Plan("d")])
def test_small_plans_are_written_by_the_schema_too(plan: Plan) -> None:
    assert find_faults("plan", render_plan_json(plan)) == []


@pytest.mark.parametrize("action", EventAction)
@pytest.mark.parametrize("state", AttendanceState)
@pytest.mark.parametrize("kind", AddressKind)
def test_the_plans_schema_knows_every_word(action: EventAction, state: AttendanceState, kind: AddressKind) -> None:
    event = build_summary(
        action=action,
        row_counts=(build_rows(state, ready=1, address_kind=kind),),
        completion=build_completion(is_due=False),
        next_due_ms=NOW_MS + 1,
        leftovers=dict.fromkeys(Outcome, 1),
        field_changes=(build_change("customProperties", MappingProxyType({"a": "b"}), True),),  # noqa: FBT003  a value
    )
    plan = replace(build_plan(event), open_ends={event.key: ("sent to be completed",)})
    assert find_faults("plan", render_plan_json(plan)) == []


@pytest.mark.parametrize("status", RunStatus)
@pytest.mark.parametrize("outcome", Outcome)
def test_the_reports_schema_knows_every_word(status: RunStatus, outcome: Outcome) -> None:
    event = build_event_report(rows={outcome: 1}, failures=(build_failure(outcome=outcome),))
    run = replace(build_run(status=status, rows={outcome: 1}), ended_at_ms=None, exit_code=None)
    assert find_faults("report", render_report_json(build_report(event, run=run))) == []


def test_a_plan_holds_every_field_of_the_model_but_places_and_samples(twelve_events: Plan) -> None:
    document = json.loads(render_plan_json(twelve_events))
    renamed = {"next_due_ms": "next_due_at"}
    wanted = {renamed.get(field.name, field.name) for field in fields(EventSummary)} - LEFT_OUT_OF_A_PLAN
    assert set(document["events"][0]) == wanted
    assert {field.name for field in fields(Plan)} <= set(document)


@given(st.permutations(["a", "b", "c", "d"]))
def test_files_in_another_order_give_the_same_bytes(order: list[str]) -> None:
    def build(ids: list[str], line: int) -> Plan:
        events = (
            replace(
                build_summary(
                    event_id, row_counts=(build_rows(ready=1), build_rows(AttendanceState.ATTENDED, ready=2))
                ),
                position=Position(f"events/{line}.yaml", line, 1),
            )
            for event_id in ids
        )
        keys = tuple(build_key(event_id) for event_id in ids)
        return build_plan(*events, forgotten=keys, left_out=keys)

    assert render_plan_json(build(order, 7)) == render_plan_json(build(["a", "b", "c", "d"], 1))


def test_rows_in_another_order_give_the_same_bytes() -> None:
    counts = (build_rows(ready=1), build_rows(AttendanceState.ATTENDED, ready=2), build_rows(ready=3, round_number=2))
    one, other = (build_plan(build_summary(row_counts=rows)) for rows in (counts, counts[::-1]))
    assert render_plan_json(one) == render_plan_json(other)


def test_nothing_of_a_roster_is_in_a_plan() -> None:
    sample = RowSample("rosters/ana@planted.example.csv", 12, AttendanceState.REGISTERED, NOW_MS, is_held=False)
    assert "planted" not in render_plan_json(build_plan(build_summary(samples=(sample,))))


def test_letters_stay_readable_and_what_steers_a_terminal_is_escaped() -> None:
    name = "Über 春 🌸 \x1b[31m \x9b31m \u202e \U000e0041 \ud800 \x7f"
    document = render_plan_json(build_plan(build_summary(name=name)))
    assert '"name": "Über 春 🌸 \\u001b[31m \\u009b31m \\u202e \\udb40\\udc41 \\ud800 \\u007f"' in document
    assert json.loads(document)["events"][0]["name"] == name
    assert document.encode()


@pytest.mark.parametrize("render", [lambda: render_plan_json(build_plan()), lambda: render_report_json(build_report())])
def test_names_are_sorted_and_the_last_line_ends(render: Callable[[], str]) -> None:
    document = render()
    assert document == json.dumps(json.loads(document), indent=2, sort_keys=True) + "\n"


@pytest.mark.parametrize("name", ["plan", "report", "drift", "refresh", "import", "due", "webhook"])
def test_a_schema_explains_every_field_with_examples_that_it_accepts(name: str) -> None:
    schema = load_schema(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"{name}.schema.json"
    assert schema["title"]
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    for owner in (schema, *definitions.values()):
        assert owner["additionalProperties"] is False
        for field, rule in owner.get("properties", {}).items():
            assert rule["description"].endswith("."), field
            assert rule["examples"], field
            for example in rule["examples"]:
                Draft202012Validator({**rule, "$defs": definitions}, format_checker=FormatChecker()).validate(example)


@pytest.mark.parametrize("name", ["plan", "report"])
def test_a_schema_refuses_a_field_that_it_does_not_know(name: str, twelve_events: Plan) -> None:
    document = json.loads(render_plan_json(twelve_events) if name == "plan" else render_report_json(build_report()))
    assert len(find_faults(name, json.dumps({**document, "surprise": 1}))) == 1
