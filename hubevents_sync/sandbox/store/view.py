"""Look into an account from outside its API: plain dicts, for tests, rehearsals and reports."""

import json

from hubevents_sync.sandbox.settings import Settings
from hubevents_sync.sandbox.store.account import Account
from hubevents_sync.sandbox.store.contacts import add_contacts, find_ids_by_email, normalise_email
from hubevents_sync.sandbox.store.database import Database


class AccountView:
    """The account as it is now, no-shows derived. Safe to use from any thread while the sandbox runs."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._clock = settings.clock

    @property
    def events(self) -> list[dict[str, object]]:
        """Each event with its columns; ``custom_properties`` maps names to values, times are epoch milliseconds."""
        found = self._read("SELECT * FROM events ORDER BY id")
        for event in found:
            values = json.loads(str(event["custom_properties"]))
            event["custom_properties"] = {name: value for name, (value, _) in values.items()}
            for flag in ("cancelled", "completed", "settled"):
                event[flag] = bool(event[flag])
        return found

    @property
    def contacts(self) -> list[dict[str, object]]:
        """Each contact: ``id``, ``email``, ``properties``, ``created_ms``."""
        found = self._read("SELECT * FROM contacts ORDER BY id")
        for contact in found:
            contact["properties"] = json.loads(str(contact["properties"]))
        return found

    @property
    def participations(self) -> list[dict[str, object]]:
        """Each row, oldest first, with the contact's ``email`` and the event's ``external_event_id``.

        ``current`` marks the row that says the contact's state now; ``derived`` marks a no-show that nobody sent;
        ``timeline`` is false for what the older upsert recorded.
        """
        found = self._read(
            "SELECT p.*, c.email, e.external_account_id, e.external_event_id FROM participations p"
            " JOIN contacts c ON c.id = p.contact_id JOIN events e ON e.id = p.event_id ORDER BY p.id"
        )
        for row in found:
            row |= {flag: bool(row[flag]) for flag in ("current", "derived", "timeline")}
        return found

    def add_contact(self, email: str, **properties: str) -> int:
        """The id of a contact with *email*, made if there is none: by vid, only known contacts can take part."""
        with self._database.transaction() as connection:
            key = normalise_email(email)
            ids = find_ids_by_email(connection, [key]) or add_contacts(
                connection, {key: properties}, now_ms=self._clock()
            )
            return ids[key]

    def _read(self, query: str) -> list[dict[str, object]]:
        with self._database.transaction() as connection:
            Account(connection, self._settings.app_id, self._clock(), self._settings.switches).settle_all()
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]
