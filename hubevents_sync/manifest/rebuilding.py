"""Rebuild a roster from the rows that HubSpot shows, as far as they tell. Pure.

What they don't tell is not made up: when people joined and left, and when a no-show had registered.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hubevents_sync.manifest.composing import RosterEntry
from hubevents_sync.manifest.layout.people import rank_person
from hubevents_sync.manifest.rosters.email import is_email
from hubevents_sync.manifest.rosters.interface import Identify
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.outcome import LiveParticipation, Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation

FIRST_LINE = 2  # below the header


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The *entries* of a roster, and the *rows* to be put on record, each of which HubSpot shows.

    *no_shows* and *unclear* count people who are in neither.
    """

    entries: tuple[RosterEntry, ...] = ()
    rows: tuple[RowResult, ...] = ()
    no_shows: int = 0
    unclear: int = 0

    @property
    def attended(self) -> int:
        """How many of the rows stand in no file."""
        return sum(result.row.state is AttendanceState.ATTENDED for result in self.rows)


@dataclass(frozen=True, slots=True)
class _Contact:
    entry: RosterEntry
    contact_id: int | None
    states: dict[int, AttendanceState]


def rebuild_roster(live: Iterable[LiveParticipation], *, identify: Identify, file: str) -> Rebuilt:
    """The roster *file* and the record of an event of which HubSpot shows *live*.

    People are named by e-mail, or by contact id where HubSpot tells none that could be an address.
    """
    contacts, no_shows, unclear = _sort_by_contact(live)
    entries: list[RosterEntry] = []
    rows: list[RowResult] = []
    for contact in sorted(contacts, key=_rank):
        is_named = bool(contact.entry.registered_ms or contact.entry.cancelled_ms)
        line = len(entries) + FIRST_LINE if is_named else 0
        entries += [contact.entry] if is_named else []
        email = contact.entry.email
        person = identify(email, None) if email is not None else identify(None, contact.contact_id)
        for at_ms, state in sorted(contact.states.items()):
            row = Participation(
                person, state, at_ms, contact_id=contact.contact_id, file=file if is_named else "", line=line
            )
            rows.append(RowResult(row, Outcome.REPEATED, contact.contact_id))
    return Rebuilt(tuple(entries), tuple(rows), no_shows, unclear)


def _sort_by_contact(live: Iterable[LiveParticipation]) -> tuple[list[_Contact], int, int]:
    """The contacts that can be put on record, and how many are no-shows without a registration, or unclear."""
    theirs: dict[int | str, list[LiveParticipation]] = defaultdict(list)
    for row in live:
        theirs[row.contact_id or row.email.lower()].append(row)
    contacts, no_shows, unclear = [], 0, 0
    for rows in theirs.values():
        contact = _read_contact(rows)
        if contact is not None:
            contacts.append(contact)
        elif any(row.state == "NO_SHOW" for row in rows):
            no_shows += 1
        else:
            unclear += 1
    return contacts, no_shows, unclear


def _read_contact(rows: Sequence[LiveParticipation]) -> _Contact | None:
    states: dict[int, AttendanceState] = {}
    for row in sorted(rows, key=lambda row: row.created_at_ms):  # of two at one time the newer is what HubSpot says now
        if row.occurred_at_ms and row.state in AttendanceState.__members__:
            states[row.occurred_at_ms] = AttendanceState(row.state)
    contact_id = rows[0].contact_id or None
    email = next((row.email for row in rows if is_email(row.email)), None)
    if not states or (email is None and contact_id is None):
        return None
    entry = RosterEntry(
        email,
        contact_id,
        tuple(sorted(at_ms for at_ms, state in states.items() if state is AttendanceState.REGISTERED)),
        tuple(sorted(at_ms for at_ms, state in states.items() if state is AttendanceState.CANCELLED)),
    )
    return _Contact(entry, contact_id, states)


def _rank(contact: _Contact) -> tuple[bool, str, int, str]:
    entry = contact.entry
    first = format_instant(entry.registered_ms[0]) if entry.registered_ms else ""
    return rank_person(entry.email or "", "" if entry.email else str(entry.contact_id), first)
