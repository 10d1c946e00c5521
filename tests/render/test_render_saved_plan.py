"""A plan that is saved is read back as it was, and is written by the schema."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hubevents_sync.engine.reviewing.saved_plan import read_saved_plan
from hubevents_sync.errors import PlanMismatch
from hubevents_sync.model.app_settings import SettingsChange
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import DayCount, DomainCount, Plan, PlanBasis, RosterReview
from hubevents_sync.plan.digest import digest_plan
from hubevents_sync.plan.settings import digest_with_settings
from hubevents_sync.render.plan_json import render_plan_json, render_saved_plan
from tests.builders import build_key, build_plan, build_summary
from tests.render.test_render_json import find_faults


def with_own_digest(plan: Plan) -> Plan:
    events = ((event.key, event.digest) for event in plan.events if not event.is_empty)
    digest = digest_plan(events, is_retry=plan.is_retry, basis=plan.basis)
    return replace(plan, digest=digest_with_settings(digest, plan.settings))


@pytest.fixture
def full(twelve_events: Plan) -> Plan:
    """A plan with something in every field."""
    reviewed = replace(
        twelve_events.events[0],
        review=RosterReview(2, 1, (DomainCount("", 1), DomainCount("example.com", 1, 1, 2))),
        days=(DayCount(20_000, AttendanceState.REGISTERED, 3),),
    )
    return with_own_digest(
        replace(
            twelve_events,
            events=(reviewed, *twelve_events.events[1:]),
            portal=7,
            open_ends={build_key(): ("sent to be completed",)},
            files_digest="a" * 64,
            basis=PlanBasis.LOCK_FILE,
            base="9b2c1d0",
            unknowns=("who left",),
            shared_people=3,
            settings=SettingsChange(4711, "https://a.example/%s", "https://b.example/%s"),
        )
    )


def save(plan: Plan, folder: Path) -> Path:
    file = folder / "plan.json"
    file.write_text(render_saved_plan(plan), encoding="utf-8")
    return file


def test_what_is_read_is_what_was_saved(full: Plan, tmp_path: Path) -> None:
    read = read_saved_plan(save(full, tmp_path))
    assert sorted(event.key for event in full.events) == [event.key for event in read.events]
    assert {event.key: event.position for event in full.events} == {event.key: event.position for event in read.events}
    assert {event.key: event.samples for event in full.events} == {event.key: event.samples for event in read.events}
    assert render_saved_plan(read) == render_saved_plan(full)
    assert render_plan_json(read) == render_plan_json(full)


def test_a_saved_plan_is_written_by_the_schema(full: Plan) -> None:
    assert find_faults("plan", render_saved_plan(full)) == []


@pytest.mark.parametrize("name", ["Über 春 🌸", "\x1b[31m \u202e", 'a\\b"c', "\u2028", "\x00"])
def test_any_name_is_read_back(name: str, tmp_path: Path) -> None:
    plan = with_own_digest(build_plan(build_summary(name=name)))
    assert read_saved_plan(save(plan, tmp_path)).events[0].name == name


def test_half_a_character_is_read_back_too(tmp_path: Path) -> None:
    plan = with_own_digest(build_plan(build_summary(name="\ud800")))
    assert read_saved_plan(save(plan, tmp_path)).events[0].name == "\ud800"


def test_the_seal_is_over_what_is_said_and_not_over_how(full: Plan, tmp_path: Path) -> None:
    file = save(full, tmp_path)
    document = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(dict(reversed(document.items()))), encoding="utf-8")
    assert render_saved_plan(read_saved_plan(file)) == render_saved_plan(full)
    document["shared_people"] += 1
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(PlanMismatch, match="was changed after it was saved"):
        read_saved_plan(file)
