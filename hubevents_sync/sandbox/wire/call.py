"""One request on its way to its operation, and what the operation answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hubevents_sync.sandbox.refusals import invalid
from hubevents_sync.sandbox.settings import Settings
from hubevents_sync.sandbox.store.account import Account


@dataclass(frozen=True, slots=True)
class Call:
    """A request: decoded path parameters and query, the body as bytes. *url* is its own address without the query."""

    account: Account
    settings: Settings
    now_ms: int
    url: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    def external_account_id(self) -> str:
        """The query's externalAccountId. OpenAPI has it optional for attendance; the real API answers 400. Measured."""
        value = self.query.get("externalAccountId", "")
        if not value:
            raise invalid("externalAccountId is required")
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers: *rows* is how many inputs it was sent, for the log."""

    payload: dict[str, Any]
    status: int = 200
    rows: int = 0
