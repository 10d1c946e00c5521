"""Event files become declarations: fields in canonical form, rosters located, each with its place."""

from pathlib import Path
from typing import Any

from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.rosters.inline import InlineRoster
from hubevents_sync.manifest.rosters.interface import RosterFile
from hubevents_sync.manifest.source import Source
from hubevents_sync.model.event import EVENT_FIELDS, CompletionPolicy, EventKey, MarketingEvent, RemovalPolicy
from hubevents_sync.model.finding import Position

COOKING = """# yaml-language-server: $schema=../schemas/events.schema.json
events:
  - externalEventId: virtual-cooking-2026-11
    eventName: Virtual cooking class
    eventOrganizer: Chef Joe
    customProperties: {b: 2, a: "1"}
    endDateTime: 1796059800000
    startDateTime: 2026-11-30T17:00:00+01:00
    eventCancelled: false
    roster: ../rosters/cooking.csv
    removals: cancel
    complete: {not_before: 2026-12-01T12:00:00Z}
"""
# Any: the fixture of conftest.py, whose types a test module can't import.
DeclarationsOf = Any
FindingsOf = Any


def test_an_event_is_declared_in_canonical_form(declarations_of: DeclarationsOf, tmp_path: Path) -> None:
    file = "events/a.yaml"
    (declared,) = declarations_of({file: COOKING, "rosters/cooking.csv": ""})
    assert declared.event == MarketingEvent(
        EventKey("CookingCo", "virtual-cooking-2026-11"),
        {
            "eventName": "Virtual cooking class",
            "eventOrganizer": "Chef Joe",
            "startDateTime": "2026-11-30T16:00:00Z",
            "endDateTime": "2026-11-30T17:30:00Z",
            "eventCancelled": False,
            "customProperties": {"a": "1", "b": "2"},
        },
    )
    assert list(declared.event.fields) == [name for name in EVENT_FIELDS if name in declared.event.fields]
    assert declared.position == Position(file, 3, 22)
    assert (declared.start_ms, declared.end_ms) == (1_796_054_400_000, 1_796_059_800_000)
    assert declared.removals is RemovalPolicy.CANCEL
    assert declared.completion == CompletionPolicy(1_796_126_400_000)
    path = tmp_path.resolve() / "rosters" / "cooking.csv"
    assert declared.rosters == (RosterFile(Source(path, "rosters/cooking.csv"), Position(file, 10, 13)),)


def minimal(event_id: str, extra: str = "") -> str:
    return f"""events:
  - externalEventId: {event_id}
    eventName: {event_id}
    eventOrganizer: Joe
    startDateTime: 2026-05-01T09:00Z
    endDateTime: 2026-05-01T17:00Z
{extra}"""


def test_complete_false_is_no_wish_to_complete(declarations_of: DeclarationsOf) -> None:
    declared: list[EventDeclaration] = declarations_of(
        {"events/a.yaml": minimal("a", "    complete: false\n"), "events/b.yaml": minimal("b", "    complete: true\n")}
    )
    assert [declaration.completion for declaration in declared] == [None, CompletionPolicy()]


def test_events_come_sorted_by_key_in_any_order_of_files(declarations_of: DeclarationsOf) -> None:
    declared = declarations_of(
        {
            "hubevents.yaml": 'version: 1\naccount: z\nevents: ["events/**/*.yaml", "*.yaml", "events/a.yaml"]\n',
            "events/a.yaml": minimal("c"),
            "events/deep/er/b.yaml": minimal("b"),
            "events/.hidden/x.yaml": minimal("hidden"),
            "top.yaml": minimal("a", "    externalAccountId: a\n"),
        }
    )
    assert [str(declaration.event.key) for declaration in declared] == ["a/a", "z/b", "z/c"]


def test_the_same_id_in_two_accounts_is_two_events(declarations_of: DeclarationsOf) -> None:
    declared = declarations_of(
        {"events/a.yaml": minimal("a"), "events/b.yaml": minimal("a", "    externalAccountId: other\n")}
    )
    assert [str(declaration.event.key) for declaration in declared] == ["CookingCo/a", "other/a"]


def test_inline_attendees_are_captured_beside_roster_files(declarations_of: DeclarationsOf, tmp_path: Path) -> None:
    extra = "    roster: [../one.csv, ../two.NDJSON]\n    attendees:\n      - {email: ana@example.com}\n"
    (declared,) = declarations_of({"events/a.yaml": minimal("a", extra), "one.csv": "", "two.NDJSON": ""})
    directory = tmp_path.resolve()
    *files, inline = declared.rosters
    assert files == [
        RosterFile(Source(directory / "one.csv", "one.csv"), Position("events/a.yaml", 7, 14)),
        RosterFile(Source(directory / "two.NDJSON", "two.NDJSON"), Position("events/a.yaml", 7, 26)),
    ]
    assert isinstance(inline, InlineRoster)
    assert [entry for entry, *_ in inline.entries] == [{"email": "ana@example.com"}]


def test_a_roster_may_lie_in_a_roster_root(declarations_of: DeclarationsOf, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-exports"
    outside.mkdir()
    (outside / "a.csv").touch()
    extra = f"    roster: ../../{outside.name}/a.csv\n"
    project = f"version: 1\naccount: a\nroster_roots: [../{outside.name}]\n"
    (declared,) = declarations_of({"hubevents.yaml": project, "events/a.yaml": minimal("a", extra)})
    position = Position("events/a.yaml", 7, 13)
    path = outside.resolve() / "a.csv"
    assert declared.rosters == (RosterFile(Source(path, f"../{outside.name}/a.csv"), position),)


def test_a_roster_behind_a_link_that_leads_outside_is_refused(findings_of: FindingsOf, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-people.csv"
    outside.touch()
    (tmp_path / "people.csv").symlink_to(outside)
    expected = (
        'events/a.yaml:7:13: error: the roster "../people.csv" lies outside the project\'s folder [roster-outside]'
    )
    assert findings_of({"events/a.yaml": minimal("a", "    roster: ../people.csv\n")}) == [expected]


def test_a_roster_twice_by_a_link_is_found(findings_of: FindingsOf, tmp_path: Path) -> None:
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    expected = (
        "events/a.yaml:7:24: error: the roster b.csv is named twice; the first is at events/a.yaml:7:14 [roster-twice]"
    )
    files = {"events/a.yaml": minimal("a", "    roster: [../a.csv, ../b.csv]\n"), "a.csv": ""}
    assert findings_of(files) == [expected]


def test_an_event_file_behind_a_link_that_leads_outside_is_refused(findings_of: FindingsOf, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-events.yaml"
    outside.write_text(minimal("a"), encoding="utf-8")
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "a.yaml").symlink_to(outside)
    expected = "events/a.yaml:1:1: error: the file is a link to one outside the project's folder [file-outside]"
    assert findings_of({}) == [expected]


def test_the_rest_of_an_event_is_checked_where_a_field_of_it_is_refused(findings_of: FindingsOf) -> None:
    text = minimal("a", "    removals: drop\n    eventUrl: https://\n").replace("T09:00Z", "T09:00")
    assert findings_of({"events/a.yaml": text}) == [
        "events/a.yaml:5:20: error: 2026-05-01T09:00 has no offset, so it could be any of 24 hours [naive-time]",
        'events/a.yaml:7:15: error: removals must be keep or cancel, found the text "drop" [not-allowed]',
        "events/a.yaml:8:15: error: eventUrl names no host, or has a space in it [bad-url]",
    ]


def test_hints_say_what_was_probably_meant(findings_of: FindingsOf) -> None:
    text = minimal("a", "    eventStartTime: x\n    event_url: y\n    email: z\n    sponsor: w\n")
    assert findings_of({"events/a.yaml": text}, hints=True) == [
        "HubSpot's guide calls it so, its API says startDateTime",
        "did you mean eventUrl?",
        "it belongs to an entry of attendees:, or to a roster file",
        "allowed here: externalEventId, externalAccountId, eventName, eventOrganizer, eventType, startDateTime,"
        " endDateTime, eventDescription, eventUrl, eventCancelled, customProperties, roster, attendees, removals"
        " and complete",
    ]
