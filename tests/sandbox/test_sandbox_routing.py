"""Paths, methods, tokens, headers and the request log."""

from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Api, StandingClock

AWKWARD_IDS = ["a/b c#é", "100%", "a%2Fb", "q?x=1&y", "plus+sign", "breakdown", "日本", "semi;colon", "a//b"]
BASES = [
    "/marketing/v3/marketing-events",
    "/marketing/marketing-events/2025-09",
    "/marketing/marketing-events/2026-03",
    "/marketing/marketing-events/2026-09",
]


@pytest.mark.behaviour("encoded-ids")
@pytest.mark.parametrize("external_id", AWKWARD_IDS)
def test_an_id_is_decoded_after_routing(api: "Api", external_id: str) -> None:
    api.upsert(api.event(external_id))
    path = f"events/{quote(external_id, safe='')}"
    assert api.read(path, externalAccountId=api.account)["externalEventId"] == external_id
    assert api.record("register", api.row("ana@example.com"), event=external_id)["results"] != []


@pytest.mark.parametrize("written", ["Salt+%26+Co", "Salt%20%26%20Co"])
def test_plus_and_percent_20_are_both_a_space_in_a_query(api: "Api", written: str) -> None:
    api.upsert(api.event(externalAccountId="Salt & Co"))
    answer = api.http.get(f"{api.base}/events/cooking?externalAccountId={written}")
    assert answer.status_code == 200


def test_a_plus_in_a_path_is_a_plus(api: "Api") -> None:
    api.upsert(api.event("a+b"))
    assert api.get("events/a+b", externalAccountId=api.account).status_code == 200
    assert api.get("events/a%20b", externalAccountId=api.account).status_code == 404


@pytest.mark.behaviour("bases")
@pytest.mark.parametrize("base", BASES)
def test_each_base_serves_the_same_account(api: "Api", base: str) -> None:
    (created,) = api.upsert(api.event())
    assert api.http.get(f"{base}/{created['objectId']}").json()["eventName"] == "Virtual cooking class"
    assert api.http.get(base).json()["results"][0]["objectId"] == created["objectId"]
    assert api.http.get(f"{base}/").json()["results"][0]["objectId"] == created["objectId"]


@pytest.mark.behaviour("bases")
def test_the_v3_list_has_a_third_spelling_and_nothing_else_stands_there(api: "Api") -> None:
    (created,) = api.upsert(api.event())
    assert len(api.http.get("/marketing/marketing-events/v3").json()["results"]) == 1
    assert api.http.get(f"/marketing/marketing-events/v3/{created['objectId']}").status_code == 404


@pytest.mark.behaviour("error-words")
@pytest.mark.parametrize(
    "path",
    [
        "/marketing",
        "/marketing/marketing-events/2024-01",
        "/marketing/v3/marketing-events/events//complete",
        "/marketing/v3/marketing-events/external/cooking",
    ],
)
def test_an_unknown_path_is_a_404_with_hubspots_body(api: "Api", path: str) -> None:
    answer = api.http.get(path)
    assert answer.status_code == 404
    assert answer.json() == {
        "status": "error",
        "message": "resource not found",
        "correlationId": answer.headers["x-hubspot-correlation-id"],
        "category": "OBJECT_NOT_FOUND",
    }


@pytest.mark.behaviour("wrong-method")
@pytest.mark.parametrize("state", ["register", "REGISTERED", "nonsense"])
def test_get_on_an_attendance_path_is_a_405_whatever_the_state(api: "Api", state: str) -> None:
    answer = api.get(f"attendance/cooking/{state}/create")
    assert (answer.status_code, answer.json()["status"], answer.headers["allow"]) == (405, "error", "POST")


@pytest.mark.behaviour("bearer")
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}])
def test_without_a_bearer_token_there_is_hubspots_401(sandbox: RunningSandbox, headers: dict[str, str]) -> None:
    answer = httpx.get(f"{sandbox.base_url}{BASES[0]}", headers=headers)
    assert answer.status_code == 401
    assert answer.json() == {
        "status": "error",
        "message": "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find "
        "more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
        "correlationId": answer.headers["x-hubspot-correlation-id"],
        "category": "INVALID_AUTHENTICATION",
    }


def test_a_sandbox_made_with_a_token_takes_no_other(clock: "StandingClock") -> None:
    with running_sandbox(token="pat-right", clock=clock) as sandbox:
        url = f"{sandbox.base_url}{BASES[2]}"
        assert httpx.get(url, headers={b"Authorization": "Bearer pat-wröng".encode()}).status_code == 401
        assert httpx.get(url, headers={"Authorization": "bearer pat-right"}).status_code == 200


@pytest.mark.behaviour("error-body")
def test_every_answer_has_a_correlation_id_of_its_own(api: "Api") -> None:
    answers = [api.get(""), api.get("nothing"), api.post("events/upsert", {})]
    ids = {UUID(answer.headers["X-HubSpot-Correlation-Id"]) for answer in answers}
    assert len(ids) == 3
    assert answers[2].json()["correlationId"] == answers[2].headers["X-HubSpot-Correlation-Id"]


def test_the_rate_limit_headers_count_the_window_and_the_day(api: "Api", clock: "StandingClock") -> None:
    def read() -> tuple[str, str]:
        headers = api.get("").headers
        return headers["X-HubSpot-RateLimit-Remaining"], headers["X-HubSpot-RateLimit-Daily-Remaining"]

    first = api.get("").headers
    assert (first["X-HubSpot-RateLimit-Max"], first["X-HubSpot-RateLimit-Interval-Milliseconds"]) == ("190", "10000")
    assert first["X-HubSpot-RateLimit-Daily"] == "1000000"
    clock.now_ms += 9_999
    assert read() == ("188", "999998")
    clock.now_ms += 1
    assert read() == ("188", "999997")
    clock.move_to("2026-11-03T00:00:00Z")
    assert read() == ("189", "999999")


def test_nothing_is_refused_when_the_window_is_spent(api: "Api") -> None:
    answers = [api.get("") for _ in range(192)]
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.headers["X-HubSpot-RateLimit-Remaining"] for answer in answers[-3:]] == ["0", "0", "0"]


def test_the_log_tells_each_request_and_counts_by_method(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event("a/b"))
    api.record("register", api.row("ana@example.com"), api.row("bob@example.com"), event="a/b")
    api.get("events/none", externalAccountId="x y")
    told = [
        (r.number, r.method, r.path.removeprefix(api.base), r.query, r.status, r.rows) for r in api.sandbox.requests()
    ]
    assert told == [
        (1, "POST", "/events/upsert", "", 200, 1),
        (2, "POST", "/attendance/a%2Fb/register/email-create", "externalAccountId=CookingCo", 200, 2),
        (3, "GET", "/events/none", "externalAccountId=x+y", 404, 0),
    ]
    assert api.sandbox.request_count == {"POST": 2, "GET": 1}
    assert {request.at_ms for request in api.sandbox.requests()} == {clock.now_ms}


def test_the_log_keeps_bodies_cut_and_tokens_never(api: "Api") -> None:
    api.upsert(api.event(eventDescription="x" * 5_000))
    api.http.post("/oauth/v2/private-apps/get/access-token-info", json={"tokenKey": "pat-secret"})
    api.http.post("/oauth/v2/private-apps/get/access-token-info", json={"token": "pat-secret"})
    upsert, *token_info = api.sandbox.requests()
    assert (len(upsert.request_body), len(upsert.response_body)) == (2_048, 2_048)
    assert [(request.status, request.request_body) for request in token_info] == [(200, b""), (400, b"")]
    assert "pat-secret" not in repr(api.sandbox.requests())


@pytest.mark.behaviour("private-app-info")
def test_token_info_tells_whom_the_token_belongs_to(clock: "StandingClock") -> None:
    with running_sandbox(portal_id=99, token="pat-right", clock=clock) as sandbox:
        url = f"{sandbox.base_url}/oauth/v2/private-apps/get/access-token-info"
        answer = httpx.post(url, json={"tokenKey": "pat-right"})
        assert (answer.status_code, answer.json()["hubId"]) == (200, 99)
        assert answer.json()["scopes"][:2] == [
            "crm.objects.marketing_events.read",
            "crm.objects.marketing_events.write",
        ]
        assert httpx.post(url, json={"tokenKey": "pat-wrong"}).status_code == 401
        wrong_bearer = httpx.post(url, json={"tokenKey": "pat-right"}, headers={"Authorization": "Bearer pat-wrong"})
        assert wrong_bearer.status_code == 401


@pytest.mark.parametrize(("version", "status"), [("v3", 200), ("2026-03", 200), ("2019-01", 404)])
def test_account_info_tells_the_portal(api: "Api", version: str, status: int) -> None:
    answer = api.http.get(f"/account-info/{version}/details")
    assert (answer.status_code, answer.json().get("portalId")) == (status, 12345678 if status == 200 else None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff",
        b'{"inputs": NaN}',
        b'{"inputs": 1}',
        b"[" * 100_000,
        b'{"inputs": ["\\ud800"]}',
    ],
)
def test_a_body_that_is_no_batch_is_a_400(api: "Api", body: bytes) -> None:
    answer = api.http.post(f"{api.base}/events/upsert", content=body)
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["message"].startswith("Invalid input JSON: ")


@pytest.mark.behaviour("largest-body")
def test_a_body_beyond_32_mebibytes_is_a_413(api: "Api") -> None:
    answer = api.http.post(f"{api.base}/events/upsert", content=b" " * (32 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert api.get("").status_code == 200
