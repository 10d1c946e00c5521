"""A running sandbox with a busy account."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from tests.browser import driver  # noqa: F401  a fixture

NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
BASE = "/marketing/v3/marketing-events"


class Account:
    """Fills a sandbox over its API, with times relative to the sandbox's standing clock, which shows ``NOW``."""

    def __init__(self, sandbox: RunningSandbox, http: httpx.Client) -> None:
        self.sandbox = sandbox
        self.http = http

    def add_event(self, external_id: str, *, days: float = 7, hours: float = 2, **fields: Any) -> int:
        """An event that starts in *days* and lasts *hours*; its object id."""
        start = NOW + timedelta(days=days)
        event = {
            "externalAccountId": "CookingCo",
            "externalEventId": external_id,
            "eventName": f"The event {external_id}",
            "eventOrganizer": "Chef Joe",
            "startDateTime": start.isoformat(),
            "endDateTime": (start + timedelta(hours=hours)).isoformat(),
            "customProperties": [{"name": "room", "value": "Hall 4"}],
            **fields,
        }
        answer = self.http.post(f"{BASE}/events/upsert", json={"inputs": [event]})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["results"][0]["objectId"])

    def record(self, external_id: str, state: str, emails: list[str], *, days: float, minutes: float = 0) -> None:
        """Everybody of *emails* did it *days* from now, one after the other; attendances last *minutes*."""
        rows = []
        for index, email in enumerate(emails):
            at = NOW + timedelta(days=days, seconds=index)
            span = {"joinedAt": at.isoformat(), "leftAt": (at + timedelta(minutes=minutes)).isoformat()}
            rows.append(
                {
                    "email": email,
                    "interactionDateTime": int(at.timestamp() * 1000),
                    "properties": span if minutes else {},
                    "contactProperties": {"firstname": email.partition("@")[0].title()},
                }
            )
        path = f"{BASE}/attendance/{external_id}/{state}/email-create"
        answer = self.http.post(path, params={"externalAccountId": "CookingCo"}, json={"inputs": rows})
        assert answer.status_code == 200, answer.text

    def page(self, path: str, **query: str | int) -> str:
        """The HTML at *path*, which has to be there."""
        answer = self.http.get(path, params=query or None)
        assert answer.status_code == 200, answer.text
        return answer.text


def make_people(count: int, name: str = "guest") -> list[str]:
    """E-mails: guest0@example.com and so on."""
    return [f"{name}{number}@example.com" for number in range(count)]


@pytest.fixture
def people() -> Callable[..., list[str]]:
    """Makes e-mails."""
    return make_people


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """An empty account in memory, whose clock stands at ``NOW``."""
    with running_sandbox(clock=lambda: int(NOW.timestamp() * 1000)) as running:
        yield running


@pytest.fixture
def account(sandbox: RunningSandbox) -> Iterator[Account]:
    """The empty account, to be filled."""
    with httpx.Client(base_url=sandbox.base_url, headers={"Authorization": "Bearer any"}, timeout=30) as http:
        yield Account(sandbox, http)


@pytest.fixture
def busy(account: Account) -> Account:
    """One event in each state; the class that is live has a history, and more rows than a page shows."""
    account.add_event("assembly", days=30)
    account.add_event("cooking", days=-1 / 24, eventName="Virtual cooking class", eventType="WORKSHOP")
    account.add_event("tour", days=-3)
    account.add_event("keynote", days=1)
    account.add_event("picnic", days=5, eventCancelled=True)
    guests = make_people(60)
    for day in range(12):
        account.record("cooking", "register", guests[day * 5 : day * 5 + 5], days=day - 14)
    account.record("cooking", "cancel", guests[:4], days=-2)
    account.record("cooking", "attend", guests[10:50], days=-1 / 24, minutes=45)
    account.record("tour", "register", guests[:3], days=-10)
    account.record("tour", "attend", guests[:1], days=-3, minutes=30)
    account.record("keynote", "register", guests[:2], days=-10)
    end = (NOW - timedelta(days=2)).isoformat()
    times = {"startDateTime": (NOW - timedelta(days=2, hours=2)).isoformat(), "endDateTime": end}
    account.http.post(f"{BASE}/events/keynote/complete", params={"externalAccountId": "CookingCo"}, json=times)
    account.http.get(f"{BASE}/events/nowhere", params={"externalAccountId": "CookingCo"})
    return account
