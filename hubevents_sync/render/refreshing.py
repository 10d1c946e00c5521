"""Say what a refresh puts on record, in counts."""

from collections.abc import Sequence

from hubevents_sync.model.drift import Drift
from hubevents_sync.model.observation import Observation
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.plan_json import shape_key
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_count, say_list


def render_observations_text(observations: Sequence[Observation], drift: Drift) -> str:
    """A line for each event whose record changes."""
    fields = {event.key: len(event.fields) for event in drift.events}
    lines = [
        f"  {'-' if seen.event is None else '~'} {make_one_line(str(seen.key))}: {_say(seen, fields.get(seen.key, 0))}"
        for seen in observations
    ]
    reopened = [make_one_line(str(event.key)) for event in drift.events if event.is_reopened]
    if reopened:
        lines.append(f"  · kept as complete, for that can't be undone: {say_list(reopened)}")
    return "".join(f"{line}\n" for line in lines)


def render_unread_text(drift: Drift) -> str:
    """A line for each event that could not be read, and whose record stays."""
    unread = [event for event in drift.events if event.error is not None]
    return "".join(f"  ! {make_one_line(str(event.key))}: {make_one_line(event.error or '')}\n" for event in unread)


def render_observations_json(observations: Sequence[Observation], drift: Drift) -> str:
    """The same for programs."""
    fields = {event.key: len(event.fields) for event in drift.events}
    return dump_json(
        {
            "format": "hubevents-sync/refresh",
            "version": 1,
            "requests": drift.requests,
            "looked_at": len(drift.events),
            "errors": [
                {"key": shape_key(event.key), "error": event.error} for event in drift.events if event.error is not None
            ],
            "refreshed": [
                {
                    "key": shape_key(seen.key),
                    "is_forgotten": seen.event is None,
                    "is_completed": seen.is_completed,
                    "fields": fields.get(seen.key, 0),
                    "rows_recorded": len(seen.shown),
                    "rows_unconfirmed": len(seen.lost),
                    "contact_ids_learned": len(seen.contacts),
                }
                for seen in observations
            ],
        }
    )


def _say(seen: Observation, fields: int) -> str:
    if seen.event is None:
        return "forgotten, for HubSpot shows no such event; if the files name it, the next plan creates it anew"
    parts = [
        (fields, say_count(fields, "field")),
        (seen.is_completed, "complete"),
        (len(seen.shown), f"{say_count(len(seen.shown), 'row')} that HubSpot shows"),
        (len(seen.lost), f"{say_count(len(seen.lost), 'row')} unconfirmed, to be planned again"),
        (len(seen.contacts), say_count(len(seen.contacts), "contact id")),
    ]
    return say_list(text for count, text in parts if count) or "HubSpot's id of the event"
