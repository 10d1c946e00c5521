"""Turn a plan's JSON, which its schema has passed, back into the plan."""

from datetime import date
from typing import Any

from hubevents_sync.model.app_settings import DETAILS_URL, SettingsChange
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Position
from hubevents_sync.model.instant import EPOCH, parse_instant
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import (
    AddressKind,
    CompletionStep,
    DayCount,
    DomainCount,
    Estimate,
    EventAction,
    EventSummary,
    FieldChange,
    Plan,
    PlanBasis,
    RequestCount,
    RosterReview,
    RowCount,
    RowSample,
)

Json = Any  # the JSON edge; the schema says what it is


def build_plan_of(document: Json) -> Plan:
    """The plan that *document* is the JSON of. Raises ValueError where a time in it is none."""
    return Plan(
        digest=document["digest"],
        events=tuple(_event(event) for event in document["events"]),
        estimate=_estimate(document["estimate"]),
        environment=document["environment"],
        portal=document["portal"],
        lineage=document["lineage"],
        serial=document["serial"],
        forgotten=tuple(_key(key) for key in document["forgotten"]),
        left_out=tuple(_key(key) for key in document["left_out"]),
        open_ends={_key(end["key"]): tuple(end["notes"]) for end in document["open_ends"]},
        is_retry=document["is_retry"],
        files_digest=document["files_digest"],
        basis=PlanBasis(document["basis"]),
        base=document["base"],
        unknowns=tuple(document["unknowns"]),
        shared_people=document["shared_people"],
        settings=_settings(document["settings"]),
    )


def _settings(written: Json) -> SettingsChange | None:
    if written is None:
        return None
    url = written[DETAILS_URL]
    return SettingsChange(written["appId"], url["before"], url["after"], is_left_out=written["is_left_out"])


def _key(written: Json) -> EventKey:
    return EventKey(written["externalAccountId"], written["externalEventId"])


def _estimate(written: Json) -> Estimate:
    requests = written["requests"]
    counts = RequestCount(
        requests["upserts"],
        requests["attendance"],
        requests["completions"],
        requests["reads"],
        settings=requests["settings"],
    )
    return Estimate(counts, written["seconds"], written["daily_quota"], written["new_contacts_at_most"])


def _event(written: Json) -> EventSummary:
    next_due_at, completion = written["next_due_at"], written["completion"]
    return EventSummary(
        key=_key(written["key"]),
        name=written["name"],
        position=_position(written.get("position")),
        action=EventAction(written["action"]),
        digest=written["digest"],
        field_changes=tuple(
            FieldChange(each["path"], each["before"], each["after"]) for each in written["field_changes"]
        ),
        row_counts=tuple(_row_count(count) for count in written["row_counts"]),
        completion=None if completion is None else _completion(completion),
        next_due_ms=None if next_due_at is None else parse_instant(next_due_at),
        people=written["people"],
        recorded_people=written["recorded_people"],
        left=written["left"],
        removals=written["removals"],
        new_contacts_at_most=written["new_contacts_at_most"],
        leftovers={Outcome(outcome): count for outcome, count in written["leftovers"].items()},
        notes=tuple(written["notes"]),
        samples=tuple(_sample(sample) for sample in written.get("samples", ())),
        review=_review(written["review"]),
        days=tuple(_day(day) for day in written["days"]),
    )


def _position(written: Json) -> Position:
    """A plan that was not saved for later has none."""
    return Position("", 1, 1) if written is None else Position(written["file"], written["line"], written["column"])


def _row_count(written: Json) -> RowCount:
    state, kind = AttendanceState(written["state"]), AddressKind(written["address_kind"])
    return RowCount(written["round"], state, kind, written["ready"], written["held"])


def _completion(written: Json) -> CompletionStep:
    return CompletionStep(written["start"], written["end"], parse_instant(written["due_at"]), is_due=written["is_due"])


def _sample(written: Json) -> RowSample:
    occurred_at_ms = parse_instant(written["occurred_at"])
    state = AttendanceState(written["state"])
    return RowSample(written["file"], written["line"], state, occurred_at_ms, is_held=written["is_held"])


def _review(written: Json) -> RosterReview:
    domains = (
        DomainCount(each["domain"], each["joined"], each["changed"], each["left"]) for each in written["domains"]
    )
    return RosterReview(written["joined"], written["changed"], tuple(domains))


def _day(written: Json) -> DayCount:
    day = (date.fromisoformat(written["day"]) - EPOCH.date()).days
    return DayCount(day, AttendanceState(written["state"]), written["count"])
