"""Say what an import wrote, in counts, and what HubSpot does not tell."""

from hubevents_sync.model.importing import Imported, ImportedEvent
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.plan_json import shape_key
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_count, say_list


def render_imported_text(imported: Imported) -> str:
    """A line for each event with its files; then what was passed over, and what is left to do."""
    if not imported.events:
        lines = ["nothing to import"]
    else:
        lines = [f"Imported {say_count(len(imported.events), 'event')} in {say_count(imported.requests, 'request')}:"]
    for event in imported.events:
        files = say_list(filter(None, (event.event_file, event.roster_file)))
        lines.append(f"  + {make_one_line(str(event.key))}: {_say_counts(event)}; {make_one_line(files)}")
    attended = sum(event.attended for event in imported.events)
    if attended:
        lines.append(
            f"  · {say_count(attended, 'attendance', 'attendances')} on record and in no roster: when people joined and"
            " left, HubSpot doesn't tell"
        )
    left_out = sum(event.no_shows + event.unclear for event in imported.events)
    if left_out:
        lines.append(f"  · {say_count(left_out, 'person', 'people')} left out: HubSpot shows no registration of theirs")
    lines += [f"  · passed over {say_count(count, 'event')}: {why}" for why, count in imported.passed_over.items()]
    lines += [f"  ! {make_one_line(note)}" for note in imported.notes]
    return "".join(f"{line}\n" for line in lines)


def render_imported_json(imported: Imported) -> str:
    """The same for programs."""
    return dump_json(
        {
            "format": "hubevents-sync/import",
            "version": 1,
            "requests": imported.requests,
            "events": [
                {
                    "key": shape_key(event.key),
                    "name": event.name,
                    "event_file": event.event_file,
                    "roster_file": event.roster_file,
                    "people": event.people,
                    "rows": event.rows,
                    "attended_without_times": event.attended,
                    "no_shows_left_out": event.no_shows,
                    "unclear_left_out": event.unclear,
                    "is_completed": event.is_completed,
                }
                for event in imported.events
            ],
            "passed_over": {why.name.lower(): count for why, count in imported.passed_over.items()},
            "notes": list(imported.notes),
        }
    )


def _say_counts(event: ImportedEvent) -> str:
    parts = [say_count(event.people, "person", "people"), say_count(event.rows, "row")]
    parts += ["complete"] if event.is_completed else []
    return say_list(parts)
