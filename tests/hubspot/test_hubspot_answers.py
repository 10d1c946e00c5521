"""What comes back: tolerant of what is missing or unknown, strict about what is no answer at all."""

from typing import TYPE_CHECKING

import pytest

from hubevents_sync.errors import AuthenticationFailed, HubSpotError
from hubevents_sync.hubspot import answers
from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.model.event import EventKey, FieldValue, MarketingEvent
from hubevents_sync.model.outcome import (
    AcceptedRow,
    AttendanceAnswer,
    AttendanceCounters,
    ItemError,
    LiveParticipation,
    TokenInfo,
    UpsertAnswer,
    UpsertedEvent,
)
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.snapshot import EventSnapshot

if TYPE_CHECKING:
    from tests.hubspot.conftest import Connect, Recorder

KEY = EventKey("CookingCo", "4")
EVENT = MarketingEvent(KEY, {"eventName": "Class"})
STATE = AttendanceState.ATTENDED
ROW = Participation(
    b"\1" * 16, STATE, 1_796_054_400_000, email="Ana@Example.com", contact_properties={"firstname": "Anastasia"}
)


def test_an_upsert_is_read_in_hubspots_order_with_both_shapes_of_custom_properties(
    hubspot: HubSpotClient, recorder: "Recorder"
) -> None:
    property_value = {"name": "b", "value": "2", "source": "API", "timestamp": 5, "isEncrypted": False}
    result = {
        "eventName": "Class",
        "id": "4",
        "objectId": "111",
        "customProperties": [{"name": "a", "value": "1"}, property_value, {"name": "c", "value": None}],
        "somethingNew": {},
    }
    recorder.answer({"status": "COMPLETE", "results": [result, {}]}, headers={"X-HubSpot-Correlation-Id": "c-1"})
    assert hubspot.upsert_events([EVENT]) == UpsertAnswer(
        (UpsertedEvent("Class", "4", "111", {"a": "1", "b": "2"}), UpsertedEvent("")), (), "c-1"
    )


@pytest.mark.parametrize("status", [200, 201, 207])
def test_attendance_is_read_from_any_2xx(hubspot: HubSpotClient, recorder: "Recorder", status: int) -> None:
    results = [{"vid": 7, "email": "ana@example.com"}, {"vid": "8"}, {"email": "no-vid@example.com"}, "nonsense"]
    recorder.answer({"results": results}, status=status, headers={"X-HubSpot-Correlation-Id": "c-2"})
    assert hubspot.record_attendance(KEY, STATE, [ROW]) == AttendanceAnswer(
        (AcceptedRow(7, "ana@example.com"), AcceptedRow(8)), (), "c-2"
    )


def test_an_answer_without_results_or_without_a_body_is_an_empty_one(
    hubspot: HubSpotClient, recorder: "Recorder"
) -> None:
    recorder.answer({"status": "COMPLETE"})
    recorder.answer(b"", status=204)
    recorder.answer({"results": None, "errors": None})
    for _ in range(3):
        assert hubspot.record_attendance(KEY, STATE, [ROW]) == AttendanceAnswer()


def test_an_item_error_names_its_people_and_its_message_does_not(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer(
        {
            "numErrors": 2,
            "results": [],
            "errors": [
                {
                    "status": "error",
                    "category": "VALIDATION_ERROR",
                    "subCategory": "AttendanceValidationError.JOINED_AT_IS_LATER_THAN_LEFT_AT_FOR_EMAIL",
                    "message": "joinedAt param must be earlier than leftAt for `Ana@Example.com`. Sorry, Anastasia",
                    "context": {"emails": ["BO@example.com"], "vids": ["71"], "limit": ["100"]},
                    "errors": [{"message": "see contact 72", "context": {"contact_id": [73]}}],
                },
                {"subCategory": {"name": "odd"}},
            ],
        }
    )
    assert hubspot.record_attendance(KEY, STATE, [ROW]).errors == (
        ItemError(
            message="joinedAt param must be earlier than leftAt for `<e-mail>`. Sorry, <hidden>; see contact 72",
            category="VALIDATION_ERROR",
            sub_category="AttendanceValidationError.JOINED_AT_IS_LATER_THAN_LEFT_AT_FOR_EMAIL",
            emails=frozenset({"ana@example.com", "bo@example.com"}),
            contact_ids=frozenset({71, 72, 73}),
        ),
        ItemError(message="HubSpot gave no reason"),
    )


def test_a_contact_id_in_backticks_is_found_in_the_sentence() -> None:
    [error] = answers.read_item_errors({"errors": [{"message": "joinedAt must be earlier than leftAt for `123`"}]})
    assert error.contact_ids == {123}


def test_an_event_is_read_with_its_times_in_our_spelling(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer(
        {
            "id": "4",
            "objectId": 111,
            "eventName": "Class",
            "eventOrganizer": None,
            "startDateTime": "2026-11-30T17:00:00.000+01:00",
            "endDateTime": 1_796_059_800_000,
            "eventCancelled": False,
            "eventCompleted": True,
            "customProperties": [{"name": "a", "value": "1"}],
            "registrants": 3,
        }
    )
    fields: dict[str, FieldValue] = {
        "eventName": "Class",
        "startDateTime": "2026-11-30T16:00:00Z",
        "endDateTime": "2026-11-30T17:30:00Z",
        "eventCancelled": False,
        "customProperties": {"a": "1"},
    }
    assert hubspot.read_event(KEY) == EventSnapshot(MarketingEvent(KEY, fields), is_completed=True, object_id="111")


def test_an_unreadable_time_of_an_event_is_left_out() -> None:
    assert answers.read_event({"startDateTime": "soon", "eventName": 5}, KEY).event.fields == {}


def test_an_event_that_hubspot_does_not_have_is_none(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer({"status": "error", "category": "OBJECT_NOT_FOUND", "message": "no"}, status=404)
    assert hubspot.read_event(KEY) is None


def test_a_404_of_something_else_than_hubspot_does_not_prove_that_the_event_is_missing(
    hubspot: HubSpotClient, recorder: "Recorder"
) -> None:
    recorder.answer("<html>no such page</html>", status=404)
    with pytest.raises(HubSpotError) as caught:
        hubspot.read_event(KEY)
    assert caught.value.message == "reading the event CookingCo/4: HubSpot answered 404: no reason given"
    assert caught.value.hint == "check hubspot.base_url: this is no answer of HubSpot's own"


def test_counters_are_read_and_missing_ones_are_zero(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer({"registered": 3, "attended": 2, "noShows": 1})
    assert hubspot.read_counters(KEY) == AttendanceCounters(registered=3, attended=2, cancelled=0, no_shows=1)


@pytest.mark.parametrize(
    ("occurred_at", "expected"),
    [
        (1_796_054_400_000, 1_796_054_400_000),
        ("1796054400000", 1_796_054_400_000),
        ("2026-11-30T16:00:00Z", 1_796_054_400_000),
        ("2026-11-30T17:00:00.115+01:00", 1_796_054_400_115),
        ("2026-11-30T16:00:00", 1_796_054_400_000),
        ("soon", 0),
        (True, 0),
        (None, 0),
        (1.5, 0),
    ],
)
def test_a_row_is_read_with_its_time_as_number_or_text(
    hubspot: HubSpotClient, recorder: "Recorder", occurred_at: object, expected: int
) -> None:
    contact = {"contactId": "86097279137", "email": "ana@example.com", "firstname": "Ana"}
    recorder.page(
        [
            {
                "id": "1",
                "createdAt": "2026-11-30T16:00:02Z",
                "associations": {"contact": contact, "marketingEvent": {}},
                "properties": {"occurredAt": occurred_at, "attendanceState": "NO_SHOW"},
            }
        ]
    )
    assert list(hubspot.read_participations(KEY)) == [
        LiveParticipation(86097279137, "ana@example.com", "NO_SHOW", expected, 1_796_054_402_000)
    ]


def test_a_row_that_says_little_is_kept_and_one_that_names_nobody_is_not() -> None:
    assert answers.read_participation({"associations": {"contact": {"email": "ana@example.com"}}}) == (
        LiveParticipation(0, "ana@example.com", "", 0, 0)
    )
    assert answers.read_participation({"associations": {"contact": {"contactId": 5}}}) == LiveParticipation(
        5, "", "", 0, 0
    )
    assert answers.read_participation({"associations": []}) is None


def test_pages_without_an_end_are_an_error(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.always({"results": [], "paging": {"next": {"after": "1"}}})
    with pytest.raises(HubSpotError, match="names the same next page twice"):
        list(hubspot.read_participations(KEY))
    assert len(recorder.requests) == 2


@pytest.mark.parametrize("body", ["<html>sign in</html>", "[]", '"yes"', "nul", "\xff", "[" * 100_000])
def test_a_2xx_that_is_no_json_object_is_an_error(hubspot: HubSpotClient, recorder: "Recorder", body: str) -> None:
    recorder.always(body.encode("latin-1"), headers={"Content-Type": "text/html"})
    for call in (
        lambda: hubspot.upsert_events([EVENT]),
        lambda: hubspot.read_counters(KEY),
        lambda: hubspot.complete_event(KEY, start="a", end="b"),
    ):
        with pytest.raises(HubSpotError) as caught:
            call()
        assert f"the answer 200 is no JSON object ({len(body)} bytes, text/html)" in caught.value.message
        assert caught.value.status == 200


def test_an_empty_answer_to_a_read_is_an_error(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer(b"")
    with pytest.raises(HubSpotError, match=r"reading the counters of CookingCo/4: the answer 200 is no JSON object"):
        hubspot.read_counters(KEY)


def test_the_token_says_whom_it_belongs_to(connect: "Connect", recorder: "Recorder") -> None:
    recorder.answer({"userId": 1, "hubId": 12345678, "appId": 9, "scopes": ["a", "b", 3]})
    recorder.answer({"hubId": "5"})
    client = connect()
    assert client.read_token_info() == TokenInfo(12345678, 9, frozenset({"a", "b"}), user_id=1)
    assert client.read_token_info() == TokenInfo(5, None, frozenset())
    request = recorder.requests[0]
    assert (request.method, request.target) == ("POST", "/oauth/v2/private-apps/get/access-token-info")
    assert request.json == {"tokenKey": "pat-eu1-planted-token-0123456789"}
    assert request.headers["authorization"] == "Bearer pat-eu1-planted-token-0123456789"


def test_a_token_look_up_that_names_no_account_is_an_authentication_failure(
    hubspot: HubSpotClient, recorder: "Recorder"
) -> None:
    recorder.answer({"userId": 1})
    with pytest.raises(AuthenticationFailed, match="does not say which account"):
        hubspot.read_token_info()
