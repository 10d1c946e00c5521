"""How long rosters take to read, check and turn into participations, in one process on one core.

    python tests/benchmarks/rosters.py [--people 100000] [--files 20] [--formats yaml,csv,ndjson,inline]

Prints a line a format: seconds, microseconds a person, the ratio to csv.reader over the same people, and peak memory.
Half of the people registered, a third attended too with both times, the others cancelled, or bring a contact's name.
"""

import argparse
import csv
import gc
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.rosters.inline import InlineRoster, capture_inline
from hubevents_sync.manifest.rosters.interface import RosterContext, RosterFile
from hubevents_sync.manifest.rosters.read import read_participations
from hubevents_sync.manifest.source import Source
from hubevents_sync.manifest.yaml_events import NextEvent, read_yaml
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Position
from hubevents_sync.model.instant import parse_instant

COLUMNS = ("email", "vid", "registered", "cancelled", "joinedAt", "leftAt", "contact.firstname")
EVENT = RosterContext(
    EventKey("CookingCo", "class"), parse_instant("2026-11-30T16:00:00Z"), parse_instant("2026-11-30T17:30:00Z")
)
KEY = b"a key of the benchmark, 32 bytes"


def identify(email: str | None, contact_id: int | None) -> bytes:
    """What the state does: a keyed BLAKE2b of the normalised e-mail or of the id."""
    text = f"vid:{contact_id}" if email is None else email.strip().casefold()
    return blake2b(text.encode(), key=KEY, digest_size=16).digest()


def make_people(start: int, count: int) -> Iterator[dict[str, str]]:
    """Rows as CSV has them, one a person."""
    for number in range(start, start + count):
        minute, second = divmod(number % 3600, 60)
        row = {"email": f"person{number}@example.com", "registered": f"2026-11-01T09:{minute:02}:{second:02}Z"}
        if number % 6 in (3, 4):
            row |= {"joinedAt": "2026-11-30T16:00:00Z", "leftAt": f"2026-11-30T17:{minute:02}:{second:02}Z"}
        if number % 6 == 5:
            row |= {"cancelled": "2026-11-20T08:00:00Z"} if number % 4 else {"contact.firstname": f"Ana {number}"}
        yield row


def write_csv(path: Path, people: Iterator[dict[str, str]]) -> None:
    """One file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(people)


def write_yaml(path: Path, people: Iterator[dict[str, str]]) -> None:
    """One file."""
    with path.open("w", encoding="utf-8") as file:
        file.write("attendees:\n")
        for row in people:
            file.write(f"  - email: {row['email']}\n    registered: {row['registered']}\n")
            if "joinedAt" in row:
                file.write(f"    attended: {{joinedAt: {row['joinedAt']}, leftAt: {row['leftAt']}}}\n")
            if "cancelled" in row:
                file.write(f"    cancelled: {row['cancelled']}\n")
            if "contact.firstname" in row:
                file.write(f"    contact: {{firstname: {row['contact.firstname']}}}\n")


def write_ndjson(path: Path, people: Iterator[dict[str, str]]) -> None:
    """One file."""
    with path.open("w", encoding="utf-8") as file:
        for row in people:
            entry: dict[str, object] = {"email": row["email"], "registered": row["registered"]}
            if "joinedAt" in row:
                entry["attended"] = {"joinedAt": row["joinedAt"], "leftAt": row["leftAt"]}
            if "cancelled" in row:
                entry["cancelled"] = row["cancelled"]
            if "contact.firstname" in row:
                entry["contact"] = {"firstname": row["contact.firstname"]}
            file.write(json.dumps(entry) + "\n")


WRITERS: dict[str, Callable[[Path, Iterator[dict[str, str]]], None]] = {
    "csv": write_csv,
    "yaml": write_yaml,
    "ndjson": write_ndjson,
}


def capture(source: Source) -> InlineRoster:
    """A YAML roster read the way that an event file's own attendees are."""

    def build(next_event: NextEvent) -> InlineRoster:
        for _ in range(2):  # the mapping and the key, attendees
            next_event()
        roster = capture_inline(next_event(), next_event, source.file)
        next_event()
        return roster

    return read_yaml(source, build)


def read_all(paths: list[Path], *, is_inline: bool) -> int:
    """The number of participations in all files, each an event of its own."""
    count = 0
    for path in paths:
        source = Source(path, path.name)
        roster = capture(source) if is_inline else RosterFile(source, Position(path.name, 1, 1))
        findings = FindingCollector()
        reading = read_participations([roster], event=EVENT, identify=identify, timezone=None, findings=findings)
        if findings.sorted():
            sys.exit(f"the benchmark's own rosters have findings, the first: {findings.sorted()[0]}")
        count += len(reading.participations)
    return count


def read_bare(paths: list[Path]) -> int:
    """What csv.reader alone takes: the measure of all others."""
    count = 0
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            count += sum(1 for _ in csv.reader(file))
    return count


def main() -> None:
    """Write the rosters, read them, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--formats", default="csv,ndjson,yaml,inline")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, share = Path(name), arguments.people // arguments.files
        paths = {suffix: [folder / f"{number:05}.{suffix}" for number in range(arguments.files)] for suffix in WRITERS}
        for suffix, write in WRITERS.items():
            for number, path in enumerate(paths[suffix]):
                write(path, make_people(number * share, share))
        bare = measure(lambda: read_bare(paths["csv"]))[0]
        report("csv.reader", bare, arguments.people, bare)
        for name_ in arguments.formats.split(","):
            files = paths["yaml" if name_ == "inline" else name_]
            is_inline = name_ == "inline"
            seconds, _ = measure(lambda files=files, is_inline=is_inline: read_all(files, is_inline=is_inline))
            report(name_, seconds, arguments.people, bare)


def measure(work: Callable[[], int]) -> tuple[float, int]:
    """Seconds, and what *work* gives back."""
    gc.collect()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def report(name: str, seconds: float, people: int, bare: float) -> None:
    """One line."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{name:10} {seconds:7.2f} s {seconds / people * 1e6:6.2f} µs/person {seconds / bare:5.1f} x csv.reader"
        f"  peak {peak:.0f} MiB\n"
    )


if __name__ == "__main__":
    main()
