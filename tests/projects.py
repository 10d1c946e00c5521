"""Projects on disk for tests: events with rosters in every format, and the command line to run on them."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REGISTERED_AT = "2026-03-01T10:00:00Z"

Entry = Mapping[str, object]


def build_people(count: int, *, prefix: str = "person", **fields: object) -> list[dict[str, object]]:
    """*count* people who registered, each with *fields* too."""
    return [{"email": f"{prefix}{n}@example.com", "registered": REGISTERED_AT, **fields} for n in range(count)]


def write_yaml_roster(people: Iterable[Entry]) -> str:
    """A roster in YAML; values are written as JSON where they are more than text, which YAML takes."""
    lines = ["attendees:"]
    for person in people:
        items = [f"{name}: {value if isinstance(value, str) else json.dumps(value)}" for name, value in person.items()]
        lines += [f"  - {items[0]}", *(f"    {item}" for item in items[1:])]
    return "\n".join(lines) + "\n"


def write_csv_roster(people: Sequence[Entry]) -> str:
    """A roster in CSV, of people with plain values only."""
    columns = list(dict.fromkeys(name for person in people for name in person))
    written = io.StringIO()
    table = csv.DictWriter(written, columns, lineterminator="\n")
    table.writeheader()
    table.writerows(people)
    return written.getvalue()


def write_ndjson_roster(people: Iterable[Entry]) -> str:
    """A roster in NDJSON."""
    return "".join(json.dumps(person) + "\n" for person in people)


WRITERS = {"yaml": write_yaml_roster, "csv": write_csv_roster, "ndjson": write_ndjson_roster}


@dataclass
class ProjectFolder:
    """A project below *path*."""

    path: Path

    def write(self, name: str, text: str) -> Path:
        """Write one file of the project."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def write_settings(self, *lines: str, base_url: str | None = None) -> None:
        """Write ``hubevents.yaml``; *base_url* aims it at a server on loopback."""
        hubspot = ["hubspot:", f"  base_url: {base_url}"] if base_url else []
        self.write("hubevents.yaml", "\n".join(["version: 1", "account: CookingCo", *hubspot, *lines]) + "\n")

    def write_event(self, event_id: str, *lines: str, roster: str | None = None, name: str | None = None) -> None:
        """Write an event file of one event; *lines* are further fields."""
        head = [f"externalEventId: {event_id}", f"eventName: {name or event_id}", "eventOrganizer: Chef Joe"]
        head += ["startDateTime: 2026-05-01T10:00:00Z", "endDateTime: 2026-05-01T12:00:00Z"]
        tail = [f"roster: ../rosters/{roster}"] if roster else []
        body = "\n    ".join([*head, *lines, *tail])
        self.write(f"events/{event_id}.yaml", f"events:\n  - {body}\n")

    def write_roster(self, name: str, people: Sequence[Entry]) -> None:
        """Write a roster in the format that *name* ends in."""
        self.write(f"rosters/{name}", WRITERS[name.rpartition(".")[2]](people))


def hash_tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below *folder* with its time of change and its bytes."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}
