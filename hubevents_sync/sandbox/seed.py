"""Fill an account with what is known to be at HubSpot, so that an apply can be rehearsed against it.

The document is plain data, for the sandbox knows nothing of the tool's own state::

    {"events": [{"account": "CookingCo", "external_id": "4", "object_id": "111", "completed": false,
                 "fields": {"eventName": "…", "eventOrganizer": "…", "startDateTime": "…"},
                 "participations": [{"email": "ana@example.com", "vid": null, "state": "REGISTERED",
                                     "occurred_at_ms": 1793523600000, "joined_at_ms": null, "left_at_ms": null}]}],
     "contacts": [{"email": null, "vid": 543954422478}]}

A person has an e-mail, a ``vid`` or both; *contacts* are people that are to be there without having taken part.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hubevents_sync.errors import SyncError
from hubevents_sync.sandbox.behaviour.event_fields import EventChange, read_fields, upsert_event
from hubevents_sync.sandbox.store import contacts, events, participations
from hubevents_sync.sandbox.store.database import Database
from hubevents_sync.sandbox.store.participations import NewRow
from hubevents_sync.sandbox.switches import Switches

NOBODY = "sandbox.invalid"  # .invalid is nobody's domain: RFC 2606
_FIRST_OBJECT_ID, _LAST_OBJECT_ID = 1, 10**18


@dataclass(frozen=True, slots=True)
class Seeded:
    """What an account was filled with."""

    events: int
    contacts: int
    participations: int


def seed(database: Database, document: Mapping[str, Any], *, app_id: int, now_ms: int) -> Seeded:
    """Fill the empty account with *document*, all of it or, after an exception, nothing.

    Raises SyncError for an account that holds something already: what is known would be mixed with what was tried.
    """
    with database.transaction() as connection:
        if connection.execute("SELECT EXISTS (SELECT 1 FROM events) OR EXISTS (SELECT 1 FROM contacts)").fetchone()[0]:
            raise SyncError(
                "the sandbox's account is not empty: it can't be filled with a project's state",
                hint="name another file, or leave --data out to keep the account in memory",
            )
        people = [row for event in document["events"] for row in event["participations"]]
        found = _add_people(connection, [*people, *document.get("contacts", ())], now_ms=now_ms)
        for event in document["events"]:
            _add_event(connection, event, found, app_id=app_id, now_ms=now_ms)
        (count,) = connection.execute("SELECT count(*) FROM contacts").fetchone()
        return Seeded(len(document["events"]), count, len(people))


@dataclass(frozen=True, slots=True)
class _People:
    """Contact ids by e-mail; who comes with an id is the contact of that id."""

    ids: Mapping[str, int]

    def find(self, person: Mapping[str, Any]) -> int:
        """The contact of *person*."""
        if person.get("vid") is not None:
            return int(person["vid"])
        return self.ids[contacts.normalise_email(person["email"])]


def _add_people(connection: sqlite3.Connection, people: Iterable[Mapping[str, Any]], *, now_ms: int) -> _People:
    """Make a contact of everybody. Of two ids with one e-mail the first has it: an e-mail is one contact's."""
    ids: dict[str, int | None] = {}
    emails: dict[int, str | None] = {}
    for person in people:
        email = None if person.get("email") is None else contacts.normalise_email(person["email"])
        vid = person.get("vid")
        if vid is not None:
            emails[vid] = emails.get(vid) or (email if email is not None and ids.get(email) in (None, vid) else None)
            if email is not None and emails[vid] == email:
                ids[email] = vid
        elif email is not None:
            ids.setdefault(email, None)
    known = {vid: email or f"vid-{vid}@{NOBODY}" for vid, email in emails.items()}
    contacts.add_known_contacts(connection, known, now_ms=now_ms)
    new: dict[str, Mapping[str, str]] = {email: {} for email, vid in ids.items() if vid is None}
    given = {email: vid for email, vid in ids.items() if vid is not None}
    return _People({**given, **contacts.add_contacts(connection, new, now_ms=now_ms)})


def _add_event(
    connection: sqlite3.Connection, values: Mapping[str, Any], people: _People, *, app_id: int, now_ms: int
) -> None:
    """The event under its own objectId where that is known and free, with its rows in the order of their times."""
    switches = Switches()
    key, fields = (values["account"], values["external_id"]), dict(values["fields"])
    defaults = {"eventName": values["external_id"], "eventOrganizer": ""}
    wanted = EventChange(*key, read_fields({**defaults, **fields}, switches))
    record = upsert_event(None, wanted, app_id=app_id, defined=None, now_ms=now_ms, switches=switches)
    record = replace(record, id=_read_object_id(connection, values.get("object_id")), completed=values["completed"])
    event_id = events.store_event(connection, record)
    rows = [
        NewRow(people.find(row), row["state"], row["occurred_at_ms"], row.get("joined_at_ms"), row.get("left_at_ms"))
        for row in sorted(values["participations"], key=_by_time)
    ]
    held = participations.find_held(connection, event_id, ())
    participations.add_rows(connection, event_id, rows, held=held, now_ms=now_ms)


def _read_object_id(connection: sqlite3.Connection, text: str | None) -> int:
    """The objectId *text* as a number, 0 (a new one) where it is none or another event's."""
    if text is None or not (text.isascii() and text.isdigit()):
        return 0
    number = int(text)
    is_free = (
        events.get_event(connection, number) is None if number in range(_FIRST_OBJECT_ID, _LAST_OBJECT_ID) else False
    )
    return number if is_free else 0


def _by_time(row: Mapping[str, Any]) -> int:
    return int(row["occurred_at_ms"])
