"""Write a plan as JSON by ``schemas/plan.schema.json``, for machines and for later.

The same plan gives the same bytes: no clock, no file positions, no samples, nobody's data. The same rows in another
order are the same plan, and differ in the digest of the files alone. A plan that is saved for later has positions and
samples, for who reviews it, and a seal.
"""

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.instant import format_day, format_instant
from hubevents_sync.model.plan import (
    CompletionStep,
    DayCount,
    EventSummary,
    FieldChange,
    Plan,
    RosterReview,
    RowCount,
)
from hubevents_sync.model.plan_format import PLAN_FORMAT, PLAN_VERSION, SEAL, seal_of
from hubevents_sync.render.app_settings import shape_settings_change
from hubevents_sync.render.json_text import dump_json, plain_value


def render_plan_json(plan: Plan) -> str:
    """*plan* as JSON with sorted names, events sorted by key, and a newline at the end."""
    return dump_json(_shape_plan(plan, [_shape_event(event) for event in _sorted_events(plan)]))


def render_saved_plan(plan: Plan) -> str:
    """*plan* as ``plan --out`` saves it: the same with where each event and some of its rows stand, and sealed."""
    shaped = [
        {**_shape_event(event), "position": event.position._asdict(), "samples": _shape_samples(event)}
        for event in _sorted_events(plan)
    ]
    document = _shape_plan(plan, shaped)
    return dump_json({**document, SEAL: seal_of(document)})


def _sorted_events(plan: Plan) -> list[EventSummary]:
    return sorted(plan.events, key=lambda event: event.key)


def _shape_plan(plan: Plan, events: list[dict[str, object]]) -> dict[str, object]:
    return {
        "format": PLAN_FORMAT,
        "version": PLAN_VERSION,
        "digest": plan.digest,
        "environment": plan.environment,
        "portal": plan.portal,
        "lineage": plan.lineage,
        "serial": plan.serial,
        "is_empty": plan.is_empty,
        "has_work_now": plan.has_work_now,
        "is_retry": plan.is_retry,
        "files_digest": plan.files_digest,
        "basis": plan.basis.value,
        "base": plan.base,
        "unknowns": list(plan.unknowns),
        "shared_people": plan.shared_people,
        "settings": shape_settings_change(plan.settings),
        "estimate": _shape_estimate(plan),
        "events": events,
        "forgotten": [shape_key(key) for key in sorted(plan.forgotten)],
        "left_out": [shape_key(key) for key in sorted(plan.left_out)],
        "open_ends": [{"key": shape_key(key), "notes": list(said)} for key, said in sorted(plan.open_ends.items())],
    }


def shape_key(key: EventKey) -> dict[str, object]:
    """An event's key, by HubSpot's names for its halves."""
    return {"externalAccountId": key.external_account_id, "externalEventId": key.external_event_id}


def _shape_estimate(plan: Plan) -> dict[str, object]:
    requests = plan.estimate.requests
    return {
        "requests": {
            "upserts": requests.upserts,
            "attendance": requests.attendance,
            "completions": requests.completions,
            "reads": requests.reads,
            "settings": requests.settings,
            "total": requests.total,
        },
        # Rounded: the last bits of a float may differ between machines.
        "seconds": round(float(plan.estimate.seconds), 3),
        "daily_quota": plan.estimate.daily_quota,
        "new_contacts_at_most": plan.estimate.new_contacts_at_most,
    }


def _shape_event(event: EventSummary) -> dict[str, object]:
    counts = sorted(event.row_counts, key=lambda count: (count.round, count.state, count.address_kind))
    return {
        "key": shape_key(event.key),
        "name": event.name,
        "action": event.action.value,
        "digest": event.digest,
        "field_changes": [_shape_change(change) for change in event.field_changes],
        "row_counts": [_shape_count(count) for count in counts],
        "completion": None if event.completion is None else _shape_completion(event.completion),
        "next_due_at": None if event.next_due_ms is None else format_instant(event.next_due_ms),
        "people": event.people,
        "recorded_people": event.recorded_people,
        "left": event.left,
        "removals": event.removals,
        "new_contacts_at_most": event.new_contacts_at_most,
        "leftovers": {outcome.value: count for outcome, count in event.leftovers.items() if count},
        "notes": list(event.notes),
        "review": _shape_review(event.review),
        "days": [_shape_day(day) for day in sorted(event.days, key=lambda day: (day.day, day.state))],
    }


def _shape_samples(event: EventSummary) -> list[dict[str, object]]:
    return [
        {
            "file": sample.file,
            "line": sample.line,
            "state": sample.state.value,
            "occurred_at": format_instant(sample.occurred_at_ms),
            "is_held": sample.is_held,
        }
        for sample in event.samples
    ]


def _shape_review(review: RosterReview) -> dict[str, object]:
    return {
        "joined": review.joined,
        "changed": review.changed,
        "domains": [
            {"domain": each.domain, "joined": each.joined, "changed": each.changed, "left": each.left}
            for each in sorted(review.domains, key=lambda each: each.domain)
        ],
    }


def _shape_day(day: DayCount) -> dict[str, object]:
    return {"day": format_day(day.day), "state": day.state.value, "count": day.rows}


def _shape_change(change: FieldChange) -> dict[str, object]:
    return {"path": change.path, "before": plain_value(change.before), "after": plain_value(change.after)}


def _shape_count(count: RowCount) -> dict[str, object]:
    return {
        "round": count.round,
        "state": count.state.value,
        "address_kind": count.address_kind.value,
        "ready": count.ready,
        "held": count.held,
    }


def _shape_completion(step: CompletionStep) -> dict[str, object]:
    return {"start": step.start, "end": step.end, "due_at": format_instant(step.due_at_ms), "is_due": step.is_due}
