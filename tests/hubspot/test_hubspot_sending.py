"""A request that is put together is what httpx's own client would send."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.hubspot.auth import Secret
from hubevents_sync.hubspot.paths import paths_of
from hubevents_sync.hubspot.sending import RequestSender
from hubevents_sync.model.event import EventKey

HEADERS = {"User-Agent": "hubevents-sync/1", "Accept": "application/json"}
TIMEOUT = httpx.Timeout(connect=1.0, read=2.0, write=3.0, pool=None)
IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


class Keeping(httpx.BaseTransport):
    """Keeps the last request."""

    def __init__(self) -> None:
        self.last: httpx.Request | None = None
        self.is_closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.last = request
        return httpx.Response(200, content=b"{}")

    def close(self) -> None:
        self.is_closed = True


def send_both(
    base_url: str, method: str, path: str, *, json: bytes | None = None, form: dict[str, str] | None = None
) -> tuple[httpx.Request, httpx.Request]:
    """What we send, and what httpx's client does."""
    ours, theirs = Keeping(), Keeping()
    sender = RequestSender(ours, base_url=base_url, headers=HEADERS, timeout=TIMEOUT)
    sender.send(method, path, action="trying", json=json, form=form, token=Secret("pat-planted"))
    headers = HEADERS | {"Accept-Encoding": "gzip, deflate", "Authorization": "Bearer pat-planted"}
    with httpx.Client(base_url=base_url, transport=theirs, headers=headers, timeout=TIMEOUT) as client:
        typed = {} if json is None else {"Content-Type": "application/json"}
        client.request(method, path, content=json, data=form, headers=typed)
    assert ours.last is not None
    assert theirs.last is not None
    return ours.last, theirs.last


def parts_of(request: httpx.Request) -> tuple[object, ...]:
    timeout = request.extensions["timeout"]
    return request.method, request.url, sorted(request.headers.multi_items()), request.read(), timeout


@given(
    account=IDS, event=IDS, base_url=st.sampled_from(["https://api.hubapi.com", "http://127.0.0.1:8080/proxy/hubspot"])
)
def test_an_id_of_any_characters_stands_in_the_url_as_httpx_has_it(account: str, event: str, base_url: str) -> None:
    path = paths_of("v3").attendance(EventKey(account, event), "register", by_email=True)
    ours, theirs = send_both(base_url, "POST", path, json=b'{"inputs":[]}')
    assert ours.url.raw_path == theirs.url.raw_path
    assert parts_of(ours) == parts_of(theirs)


@pytest.mark.parametrize(
    ("method", "json", "form"),
    [
        ("GET", None, None),
        ("POST", b'{"a":1}', None),
        ("PUT", b"", None),
        ("POST", None, {"grant_type": "refresh_token", "refresh_token": "a b&c=\u00fc"}),
        ("POST", None, {}),
    ],
)
def test_a_request_of_any_kind_is_the_one_of_httpx(
    method: str, json: bytes | None, form: dict[str, str] | None
) -> None:
    ours, theirs = send_both("https://api.hubapi.com", method, "/oauth/v1/token?a=b%20c", json=json, form=form)
    assert parts_of(ours) == parts_of(theirs)


def test_what_is_not_to_arrive_twice_is_marked_so_and_closing_closes_the_connections() -> None:
    transport = Keeping()
    sender = RequestSender(transport, base_url="https://api.hubapi.com", headers=HEADERS, timeout=TIMEOUT)
    sender.send("POST", "/complete", action="completing", json=b"{}", repeatable=False)
    assert transport.last is not None
    assert "authorization" not in transport.last.headers
    told = transport.last.extensions
    assert told == {"timeout": TIMEOUT.as_dict(), "action": "completing", "repeatable": False}
    sender.close()
    assert transport.is_closed
