"""Tokens, OAuth, scopes and who may read an app's settings."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import httpx
import pytest

from hubevents_sync.errors import SyncError
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.sandbox.settings import read_apps
from tests.sandbox.conftest import APP_ID, OTHER_APP

if TYPE_CHECKING:
    from tests.sandbox.conftest import Api, StandingClock

CLIENT = {"client_id": "any-client", "client_secret": "any-secret"}
THEIRS = {"client_id": OTHER_APP.client_id, "client_secret": OTHER_APP.client_secret}
VERSIONS = ["v1", "v3", "2026-03", "2026-09"]
LATER_VERSIONS = VERSIONS[1:]
ADDRESS = "http://localhost:8765/oauth-callback?x=1"
DETAILS_URL = "https://my.event.app/events/%s"


@pytest.fixture
def anonymous(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """A client without a token."""
    with httpx.Client(base_url=sandbox.base_url) as client:
        yield client


def refresh(client: httpx.Client, version: str = "v1", **fields: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": "first-refresh", **CLIENT, **fields}
    return client.post(f"/oauth/{version}/token", data=form)


def call_with(client: httpx.Client, token: str) -> httpx.Response:
    return client.get("/marketing/v3/marketing-events/", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.behaviour("oauth-grants")
@pytest.mark.parametrize("version", VERSIONS)
def test_a_refresh_token_gets_an_access_token_that_works(anonymous: httpx.Client, version: str) -> None:
    answer = refresh(anonymous, version)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["refresh_token"], body["expires_in"], body["token_type"]) == ("first-refresh", 1_800, "bearer")
    assert (body["hub_id"], body["token_use"]) == (12345678, "access_token")
    assert call_with(anonymous, body["access_token"]).status_code == 200


@pytest.mark.behaviour("oauth-grants")
def test_a_code_is_good_once(anonymous: httpx.Client) -> None:
    form = {"grant_type": "authorization_code", "code": "a-code", "redirect_uri": "https://a.example", **CLIENT}
    first = anonymous.post("/oauth/2026-03/token", data=form).json()
    assert refresh(anonymous, refresh_token=first["refresh_token"]).status_code == 200
    second = anonymous.post("/oauth/2026-03/token", data=form)
    assert (second.status_code, second.json()["status"], second.json()["error"]) == (
        400,
        "BAD_AUTH_CODE",
        "invalid_grant",
    )


def ask(client: httpx.Client, path: str = "/oauth/authorize", **fields: str) -> httpx.Response:
    query = {"client_id": "any-client", "redirect_uri": ADDRESS, "scope": "oauth", "state": "s t", **fields}
    return client.get(path, params={name: value for name, value in query.items() if value})


def exchange(client: httpx.Client, code: str, **fields: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": ADDRESS, **CLIENT, **fields}
    return client.post("/oauth/v1/token", data=form)


def sent_back(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302
    address, _, query = answer.headers["location"].partition("?")
    assert address == ADDRESS.partition("?")[0]
    return dict(parse_qsl(query))


@pytest.mark.behaviour("authorize", "grant")
@pytest.mark.parametrize("path", ["/oauth/authorize", "/oauth/12345678/authorize"])
def test_access_is_granted_with_a_code_that_is_good_once_and_for_one_address(
    anonymous: httpx.Client, clock: "StandingClock", path: str
) -> None:
    found = sent_back(ask(anonymous, path))
    assert (found.pop("state"), found.pop("x"), list(found)) == ("s t", "1", ["code"])
    other = exchange(anonymous, found["code"], redirect_uri="http://localhost:1/y")
    assert other.json()["status"] == "BAD_REDIRECT_URI"
    tokens = exchange(anonymous, found["code"]).json()
    assert call_with(anonymous, tokens["access_token"]).status_code == 200
    assert exchange(anonymous, found["code"]).json()["status"] == "BAD_AUTH_CODE"
    late = sent_back(ask(anonymous, path))["code"]
    clock.now_ms += 60_000
    assert exchange(anonymous, late).json()["status"] == "BAD_AUTH_CODE"


@pytest.mark.behaviour("authorize", "deny")
def test_access_is_denied_in_oauths_words(anonymous: httpx.Client) -> None:
    assert sent_back(ask(anonymous))["error"] == "access_denied"


def test_a_code_is_one_apps_and_scopes_and_accounts_are_looked_at(anonymous: httpx.Client) -> None:
    theirs = sent_back(ask(anonymous, client_id=OTHER_APP.client_id))["code"]
    assert exchange(anonymous, theirs).json()["status"] == "BAD_AUTH_CODE"
    assert exchange(anonymous, theirs, **THEIRS).status_code == 200
    assert sent_back(ask(anonymous, scope="oauth tickets"))["error"] == "invalid_scope"
    assert sent_back(ask(anonymous, "/oauth/1/authorize"))["error"] == "access_denied"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", ""),
        ("scope", ""),
        ("redirect_uri", ""),
        ("redirect_uri", "http://somewhere.example/"),
        ("redirect_uri", "/relative"),
        ("redirect_uri", "https://a.example/#x"),
        ("redirect_uri", "http://[::1"),
    ],
)
def test_a_bad_question_is_a_400_and_sends_nobody_anywhere(anonymous: httpx.Client, name: str, value: str) -> None:
    answer = ask(anonymous, **{name: value})
    assert (answer.status_code, "location" in answer.headers) == (400, False)


def test_a_sandbox_with_a_token_lets_in_the_clients_that_it_knows() -> None:
    with running_sandbox(token="pat-right") as sandbox, httpx.Client(base_url=sandbox.base_url) as client:
        assert ask(client).json()["status"] == "BAD_CLIENT_ID"
        assert sent_back(ask(client, client_id="00000000-0000-4000-8000-000000000001"))["code"]


@pytest.mark.behaviour("oauth-refusals")
def test_refusals_have_oauths_words_beside_hubspots(anonymous: httpx.Client) -> None:
    answer = refresh(anonymous, refresh_token="")
    assert answer.status_code == 400
    assert answer.json() == {
        "status": "BAD_REFRESH_TOKEN",
        "message": "refresh token is invalid, expired or revoked",
        "correlationId": answer.headers["x-hubspot-correlation-id"],
        "category": "VALIDATION_ERROR",
        "error": "invalid_grant",
        "error_description": "refresh token is invalid, expired or revoked",
    }
    assert refresh(anonymous, client_id="").json()["error"] == "invalid_client"
    assert refresh(anonymous, **{**THEIRS, "client_secret": "wrong"}).json()["status"] == "BAD_CLIENT_ID"
    assert refresh(anonymous, grant_type="password").json()["error"] == "unsupported_grant_type"
    assert anonymous.post("/oauth/v1/token", content=b"\xff=%FF").status_code == 400


def test_a_clients_token_is_its_apps(anonymous: httpx.Client, api: "Api") -> None:
    token = refresh(anonymous, **THEIRS).json()["access_token"]
    api.upsert(api.event())
    headers = {"Authorization": f"Bearer {token}"}
    answer = anonymous.get(f"{api.base}/events/cooking?externalAccountId={api.account}", headers=headers)
    assert answer.status_code == 404
    info = anonymous.post("/oauth/v2/private-apps/get/access-token-info", json={"tokenKey": token}).json()
    assert info["appId"] == OTHER_APP.id


def test_a_refresh_token_is_of_one_app_and_no_access_token(anonymous: httpx.Client) -> None:
    body = refresh(anonymous).json()
    assert refresh(anonymous, **THEIRS).json()["status"] == "BAD_REFRESH_TOKEN"
    assert refresh(anonymous, refresh_token=body["access_token"]).json()["status"] == "BAD_REFRESH_TOKEN"
    assert call_with(anonymous, "first-refresh").status_code == 401


def test_a_sandbox_with_a_token_takes_only_the_client_and_refresh_token_that_it_knows() -> None:
    with (
        running_sandbox(token="pat-right", refresh_token="right-refresh", apps=(OTHER_APP,)) as sandbox,
        httpx.Client(base_url=sandbox.base_url) as client,
    ):
        assert refresh(client).json()["status"] == "BAD_CLIENT_ID"
        own = {"client_id": "00000000-0000-4000-8000-000000000001", "client_secret": "wrong"}
        assert refresh(client, **own).json()["status"] == "BAD_CLIENT_ID"
        own["client_secret"] = "00000000-0000-4000-8000-00000000000a"
        assert refresh(client, **own).json()["status"] == "BAD_REFRESH_TOKEN"
        token = refresh(client, **own, refresh_token="right-refresh").json()["access_token"]
        assert [call_with(client, each).status_code for each in (token, "pat-right", "other-token", "x")] == [
            200,
            200,
            200,
            401,
        ]


@pytest.mark.behaviour("expired-token")
@pytest.mark.behaviour("token-lifetime", "60")
@pytest.mark.parametrize(("late_ms", "told"), [(0, "0 second(s)"), (59_999, "59 second(s)"), (7_300_000, "2 hour(s)")])
def test_an_expired_token_is_a_401_that_says_since_when(
    anonymous: httpx.Client, clock: "StandingClock", late_ms: int, told: str
) -> None:
    body = refresh(anonymous).json()
    assert body["expires_in"] == 60
    clock.now_ms += 59_999
    assert call_with(anonymous, body["access_token"]).status_code == 200
    clock.now_ms += 1 + late_ms
    answer = call_with(anonymous, body["access_token"])
    assert (answer.status_code, answer.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert answer.json()["message"] == f"The OAuth token used to make this call expired {told} ago."
    assert answer.json()["context"] == {"expire time": ["2026-11-02T08:01:00.000Z"]}
    assert refresh(anonymous).status_code == 200


@pytest.mark.behaviour("refresh-token-rotation", "keep")
def test_a_refresh_keeps_the_refresh_token(anonymous: httpx.Client) -> None:
    assert [refresh(anonymous).json()["refresh_token"] for _ in range(2)] == ["first-refresh", "first-refresh"]


@pytest.mark.behaviour("refresh-token-rotation", "rotate")
def test_a_refresh_gives_a_new_refresh_token_and_ends_the_old_one(anonymous: httpx.Client) -> None:
    second = refresh(anonymous).json()["refresh_token"]
    assert second != "first-refresh"
    assert refresh(anonymous).json()["status"] == "BAD_REFRESH_TOKEN"
    assert refresh(anonymous, refresh_token=second).status_code == 200


@pytest.mark.behaviour("token-look-ups")
@pytest.mark.parametrize("version", LATER_VERSIONS)
def test_introspection_tells_whose_a_token_is(anonymous: httpx.Client, clock: "StandingClock", version: str) -> None:
    body = refresh(anonymous).json()

    def introspect(token: str, **fields: str) -> httpx.Response:
        return anonymous.post(f"/oauth/{version}/token/introspect", data={**CLIENT, "token": token, **fields})

    access = introspect(body["access_token"]).json()
    assert (access["active"], access["app_id"], access["hub_id"], access["expires_in"]) == (
        True,
        APP_ID,
        12345678,
        1_800,
    )
    assert "crm.objects.marketing_events.write" in access["scopes"]
    assert introspect("first-refresh").json()["token_use"] == "refresh_token"
    clock.now_ms += 1_800_000
    late = introspect(body["access_token"]).json()
    assert (late["active"], late["expires_in"]) == (False, 0)
    assert introspect("nobody's").status_code == 404
    assert introspect(body["access_token"], **THEIRS).status_code == 404


@pytest.mark.behaviour("token-look-ups")
@pytest.mark.parametrize("version", LATER_VERSIONS)
def test_a_revoked_token_is_good_for_nothing(anonymous: httpx.Client, version: str) -> None:
    token = refresh(anonymous).json()["access_token"]

    def revoke(token: str, **fields: str) -> int:
        form = {**CLIENT, "token": token, **fields}
        return anonymous.post(f"/oauth/{version}/token/revoke", data=form).status_code

    assert revoke(token, **THEIRS) == 204
    assert call_with(anonymous, token).status_code == 200
    assert (revoke(token), revoke("first-refresh"), revoke("never-used")) == (204, 204, 204)
    assert call_with(anonymous, token).status_code == 401
    assert refresh(anonymous).json()["status"] == "BAD_REFRESH_TOKEN"
    assert refresh(anonymous, refresh_token="never-used").json()["status"] == "BAD_REFRESH_TOKEN"


def test_the_older_look_ups_have_the_token_in_the_path(anonymous: httpx.Client, api: "Api") -> None:
    token = refresh(anonymous).json()["access_token"]
    found = anonymous.get(f"/oauth/v1/access-tokens/{token}").json()
    assert (found["token"], found["app_id"], found["expires_in"]) == (token, APP_ID, 1_800)
    assert anonymous.get("/oauth/v1/refresh-tokens/first-refresh").json()["client_id"] != ""
    assert anonymous.get(f"/oauth/v1/refresh-tokens/{token}").status_code == 404
    assert anonymous.delete("/oauth/v1/refresh-tokens/first-refresh").status_code == 204
    assert anonymous.get("/oauth/v1/refresh-tokens/first-refresh").status_code == 404
    logged = repr([(each.path, each.query, each.request_body, each.response_body) for each in api.sandbox.requests()])
    assert [secret for secret in (token, "first-refresh", "any-secret") if secret in logged] == []


def test_tokens_survive_a_restart_and_are_not_in_the_file(tmp_path: Any) -> None:
    data = tmp_path / "account.db"
    with running_sandbox(data=data) as sandbox, httpx.Client(base_url=sandbox.base_url) as client:
        token = refresh(client).json()["access_token"]
        client.post("/oauth/v3/token/revoke", data={**CLIENT, "token": "first-refresh"})
        headers = {"Authorization": f"Bearer {token}"}
        url = "/marketing/v3/marketing-events/1234567/settings"
        assert client.post(url, json={"eventDetailsUrl": DETAILS_URL}, headers=headers).status_code == 200
    assert token.encode() not in data.read_bytes()
    with running_sandbox(data=data) as sandbox, httpx.Client(base_url=sandbox.base_url) as client:
        assert call_with(client, token).status_code == 200
        assert refresh(client).status_code == 400
        assert client.get(url, headers=headers).json()["eventDetailsUrl"] == DETAILS_URL


@pytest.mark.behaviour("granted-scopes", "all")
def test_a_token_may_do_everything(api: "Api") -> None:
    assert len(api.upsert(api.event())) == 1


@pytest.mark.behaviour("granted-scopes", "read")
def test_without_its_scope_an_operation_is_hubspots_403(api: "Api") -> None:
    answer = api.post("events/upsert", {"inputs": [api.event()]})
    assert answer.status_code == 403
    body = answer.json()
    assert body["category"] == "MISSING_SCOPES"
    assert body["errors"] == [
        {
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": ["crm.objects.marketing_events.write"]},
        }
    ]
    assert body["links"] == {"scopes": "https://developers.hubspot.com/scopes"}
    assert api.get("").status_code == 200
    assert api.sandbox.account.events == []


def test_apps_are_read_from_their_id_and_token() -> None:
    (app,) = read_apps(["7=a=b"])
    assert (app.id, app.token, app.client_id, app.client_secret) == (7, "a=b", "client-of-app-7", "secret-of-app-7")
    assert "a=b" not in repr(app)
    assert "secret-of-app-7" not in repr(app)


@pytest.mark.parametrize("texts", [["x=t"], ["7"], ["7="], ["0=t"], [f"{2**31}=t"], [f"{APP_ID}=t"], ["7=t", "8=t"]])
def test_an_app_that_cannot_be_is_refused(texts: list[str]) -> None:
    with pytest.raises(SyncError):
        read_apps(texts)


def ask_settings(client: httpx.Client, *, key: str | None = None, token: str | None = None) -> int:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    params = {} if key is None else {"hapikey": key}
    answer = client.post(
        f"/marketing/v3/marketing-events/{APP_ID}/settings",
        json={"eventDetailsUrl": DETAILS_URL},
        headers=headers,
        params=params,
    )
    return answer.status_code


@pytest.mark.behaviour("settings-auth", "either")
def test_settings_take_a_key_or_a_token(anonymous: httpx.Client, api: "Api") -> None:
    assert (ask_settings(anonymous, key="k"), ask_settings(anonymous, token="t"), ask_settings(anonymous)) == (
        200,
        200,
        401,
    )
    assert {request.query for request in api.sandbox.requests()} == {"hapikey=HIDDEN", ""}
    assert anonymous.get("/marketing/v3/marketing-events/?hapikey=k").status_code == 401


@pytest.mark.behaviour("settings-auth", "hapikey")
def test_settings_take_a_key_only(anonymous: httpx.Client) -> None:
    assert (ask_settings(anonymous, key="k"), ask_settings(anonymous, token="t")) == (200, 401)


@pytest.mark.behaviour("settings-auth", "bearer")
def test_settings_take_a_token_only(anonymous: httpx.Client) -> None:
    assert (ask_settings(anonymous, key="k"), ask_settings(anonymous, token="t")) == (401, 200)


@pytest.mark.behaviour("settings-unset")
def test_settings_are_the_apps_own(api: "Api") -> None:
    assert api.get(f"{APP_ID}/settings").status_code == 404
    answer = api.post(f"{APP_ID}/settings", {"eventDetailsUrl": DETAILS_URL})
    assert answer.json() == api.read(f"{APP_ID}/settings") == {"appId": APP_ID, "eventDetailsUrl": DETAILS_URL}
    assert api.post("7/settings", {"eventDetailsUrl": DETAILS_URL}).status_code == 404
    assert api.post("x/settings", {"eventDetailsUrl": DETAILS_URL}).status_code == 400


@pytest.mark.behaviour("callback-url")
@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://my.event.app/events/%s", 200),
        ("https://my.event.app:8443/events?id=%s&x=1", 200),
        ("http://127.0.0.1:9/%s", 200),
        ("http://localhost/%s", 200),
        ("http://[::1]:9/%s", 200),
        ("http://my.event.app/events/%s", 400),
        ("https://my.event.app/events", 400),
        ("https://my.event.app/%s/%s", 400),
        ("https://%s.event.app/", 400),
        ("https://user@my.event.app/%s", 400),
        ("https://my.event.app:x/%s", 400),
        ("https:///%s", 400),
        ("/events/%s", 400),
        ("ftp://127.0.0.1/%s", 400),
        ("https://my.event.app/a b/%s", 400),
        ("https://my.event.äpp/%s", 400),
        ("https://my.event.app/%s" + "x" * 2_000, 400),
    ],
)
def test_a_details_url_needs_its_mark_and_https(api: "Api", url: str, status: int) -> None:
    answer = api.post(f"{APP_ID}/settings", {"eventDetailsUrl": url})
    assert answer.status_code == status, answer.text


def test_the_settings_field_is_spelled_as_in_the_description(api: "Api") -> None:
    assert api.post(f"{APP_ID}/settings", {"eventDetailsURL": DETAILS_URL}).status_code == 400


@pytest.mark.behaviour("granted-scopes", "events")
def test_a_token_for_events_alone_reads_and_writes_no_settings(api: "Api") -> None:
    assert len(api.upsert(api.event())) == 1
    answers = (api.get(f"{APP_ID}/settings"), api.post(f"{APP_ID}/settings", {"eventDetailsUrl": DETAILS_URL}))
    scopes = [answer.json()["errors"][0]["context"]["requiredGranularScopes"] for answer in answers]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert scopes == [["developers-read"], ["developers-write"]]


@pytest.mark.behaviour("settings-unset")
def test_an_app_that_takes_any_token_takes_any_number_that_is_no_other_apps(api: "Api") -> None:
    assert api.post("4711/settings", {"eventDetailsUrl": DETAILS_URL}).json()["appId"] == 4711
    assert api.read("4711/settings") == {"appId": 4711, "eventDetailsUrl": DETAILS_URL}
    assert api.read(f"{APP_ID}/settings")["eventDetailsUrl"] == DETAILS_URL
    assert api.get("7/settings").status_code == 404
