"""A roster and a record rebuilt from what HubSpot shows: all that it tells, and nothing that it doesn't."""

import hashlib

from hubevents_sync.manifest.composing import RosterEntry, compose_roster
from hubevents_sync.manifest.rebuilding import Rebuilt, rebuild_roster
from hubevents_sync.model.outcome import LiveParticipation
from hubevents_sync.model.participation import AttendanceState

AT = 1_772_359_200_000  # 2026-03-01T10:00:00Z
REGISTERED, ATTENDED, CANCELLED = AttendanceState


def identify(email: str | None, contact_id: int | None) -> bytes:
    return hashlib.blake2b(f"{email}|{contact_id}".encode(), digest_size=16).digest()


def live(
    contact_id: int = 7,
    state: str = "REGISTERED",
    at: int = AT,
    *,
    email: str = "ana@example.com",
    created: int | None = None,
) -> LiveParticipation:
    return LiveParticipation(contact_id, email, state, at, at + 1 if created is None else created)


def rebuild(*rows: LiveParticipation) -> Rebuilt:
    return rebuild_roster(rows, identify=identify, file="rosters/gala.csv")


def test_a_person_is_one_entry_with_all_times_and_a_row_for_each() -> None:
    found = rebuild(live(at=AT + 2), live(state="CANCELLED", at=AT + 1), live())
    assert found.entries == (RosterEntry("ana@example.com", 7, (AT, AT + 2), (AT + 1,)),)
    assert [(each.row.state, each.row.occurred_at_ms, each.row.file, each.row.line) for each in found.rows] == [
        (REGISTERED, AT, "rosters/gala.csv", 2),
        (CANCELLED, AT + 1, "rosters/gala.csv", 2),
        (REGISTERED, AT + 2, "rosters/gala.csv", 2),
    ]
    assert {each.row.person for each in found.rows} == {identify("ana@example.com", None)}
    assert {each.row.email for each in found.rows} == {None}


def test_attendance_is_on_record_and_in_no_entry() -> None:
    found = rebuild(live(state="ATTENDED"))
    assert (found.entries, found.attended) == ((), 1)
    assert (found.rows[0].row.file, found.rows[0].row.joined_at_ms) == ("", None)


def test_no_shows_and_unclear_people_are_counted_and_left_out() -> None:
    found = rebuild(live(1, "NO_SHOW"), live(2, "EMPTY"), live(3, at=0), live(4), live(4, "NO_SHOW", AT + 1))
    assert (len(found.entries), len(found.rows), found.no_shows, found.unclear) == (1, 1, 1, 2)


def test_of_two_words_at_one_time_the_newer_counts() -> None:
    found = rebuild(live(state="CANCELLED", created=2), live(created=1))
    assert [each.row.state for each in found.rows] == [CANCELLED]


def test_without_an_address_people_are_named_by_contact_id() -> None:
    found = rebuild(live(9, email=""), live(8, email="no address"), live(7), live(0, email="ben@example.com"))
    assert found.entries == (
        RosterEntry("ana@example.com", 7, (AT,)),
        RosterEntry("ben@example.com", None, (AT,)),
        RosterEntry(None, 8, (AT,)),
        RosterEntry(None, 9, (AT,)),
    )
    assert found.rows[3].row.person == identify(None, 9)
    assert compose_roster(found.entries) == (
        "email,vid,registered,cancelled\n"
        "ana@example.com,,2026-03-01T10:00:00Z,\n"
        "ben@example.com,,2026-03-01T10:00:00Z,\n"
        ",8,2026-03-01T10:00:00Z,\n"
        ",9,2026-03-01T10:00:00Z,\n"
    )


def test_a_row_without_anybody_is_unclear() -> None:
    assert rebuild(live(0, email="no address")).unclear == 1
