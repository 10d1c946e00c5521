"""All operations of the API, and how one is run: who calls, in one transaction, with its app asked where need be."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hubevents_sync.sandbox.access import find_caller
from hubevents_sync.sandbox.callback import ask_app
from hubevents_sync.sandbox.routes import (
    app_settings,
    attendance,
    authorize,
    deletion,
    events,
    identity,
    lists,
    oauth,
    participations,
    properties,
    search,
    updates,
)
from hubevents_sync.sandbox.routing import Handler, Route, Router, read_query, read_version
from hubevents_sync.sandbox.settings import Settings
from hubevents_sync.sandbox.store.account import Account
from hubevents_sync.sandbox.store.database import Database
from hubevents_sync.sandbox.wire.call import Answer, Call, Details, DetailsWanted

ROUTER = Router(
    events=(
        *events.ROUTES,
        *updates.ROUTES,
        *deletion.ROUTES,
        *search.ROUTES,
        *attendance.ROUTES,
        *participations.ROUTES,
        *lists.ROUTES,
        *app_settings.ROUTES,
    ),
    listing=events.list_events,
    other=(*identity.ROUTES, *authorize.ROUTES, *oauth.ROUTES, *properties.ROUTES),
)


class Request(Protocol):
    """What an operation needs to know of a request. *raw_path* and *query* are as they came."""

    @property
    def raw_path(self) -> str:
        """The path, percent-encoded."""

    @property
    def query(self) -> str:
        """The query, percent-encoded."""

    @property
    def host(self) -> str:
        """The Host header."""

    @property
    def authorization(self) -> str | None:
        """The Authorization header."""

    @property
    def body(self) -> bytes:
        """All of the body."""

    @property
    def now_ms(self) -> int:
        """When it came."""


# Runs a handler on a call: as it is, or with what the sandbox was told to let go wrong.
Carry = Callable[[Handler, Call], Answer]


@dataclass(frozen=True, slots=True)
class Operations:
    """Runs operations on one account."""

    database: Database
    settings: Settings

    async def run(self, route: Route, path: dict[str, str], request: Request, carry: Carry) -> Answer:
        """Run the operation; where it wants an app asked, ask with nothing held, and run it once more.

        Raises a Refusal, after which nothing is written.
        """
        try:
            return self._run_once(route, path, request, carry, None)
        except DetailsWanted as wanted:
            details = await asyncio.to_thread(ask_app, wanted, self.settings)
        return self._run_once(route, path, request, carry, details)

    def _run_once(
        self, route: Route, path: dict[str, str], request: Request, carry: Carry, details: Details | None
    ) -> Answer:
        settings, now_ms, query = self.settings, request.now_ms, read_query(request.query)
        with self.database.transaction() as connection:
            app = find_caller(
                connection,
                settings,
                route,
                authorization=request.authorization,
                query=query,
                version=read_version(request.raw_path),
                now_ms=now_ms,
            )
            account = Account(connection, app.id, now_ms, settings.switches)
            url = f"http://{request.host}{request.raw_path}"
            call = Call(account, app, settings, now_ms, url, path, query, request.body, details)
            return carry(route.handler, call)
