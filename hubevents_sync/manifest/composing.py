"""Write an event file and a roster of what is at HubSpot, in the form that ``fmt`` leaves as it is."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hubevents_sync.manifest.layout.scalars import write_text
from hubevents_sync.manifest.tree import CONTROL
from hubevents_sync.model.event import EVENT_FIELDS, TIME_FIELDS, FieldValue, MarketingEvent
from hubevents_sync.model.instant import format_instant

MODELINE = "# yaml-language-server: $schema=../schemas/events.schema.json"
STEP = "    "


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A person as a roster names them: by *email*, or by *contact_id*. The times are epoch milliseconds, sorted."""

    email: str | None
    contact_id: int | None
    registered_ms: tuple[int, ...] = ()
    cancelled_ms: tuple[int, ...] = ()


def keep_writable(fields: Mapping[str, FieldValue]) -> tuple[dict[str, FieldValue], tuple[str, ...]]:
    """Those of *fields* that say something and that a file can hold, and the names of those that none can.

    An empty text is HubSpot's way of saying nothing. Control characters are refused in files.
    """
    kept: dict[str, FieldValue] = {}
    refused = []
    for name, value in fields.items():
        if isinstance(value, bool):
            kept[name] = value
        elif isinstance(value, str):
            if CONTROL.search(value):
                refused.append(name)
            elif value.strip():
                kept[name] = value
        else:
            refused += [f"{name}.{key}" for key, text in value.items() if CONTROL.search(text)]
            properties = {key: text for key, text in value.items() if text.strip() and not CONTROL.search(text)}
            kept |= {name: properties} if properties else {}
    return kept, tuple(refused)


def compose_event(
    event: MarketingEvent, *, account: str | None, roster: str | None, completes: bool, remarks: Sequence[str] = ()
) -> str:
    """The text of an event file with that one event.

    *account* is left out where it is the project's; *remarks* become comments on top. *roster* is a path as seen from
    the file.
    """
    lines = [MODELINE, *(f"# {' '.join(remark.split())}" for remark in remarks), "events:"]
    lines.append(f"  - externalEventId: {_text(event.key.external_event_id)}")
    lines += [f"{STEP}externalAccountId: {_text(account)}"] if account is not None else []
    for name in EVENT_FIELDS:
        value = event.fields.get(name)
        if isinstance(value, bool):
            lines.append(f"{STEP}{name}: {str(value).lower()}")
        elif isinstance(value, Mapping):
            lines.append(f"{STEP}{name}:")
            lines += [f"{STEP}  {_text(key)}: {_text(text)}" for key, text in value.items()]
        elif value is not None:
            lines.append(f"{STEP}{name}: {value if name in TIME_FIELDS else _text(value)}")
    lines += [f"{STEP}roster: {_text(roster)}"] if roster is not None else []
    lines += [f"{STEP}complete: true"] if completes else []
    return "".join(f"{line}\n" for line in lines)


def compose_roster(entries: Sequence[RosterEntry]) -> str:
    """The text of a CSV roster: a header, then a line for each of *entries*, in their order."""
    has_ids = any(entry.email is None for entry in entries)
    columns = ["email", *(["vid"] if has_ids else []), "registered", "cancelled"]
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(columns)
    for entry in entries:
        vid = [] if not has_ids else [str(entry.contact_id) if entry.email is None else ""]
        table.writerow([entry.email or "", *vid, _times(entry.registered_ms), _times(entry.cancelled_ms)])
    return written.getvalue()


def _times(moments_ms: Sequence[int]) -> str:
    return ";".join(map(format_instant, moments_ms))


def _text(text: str) -> str:
    return write_text(text, in_brackets=False)
