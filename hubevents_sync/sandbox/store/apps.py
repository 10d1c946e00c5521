"""What the account keeps of its apps: where they tell of events, and the OAuth tokens they were given."""

import hashlib
import sqlite3
from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    """What a token is for."""

    ACCESS = "access_token"
    REFRESH = "refresh_token"
    CODE = "authorization_code"


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token that the sandbox gave out. *expires_ms* None: never."""

    kind: TokenKind
    app_id: int
    expires_ms: int | None
    has_ended: bool


def find_details_url(connection: sqlite3.Connection, app_id: int) -> str | None:
    """The app's eventDetailsUrl."""
    row = connection.execute("SELECT event_details_url FROM app_settings WHERE app_id = ?", (app_id,)).fetchone()
    return None if row is None else str(row[0])


def set_details_url(connection: sqlite3.Connection, app_id: int, url: str) -> None:
    """Set the app's eventDetailsUrl."""
    connection.execute(
        "INSERT INTO app_settings (app_id, event_details_url) VALUES (?, ?)"
        " ON CONFLICT (app_id) DO UPDATE SET event_details_url = excluded.event_details_url",
        (app_id, url),
    )


def add_token(
    connection: sqlite3.Connection, token: str, *, kind: TokenKind, app_id: int, expires_ms: int | None
) -> None:
    """Keep a token that was given out, by its digest: the file holds none that could be used elsewhere."""
    connection.execute(
        "INSERT INTO tokens (digest, kind, app_id, expires_ms) VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING",
        (_digest(token), kind, app_id, expires_ms),
    )


def find_token(connection: sqlite3.Connection, token: str) -> TokenRecord | None:
    """What is kept of *token*; None where the sandbox did not give it out."""
    row = connection.execute(
        "SELECT kind, app_id, expires_ms, ended FROM tokens WHERE digest = ?", (_digest(token),)
    ).fetchone()
    return None if row is None else TokenRecord(TokenKind(row[0]), row[1], row[2], bool(row[3]))


def end_token(connection: sqlite3.Connection, token: str) -> None:
    """From now on *token* is good for nothing."""
    connection.execute("UPDATE tokens SET ended = 1 WHERE digest = ?", (_digest(token),))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
