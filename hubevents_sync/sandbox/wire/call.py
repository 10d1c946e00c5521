"""One request on its way to its operation, and what the operation answers."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hubevents_sync.sandbox.refusals import invalid
from hubevents_sync.sandbox.settings import App, Settings
from hubevents_sync.sandbox.store.account import Account
from hubevents_sync.sandbox.switches import Switches


class DetailsWanted(Exception):
    """The operation can go on only when an app has told of an event. What it began to write is undone."""

    def __init__(self, *, app: App, url: str, account: str, external_id: str) -> None:
        super().__init__("the app is to be asked")
        self.app = app
        self.url = url
        self.account = account
        self.external_id = external_id


@dataclass(frozen=True, slots=True)
class Details:
    """What an app told of an event; *fields* None where it told nothing that can be used, for *reason*."""

    fields: dict[str, Any] | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A request: decoded path parameters and query, the body as bytes. *url* is its own address without the query.

    *details* is what the app told, where it was asked: see DetailsWanted.
    """

    account: Account
    app: App
    settings: Settings
    now_ms: int
    url: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    details: Details | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The account's database."""
        return self.account.connection

    @property
    def switches(self) -> Switches:
        """What settles the unknown."""
        return self.settings.switches

    def external_account_id(self) -> str:
        """The query's externalAccountId. OpenAPI has it optional for attendance; the real API answers 400. Measured."""
        value = self.query.get("externalAccountId", "")
        if not value:
            raise invalid("externalAccountId is required")
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers: *payload* None is no body; *rows* is how many inputs it was sent, for the log."""

    payload: dict[str, Any] | None
    status: int = 200
    rows: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
