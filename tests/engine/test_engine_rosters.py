"""An event read by what is known of its rosters is planned as if all of it were read, whatever became of the files."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.engine.desired.indexing import make_index
from hubevents_sync.engine.desired.reading import read_manifest
from hubevents_sync.engine.desired.rosters import RosterReading, read_rosters
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.rosters.known_file import MOST_WAITING
from hubevents_sync.manifest.source import Source
from hubevents_sync.model.finding import Finding, Severity
from hubevents_sync.model.instant import parse_instant
from hubevents_sync.model.participation import Participation, PersonId
from hubevents_sync.model.project import Project
from hubevents_sync.model.roster_index import RUN_ENTRIES, RosterIndex
from hubevents_sync.model.snapshot import EventSnapshot, RecordedEvent
from hubevents_sync.plan.event import PlannedEvent, plan_event
from hubevents_sync.plan.rows import find_held
from hubevents_sync.state.identity import Identity
from tests.end_to_end.test_properties import StoppedClock
from tests.projects import ProjectFolder

NOW_MS = parse_instant("2026-06-01T00:00:00Z")
IDENTITY = Identity(b"k" * 32)
HEADS = {"csv": "email,registered,cancelled\n", "yaml": "attendees:\n", "ndjson": ""}
FORMATS = tuple(HEADS)
REGISTERED, CANCELLED, NOT_DUE = "2026-03-01T10:00:00Z", "2026-03-20T10:00:00Z", "2026-09-01T10:00:00Z"

# Files are read in pieces of 64 KiB.
OF_SEVERAL_PIECES = 2_500

Entries = list[str]
Change = Callable[[tuple[Entries, Entries]], None]
Story = tuple[str, int, list[tuple[list[Change], set[int]]]]


def write_entry(kind: str, email: str, cancelled: str = "") -> str:
    """One entry with its line ends."""
    if kind == "csv":
        return f"{email},{REGISTERED},{cancelled}\n"
    fields = {"email": email, "registered": REGISTERED} | ({"cancelled": cancelled} if cancelled else {})
    if kind == "ndjson":
        return json.dumps(fields) + "\n"
    return "  - " + "    ".join(f"{name}: {value}\n" for name, value in fields.items())


def write_people(kind: str, count: int, *, prefix: str = "p") -> Entries:
    """Some of them have cancelled, and some will."""
    moments = {1: CANCELLED, 2: NOT_DUE}
    return [write_entry(kind, f"{prefix}{number}@example.com", moments.get(number % 9, "")) for number in range(count)]


@dataclass
class Event:
    """An event with two rosters in a project at *folder*, what HubSpot has of it, and what is known of its entries."""

    folder: Path
    kind: str
    files: tuple[Entries, Entries]
    recorded: dict[tuple[PersonId, int], Participation] = field(default_factory=dict)
    index: RosterIndex | None = None

    def write(self) -> None:
        """The files as they are now."""
        project = ProjectFolder(self.folder)
        project.write_settings("limits: {removals: 100%}")
        names = [f"../rosters/{name}.{self.kind}" for name in "ab"]
        project.write_event("launch", f"roster: {json.dumps(names)}")
        for name, entries in zip("ab", self.files, strict=True):
            text = HEADS[self.kind] + "".join(entries)
            (self.folder / "rosters").mkdir(exist_ok=True)
            (self.folder / f"rosters/{name}.{self.kind}").write_bytes(text.encode())

    def declare(self) -> tuple[EventDeclaration, Project]:
        manifest = read_manifest(Workspace(self.folder, {}, StoppedClock()), findings := FindingCollector())
        assert not findings.sorted()
        return manifest.declarations[0], manifest.project

    def read(
        self, *, by_index: bool, keeps_hashes: bool | None = None
    ) -> tuple[RosterReading, PlannedEvent, tuple[Finding, ...]]:
        """The event, its plan, and what is wrong. With *keeps_hashes* as an apply reads it, which makes an index."""
        findings = FindingCollector()
        declaration, project = self.declare()
        index = self.index if by_index else None
        reading = read_rosters(
            declaration,
            project,
            identity=IDENTITY,
            findings=findings,
            index=index,
            keeps_hashes=by_index if keeps_hashes is None else keeps_hashes,
        )
        planned = plan_event(self.find_recorded(reading), reading.desired, now_ms=NOW_MS, digest_key=b"d" * 32)
        return reading, planned, findings.sorted()

    def find_recorded(self, reading: RosterReading) -> RecordedEvent | None:
        if not self.recorded:
            return None
        rows = [row for row in self.recorded.values() if reading.people is None or row.person in reading.people]
        return RecordedEvent(EventSnapshot(reading.desired.snapshot.event, sorted(rows, key=lambda row: row[:3])))

    def apply(self, *, refuses: Callable[[PersonId], bool] = lambda _: False) -> None:
        """Send what is due; HubSpot takes the rows of all but some people."""
        reading, planned, findings = self.read(by_index=True)
        assert not findings
        before = self.find_recorded(reading)
        held = find_held(planned.missing, now_ms=NOW_MS) or [False] * len(planned.missing)
        for row, is_held in zip(planned.missing, held, strict=True):
            if not is_held and not refuses(row.person):
                self.recorded[row.person, row.occurred_at_ms] = row
        names = [f"rosters/{name}.{self.kind}" for name in "ab"]
        rosters = [Source(self.folder / name, name) for name in names]
        failed = {row.person for row in planned.missing if refuses(row.person)}
        self.index = make_index(reading, before, planned, failed=failed, rosters=rosters)

    def count_read(self) -> int:
        """How many entries a plan and an apply do not pass over; what they say is what is said by who reads all."""
        whole, planned_whole, all_findings = self.read(by_index=False)
        passed = set()
        for keeps_hashes in (False, True):
            reading, planned, findings = self.read(by_index=True, keeps_hashes=keeps_hashes)
            assert findings == all_findings
            if any(finding.severity is Severity.ERROR for finding in findings):
                return whole.desired.people
            assert planned.summary == planned_whole.summary
            assert sorted(planned.missing, key=place_of) == sorted(planned_whole.missing, key=place_of)
            assert reading.desired.file_digests == whole.desired.file_digests
            passed.add(reading.passed)
        (count,) = passed
        return whole.desired.people - count


def place_of(row: Participation) -> tuple[str, int, int]:
    return row.file, row.line, row.occurred_at_ms


@pytest.fixture(params=FORMATS)
def event(request: pytest.FixtureRequest, tmp_path: Path) -> Event:
    """100 and 40 people, of whom one in nine has an entry that is read each time: it is not due."""
    kind = request.param
    made = Event(tmp_path, kind, (write_people(kind, 100), write_people(kind, 40, prefix="q")))
    made.write()
    made.apply()
    return made


DUE_LATER = 11 + 5


def test_all_that_is_at_hubspot_is_passed_over(event: Event) -> None:
    assert event.count_read() == DUE_LATER
    event.files[1].clear()
    event.write()
    assert event.count_read() == 11 if event.kind == "csv" else 140


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("people", [5, 12, 100])
def test_an_index_of_all_entries_is_the_same_however_it_is_made(kind: str, people: int, tmp_path: Path) -> None:
    event = Event(tmp_path, kind, (write_people(kind, people), write_people(kind, 7, prefix="q")))
    event.write()
    declaration, project = event.declare()
    reading = read_rosters(declaration, project, identity=IDENTITY, findings=FindingCollector(), keeps_hashes=True)
    all_due_ms = parse_instant("2027-01-01T00:00:00Z")
    planned = plan_event(None, reading.desired, now_ms=all_due_ms, digest_key=b"d" * 32)
    rosters = [Source(tmp_path / f"rosters/{name}.{kind}", f"rosters/{name}.{kind}") for name in "ab"]
    at_once = make_index(reading, None, planned, failed=(), rosters=rosters)
    one_by_one = make_index(reading, None, planned, failed={b"somebody else..."}, rosters=rosters)
    assert at_once == one_by_one
    assert (at_once.is_whole, at_once.people, at_once.watched) == (True, people + 7, b"")


def move_a_block(kind: str, entries: Entries) -> int:
    del kind
    entries[60:60] = entries[20:45]
    del entries[20:45]
    return 0


def move_one(kind: str, entries: Entries) -> int:
    del kind
    entries.insert(3, entries.pop(50))
    return 0


def reverse(kind: str, entries: Entries) -> int:
    del kind
    entries.reverse()
    return 0


def insert_one(kind: str, entries: Entries) -> int:
    entries.insert(30, write_entry(kind, "eva@example.com"))
    return 1


def insert_many(kind: str, entries: Entries) -> int:
    entries[30:30] = write_people(kind, 27, prefix="eva")
    return 27


def add_at_the_end(kind: str, entries: Entries) -> int:
    entries.append(write_entry(kind, "eva@example.com"))
    return 1


def delete_one(kind: str, entries: Entries) -> int:
    del kind, entries[30]
    return 0


def delete_many(kind: str, entries: Entries) -> int:
    del kind, entries[15:60]
    return -5


def delete_the_first(kind: str, entries: Entries) -> int:
    del kind, entries[0]
    return 0


def delete_the_last(kind: str, entries: Entries) -> int:
    del kind, entries[-1]
    return 0


def change_a_byte(kind: str, entries: Entries) -> int:
    del kind
    entries[31] = entries[31].replace(REGISTERED, "2026-03-01T10:00:01Z")
    return 1


def leave_out_the_last_line_end(kind: str, entries: Entries) -> int:
    del kind
    entries[-1] = entries[-1].removesuffix("\n")
    return 0


def replace_some_in_runs_beside_each_other(kind: str, entries: Entries) -> int:
    for place in (31, 33, 40, 51):
        entries[place] = write_entry(kind, f"eva{place}@example.com")
    return 4


def change_the_case_of_a_name(kind: str, entries: Entries) -> int:
    del kind
    entries[31] = entries[31].replace("p31@", "P31@")
    return 1


def cancel_somebody(kind: str, entries: Entries) -> int:
    entries[33] = write_entry(kind, "p33@example.com", CANCELLED)
    return 1


def uncancel_somebody(kind: str, entries: Entries) -> int:
    entries[1] = write_entry(kind, "p1@example.com")
    return 1


EDITS = (
    move_a_block, move_one, reverse, insert_one, insert_many, add_at_the_end, delete_one, delete_many, delete_the_first,
    delete_the_last, change_a_byte, leave_out_the_last_line_end, change_the_case_of_a_name, cancel_somebody,
    uncancel_somebody, replace_some_in_runs_beside_each_other,
)  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_what_was_not_touched_is_passed_over_wherever_it_stands(
    event: Event, edit: Callable[[str, Entries], int]
) -> None:
    more = edit(event.kind, event.files[0])
    event.write()
    assert event.count_read() == DUE_LATER + more
    event.apply()
    assert event.count_read() == event.count_read() >= DUE_LATER - 5


@st.composite
def edits(draw: st.DrawFn, kind: str, size: int) -> Change:
    """Something that may become of two files, the larger of which has *size* entries."""
    file, other = draw(st.sampled_from([(0, 1), (1, 0)]))
    first, count, to = (draw(st.integers(0, size)) for _ in range(3))
    bodies = [
        write_entry(kind, f"p{first}@example.com", CANCELLED),
        write_entry(kind, f"new{first}@example.com"),
        write_entry(kind, f"P{first}@Example.com"),
        "\n", "\r\n", "    cancelled: 2026-03-20T10:00:00Z\n", "  # a comment\n", "nobody\n", '"\n', " \n", ",,\n",
    ]  # fmt: skip
    body = draw(st.sampled_from(bodies))
    edit = draw(st.sampled_from(["move", "delete", "insert", "replace", "swap", "reverse", "line ends", "cut"]))

    def change(files: tuple[Entries, Entries]) -> None:
        entries = files[file]
        taken = entries[first : first + count]
        match edit:
            case "move" | "swap":
                del entries[first : first + count]
                target = entries if edit == "move" else files[other]
                target[to:to] = taken
            case "delete":
                del entries[first : first + count]
            case "insert":
                entries.insert(first, body)
            case "replace":
                entries[first : first + 1] = [body]
            case "reverse":
                entries[first : first + count] = reversed(taken)
            case "line ends":
                entries[first : first + count] = [each.replace("\n", "\r\n") for each in taken]
            case "cut":
                entries[-1:] = [each.rstrip() for each in entries[-1:]]

    return change


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """A format and a size; then, for each version of the files, what was done to them, and whom HubSpot refuses."""
    kind, size = draw(st.sampled_from(FORMATS)), draw(st.sampled_from([50, OF_SEVERAL_PIECES]))
    refused = st.sets(st.integers(0, size), max_size=2)
    versions = st.lists(st.tuples(st.lists(edits(kind, size), min_size=1, max_size=3), refused), min_size=1, max_size=4)
    return kind, size, draw(versions)


@settings(max_examples=60, deadline=None)
@given(stories())
def test_whatever_becomes_of_the_files_the_plan_is_that_of_who_reads_them_all(story: Story) -> None:
    kind, size, versions = story
    with tempfile.TemporaryDirectory() as name:
        event = Event(Path(name), kind, (write_people(kind, size), write_people(kind, 15, prefix="q")))
        event.write()
        event.apply()
        for changes, refused in versions:
            sound = tuple(list(entries) for entries in event.files)
            for change in changes:
                change(event.files)
            event.write()
            event.count_read()
            if event.read(by_index=False)[2]:
                event.files[0][:], event.files[1][:] = sound
                continue
            strangers = {IDENTITY.person(email=f"new{number}@example.com") for number in refused}
            event.apply(refuses=strangers.__contains__)
            event.count_read()


def test_blank_lines_and_other_line_ends_cost_no_more_than_the_lines_themselves(tmp_path: Path) -> None:
    for kind in ("csv", "ndjson"):
        event = Event(tmp_path / kind, kind, (write_people(kind, 100), write_people(kind, 1, prefix="q")))
        event.folder.mkdir()
        event.write()
        event.apply()
        event.files[0][40:40] = ["\n"] * 2 * RUN_ENTRIES
        event.write()
        assert event.count_read() == 11
        event.apply()
        event.files[0][70] = event.files[0][70].replace("\n", "\r\n")
        event.write()
        assert event.count_read() == 12
        event.files[0][:] = [each.rstrip() + "\r\n" for each in event.files[0]]
        event.write()
        assert event.count_read() == 100
        event.apply()
        assert event.count_read() == 11


def test_in_yaml_a_line_more_makes_another_entry_though_all_bytes_of_its_run_are_there(tmp_path: Path) -> None:
    event = Event(tmp_path, "yaml", ([write_entry("yaml", f"p{n}@example.com") for n in range(2 * RUN_ENTRIES)], []))
    event.files[1].append(write_entry("yaml", "q@example.com"))
    event.write()
    event.apply()
    assert event.count_read() == 0
    for place in (RUN_ENTRIES - 1, 2 * RUN_ENTRIES - 1):
        event.files[0][place] += f"    cancelled: {CANCELLED}\n"
        event.write()
        assert event.count_read() == 1
        event.apply()


def test_who_moves_to_the_other_file_is_read_there(event: Event) -> None:
    event.files[1].append(event.files[0].pop(30))
    event.write()
    assert event.count_read() == DUE_LATER + 1


def test_who_stands_twice_is_found_in_whichever_file(event: Event) -> None:
    for again in (write_entry(event.kind, "P30@example.com"), event.files[0][30]):
        for entries in event.files:
            entries.append(again)
            event.write()
            event.count_read()
            assert [finding.rule for finding in event.read(by_index=True)[2]] == ["same-person-twice"]
            entries.pop()


def test_whoever_hubspot_refused_is_read_each_time_and_nobody_else(event: Event) -> None:
    refused = IDENTITY.person(email="eva4@example.com")
    insert_many(event.kind, event.files[0])
    event.write()
    event.apply(refuses=lambda person: person == refused)
    assert event.count_read() == DUE_LATER + 1 + 3
    reverse(event.kind, event.files[0])
    event.write()
    assert event.count_read() == DUE_LATER + 1 + 3


@pytest.mark.parametrize("kind", FORMATS)
def test_runs_go_on_from_one_piece_of_a_file_to_the_next(tmp_path: Path, kind: str) -> None:
    entries = [write_entry(kind, f"p{number}@example.com") for number in range(OF_SEVERAL_PIECES)]
    event = Event(tmp_path, kind, (entries, write_people(kind, 2, prefix="q")))
    event.write()
    event.apply()
    entries[1000] = write_entry(kind, "eva@example.com")
    entries[2000:2000] = entries[10:500]
    del entries[10:500]
    event.write()
    assert event.count_read() == 1
    reading, _, _ = event.read(by_index=True)
    assert reading.seen is not None
    # No more are looked at one by one than in the runs that are cut, and where runs begin anew.
    assert len(reading.seen.places) < 6 * RUN_ENTRIES


def test_where_more_of_a_file_is_moved_than_can_wait_it_is_passed_over_all_the_same(tmp_path: Path) -> None:
    entries = [write_entry("csv", f"p{number}@example.com") for number in range(3 * MOST_WAITING)]
    event = Event(tmp_path, "csv", (entries, []))
    event.write()
    event.apply()
    entries.reverse()
    entries[MOST_WAITING] = write_entry("csv", "eva@example.com")
    entries[-1] = write_entry("csv", "ben@example.com")
    event.write()
    assert event.count_read() == 2
