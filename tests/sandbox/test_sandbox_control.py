"""The control endpoints: what they show and change, in JSON and from forms, and whom they refuse."""

import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from hubevents_sync.sandbox.faults.grammar import HINT
from hubevents_sync.sandbox.server import running_sandbox
from tests.sandbox.conftest import Api

RULE = "attendance: drop every 9"


def faults(api: Api) -> list[tuple[int, str]]:
    """The numbers and rules that are in force, as the endpoint tells them."""
    return [(each["number"], each["rule"]) for each in api.http.get("/_sandbox/faults").json()["faults"]]


def test_faults_are_added_listed_and_taken_away(api: Api) -> None:
    added = api.http.post("/_sandbox/faults", json={"rule": RULE})
    assert (added.status_code, added.json()) == (
        201,
        {"seed": 0, "faults": [{"number": 1, "rule": RULE, "seen": 0, "struck": 0}]},
    )
    api.http.post("/_sandbox/faults", json={"rules": ["any: 503 once", "upsert: cut 5% after"]})
    assert faults(api) == [(1, RULE), (2, "any: 503 once"), (3, "upsert: cut 5% after")]
    assert api.http.delete("/_sandbox/faults/2").status_code == 200
    assert faults(api) == [(1, RULE), (3, "upsert: cut 5% after")]
    assert api.http.delete("/_sandbox/faults").json() == {"seed": 0, "faults": []}
    # A number is not given twice: it is part of what is drawn.
    api.http.post("/_sandbox/faults", json={"rule": RULE})
    assert faults(api) == [(4, RULE)]


def test_faults_strike_at_once_and_are_counted(api: Api) -> None:
    api.http.post("/_sandbox/faults", json={"rule": "list: 503 once"})
    assert [api.get("").status_code for _ in range(2)] == [503, 200]
    (shown,) = api.http.get("/_sandbox/faults").json()["faults"]
    assert (shown["seen"], shown["struck"]) == (2, 1)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"rule": "any: explode"}, "the fault 'any: explode' can't be read: 'explode' is no fault; allowed are 423"),
        ({"rules": "any: 503"}, "rules has to be an array of texts, each a rule"),
        ({"rules": [1]}, "rules has to be an array of texts, each a rule"),
        ({}, "there is nothing to do in it"),
        ([], "the body has to be a JSON object"),
    ],
)
def test_a_body_that_makes_no_sense_changes_nothing(api: Api, body: Any, message: str) -> None:
    api.sandbox.faults.add(RULE)
    answer = api.http.post("/_sandbox/faults", json=body)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(message)
    assert faults(api) == [(1, RULE)]


def test_a_bad_rule_among_good_ones_adds_none_and_clears_none(api: Api) -> None:
    api.sandbox.faults.add(RULE)
    answer = api.http.post("/_sandbox/faults", json={"clear": True, "rules": ["any: 503", "any: 5o3"]})
    assert (answer.status_code, answer.json()["hint"]) == (400, HINT)
    assert faults(api) == [(1, RULE)]


def test_a_fault_that_is_not_there_cannot_be_taken_away(api: Api) -> None:
    for number in ("7", "x", "-1", "1/2"):
        assert api.http.delete(f"/_sandbox/faults/{number}").status_code == 404


def test_a_form_goes_back_to_its_page(api: Api) -> None:
    page = {"Referer": f"{api.sandbox.base_url}/events/7?tab=faults", "Origin": api.sandbox.base_url}
    added = api.http.post("/_sandbox/faults", data={"rule": RULE}, headers=page)
    assert (added.status_code, added.headers["Location"]) == (303, "/events/7?tab=faults")
    assert faults(api) == [(1, RULE)]
    assert api.http.post("/_sandbox/faults", data={"remove": "1"}, headers=page).status_code == 303
    assert faults(api) == []
    api.sandbox.faults.add(RULE)
    assert api.http.post("/_sandbox/faults", data={"clear": "1"}).headers["Location"] == "/"
    assert faults(api) == []


@pytest.mark.parametrize(
    "referer", ["https://evil.example/x", "//evil.example/x", "javascript:alert(1)", "http://[", ""]
)
def test_a_form_never_leads_to_another_site(api: Api, referer: str) -> None:
    answer = api.http.post("/_sandbox/reset", data={"x": "1"}, headers={"Referer": referer})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_referer_of_two_slashes_never_leads_to_another_site(api: Api) -> None:
    headers = {"Referer": f"{api.sandbox.base_url}//evil.example/x"}
    assert api.http.post("/_sandbox/reset", data={"x": "1"}, headers=headers).headers["Location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "evil.example:80"},
        {"Host": ""},
        {"Host": "["},
        {"Host": "localhost@evil.example"},
    ],
)
def test_a_request_for_another_host_is_refused(api: Api, headers: dict[str, str]) -> None:
    for method, path in (("GET", "account"), ("GET", "requests"), ("POST", "reset"), ("DELETE", "faults")):
        assert api.http.request(method, f"/_sandbox/{path}", headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "localhost:8089"])
def test_loopback_has_several_names(api: Api, host: str) -> None:
    assert api.http.get("/_sandbox/limits", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_changes_nothing(api: Api, headers: dict[str, str]) -> None:
    api.sandbox.faults.add(RULE)
    api.upsert(api.event())
    assert api.http.post("/_sandbox/faults", data={"clear": "1"}, headers=headers).status_code == 403
    assert api.http.delete("/_sandbox/faults", headers=headers).status_code == 403
    assert api.http.post("/_sandbox/reset", headers=headers).status_code == 403
    assert (len(faults(api)), len(api.sandbox.account.events)) == (1, 1)


def test_json_under_another_type_is_refused(api: Api) -> None:
    answer = api.http.post("/_sandbox/faults", content=b'{"clear": true}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_a_body_without_end_is_refused(api: Api) -> None:
    headers = {"Content-Type": "application/json"}
    assert api.http.post("/_sandbox/faults", content=b" " * 70_000, headers=headers).status_code == 413


def test_the_requests_are_listed_with_what_befell_them(api: Api) -> None:
    api.upsert(api.event())
    api.sandbox.faults.add("attendance: 503 once after")
    api.send_rows("register", api.row("ana@example.com"))
    first, second = api.http.get("/_sandbox/requests").json()["requests"]
    assert (first["number"], first["method"], first["status"], first["faults"]) == (1, "POST", 200, [])
    assert (second["status"], second["faults"]) == (503, ["attendance: 503 once after"])
    assert "ana@example.com" in second["request_body"]
    assert second["at"] == "2026-11-02T08:00:00.000Z"
    assert api.http.get("/_sandbox/requests?after=1").json()["requests"] == [second]
    assert api.http.get("/_sandbox/requests?after=x").status_code == 400


def test_the_account_is_shown_whole(api: Api) -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    shown = api.http.get("/_sandbox/account").json()
    assert shown["portal_id"] == api.sandbox.portal_id
    assert [event["external_event_id"] for event in shown["events"]] == ["cooking"]
    assert [contact["email"] for contact in shown["contacts"]] == ["ana@example.com"]
    assert [row["state"] for row in shown["participations"]] == ["REGISTERED"]


def test_the_limits_are_shown(api: Api) -> None:
    api.get("")
    assert api.http.get("/_sandbox/limits").json() == {
        "enforced": False,
        "window_milliseconds": 10_000,
        "per_window": 190,
        "used_in_window": 1,
        "per_day": 1_000_000,
        "used_today": 1,
        "day_ends_at": "2026-11-03T00:00:00.000Z",
        "time_zone": "UTC",
    }


def test_a_reset_is_a_fresh_start_with_the_first_faults(tmp_path: Path) -> None:
    with (
        running_sandbox(data=tmp_path / "account.db", faults=["list: 503 every 2"]) as sandbox,
        httpx.Client(base_url=sandbox.base_url, headers={"Authorization": "Bearer x"}) as http,
    ):
        api = Api(sandbox, http)
        api.upsert(api.event())
        api.record("register", api.row("ana@example.com"))
        sandbox.faults.add("any: cut")
        assert http.post("/_sandbox/reset").status_code == 200
        assert sandbox.account.events == sandbox.account.contacts == sandbox.account.participations == []
        assert (sandbox.requests(), sandbox.request_count) == ([], {})
        assert http.get("/_sandbox/limits").json()["used_today"] == 0
        assert faults(api) == [(1, "list: 503 every 2")]
        assert [api.get("").status_code for _ in range(2)] == [200, 503]
        (event,) = api.upsert(api.event())
    assert event["objectId"] == "210000000002"


def test_a_reset_leaves_a_client_its_token(api: Api) -> None:
    form = {
        "grant_type": "refresh_token",
        "client_id": "00000000-0000-4000-8000-000000000001",
        "client_secret": "00000000-0000-4000-8000-00000000000a",
        "refresh_token": "any",
    }
    token = api.http.post("/oauth/2026-03/token", data=form).json()["access_token"]
    api.http.post("/_sandbox/reset")
    assert api.http.get(api.base, headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_unknown_control_paths_are_said_to_be_so(api: Api) -> None:
    for method, path in (("GET", ""), ("GET", "nothing"), ("PUT", "faults"), ("GET", "faults/1"), ("POST", "limits")):
        answer = api.http.request(method, f"/_sandbox/{path}")
        assert answer.status_code == 404
        assert answer.json()["hint"].startswith("there are GET, POST and DELETE faults")


def test_control_is_in_no_log_and_struck_by_no_fault(api: Api) -> None:
    api.sandbox.faults.add("any: 500")
    assert api.http.get("/_sandbox/limits").status_code == 200
    assert api.sandbox.requests() == []


def test_a_caller_that_hangs_up_in_mid_request_disturbs_nobody(api: Api) -> None:
    host, _, port = api.sandbox.base_url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"POST /_sandbox/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")
    assert api.http.get("/_sandbox/limits").status_code == 200
