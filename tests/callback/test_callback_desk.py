"""HubSpot is answered with the guide's fields of what is declared; all else is a bare refusal."""

import json
from dataclasses import replace
from urllib.parse import quote

import pytest

from hubevents_sync.callback.address import read_path_template, read_public_url
from hubevents_sync.callback.desk import Arrived, Desk, Reply, Seal
from hubevents_sync.callback.details import build_catalogue
from hubevents_sync.callback.replay import ReplayMemory
from hubevents_sync.callback.signature import ClientSecret
from hubevents_sync.errors import UsageError
from hubevents_sync.model.event import EventKey, FieldValue, MarketingEvent
from tests.callback.signing import NOW_MS, PUBLIC_URL, SECRET, build_request

FULL: dict[str, FieldValue] = {
    "eventName": "Virtual cooking class",
    "eventOrganizer": "Chef Joe",
    "eventType": "WORKSHOP",
    "startDateTime": "2026-11-30T16:00:00Z",
    "endDateTime": "2026-11-30T17:30:00Z",
    "eventDescription": "Yum. Größe 🍲",
    "eventUrl": "https://cooking.example/class",
    "eventCancelled": True,
    "customProperties": {"property1": "1234"},
}
SHORT: dict[str, FieldValue] = {"eventName": "Short", "eventOrganizer": "Chef Joe"}
IDS = ["1234-event-XYZ", "conf/2026:spring", "a b", "a+b", "c+d", "Käse & Wein?", "100%", "%2F", "x", "x?y"]
ACCOUNT = "Co & Sons+eu"


def build_desk(
    *, path: str = "/events/%s", app_id: str | None = None, memory: ReplayMemory | None = None, is_signed: bool = True
) -> Desk:
    """A desk that knows IDS of ACCOUNT, and one event of another account."""
    seal = Seal(ClientSecret(SECRET.encode()), PUBLIC_URL.encode()) if is_signed else None
    desk = Desk(read_path_template(path), seal=seal, memory=memory, app_id=app_id)
    events = [MarketingEvent(EventKey(ACCOUNT, each), {**SHORT, "eventName": each}) for each in IDS]
    desk.publish(build_catalogue([*events, MarketingEvent(EventKey("Other", "full"), FULL)]))
    return desk


def ask(target: str, desk: Desk | None = None, **changes: object) -> Reply:
    """The reply to a signed request for *target*."""
    request = replace(build_request(target), **changes)  # type: ignore[arg-type]  # fields by name
    return (desk or build_desk()).answer(request, now_ms=NOW_MS)


def target_of(external_id: str, *, account: str = ACCOUNT, app_id: str = "101", safe: str = "") -> str:
    return f"/events/{quote(external_id, safe=safe)}?appId={app_id}&externalAccountId={quote(account, safe='')}"


def name_in(reply: Reply) -> str:
    assert reply.status == 200, reply
    name = json.loads(reply.body)["eventName"]
    assert isinstance(name, str)
    return name


def test_the_answer_has_the_guides_fields_and_no_other() -> None:
    reply = ask(target_of("full", account="Other"))
    assert reply.status == 200
    assert reply.asked == EventKey("Other", "full")
    assert json.loads(reply.body) == {name: value for name, value in FULL.items() if name != "customProperties"}
    assert list(json.loads(reply.body)) == list(FULL)[:-1]


def test_what_is_not_declared_is_left_out_and_cancelled_is_false() -> None:
    assert ask(target_of("x")).body == b'{"eventName": "x", "eventOrganizer": "Chef Joe", "eventCancelled": false}'


@pytest.mark.parametrize("external_id", IDS)
def test_any_id_is_found_by_its_escaped_form(external_id: str) -> None:
    assert name_in(ask(target_of(external_id))) == external_id


def test_a_slash_may_stand_as_it_is() -> None:
    assert name_in(ask(target_of("conf/2026:spring", safe="/:"))) == "conf/2026:spring"


def test_a_plus_is_a_space_only_where_no_event_has_a_plus() -> None:
    end = f"?appId=1&externalAccountId={quote(ACCOUNT, safe='')}"
    assert name_in(ask(f"/events/a+b{end}")) == "a+b"
    assert name_in(ask(f"/events/c+d{end}")) == "c+d"
    assert ask(f"/events/e+f{end}").status == 404
    assert name_in(ask(f"/events/Käse+%26+Wein%3F{end}".replace("ä", "%C3%A4"))) == "Käse & Wein?"


@pytest.mark.parametrize("account", ["Co+%26+Sons%2Beu", "Co%20%26%20Sons%2Beu", "Co%20%26%20Sons+eu"])
def test_the_account_may_have_its_spaces_either_way(account: str) -> None:
    assert name_in(ask(f"/events/x?appId=1&externalAccountId={account}")) == "x"


@pytest.mark.parametrize(
    "target",
    [
        target_of("nowhere"),
        target_of("full"),
        target_of("x", account="Other"),
        target_of("x", account="nobody"),
        target_of("X"),
        f"/events/%FF?appId=1&externalAccountId={quote(ACCOUNT)}",
        "/events/x?appId=1&externalAccountId=%FF",
    ],
)
def test_what_is_not_declared_for_the_account_is_a_404(target: str) -> None:
    reply = ask(target)
    assert (reply.status, reply.body, reply.refusal) == (404, b'{"error": "not found"}', "not declared")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "appId=1",
        "externalAccountId=Other",
        "appId=1&externalAccountId=",
        "appId=&externalAccountId=Other",
        "appId=1&appId=2&externalAccountId=Other",
        "appId=1&externalAccountId=Other&externalAccountId=Other",
        "appId=1&externalaccountid=Other",
    ],
)
def test_app_and_account_are_required_once_each(query: str) -> None:
    reply = ask(f"/events/full?{query}".rstrip("?"))
    assert (reply.status, json.loads(reply.body)) == (
        400,
        {"error": "appId and externalAccountId are required, once each"},
    )


def test_further_parameters_are_passed_over() -> None:
    assert ask("/events/full?portalId=7&appId=1&externalAccountId=Other&x").status == 200


def test_an_app_that_is_not_the_one_is_told_of_nothing() -> None:
    desk = build_desk(app_id="101")
    assert ask(target_of("x", app_id="101"), desk).status == 200
    reply = ask(target_of("x", app_id="102"), desk)
    assert (reply.status, reply.body, reply.refusal) == (404, b'{"error": "not found"}', "asked by app 102")


def test_an_escaped_question_mark_can_not_be_unescaped_to_ask_for_another_event() -> None:
    """HubSpot signs both addresses alike: ``x?y`` is declared, and so is ``x``."""
    end = f"?appId=1&externalAccountId={quote(ACCOUNT, safe='')}"
    genuine = build_request(f"/events/x%3Fy{end}", signed_target=f"/events/x?y{end}")
    assert name_in(build_desk().answer(genuine, now_ms=NOW_MS)) == "x?y"
    forged = build_request(f"/events/x?y{end}")
    assert build_desk().answer(forged, now_ms=NOW_MS).status == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get"])
def test_other_methods_are_not_allowed(method: str) -> None:
    reply = build_desk().answer(build_request(target_of("x"), method=method), now_ms=NOW_MS)
    assert (reply.status, reply.headers) == (405, {"Allow": "GET, HEAD"})


def test_a_head_is_signed_as_one() -> None:
    assert build_desk().answer(build_request(target_of("x"), method="HEAD"), now_ms=NOW_MS).status == 200
    assert ask(target_of("x"), method="HEAD").status == 401


@pytest.mark.parametrize(
    "path", ["/", "/events", "/events/", "/Events/x", "//events/x", "/event/x", "https://a/events/x"]
)
def test_other_paths_are_not_there(path: str) -> None:
    reply = ask(target_of("x"), raw_path=path.encode())
    assert (reply.status, reply.refusal) == (404, "no such path")


def test_who_is_not_hubspot_learns_nothing_but_that() -> None:
    stranger: tuple[tuple[bytes, bytes], ...] = ((b"accept", b"*/*"),)
    replies = {
        (reply.status, reply.body, tuple(reply.headers))
        for target in (target_of("x"), target_of("nowhere"), "/events/x", target_of("x", app_id="9"))
        for reply in (ask(target, headers=stranger), ask(target, query=b"appId=1&externalAccountId=Q"))
    }
    assert replies == {(401, b'{"error": "unauthorized"}', ())}


def test_the_log_is_told_why_and_which_address_was_checked() -> None:
    reply = ask("/events/x?appId=1", query=b"appId=2")
    assert (reply.asked, reply.checked) == (None, "https://my.event.app/events/x?appId=2")
    assert reply.refusal == (
        "the signature does not fit: another client secret, or another address than the public one"
    )


def test_the_same_signature_is_taken_once() -> None:
    desk = build_desk(memory=ReplayMemory())
    assert [ask(target_of("x"), desk).status for _ in range(3)] == [200, 401, 401]
    assert ask(target_of("a b"), desk).status == 200
    again = build_desk(memory=None)
    assert [ask(target_of("x"), again).status for _ in range(2)] == [200, 200]


def test_a_full_memory_refuses_and_says_to_come_again() -> None:
    desk = build_desk(memory=ReplayMemory(capacity=1))
    assert ask(target_of("x"), desk).status == 200
    reply = ask(target_of("a b"), desk)
    assert (reply.status, reply.headers) == (503, {"Retry-After": "60"})


@pytest.mark.parametrize(("body", "status"), [(b"a", 400), (None, 413)])
def test_a_request_with_a_body_is_refused_before_its_signature_is_looked_at(body: bytes | None, status: int) -> None:
    assert ask(target_of("x"), body=body).status == status


def test_a_head_beyond_the_limit_is_refused() -> None:
    assert ask(target_of("x"), headers=((b"x", b"y" * 17_000),)).status == 431
    assert ask("/events/" + "x" * 17_000).status == 431


def test_nothing_is_told_before_the_files_are_read_and_no_signature_is_used_up() -> None:
    seal = Seal(ClientSecret(SECRET.encode()), PUBLIC_URL.encode())
    desk = Desk(read_path_template("/events/%s"), seal=seal, memory=ReplayMemory())
    assert ask("/readyz", desk) == Reply(503, b'{"status": "loading"}', {"Retry-After": "1"}, is_logged=False)
    assert ask("/healthz", desk) == Reply(200, b'{"status": "ok"}', is_logged=False)
    assert (ask(target_of("x"), desk).status, ask(target_of("x"), desk, headers=()).status) == (503, 401)
    desk.publish(build_catalogue([MarketingEvent(EventKey(ACCOUNT, "x"), SHORT)]))
    assert ask(target_of("x"), desk).status == 200
    assert ask("/readyz", desk).body == b'{"status": "ready", "files": "current"}'
    desk.mark_stale()
    assert ask("/readyz", desk).body == b'{"status": "ready", "files": "stale"}'
    assert desk.events == 1


def test_without_a_seal_anybody_is_answered() -> None:
    assert ask(target_of("x"), build_desk(is_signed=False), headers=()).status == 200


def test_the_path_may_be_any_with_one_place_for_the_id() -> None:
    desk = build_desk(path="/hub/%s/details")
    end = f"?appId=1&externalAccountId={quote(ACCOUNT, safe='')}"
    assert name_in(ask(f"/hub/conf%2F2026%3Aspring/details{end}", desk)) == "conf/2026:spring"
    assert [ask(f"/hub/{rest}{end}", desk).status for rest in ("x", "x/details/", "/details")] == [404, 404, 404]


@pytest.mark.parametrize("path", ["events/%s", "/events", "/%s/%s", "/a b/%s", "/events?id=%s", "/é/%s", "/%41/%s", ""])
def test_a_path_without_one_place_for_the_id_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match=r"--path must begin with / and have %s once, where the event's id goes"):
        read_path_template(path)


@pytest.mark.parametrize(
    "url", ["https://my.event.app/", "https://my.event.app:8443/hub", "http://127.0.0.1:8088", "http://localhost"]
)
def test_a_public_url_is_taken_to_the_letter(url: str) -> None:
    assert read_public_url(url) == url.rstrip("/").encode()


@pytest.mark.parametrize(
    "url",
    [
        "my.event.app",
        "https://",
        "https://a b",
        "https://me@host",
        "https://x/?a",
        "https://x/#a",
        "https://x/%s",
        "https://x:y",
        "ftp://x",
        "http://my.event.app",
        "https://ä.example",
        "https://[::1",
    ],
)
def test_a_public_url_that_hubspot_could_not_ask_at_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        read_public_url(url)


def test_the_arrived_request_says_what_was_sent() -> None:
    assert Arrived("GET", b"/a", b"b=c").target == b"/a?b=c"
    assert Arrived("GET", b"/a").target == b"/a"
