"""Whatever is sent, the sandbox answers 2xx or 4xx with a JSON body, and goes on."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

BASE = "/marketing/v3/marketing-events"
EVENT = {
    "externalAccountId": "A",
    "externalEventId": "1",
    "eventName": "n",
    "eventOrganizer": "o",
    "customProperties": [],
}

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))
TIMES = st.datetimes().map(lambda moment: moment.isoformat() + "Z") | VALUES


def objects(**fields: "SearchStrategy[Any]") -> "SearchStrategy[Any]":
    """Objects that have some of *fields*, each mostly as it should be."""
    return st.fixed_dictionaries({}, optional={name: strategy | VALUES for name, strategy in fields.items()})


SEGMENTS = ["events", "participations", "contacts", "breakdown", "1", "9" * 30, "%", "%2F", "%FF", "", "é"]
SPANS = objects(joinedAt=TIMES, leftAt=TIMES)
ROWS = objects(
    email=st.emails(), vid=st.integers(), interactionDateTime=st.integers(), properties=SPANS, contactProperties=VALUES
)
CUSTOM = st.lists(objects(name=st.text(), value=VALUES), max_size=3)
EVENTS = objects(
    externalAccountId=st.just("A"),
    externalEventId=st.text(),
    eventName=st.text(),
    eventOrganizer=st.text(),
    eventType=st.text(),
    startDateTime=TIMES,
    endDateTime=TIMES,
    eventCancelled=st.booleans(),
    eventCompleted=st.booleans(),
    customProperties=CUSTOM,
)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    def connect(sandbox: RunningSandbox) -> httpx.Client:
        return httpx.Client(base_url=f"{sandbox.base_url}{BASE}", headers={"Authorization": "Bearer x"})

    with running_sandbox() as sandbox, connect(sandbox) as client:
        client.post("/events/upsert", json={"inputs": [EVENT]})
        yield client


def check(answer: httpx.Response) -> None:
    assert answer.status_code in {200, 400}, answer.text
    assert answer.json()["status"] == ("COMPLETE" if answer.status_code == 200 else "error")


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROWS, max_size=4) | VALUES, state=st.sampled_from(["register", "attend", "cancel"]))
@pytest.mark.parametrize("kind", ["create", "email-create"])
def test_any_attendance_is_answered(client: httpx.Client, kind: str, rows: object, state: str) -> None:
    check(client.post(f"/attendance/1/{state}/{kind}", params={"externalAccountId": "A"}, json={"inputs": rows}))


@settings(max_examples=60, deadline=None)
@given(events=st.lists(EVENTS, max_size=4) | VALUES)
def test_any_upsert_is_answered(client: httpx.Client, events: object) -> None:
    check(client.post("/events/upsert", json={"inputs": events}))


@settings(max_examples=60, deadline=None)
@given(path=st.lists(st.sampled_from(SEGMENTS)))
def test_any_path_is_answered(client: httpx.Client, path: list[str]) -> None:
    url = "/".join([str(client.base_url).rstrip("/"), *path])
    answer = client.get(url, params={"externalAccountId": "A", "limit": "5"})
    assert answer.status_code in {200, 400, 404, 405}
    assert isinstance(answer.json(), dict)
