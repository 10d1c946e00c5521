"""Say what came of looking after a state."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.record import StateHeader
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.plan_json import shape_key
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_count, say_list

VERSION = 1
_NOUNS = {
    "event": ("event", "events"),
    "participation": ("row", "rows"),
    "run": ("run", "runs"),
    "journal": ("call", "calls"),
    "source_file": ("file", "files"),
}


def render_check_text(
    place: str, header: StateHeader, faults: Sequence[str], notes: Sequence[str], counts: Mapping[str, int]
) -> str:
    """A line for each fault and each open end, and what was looked at."""
    held = say_list([say_count(count, *_NOUNS[name]) for name, count in counts.items()])
    lines = [f"{place}: serial {header.serial}, lineage {header.lineage}", f"  {held}"]
    lines += [f"  - {note}" for note in notes]
    lines += [f"  ! {fault}" for fault in faults]
    lines.append("the state is damaged: restore a backup" if faults else "the state is whole")
    return "".join(f"{make_one_line(line)}\n" for line in lines)


def render_check_json(
    place: str, header: StateHeader, faults: Sequence[str], notes: Sequence[str], counts: Mapping[str, int]
) -> str:
    """The same for programs."""
    return dump_json(
        {
            "format": "hubevents-sync/state-check",
            "version": VERSION,
            "state": place,
            "lineage": header.lineage,
            "serial": header.serial,
            "is_whole": not faults,
            "faults": list(faults),
            "notes": list(notes),
            "counts": dict(counts),
        }
    )


def render_renaming_text(before: EventKey, after: EventKey) -> str:
    """What is renamed, and what that does not do."""
    return (
        f"  {make_one_line(str(before))} -> {make_one_line(str(after))}\n"
        "  ! on record only: HubSpot can't rename an event. Where it knows no event of the new name, rows can't be sent"
        " to it; forget it then, and the next apply makes it anew\n"
    )


def render_renaming_json(before: EventKey, after: EventKey) -> str:
    """The same for programs."""
    return dump_json({"renamed": {"before": shape_key(before), "after": shape_key(after)}})


def render_copy_text(source: str, target: str, header: StateHeader, folder: str | None) -> str:
    """What was copied, and what is left to do. *folder* was made for it."""
    made = f"made the folder {folder}, which was not there\n" if folder else ""
    return (
        f"{made}copied {source} (serial {header.serial}, lineage {header.lineage}) to {target}\n"
        f"now name it in hubevents.yaml, under state:, and apply to the old one no more: two copies drift apart\n"
    )


def render_copy_json(source: str, target: str, header: StateHeader, folder: str | None) -> str:
    """The same for programs."""
    copied = {"source": source, "target": target, "serial": header.serial, "lineage": header.lineage}
    return dump_json({**copied, "folder_made": folder})


def render_export_line(line: Mapping[str, Any]) -> str:
    """One line of an export: JSON, its names in order."""
    return json.dumps(line, ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n"
