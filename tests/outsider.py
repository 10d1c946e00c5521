"""Somebody else at work in the same HubSpot account, over the same API: what drift is made of."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx

BASE = "/marketing/v3/marketing-events"
ACCOUNT = "CookingCo"


@dataclass(frozen=True)
class Outsider:
    """Calls the built-in HubSpot at *base_url*; each call has to be accepted."""

    base_url: str
    token: str = "outsider"

    def change(self, event: str, **fields: object) -> None:
        """Change fields of an event."""
        self._send("PATCH", f"{BASE}/events/{event}?externalAccountId={ACCOUNT}", fields)

    def delete(self, event: str) -> None:
        """Delete an event."""
        self._send("DELETE", f"{BASE}/events/{event}?externalAccountId={ACCOUNT}")

    def complete(self, event: str) -> None:
        """Complete an event for good."""
        times = {"startDateTime": "2026-05-01T10:00:00Z", "endDateTime": "2026-05-01T12:00:00Z"}
        self._send("POST", f"{BASE}/events/{event}/complete?externalAccountId={ACCOUNT}", times)

    def create(self, event: str, *, account: str = ACCOUNT, **fields: object) -> None:
        """Make an event."""
        named = {"externalEventId": event, "externalAccountId": account, "eventName": event, "eventOrganizer": "Ana"}
        self._send("POST", f"{BASE}/events", {**named, "customProperties": [], **fields})

    def record(self, event: str, verb: str, *emails: str, at_ms: int, **properties: str) -> None:
        """Record people by e-mail: *verb* is register, attend or cancel."""
        inputs = [{"email": email, "interactionDateTime": at_ms, "properties": properties} for email in emails]
        path = f"{BASE}/attendance/{event}/{verb}/email-create?externalAccountId={ACCOUNT}"
        self._send("POST", path, {"inputs": inputs})

    def _send(self, method: str, path: str, body: object = None) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.request(method, f"{self.base_url}{path}", json=body, headers=headers, trust_env=False)
        assert answer.is_success, answer.text


def let_time_pass(state: Path) -> None:
    """As if all in the *state* had been sent a minute earlier: what was sent just now is looked for with patience."""
    with closing(sqlite3.connect(state)) as connection, connection:
        connection.execute("UPDATE journal SET intended_at_ms = intended_at_ms - 60000")
