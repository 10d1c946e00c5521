"""The account's contacts. E-mails are kept in lower case, so that they match whatever case they are written in."""

import json
import sqlite3
from collections.abc import Iterable, Mapping


def normalise_email(email: str) -> str:
    """*email* as the account keeps it. HubSpot matches case-insensitively; keeping lower case is our choice."""
    return email.lower()


def find_ids_by_email(connection: sqlite3.Connection, emails: Iterable[str]) -> dict[str, int]:
    """Ids of the contacts among *emails*, which are normalised."""
    rows = connection.execute(
        "SELECT email, id FROM contacts WHERE email IN (SELECT value FROM json_each(?))",
        (json.dumps(list(emails), ensure_ascii=False),),
    )
    return dict(rows)


def find_known_ids(connection: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Those of *ids* that are contacts."""
    rows = connection.execute(
        "SELECT id FROM contacts WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return {row[0] for row in rows}


def find_contact_id(connection: sqlite3.Connection, identifier: str) -> int | None:
    """The contact with *identifier*, which is an id or an e-mail: HubSpot's OpenAPI on ``contactIdentifier``."""
    if identifier.isascii() and identifier.isdigit() and len(identifier) <= 18:
        return next(iter(find_known_ids(connection, [int(identifier)])), None)
    email = normalise_email(identifier)
    return find_ids_by_email(connection, [email]).get(email)


def add_contacts(
    connection: sqlite3.Connection, contacts: Mapping[str, Mapping[str, str]], *, now_ms: int
) -> dict[str, int]:
    """Make a contact of each normalised e-mail with its properties; their ids."""
    (highest,) = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'contacts'").fetchone()
    ids = {email: highest + 1 + index for index, email in enumerate(contacts)}
    connection.executemany(
        "INSERT INTO contacts (id, email, properties, created_ms) VALUES (?, ?, ?, ?)",
        [
            (ids[email], email, json.dumps(dict(properties), ensure_ascii=False), now_ms)
            for email, properties in contacts.items()
        ],
    )
    return ids


def add_known_contacts(connection: sqlite3.Connection, emails: Mapping[int, str], *, now_ms: int) -> None:
    """Make contacts under ids that HubSpot gave them; *emails* are normalised, by id. Later ids come after them."""
    connection.executemany(
        "INSERT INTO contacts (id, email, created_ms) VALUES (?, ?, ?)",
        [(contact_id, email, now_ms) for contact_id, email in emails.items()],
    )
