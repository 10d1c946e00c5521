"""What a plan read of rosters and kept is what reading them again would say, and is used only where that is sure."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.engine.desired.kept import MOST_KEPT_BYTES, KeptReading, choose_kept, pack_reading, unpack_reading
from hubevents_sync.engine.desired.rosters import RosterReading, read_rosters
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.rosters.interface import RosterFile
from hubevents_sync.manifest.source import Source
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.roster_index import NOTHING_KNOWN
from hubevents_sync.state.identity import Identity
from tests.engine.test_engine_rosters import IDENTITY, OF_SEVERAL_PIECES, Event, write_people


def make_event(folder: Path, kind: str = "csv", *, people: int = 40) -> Event:
    event = Event(folder, kind, (write_people(kind, people), write_people(kind, 7, prefix="q")))
    event.write()
    return event


def read(event: Event, *, keeps_hashes: bool = False, identity: Identity = IDENTITY) -> RosterReading:
    declaration, project = event.declare()
    findings = FindingCollector()
    found = read_rosters(declaration, project, identity=identity, findings=findings, keeps_hashes=keeps_hashes)
    assert findings.sorted() == ()
    return found


def keep(event: Event) -> tuple[KeptReading, RosterReading]:
    reading = read(event)
    kept = pack_reading(reading)
    assert kept is not None
    return kept, reading


def unpack(
    kept: KeptReading, event: Event, planned: RosterReading, *, keeps_hashes: bool = True, identity: Identity = IDENTITY
) -> RosterReading | None:
    declaration, project = event.declare()
    digests = planned.desired.file_digests
    return unpack_reading(kept, declaration, project, identity=identity, digests=digests, keeps_hashes=keeps_hashes)


def tell(reading: RosterReading | None) -> object:
    """All of *reading*, in values that compare."""
    assert reading is not None
    desired = reading.desired
    told = [list(row) for row in desired.snapshot.participations]
    bare = replace(desired, snapshot=replace(desired.snapshot, participations=()))
    assert reading.known == NOTHING_KNOWN
    return told, bare, reading.people, reading.fingerprint, reading.seen


@given(
    kind=st.sampled_from(["csv", "yaml"]),
    blanks=st.sets(st.integers(0, 60), max_size=5),
    line_end=st.sampled_from(["\n", "\r\n"]),
    has_mark=st.booleans(),
    is_cut=st.booleans(),
    count=st.sampled_from([0, 1, 11, 12, 13, 40, OF_SEVERAL_PIECES]),
)
@settings(max_examples=60, deadline=None)
def test_what_was_kept_is_what_is_read_again(
    kind: str, blanks: set[int], line_end: str, count: int, *, has_mark: bool, is_cut: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        event = make_event(Path(name), kind, people=count)
        file = event.folder / f"rosters/a.{kind}"
        text = file.read_text()
        if kind == "csv":
            lines = text.splitlines()
            for place in sorted(blanks):
                lines.insert(1 + place, "")
            text = "\n".join(lines) + ("" if is_cut else "\n")
            text = text.replace("\n", line_end)
        elif not count:
            text = "attendees: []\n"
        file.write_bytes((b"\xef\xbb\xbf" if has_mark else b"") + text.encode())
        kept, planned = keep(event)
        if not count and unpack(kept, event, planned) is None:
            return  # a roster of nobody need not be a text of entries
        assert tell(unpack(kept, event, planned)) == tell(read(event, keeps_hashes=True))
        assert tell(unpack(kept, event, planned, keeps_hashes=False)) == tell(read(event))


@pytest.mark.parametrize("kind", ["csv", "yaml"])
def test_a_file_that_is_another_one_now_is_read_again(kind: str, tmp_path: Path) -> None:
    event = make_event(tmp_path, kind)
    kept, planned = keep(event)
    file = tmp_path / f"rosters/b.{kind}"
    before = file.read_bytes()
    for text in (before.replace(b"q3@", b"q9@"), before[:-1], before + b"\n", b"", b"\0", b"attendees: 5\n", b"name\n"):
        file.write_bytes(text)
        assert unpack(kept, event, planned) is None
        assert unpack(kept, event, planned, keeps_hashes=False) is None
    file.write_bytes(before)
    assert tell(unpack(kept, event, planned)) == tell(read(event, keeps_hashes=True))


def test_a_file_that_is_gone_is_read_again(tmp_path: Path) -> None:
    event = make_event(tmp_path)
    kept, planned = keep(event)
    declaration, project = event.declare()
    (tmp_path / "rosters/b.csv").unlink()
    digests = planned.desired.file_digests
    for keeps in (True, False):
        assert (
            unpack_reading(kept, declaration, project, identity=IDENTITY, digests=digests, keeps_hashes=keeps) is None
        )


def test_what_is_kept_has_no_address_in_its_repr(tmp_path: Path) -> None:
    kept, _ = keep(make_event(tmp_path))
    assert b"q3@example.com" in kept.packed
    assert repr(kept) == "KeptReading()"


def test_people_who_are_hashed_by_another_key_are_read_again(tmp_path: Path) -> None:
    event = make_event(tmp_path)
    kept, planned = keep(event)
    assert unpack(kept, event, planned, identity=Identity(b"o" * 32)) is None


def test_under_another_end_of_the_event_rosters_are_read_again(tmp_path: Path) -> None:
    event = make_event(tmp_path)
    kept, planned = keep(event)
    declaration, project = event.declare()
    later = replace(declaration, end_ms=(declaration.end_ms or 0) + 1)
    digests = planned.desired.file_digests
    assert unpack_reading(kept, later, project, identity=IDENTITY, digests=digests, keeps_hashes=True) is None


def test_what_was_read_entry_by_entry_or_passed_over_is_not_kept(tmp_path: Path) -> None:
    event = make_event(tmp_path)
    quoted = tmp_path / "rosters/b.csv"
    quoted.write_text(quoted.read_text().replace("q3@example.com", '"q3@example.com"'))
    assert pack_reading(read(event)) is None
    known = make_event(tmp_path)
    known.apply()
    reading, _, _ = known.read(by_index=True)
    assert reading.passed > 0
    assert pack_reading(reading) is None


def test_rosters_are_kept_up_to_a_fixed_size(tmp_path: Path) -> None:
    declaration, _ = make_event(tmp_path).declare()

    class Large(Source):
        def size(self) -> int:
            return MOST_KEPT_BYTES // 2

    def declare(number: int) -> object:
        key = EventKey("CookingCo", str(number))
        files = [RosterFile(Large(tmp_path / "a.csv", "a.csv"), declaration.position)]
        return replace(declaration, event=replace(declaration.event, key=key), rosters=tuple(files))

    declared = [declare(number) for number in range(4)]
    assert choose_kept(declared) == {EventKey("CookingCo", "0"), EventKey("CookingCo", "1")}  # type: ignore[arg-type]
