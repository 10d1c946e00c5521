"""What goes out: paths, queries, headers and bodies, as a server on loopback receives them."""

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from hubevents_sync.errors import ConfigurationError
from hubevents_sync.hubspot import wire
from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.hubspot.guard import WriteRefused
from hubevents_sync.hubspot.paths import encode_segment, paths_of
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import AttendanceAnswer, UpsertAnswer
from hubevents_sync.model.participation import AttendanceState, Participation

if TYPE_CHECKING:
    from tests.hubspot.conftest import Connect, Recorder

KEY = EventKey("CookingCo", "4")
EVENT = MarketingEvent(
    KEY,
    {
        "customProperties": {"zeta": "2", "alpha": "1"},
        "eventName": "Virtual cooking class",
        "eventOrganizer": "Chef Joe",
        "startDateTime": "2026-11-30T16:00:00Z",
        "eventCancelled": False,
    },
)
REGISTERED, ATTENDED, CANCELLED = AttendanceState.REGISTERED, AttendanceState.ATTENDED, AttendanceState.CANCELLED


def row(state: AttendanceState = REGISTERED, **values: object) -> Participation:
    fields: dict[str, object] = {"person": b"\1" * 16, "state": state, "occurred_at_ms": 1_796_054_400_000, **values}
    return Participation(**fields)  # type: ignore[arg-type]  # a builder: each test names its own fields


def test_a_batch_upsert_sends_all_declared_fields_and_sorted_custom_properties(
    hubspot: HubSpotClient, recorder: "Recorder"
) -> None:
    hubspot.upsert_events([EVENT])
    [request] = recorder.requests
    assert (request.method, request.target) == ("POST", "/marketing/v3/marketing-events/events/upsert")
    assert request.json == {
        "inputs": [
            {
                "externalAccountId": "CookingCo",
                "externalEventId": "4",
                "eventName": "Virtual cooking class",
                "eventOrganizer": "Chef Joe",
                "startDateTime": "2026-11-30T16:00:00Z",
                "eventCancelled": False,
                "customProperties": [{"name": "alpha", "value": "1"}, {"name": "zeta", "value": "2"}],
            }
        ]
    }
    assert request.headers["content-type"] == "application/json"


def test_an_event_without_custom_properties_sends_an_empty_list_of_them() -> None:
    assert wire.event_input(MarketingEvent(KEY, {}))["customProperties"] == []


def test_an_event_completed_field_never_goes_through_an_upsert() -> None:
    assert "eventCompleted" not in wire.event_input(MarketingEvent(KEY, {"eventCompleted": True, "eventName": "x"}))


def test_put_sends_the_account_in_the_body_and_returns_the_object_id(
    hubspot: HubSpotClient, recorder: "Recorder"
) -> None:
    recorder.answer({"objectId": "111", "id": "4"})
    assert hubspot.put_event(EVENT) == "111"
    [request] = recorder.requests
    assert (request.method, request.target) == ("PUT", "/marketing/v3/marketing-events/events/4")
    assert request.json == wire.event_input(EVENT)


@pytest.mark.parametrize(
    ("version", "base"),
    [
        ("v3", "/marketing/v3/marketing-events"),
        ("2026-03", "/marketing/marketing-events/2026-03"),
        ("2026-09", "/marketing/marketing-events/2026-09"),
    ],
)
def test_each_version_has_its_own_base(connect: "Connect", recorder: "Recorder", version: str, base: str) -> None:
    client = connect(api=version)
    client.read_event(KEY)
    client.read_counters(KEY)
    client.record_attendance(KEY, REGISTERED, [row(email="ana@example.com")])
    assert [request.target for request in recorder.requests] == [
        f"{base}/events/4?externalAccountId=CookingCo",
        f"{base}/participations/CookingCo/4",
        f"{base}/attendance/4/register/email-create?externalAccountId=CookingCo",
    ]


def test_an_unknown_version_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError) as caught:
        paths_of("v4")
    assert caught.value.message == "hubspot.api is 'v4'; known are v3, 2026-03, 2026-09"


def test_every_reserved_character_of_an_id_is_percent_encoded(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    key = EventKey("A&B/c d+é", "a/b c#é?%25")
    hubspot.read_event(key)
    hubspot.read_counters(key)
    assert [request.target for request in recorder.requests] == [
        "/marketing/v3/marketing-events/events/a%2Fb%20c%23%C3%A9%3F%2525?externalAccountId=A%26B%2Fc%20d%2B%C3%A9",
        "/marketing/v3/marketing-events/participations/A%26B%2Fc%20d%2B%C3%A9/a%2Fb%20c%23%C3%A9%3F%2525",
    ]


@pytest.mark.parametrize("event_id", [".", ".."])
def test_an_id_of_dots_does_not_climb_to_another_endpoint(
    hubspot: HubSpotClient, recorder: "Recorder", event_id: str
) -> None:
    hubspot.complete_event(EventKey("CookingCo", event_id), start="a", end="b")
    encoded = event_id.replace(".", "%2E")
    assert recorder.requests[0].path == f"/marketing/v3/marketing-events/events/{encoded}/complete"


def test_an_empty_id_is_a_bug_and_sends_nothing() -> None:
    with pytest.raises(ValueError, match="an id in a path can't be empty"):
        encode_segment("")


def test_a_base_url_with_a_path_keeps_it(connect: "Connect", recorder: "Recorder") -> None:
    connect(path="/gateway/hubspot/").read_event(EventKey("CookingCo", "a/b"))
    assert recorder.requests[0].path == "/gateway/hubspot/marketing/v3/marketing-events/events/a%2Fb"


def test_attendance_by_email_sends_milliseconds_and_empty_maps(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    rows = [row(email="ana@example.com", contact_properties={"firstname": "Ana"}), row(email="bo@example.com")]
    hubspot.record_attendance(KEY, REGISTERED, rows)
    [request] = recorder.requests
    assert request.target == (
        "/marketing/v3/marketing-events/attendance/4/register/email-create?externalAccountId=CookingCo"
    )
    assert request.body == (
        b'{"inputs":[{"email":"ana@example.com","interactionDateTime":1796054400000,"properties":{},'
        b'"contactProperties":{"firstname":"Ana"}},'
        b'{"email":"bo@example.com","interactionDateTime":1796054400000,"properties":{},"contactProperties":{}}]}'
    )


def test_attendance_by_contact_id_sends_joined_and_left_for_attend_only(
    hubspot: HubSpotClient, recorder: "Recorder"
) -> None:
    times = {"contact_id": 543954422478, "joined_at_ms": 1_796_054_400_000, "left_at_ms": 1_796_058_600_500}
    hubspot.record_attendance(KEY, ATTENDED, [row(ATTENDED, **times)])
    hubspot.record_attendance(KEY, CANCELLED, [row(CANCELLED, **times)])
    hubspot.record_attendance(KEY, ATTENDED, [row(ATTENDED, contact_id=1)])
    base = "/marketing/v3/marketing-events/attendance/4"
    assert [(request.target, request.json) for request in recorder.requests] == [
        (
            f"{base}/attend/create?externalAccountId=CookingCo",
            {
                "inputs": [
                    {
                        "vid": 543954422478,
                        "interactionDateTime": 1796054400000,
                        "properties": {"joinedAt": "2026-11-30T16:00:00Z", "leftAt": "2026-11-30T17:10:00.500Z"},
                    }
                ]
            },
        ),
        (
            f"{base}/cancel/create?externalAccountId=CookingCo",
            {"inputs": [{"vid": 543954422478, "interactionDateTime": 1796054400000, "properties": {}}]},
        ),
        (
            f"{base}/attend/create?externalAccountId=CookingCo",
            {"inputs": [{"vid": 1, "interactionDateTime": 1796054400000, "properties": {}}]},
        ),
    ]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([row(email="a@example.com"), row(contact_id=1)], "mixes rows"),
        ([row(email="a@example.com"), row(CANCELLED, email="b@example.com")], "another state"),
        ([row(), row()], "neither"),
    ],
)
def test_a_batch_that_does_not_belong_together_is_a_bug_and_sends_nothing(
    hubspot: HubSpotClient, recorder: "Recorder", rows: list[Participation], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        hubspot.record_attendance(KEY, REGISTERED, rows)
    assert recorder.requests == []


def test_empty_batches_send_nothing(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    assert hubspot.upsert_events([]) == UpsertAnswer()
    assert hubspot.record_attendance(KEY, REGISTERED, []) == AttendanceAnswer()
    assert recorder.requests == []
    assert hubspot.requests_sent == 0


def test_complete_sends_both_times_and_the_account_in_the_query(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    hubspot.complete_event(KEY, start="2026-11-30T16:00:00Z", end="2026-11-30T17:30:00Z")
    [request] = recorder.requests
    assert (request.method, request.target, request.json) == (
        "POST",
        "/marketing/v3/marketing-events/events/4/complete?externalAccountId=CookingCo",
        {"startDateTime": "2026-11-30T16:00:00Z", "endDateTime": "2026-11-30T17:30:00Z"},
    )


def test_reading_people_asks_page_after_page_and_only_when_needed(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    person = {"associations": {"contact": {"contactId": "7", "email": "ana@example.com"}}, "properties": {}}
    recorder.page([person] * 100, after="MTAw")
    recorder.page([person])
    rows = hubspot.read_participations(KEY)
    assert recorder.requests == []
    next(rows)
    assert len(recorder.requests) == 1
    assert len(list(rows)) == 100
    base = "/marketing/v3/marketing-events/participations/CookingCo/4/breakdown"
    assert [request.target for request in recorder.requests] == [f"{base}?limit=100", f"{base}?limit=100&after=MTAw"]


def test_one_person_is_asked_for_by_an_encoded_email(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    assert list(hubspot.read_participations(KEY, contact="ana+x@example.com")) == []
    assert recorder.requests[0].target.endswith("breakdown?limit=100&contactIdentifier=ana%2Bx%40example.com")
    assert recorder.requests[0].query["contactIdentifier"] == "ana+x@example.com"


def test_every_request_carries_the_token_and_our_name(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    hubspot.read_counters(KEY)
    headers = recorder.requests[0].headers
    assert headers["authorization"] == "Bearer pat-eu1-planted-token-0123456789"
    assert headers["user-agent"].startswith("hubevents-sync/")
    assert headers["accept"] == "application/json"
    assert headers["accept-encoding"] == "gzip, deflate"


def test_a_packed_answer_is_read(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer(gzip.compress(b'{"registered": 3}'), headers={"Content-Encoding": "gzip"})
    assert hubspot.read_counters(KEY).registered == 3


def test_a_cookie_is_not_sent_back(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer({}, headers={"Set-Cookie": "who=ana; Path=/"})
    hubspot.read_counters(KEY)
    hubspot.read_counters(KEY)
    assert "cookie" not in recorder.requests[1].headers


def test_sixteen_threads_share_one_client(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    def send(number: int) -> None:
        rows = [row(email=f"p{number}-{index}@example.com") for index in range(100)]
        hubspot.record_attendance(EventKey("CookingCo", f"e{number}"), REGISTERED, rows)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(send, range(48)))
    arrived = {request.path.split("/")[5]: request.json["inputs"] for request in recorder.requests}
    assert sorted(arrived) == sorted(f"e{number}" for number in range(48))
    assert all(inputs[99]["email"] == f"p{name[1:]}-99@example.com" for name, inputs in arrived.items())
    assert hubspot.requests_sent == 48


def test_a_read_only_client_refuses_to_write_before_anything_is_sent(connect: "Connect", recorder: "Recorder") -> None:
    client = connect(read_only=True)
    writes: list[Callable[[], object]] = [
        lambda: client.upsert_events([EVENT]),
        lambda: client.put_event(EVENT),
        lambda: client.record_attendance(KEY, REGISTERED, [row(email="ana@example.com")]),
        lambda: client.complete_event(KEY, start="a", end="b"),
    ]
    for write in writes:
        with pytest.raises(WriteRefused):
            write()
    assert recorder.requests == []
    assert client.requests_sent == 0


def test_a_read_only_client_reads_and_looks_up_its_token(connect: "Connect", recorder: "Recorder") -> None:
    recorder.always({"hubId": 1})
    client = connect(read_only=True, path="/gateway")
    client.read_event(KEY)
    client.read_token_info()
    assert [request.method for request in recorder.requests] == ["GET", "POST"]
    assert client.requests_sent == 2
