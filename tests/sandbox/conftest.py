"""A running sandbox with a clock that stands still, and short ways to talk to it over real HTTP."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from hubevents_sync.sandbox.behaviours import BEHAVIOURS
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.sandbox.settings import App
from hubevents_sync.sandbox.switches import Switches, read_switches

APP_ID = 1234567  # the app that any token belongs to
OTHER_APP = App(7, "Other app", client_id="other", client_secret="other-secret", token="other-token")


def as_ms(text: str) -> int:
    """Epoch milliseconds of an ISO 8601 time."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


class StandingClock:
    """A clock that moves only when it is told to."""

    def __init__(self, text: str) -> None:
        self.now_ms = as_ms(text)

    def __call__(self) -> int:
        return self.now_ms

    def move_to(self, text: str) -> None:
        """Stand at *text*."""
        self.now_ms = as_ms(text)


class Api:
    """Talks to a sandbox as a client would: paths and bodies by hand, nothing of the package that is tested."""

    account = "CookingCo"
    base = "/marketing/v3/marketing-events"

    def __init__(self, sandbox: RunningSandbox, http: httpx.Client) -> None:
        self.sandbox = sandbox
        self.http = http

    def event(self, external_id: str = "cooking", **fields: Any) -> dict[str, Any]:
        """An event of an upsert; *fields* come on top, None takes one away."""
        values = {
            "externalAccountId": self.account,
            "externalEventId": external_id,
            "eventName": "Virtual cooking class",
            "eventOrganizer": "Chef Joe",
            "startDateTime": "2026-11-30T16:00:00Z",
            "endDateTime": "2026-11-30T17:30:00Z",
            "customProperties": [],
            **fields,
        }
        return {name: value for name, value in values.items() if value is not None}

    def upsert(self, *events: dict[str, Any]) -> list[dict[str, Any]]:
        """Upsert *events*; the answer's results."""
        answer = self.post("events/upsert", {"inputs": list(events)})
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def post(self, path: str, body: Any = None, **query: str) -> httpx.Response:
        """POST *body* as JSON to *path* below the base."""
        return self.http.post(f"{self.base}/{path}", json=body, params=query)

    def get(self, path: str, **query: str | int) -> httpx.Response:
        """GET *path* below the base."""
        return self.http.get(f"{self.base}/{path}", params=query)

    def read(self, path: str, **query: str | int) -> dict[str, Any]:
        """The body of a GET that has to succeed."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def send_rows(self, state: str, *rows: dict[str, Any], event: str = "cooking") -> httpx.Response:
        """Record *rows*: by vid where the first one has a vid, by e-mail otherwise."""
        kind = "create" if rows and "vid" in rows[0] else "email-create"
        path = f"attendance/{quote(event, safe='')}/{state}/{kind}"
        return self.post(path, {"inputs": list(rows)}, externalAccountId=self.account)

    def record(self, state: str, *rows: dict[str, Any], event: str = "cooking") -> dict[str, Any]:
        """Record *rows* where that has to be a 200; the answer's body."""
        answer = self.send_rows(state, *rows, event=event)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def row(self, email: str, at: str = "2026-11-01T09:00:00Z", **properties: str) -> dict[str, Any]:
        """One row by e-mail; *properties* are joinedAt and leftAt."""
        return {"email": email, "interactionDateTime": as_ms(at), "properties": properties, "contactProperties": {}}

    def attended(self, email: str, joined: str, left: str) -> dict[str, Any]:
        """One attendance, with joinedAt as its interaction's time."""
        return self.row(email, joined, joinedAt=joined, leftAt=left)

    def breakdown(self, event: str = "cooking", **query: str | int) -> dict[str, Any]:
        """A page of the event's breakdown."""
        return self.read(f"participations/{self.account}/{quote(event, safe='')}/breakdown", **query)

    def states(self, event: str = "cooking", **query: str | int) -> list[tuple[str, str]]:
        """(e-mail, state) of each row of the event's breakdown, oldest first."""
        results = self.breakdown(event, limit=100, **query)["results"]
        return [(r["associations"]["contact"]["email"], r["properties"]["attendanceState"]) for r in results]

    def counters(self, event: str = "cooking") -> dict[str, Any]:
        """The event's counters."""
        return self.read(f"participations/{self.account}/{quote(event, safe='')}")


@pytest.fixture
def clock() -> StandingClock:
    """Four weeks before the class."""
    return StandingClock("2026-11-02T08:00:00Z")


@pytest.fixture
def switches(request: pytest.FixtureRequest) -> Switches:
    """Set as the test's marks have it: ``@pytest.mark.behaviour("unknown-vid", "drop")``."""
    settings = ["=".join(mark.args) for mark in request.node.iter_markers("behaviour") if len(mark.args) == 2]
    return read_switches(settings, BEHAVIOURS)


@pytest.fixture
def sandbox(clock: StandingClock, switches: Switches) -> Iterator[RunningSandbox]:
    """An empty account in memory that takes any token, and two apps: see OTHER_APP."""
    with running_sandbox(clock=clock, switches=switches, apps=(OTHER_APP,)) as running:
        yield running


@pytest.fixture
def http(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """A client with a token."""
    with httpx.Client(base_url=sandbox.base_url, headers={"Authorization": "Bearer any-token"}) as client:
        yield client


@pytest.fixture
def api(sandbox: RunningSandbox, http: httpx.Client) -> Api:
    """The sandbox, spoken to over HTTP."""
    return Api(sandbox, http)
