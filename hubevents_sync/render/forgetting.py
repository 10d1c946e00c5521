"""Say what ``forget`` drops from the state, in counts."""

from collections.abc import Collection, Sequence

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.record import EventOverview
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.plan_json import shape_key
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_count, say_list


def render_forgetting_text(events: Sequence[EventOverview], declared: Collection[EventKey]) -> str:
    """A line for each event: its key, and what is on record of it; what follows where the files still name it."""
    lines = [f"  - {make_one_line(str(event.key))}: {_say_counts(event)}" for event in events]
    again = [make_one_line(str(event.key)) for event in events if event.key in declared]
    if again:
        lines.append(
            f"  ! still in the files: {say_list(again)}; the next plan shows all of it as new, and HubSpot takes rows"
            " that it has for repeats"
        )
    return "".join(f"{line}\n" for line in lines)


def render_forgetting_json(events: Sequence[EventOverview], declared: Collection[EventKey]) -> str:
    """The same for programs."""
    return dump_json(
        {
            "forgotten": [
                {
                    "key": shape_key(event.key),
                    "people": event.people,
                    "rows": sum(event.rows.values()),
                    "leftovers": sum(event.leftovers.values()),
                    "is_completed": event.is_completed,
                    "is_declared": event.key in declared,
                }
                for event in events
            ]
        }
    )


def _say_counts(event: EventOverview) -> str:
    rows, leftovers = sum(event.rows.values()), sum(event.leftovers.values())
    parts = [say_count(event.people, "person", "people"), say_count(rows, "row")]
    parts += [f"{say_count(leftovers, 'row')} without confirmation"] if leftovers else []
    parts += ["completed"] if event.is_completed else []
    return say_list(parts)
