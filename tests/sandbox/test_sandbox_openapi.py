"""Every answer against HubSpot's own OpenAPI descriptions, where they are at hand."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.sandbox.conftest import Api

START, END = "2026-11-30T16:00:00Z", "2026-11-30T17:30:00Z"
DESCRIPTIONS = [
    ("openapi-v3.json", "/marketing/v3/marketing-events"),
    ("openapi-2026-03.json", "/marketing/marketing-events/2026-03"),
]


def read_description(name: str) -> dict[str, Any]:
    beside = Path(__file__).parents[2].parent / "shared" / "reference"
    file = Path(os.environ.get("HUBEVENTS_REFERENCE", beside)) / name
    if not file.is_file():
        pytest.skip(f"HubSpot's description {name} is not at hand (HUBEVENTS_REFERENCE names its folder)")
    description: dict[str, Any] = json.loads(file.read_text())
    return description


class Checker:
    """Sends requests and validates each answer against the schema that the description names for it."""

    def __init__(self, api: "Api", description: dict[str, Any], base: str) -> None:
        self._validate = pytest.importorskip("openapi_schema_validator", reason="it is not installed").validate
        self._validator = pytest.importorskip("openapi_schema_validator").OAS30Validator
        self._api = api
        self._description = description
        self._base = base
        self.paths: dict[str, dict[str, Any]] = description["paths"]
        self.checked: set[str] = set()

    def send(self, method: str, path: str, ids: dict[str, str] | None = None, **options: Any) -> "httpx.Response":
        """Send *method* to *path*, a template of the description with *ids* in its braces."""
        address = path.format(**{name: quote(value, safe="") for name, value in (ids or {}).items()})
        answer = self._api.http.request(method, f"{self._base}{address}", **options)
        template = "/marketing/marketing-events/v3" if self._is_v3_list(path) else f"{self._base}{path}"
        operation = self._description["paths"][template][method.lower()]
        described = operation["responses"].get(str(answer.status_code))
        if answer.status_code in (202, 204):
            assert answer.content == b""
        elif described is not None:
            self._check(answer.json(), next(iter(described["content"].values()))["schema"])
        elif answer.status_code != 207:  # of batch/archive, whose body nobody describes
            self._check(answer.json(), {"$ref": "#/components/schemas/Error"})
        self.checked.add(f"{method} {path}")
        return answer

    def _is_v3_list(self, path: str) -> bool:
        return not path and "/v3/" in self._base

    def _check(self, body: Any, schema: dict[str, Any]) -> None:
        # Local $refs are resolved inside the root schema, so the components come along.
        self._validate(body, {**schema, "components": self._description["components"]}, cls=self._validator)


@pytest.mark.parametrize(("name", "base"), DESCRIPTIONS)
def test_every_answer_is_as_hubspot_describes_it(api: "Api", name: str, base: str) -> None:
    checker = Checker(api, read_description(name), base)
    send, external = checker.send, {"externalAccountId": api.account}
    event = api.event("a/b", eventType="WORKSHOP", customProperties=[{"name": "p", "value": "1"}])
    created = send("POST", "/events/upsert", json={"inputs": [event, api.event("b")]}).json()["results"][0]
    ids = {
        "externalEventId": "a/b",
        "externalAccountId": api.account,
        "objectId": created["objectId"],
        "marketingEventId": created["objectId"],
        "contactIdentifier": "p1@example.com",
    }
    send("PUT", "/events/{externalEventId}", ids, json=event)
    rows = [{**api.row(f"p{n}@example.com"), "contactProperties": {"firstname": "P"}} for n in range(12)]
    ids["subscriberState"] = "register"
    path = "/attendance/{externalEventId}/{subscriberState}"
    vid = send("POST", f"{path}/email-create", ids, json={"inputs": rows}, params=external).json()["results"][0]["vid"]
    known = {"vid": vid, "interactionDateTime": 1_793_523_600_001, "properties": {}}
    by_vid = {"inputs": [known, {"vid": 7, "interactionDateTime": 1_793_523_600_001}]}
    send("POST", f"{path}/create", ids, json=by_vid, params=external)
    ids["subscriberState"] = "attend"
    attended = {"inputs": [api.attended("p1@example.com", START, END)]}
    send("POST", "/{objectId}/attendance/{subscriberState}/email-create", ids, json=attended)
    known |= {"properties": {"joinedAt": START, "leftAt": END}, "interactionDateTime": 1_793_523_600_002}
    assert len(send("POST", "/{objectId}/attendance/{subscriberState}/create", ids, json=by_vid).json()["results"]) == 1
    times = {"startDateTime": START, "endDateTime": END}
    send("POST", "/events/{externalEventId}/complete", ids, json=times, params=external)
    send("POST", "/events/{externalEventId}/cancel", ids, params=external)
    send("GET", "/events/{externalEventId}", ids, params=external)
    send("GET", "/{objectId}", ids)
    assert "paging" in send("GET", "", params={"limit": 1}).json()
    send("GET", "/participations/{externalAccountId}/{externalEventId}", ids)
    send("GET", "/participations/{marketingEventId}", ids)
    assert "paging" in send("GET", "/participations/{externalAccountId}/{externalEventId}/breakdown", ids).json()
    send("GET", "/participations/{marketingEventId}/breakdown", ids)
    send("GET", "/participations/contacts/{contactIdentifier}/breakdown", ids)
    _send_the_rest(send, ids, external, event)
    assert len(checker.checked) == sum(len(methods) for methods in checker.paths.values()) == 36


def _send_the_rest(send: Any, ids: dict[str, str], external: dict[str, str], event: dict[str, Any]) -> None:
    """The operations that change, find, associate and delete events."""
    created = send("POST", "/events", json={**event, "externalEventId": "c"}).json()
    ids |= {"appId": "1234567", "listId": "7"}
    change = {"eventName": "New", "customProperties": [{"name": "p", "value": "2"}]}
    send("PATCH", "/events/{externalEventId}", ids, json=change, params=external)
    send("PATCH", "/{objectId}", ids, json=change)
    for object_id, status in ((ids["objectId"], 200), ("9", 207)):
        inputs = [{**change, "objectId": object_id}]
        assert send("POST", "/batch/update", json={"inputs": inputs}).status_code == status
    assert send("GET", "/{externalEventId}/identifiers", ids).json()["total"] == 1
    assert len(send("GET", "/events/search", params={"q": "a/b"}).json()["results"]) == 1
    for path in ("/associations/{externalAccountId}/{externalEventId}/lists", "/associations/{marketingEventId}/lists"):
        send("PUT", path + "/{listId}", ids)
        assert send("GET", path, ids).json()["total"] == 1
        send("DELETE", path + "/{listId}", ids)
    send("POST", "/{appId}/settings", ids, json={"eventDetailsUrl": "https://my.event.app/%s"})
    send("GET", "/{appId}/settings", ids)
    ids["subscriberState"] = "register"
    rows: dict[str, Any] = {"inputs": [{"vid": 7, "interactionDateTime": 1_793_523_600_000}]}
    send("POST", "/events/{externalEventId}/{subscriberState}/upsert", ids, json=rows, params=external)
    rows = {"inputs": [{"email": "p1@example.com", "interactionDateTime": 1_793_523_600_003}]}
    send("POST", "/events/{externalEventId}/{subscriberState}/email-upsert", ids, json=rows, params=external)
    send("DELETE", "/events/{externalEventId}", {"externalEventId": "b"}, params=external)
    send("DELETE", "/{objectId}", {"objectId": created["objectId"]})
    send("POST", "/batch/archive", json={"inputs": [{"objectId": "9"}]})
    send("POST", "/batch/archive", json={"inputs": [{"objectId": ids["objectId"]}]})
    key = {"appId": 1234567, "externalAccountId": "CookingCo", "externalEventId": "a/b"}
    send("POST", "/events/delete", json={"inputs": [key]})


@pytest.mark.parametrize("name", ["openapi-oauth-v1.json", "openapi-oauth-2026-03.json"])
def test_every_oauth_answer_is_as_hubspot_describes_it(api: "Api", name: str) -> None:
    checker = Checker(api, read_description(name), "")
    send = checker.send
    base = "/oauth/v1" if "v1" in name else "/oauth/2026-03"
    client = {"client_id": "c", "client_secret": "s"}
    form = {**client, "grant_type": "refresh_token", "refresh_token": "first"}
    token = send("POST", f"{base}/token", data=form).json()["access_token"]
    assert send("POST", f"{base}/token", data={**form, "refresh_token": ""}).status_code == 400
    if base == "/oauth/v1":
        send("GET", "/oauth/v1/access-tokens/{token}", {"token": token})
        assert send("GET", "/oauth/v1/access-tokens/{token}", {"token": "none"}).status_code == 404
        send("GET", "/oauth/v1/refresh-tokens/{token}", {"token": "first"})
        send("DELETE", "/oauth/v1/refresh-tokens/{token}", {"token": "first"})
    else:
        for each in (token, "first"):
            send("POST", f"{base}/token/introspect", data={**client, "token": each})
        send("POST", f"{base}/token/revoke", data={**client, "token": token})
    assert len(checker.checked) == sum(len(methods) for methods in checker.paths.values())


@pytest.mark.parametrize(("name", "base"), DESCRIPTIONS)
def test_every_refusal_is_as_hubspot_describes_it(api: "Api", name: str, base: str) -> None:
    checker = Checker(api, read_description(name), base)
    ids = {"externalEventId": "none", "objectId": "9", "subscriberState": "REGISTERED", "marketingEventId": "x"}
    statuses = [
        checker.send("POST", "/events/upsert", json={"inputs": [{}]}).status_code,
        checker.send("POST", "/attendance/{externalEventId}/{subscriberState}/create", ids, json={}).status_code,
        checker.send("GET", "/participations/{marketingEventId}", ids).status_code,
        checker.send("GET", "/{objectId}", ids).status_code,
        checker.send("GET", "", headers={"Authorization": ""}).status_code,
    ]
    assert statuses == [400, 400, 400, 404, 401]
