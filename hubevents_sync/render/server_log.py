"""Write the event-details server's log: an entry a line, for people or as JSON."""

import json
from typing import assert_never

from hubevents_sync.model.finding import Finding
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.serving import FilesRead, FilesState, RequestServed, ServerEntry, ServerNote
from hubevents_sync.render.findings import render_findings_text
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_count


def render_entry_text(entry: ServerEntry, *, color: bool) -> str:
    """*entry* as a line; findings of broken files stand below it."""
    time = _write_time(entry.at_ms)
    match entry:
        case RequestServed():
            return f"{time} {_say_request(entry)}\n"
        case FilesRead():
            findings = render_findings_text(entry.findings, color=color) if entry.findings else ""
            return f"{time} {_say_files(entry)}\n{findings}"
        case ServerNote():
            return f"{time} {make_one_line(entry.message)}\n"
    assert_never(entry)


def render_entry_json(entry: ServerEntry) -> str:
    """*entry* as one line of JSON in ASCII."""
    return json.dumps({"time": _write_time(entry.at_ms), **_shape(entry)}) + "\n"


def _write_time(at_ms: int) -> str:
    """Always with milliseconds, so that lines stand below each other."""
    return f"{format_instant(at_ms // 1000 * 1000)[:-1]}.{at_ms % 1000:03d}Z"


def _say_request(entry: RequestServed) -> str:
    asked = f" {make_one_line(str(entry.asked))}" if entry.asked else ""
    refusal = f": {make_one_line(entry.refusal)}" if entry.refusal else ""
    checked = f" (checked {make_one_line(entry.checked)})" if entry.checked else ""
    return f"{make_one_line(entry.method)} {entry.status}{asked} {entry.milliseconds:.1f} ms{refusal}{checked}"


def _say_files(entry: FilesRead) -> str:
    events = say_count(entry.events, "event")
    match entry.state:
        case FilesState.LOADED:
            return f"the files declare {events}"
        case FilesState.RELOADED:
            return f"the files were changed and read again: they declare {events}"
        case FilesState.BROKEN:
            return f"the files were changed and are broken; the last good ones are kept: {events}"
    assert_never(entry.state)


def _shape(entry: ServerEntry) -> dict[str, object]:
    match entry:
        case RequestServed():
            return _shape_request(entry)
        case FilesRead():
            findings = [_shape_finding(finding) for finding in entry.findings]
            return {"kind": "files", "state": entry.state.value, "events": entry.events, "findings": findings}
        case ServerNote():
            return {"kind": "note", "message": entry.message}
    assert_never(entry)


def _shape_request(entry: RequestServed) -> dict[str, object]:
    values: dict[str, object] = {
        "kind": "request",
        "method": entry.method,
        "status": entry.status,
        "milliseconds": round(entry.milliseconds, 1),
    }
    if entry.asked is not None:
        values["account"], values["event"] = entry.asked
    if entry.refusal is not None:
        values["refusal"] = entry.refusal
    if entry.checked is not None:
        values["checked"] = entry.checked
    return values


def _shape_finding(finding: Finding) -> dict[str, object]:
    return {
        "place": str(finding.position),
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
    }
