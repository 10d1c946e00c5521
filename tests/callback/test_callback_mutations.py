"""Ten thousand requests that are a genuine one but for a change: none is taken."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubevents_sync.callback.address import PathTemplate
from hubevents_sync.callback.desk import Arrived, Desk, Seal
from hubevents_sync.callback.details import Catalogue
from hubevents_sync.callback.signature import ClientSecret
from hubevents_sync.model.event import EventKey
from tests.callback.signing import NOW_MS, PUBLIC_URL, SECRET, build_request

TARGETS = [
    ("/events/1234-event-XYZ?appId=101&externalAccountId=ABC-account-789", None),
    (
        "/events/conf%2F2026%3Aspring%20day?appId=101&externalAccountId=Co%20%26%20Sons%40eu",
        "/events/conf/2026:spring%20day?appId=101&externalAccountId=Co%20%26%20Sons@eu",
    ),
    ("/events/a?appId=100&externalAccountId=1000", None),
]
GENUINE = [build_request(target, signed_target=signed) for target, signed in TARGETS]


class EveryEvent(Mapping[EventKey, bytes]):
    """Knows whatever it is asked about, so that nothing but the signature stands in the way."""

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: EventKey) -> bytes:
        return b"{}"

    def __iter__(self) -> Iterator[EventKey]:
        return iter(())

    def __len__(self) -> int:
        return 0


def build_desk() -> Desk:
    desk = Desk(PathTemplate(b"/events/", b""), seal=Seal(ClientSecret(SECRET.encode()), PUBLIC_URL.encode()))
    desk.publish(Catalogue(EveryEvent()))
    return desk


DESK = build_desk()


def flip(text: bytes, bit: int) -> bytes:
    """*text* with one bit changed."""
    changed = bytearray(text)
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    return bytes(changed)


def change(text: bytes, kind: str, number: int) -> bytes:
    """*text* with one bit, or one byte, changed, gone, or there twice."""
    place = number // 8 % max(len(text), 1)
    match kind:
        case "flip":
            return flip(text, number) if text else b"\1"
        case "drop":
            return text[:place] + text[place + 1 :]
        case "double":
            return text[: place + 1] + text[place : place + 1] + text[place + 1 :]
    return text[:place] + bytes([number % 256]) + text[place:]


def change_header(request: Arrived, index: int, kind: str, number: int, *, is_name: bool) -> Arrived:
    headers = list(request.headers)
    name, value = headers[index]
    # The server writes names in lower case, whatever came.
    headers[index] = (change(name, kind, number).lower(), value) if is_name else (name, change(value, kind, number))
    return replace(request, headers=tuple(headers))


def move_border(request: Arrived, number: int) -> Arrived:
    """The same bytes one after the other, with the border between two signed parts elsewhere."""
    count = 1 + number // 2 % 5
    (name, signature), (time_name, timestamp), *others = request.headers
    if number % 2:
        query, body = request.query[:-count], request.query[-count:]
        return replace(request, query=query, body=body)
    moved = request.query[-count:] + timestamp if number % 4 else timestamp[count:]
    query = request.query[:-count] if number % 4 else request.query + timestamp[:count]
    return replace(request, query=query, headers=((name, signature), (time_name, moved), *others))


def mutate(request: Arrived, part: str, kind: str, number: int) -> Arrived:
    """*request* with one *part* of it changed."""
    if part in ("signature", "timestamp"):
        return change_header(request, ("signature", "timestamp").index(part), kind, number, is_name=False)
    if part == "header name":
        return change_header(request, number % 2, kind, number // 2, is_name=True)
    changes: dict[str, Callable[[], Arrived]] = {
        "method": lambda: replace(request, method=change(request.method.encode(), kind, number).decode("latin-1")),
        "path": lambda: replace(request, raw_path=change(request.raw_path, kind, number)),
        "query": lambda: replace(request, query=change(request.query, kind, number)),
        "body": lambda: replace(request, body=change(b"", "insert", number)),
        "border": lambda: move_border(request, number),
    }
    return changes[part]()


PARTS = ["method", "path", "query", "body", "signature", "timestamp", "header name", "border"]


@pytest.mark.parametrize("request_", GENUINE, ids=["plain", "escaped", "digits"])
def test_the_genuine_request_is_taken(request_: Arrived) -> None:
    assert DESK.answer(request_, now_ms=NOW_MS).status == 200


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
@given(
    genuine=st.sampled_from(GENUINE),
    part=st.sampled_from(PARTS),
    kind=st.sampled_from(["flip", "drop", "double", "insert"]),
    number=st.integers(0, 100_000),
)
def test_no_changed_request_is_taken(genuine: Arrived, part: str, kind: str, number: int) -> None:
    changed = mutate(genuine, part, kind, number)
    if changed == genuine:
        return
    reply = DESK.answer(changed, now_ms=NOW_MS)
    assert reply.status in (401, 404, 405, 400), reply
    assert reply.asked is None  # refused before anybody looked what it asks for
