"""Secrets and addresses: looked up once, checked, and never shown."""

from typing import TYPE_CHECKING, Any

import pytest

from hubevents_sync.errors import AuthenticationFailed, ConfigurationError, HubSpotError
from hubevents_sync.hubspot.address import check_base_url, is_loopback, open_connections
from hubevents_sync.hubspot.auth import Secret, resolve_secret
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import TokenInfo
from hubevents_sync.model.project import OAuthReference, SecretReference

if TYPE_CHECKING:
    from tests.hubspot.conftest import Connect, JumpingClock, Recorder

KEY = EventKey("CookingCo", "4")
OAUTH = OAuthReference(SecretReference("${ID}"), SecretReference("${SECRET}"), SecretReference("${REFRESH}"))
OAUTH_ENVIRON = {"ID": "client-1", "SECRET": "secret-1", "REFRESH": "refresh-1"}


def resolve(template: str, **environ: str) -> Secret:
    return resolve_secret(SecretReference(template), environ, setting="hubspot.token")


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = resolve("${TOKEN}", TOKEN="pat-planted")
    assert secret.reveal() == "pat-planted"
    assert f"{secret} {secret!r} {[secret]}" == "*** Secret(***) [Secret(***)]"


def test_variables_may_stand_inside_other_text() -> None:
    assert resolve("pat-${REGION}-${TOKEN}", REGION="eu1", TOKEN="x").reveal() == "pat-eu1-x"


def test_a_missing_variable_is_named_with_how_to_set_it() -> None:
    with pytest.raises(AuthenticationFailed) as caught:
        resolve("${HUBSPOT_ACCESS_TOKEN}")
    assert caught.value.message == ("the environment variable HUBSPOT_ACCESS_TOKEN is not set; hubspot.token needs it")
    assert caught.value.hint == "export HUBSPOT_ACCESS_TOKEN=…, or name another variable in hubspot.token"
    assert caught.value.exit_code == 7


def test_an_empty_variable_is_as_good_as_none() -> None:
    with pytest.raises(AuthenticationFailed, match="the environment variable TOKEN is empty"):
        resolve("${TOKEN}", TOKEN="")
    with pytest.raises(AuthenticationFailed, match=r"hubspot\.token is empty"):
        resolve("")


def test_a_malformed_variable_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="no variable's name"):
        resolve("${MY-TOKEN}")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("planted\n", "a line break at character 8 of 8"),
        ("plan ted", "a space at character 5 of 8"),
        ("plantéd", "a character that is not ASCII at character 6 of 7"),
        ("plan\x00ted", "a control character at character 5 of 8"),
    ],
)
def test_a_token_that_can_not_be_one_is_refused_without_showing_it(value: str, found: str) -> None:
    with pytest.raises(AuthenticationFailed) as caught:
        resolve("${TOKEN}", TOKEN=value)
    assert caught.value.message == f"hubspot.token (TOKEN) holds {found}; no token has one"
    assert "plan" not in f"{caught.value.message} {caught.value.hint} {caught.value!r}"


def test_opening_without_a_token_fails_before_anything_is_sent(connect: "Connect", recorder: "Recorder") -> None:
    with pytest.raises(AuthenticationFailed):
        connect(environ={})
    assert recorder.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "https://api.hubapi.com",
        "https://api.hubapi.com/",
        "http://localhost:8080",
        "http://127.0.0.1:1",
        "http://127.8.9.10",
        "http://[::1]:80/x/",
        "https://gateway.example/hubspot",
    ],
)
def test_https_is_fine_anywhere_and_http_on_loopback(url: str) -> None:
    assert check_base_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://api.hubapi.com", "http on api.hubapi.com: the token would travel in the clear"),
        ("http://localhost.example.com", "in the clear"),
        ("http://127.0.0.1.example.com", "in the clear"),
        ("http://192.168.1.1", "in the clear"),
        ("ftp://api.hubapi.com", "no https URL"),
        ("api.hubapi.com", "no https URL"),
        ("", "no https URL"),
        ("https://", "no https URL"),
        ("https://host:port", "no URL"),
        ("https://[::1", "no URL"),
        ("https://user:planted@host", "it has a user, a query or a fragment"),
        ("https://host?planted", "it has a user, a query or a fragment"),
        ("https://host#planted", "it has a user, a query or a fragment"),
    ],
)
def test_any_other_address_is_refused(url: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_base_url(url)
    assert reason in caught.value.message
    assert "planted" not in caught.value.message


def test_only_this_machine_is_loopback() -> None:
    assert [host for host in ("LOCALHOST", "127.1.2.3", "::1", "10.0.0.1", "example.com") if is_loopback(host)] == [
        "LOCALHOST",
        "127.1.2.3",
        "::1",
    ]


def test_loopback_is_reached_without_the_proxy_of_the_environment(
    connect: "Connect", recorder: "Recorder", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:9")
    connect().read_event(KEY)
    assert recorder.requests[0].target.startswith("/marketing/")


def test_other_hosts_are_reached_through_the_proxy_of_the_environment(
    recorder: "Recorder", monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpx

    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("http_proxy", recorder.url.removeprefix("http://"))
    with httpx.Client(transport=open_connections("http://hubspot.invalid"), trust_env=False) as client:
        client.get("http://hubspot.invalid/x")
    assert recorder.requests[0].target == "http://hubspot.invalid/x"


def test_a_proxy_that_makes_no_sense_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("https_proxy", "gopher://user:planted@proxy.example")
    with pytest.raises(ConfigurationError) as caught:
        open_connections("https://hubspot.invalid")
    assert "planted" not in f"{caught.value.message} {caught.value.hint}"


def open_oauth(connect: "Connect", **settings: Any) -> Any:
    return connect(oauth=OAUTH, environ=OAUTH_ENVIRON, **settings)


def test_an_oauth_app_gets_an_access_token_for_its_refresh_token_and_keeps_it(
    connect: "Connect", recorder: "Recorder", clock: "JumpingClock"
) -> None:
    client = open_oauth(connect)
    recorder.answer({"access_token": "access-1", "expires_in": 1800, "refresh_token": "refresh-1"})
    client.read_event(KEY)
    client.read_event(KEY)
    clock.sleep(1700)
    recorder.answer({"access_token": "access-2"})
    client.read_event(KEY)
    assert [request.headers.get("authorization") for request in recorder.requests] == [
        None,
        "Bearer access-1",
        "Bearer access-1",
        None,
        "Bearer access-2",
    ]
    first = recorder.requests[0]
    assert (first.method, first.target) == ("POST", "/oauth/v1/token")
    assert first.headers["content-type"] == "application/x-www-form-urlencoded"
    assert first.body == (b"grant_type=refresh_token&client_id=client-1&client_secret=secret-1&refresh_token=refresh-1")


def test_an_oauth_token_is_looked_up_without_standing_in_a_path(connect: "Connect", recorder: "Recorder") -> None:
    client = open_oauth(connect, api="2026-03", read_only=True)
    recorder.answer({"access_token": "access-1", "expires_in": 1800})
    recorder.answer({"active": True, "hub_id": 5, "app_id": 6, "scopes": ["oauth"]})
    recorder.answer({"active": False, "hub_id": 5})
    assert client.read_token_info() == TokenInfo(5, 6, frozenset({"oauth"}))
    with pytest.raises(AuthenticationFailed):
        client.read_token_info()
    assert [request.target for request in recorder.requests] == [
        "/oauth/2026-03/token",
        "/oauth/2026-03/token/introspect",
        "/oauth/2026-03/token/introspect",
    ]
    assert recorder.requests[1].body == (
        b"client_id=client-1&client_secret=secret-1&token=access-1&token_type_hint=access_token"
    )


def test_a_refused_refresh_is_an_authentication_failure_without_the_secrets(
    connect: "Connect", recorder: "Recorder"
) -> None:
    recorder.answer(
        {
            "status": "BAD_REFRESH_TOKEN",
            "error": "invalid_grant",
            "error_description": "refresh token refresh-1 of secret-1 is invalid, expired or revoked",
        },
        status=400,
    )
    with pytest.raises(AuthenticationFailed) as caught:
        open_oauth(connect).read_event(KEY)
    assert caught.value.message == (
        "refreshing the OAuth access token: HubSpot answered 400 BAD_REFRESH_TOKEN: "
        "refresh token <hidden> of <hidden> is invalid, expired or revoked"
    )
    assert (caught.value.status, caught.value.category) == (400, "BAD_REFRESH_TOKEN")


def test_a_refresh_that_fails_for_another_reason_is_no_authentication_failure(
    connect: "Connect", recorder: "Recorder"
) -> None:
    recorder.answer(status=500)
    with pytest.raises(HubSpotError) as caught:
        open_oauth(connect).read_event(KEY)
    assert type(caught.value) is HubSpotError


def test_a_refresh_without_a_token_or_with_an_odd_one_is_refused(connect: "Connect", recorder: "Recorder") -> None:
    recorder.answer({})
    recorder.answer({"access_token": "plan ted"})
    client = open_oauth(connect)
    with pytest.raises(AuthenticationFailed, match="without an access token"):
        client.read_event(KEY)
    with pytest.raises(AuthenticationFailed, match="a space at character 5"):
        client.read_event(KEY)
