"""Schemathesis sends what HubSpot's descriptions allow: no 5xx, and no answer that is not as described."""

import http.client
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox

DESCRIPTIONS = {
    "openapi-v3.json": 36,
    "openapi-2026-03.json": 36,
    "openapi-oauth-v1.json": 4,
    "openapi-oauth-2026-03.json": 3,
}
EXAMPLES_WITH_KNOWN_IDS = 10
EXAMPLES_WITH_ANY_IDS = 4
# Their success has no description of its own; what is described for everything else is an Error, which it is not.
UNDESCRIBED = ("/batch/archive", "/events/delete", "/upsert", "/email-upsert", "/token/revoke")
EVENT = {
    "externalAccountId": "A",
    "externalEventId": "1",
    "eventName": "n",
    "eventOrganizer": "o",
    "customProperties": [],
}
HEADERS = {"Authorization": "Bearer any"}


def read_description(name: str) -> dict[str, Any]:
    beside = Path(__file__).parents[2].parent / "shared" / "reference"
    file = Path(os.environ.get("HUBEVENTS_REFERENCE", beside)) / name
    if not file.is_file():
        pytest.skip(f"HubSpot's description {name} is not at hand (HUBEVENTS_REFERENCE names its folder)")
    description: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if "StandardError" in description["components"]["schemas"]:
        # Described as an object, and measured as a text: the behaviour error-sub-category.
        description["components"]["schemas"]["StandardError"]["properties"]["subCategory"] = {"type": "string"}
    return description


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    """One account for all: what one request leaves is there for the next."""
    with running_sandbox() as sandbox:
        yield sandbox


def restore(sandbox: RunningSandbox) -> dict[str, str]:
    """Path parameters that name things which are there, made anew where a request deleted them."""
    body = json.dumps({"inputs": [EVENT]})
    connection = http.client.HTTPConnection(sandbox.base_url.removeprefix("http://"))
    try:
        connection.request("POST", "/marketing/v3/marketing-events/events/upsert", body, HEADERS)
        object_id = json.loads(connection.getresponse().read())["results"][0]["objectId"]
    finally:
        connection.close()
    sandbox.account.add_contact("ana@example.com")
    return {
        "externalAccountId": "A",
        "externalEventId": "1",
        "objectId": object_id,
        "marketingEventId": object_id,
        "appId": "1234567",
        "listId": "7",
        "subscriberState": "register",
        "contactIdentifier": "ana@example.com",
    }


@pytest.mark.slow
@pytest.mark.parametrize("is_known", [True, False], ids=["known-ids", "any-ids"])
@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_every_operation_answers_as_described(running: RunningSandbox, name: str, is_known: bool) -> None:  # noqa: FBT001 - a parameter of the test
    description = read_description(name)
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    known = restore(running)
    operations = [found.ok() for found in schemathesis.openapi.from_dict(description).get_all_operations()]
    assert len(operations) == DESCRIPTIONS[name]
    for operation in operations:
        check(running, schemathesis, operation, known if is_known else None)
    statuses = {request.status for request in running.requests()}
    assert 200 in statuses
    assert max(statuses) < 500


def check(running: RunningSandbox, schemathesis: Any, operation: Any, known: dict[str, str] | None) -> None:
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [schemathesis.checks.not_a_server_error, status_code_conformance]
    if not operation.path.endswith(UNDESCRIBED):
        checks += [content_type_conformance, response_schema_conformance]

    @settings(
        max_examples=EXAMPLES_WITH_ANY_IDS if known is None else EXAMPLES_WITH_KNOWN_IDS,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        if known is not None:
            given_ids = restore(running)
            case.path_parameters = {
                name: given_ids.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
            if "externalAccountId" in (case.query or {}):
                case.query["externalAccountId"] = "A"
        case.call_and_validate(base_url=running.base_url, headers=HEADERS, checks=checks)

    send()
