"""Errors: the narrowest kind, with HubSpot's words, and with nobody's e-mail, name or token."""

import logging
from typing import TYPE_CHECKING

import pytest

from hubevents_sync.errors import AuthenticationFailed, DailyQuotaSpent, HubSpotError
from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.hubspot.redaction import contact_ids_in, emails_in, without_people
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import AttendanceState, Participation

if TYPE_CHECKING:
    from tests.hubspot.conftest import Connect, Recorder

KEY = EventKey("CookingCo", "4")
TOKEN = "pat-eu1-planted-token-0123456789"
PLANTED = ("ana.planted@example.com", "Anaplanted", TOKEN)
ROW = Participation(
    b"\1" * 16,
    AttendanceState.REGISTERED,
    1_796_054_400_000,
    email="Ana.Planted@example.com",
    contact_properties={"firstname": "Anaplanted", "initial": "A"},
)


def failure(hubspot: HubSpotClient) -> HubSpotError:
    with pytest.raises(HubSpotError) as caught:
        hubspot.record_attendance(KEY, AttendanceState.REGISTERED, [ROW])
    return caught.value


def test_a_refusal_carries_hubspots_category_message_and_correlation_id(
    hubspot: HubSpotClient, recorder: "Recorder"
) -> None:
    message = "Unknown state for 'REGISTERED'. Correct are 'register', 'attend' or 'cancel'."
    body = {
        "status": "error",
        "message": message,
        "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf",
        "category": "VALIDATION_ERROR",
        "errors": [{"message": message}, {"message": "second"}, {}],
    }
    recorder.answer(body, status=400)
    error = failure(hubspot)
    assert type(error) is HubSpotError
    assert error.message == (
        "recording 1 row of CookingCo/4 as REGISTERED: HubSpot answered 400 VALIDATION_ERROR: "
        "Unknown state for 'REGISTERED'. Correct are 'register', 'attend' or 'cancel'.; second"
    )
    assert (error.status, error.category, error.correlation_id) == (
        400,
        "VALIDATION_ERROR",
        "aeb5f871-7f07-4993-9211-075dc63e7cbf",
    )


def test_the_correlation_id_is_taken_from_the_header_where_the_body_has_none(
    hubspot: HubSpotClient, recorder: "Recorder"
) -> None:
    recorder.answer({"errorType": "ODD"}, status=500, headers={"X-HubSpot-Correlation-Id": "from-header"})
    error = failure(hubspot)
    assert (error.category, error.correlation_id) == ("ODD", "from-header")
    assert error.message.endswith("HubSpot answered 500 ODD: no reason given")


def test_a_401_is_an_authentication_failure(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer(
        {"category": "INVALID_AUTHENTICATION", "message": "Authentication credentials not found."}, status=401
    )
    error = failure(hubspot)
    assert isinstance(error, AuthenticationFailed)
    assert error.exit_code == 7
    assert error.hint == "check the token: HubSpot does not know it, or it was deactivated or has expired"


def test_a_403_names_the_missing_scopes(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    scopes = ["crm.objects.marketing_events.write", 5]
    recorder.answer(
        {
            "category": "MISSING_SCOPES",
            "message": "This app hasn't been granted all required scopes to make this call.",
            "errors": [
                {
                    "message": "One or more of the following scopes are required.",
                    "context": {"requiredGranularScopes": scopes},
                }
            ],
        },
        status=403,
    )
    error = failure(hubspot)
    assert isinstance(error, AuthenticationFailed)
    assert error.hint == "give the app or the service key these scopes: crm.objects.marketing_events.write"


def test_a_403_without_scopes_names_the_two_that_are_needed(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer("<html>blocked</html>", status=403)
    error = failure(hubspot)
    assert error.hint == (
        "give the app or the service key the scopes crm.objects.marketing_events.read and "
        "crm.objects.marketing_events.write"
    )


def test_a_404_to_a_write_says_whose_events_can_be_reached(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer({"status": "error", "category": "OBJECT_NOT_FOUND", "message": "no such event"}, status=404)
    error = failure(hubspot)
    assert (error.status, error.category) == (404, "OBJECT_NOT_FOUND")
    assert error.hint == "HubSpot finds an event by its external id only for the app, and so the token, that created it"


def test_a_redirect_is_not_followed(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer(status=302, headers={"Location": "https://elsewhere.example/"})
    error = failure(hubspot)
    assert error.message == (
        "recording 1 row of CookingCo/4 as REGISTERED: HubSpot answered 302: "
        "a redirect, which is not followed: the token is for hubspot.base_url only"
    )
    assert len(recorder.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500])
def test_no_error_repeats_a_person_or_the_token(hubspot: HubSpotClient, recorder: "Recorder", status: int) -> None:
    body = {
        "message": f"Invalid input: Ana.Planted@example.com, firstname anaplanted, token {TOKEN}",
        "category": "BAD for ana.planted@example.com",
        "correlationId": "id ana.planted@example.com",
        "errors": [{"message": "also `other@example.org`", "context": {"missingScopes": ["x@example.org"]}}],
    }
    recorder.answer(body, status=status)
    error = failure(hubspot)
    told = " ".join(
        [error.message, repr(error), str(error), str(error.hint), str(error.category), str(error.correlation_id)]
    )
    assert not any(planted.lower() in told.lower() for planted in PLANTED)
    assert "@" not in told
    assert "Invalid input: <e-mail>, firstname <hidden>, token <hidden>; also `<e-mail>`" in error.message


def test_a_daily_limit_stops_at_once(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer(
        {
            "status": "error",
            "message": "You have reached your daily limit.",
            "errorType": "RATE_LIMIT",
            "correlationId": "c-1",
            "policyName": "DAILY",
        },
        status=429,
    )
    error = failure(hubspot)
    assert isinstance(error, DailyQuotaSpent)
    assert (error.exit_code, error.status, error.category, error.correlation_id) == (8, 429, "RATE_LIMIT", "c-1")
    assert error.message == (
        "recording 1 row of CookingCo/4 as REGISTERED: HubSpot takes no more calls today, "
        "the account's daily quota is spent"
    )
    assert len(recorder.requests) == 1


def test_a_429_with_nothing_left_of_the_day_is_the_daily_limit(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer("", status=429, headers={"X-HubSpot-RateLimit-Daily-Remaining": "0"})
    assert isinstance(failure(hubspot), DailyQuotaSpent)


def test_the_logs_of_httpcore_at_debug_show_no_person_and_no_token(
    connect: "Connect", recorder: "Recorder", caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, logger=name)
    client, _ = connect(), connect()
    recorder.answer({"hubId": 1})
    client.read_token_info()
    list(client.read_participations(KEY, contact="ana.planted@example.com"))
    client.record_attendance(KEY, AttendanceState.REGISTERED, [ROW])
    recorder.answer({"message": "no ana.planted@example.com"}, status=400)
    failure(client)
    assert "send_request_headers.started request=<Request [b'GET']>" in caplog.text
    assert not any(planted in caplog.text.lower() for planted in [*PLANTED, "ana.planted%40", "contactidentifier"])


@pytest.mark.parametrize(
    ("text", "emails"),
    [
        ("leftAt for `A@B.com`", {"a@b.com"}),
        ("for ana+x@sub.example.com, and 'bo@example.com'.", {"ana+x@sub.example.com", "bo@example.com"}),
        ("mail o'brien@example.com.", {"o'brien@example.com"}),
        ('"odd name"@example.com is odd', {'"odd name"@example.com'}),
        ("grüße@exämple.de", {"grüße@exämple.de"}),
        ("nobody here", set()),
        ("@ alone @", set()),
    ],
)
def test_emails_are_found_and_taken_out_of_a_sentence(text: str, emails: set[str]) -> None:
    assert emails_in(text) == emails
    plain = without_people(text).lower()
    assert not any(email in plain for email in emails)


def test_an_email_in_a_url_is_taken_out() -> None:
    assert without_people("GET /x?contactIdentifier=ana%40example.com&limit=1") == (
        "GET /x?contactIdentifier=<e-mail>&limit=1"
    )


def test_a_hidden_value_is_taken_out_as_a_word_only_and_one_letter_is_left_alone() -> None:
    assert without_people("Ana ate bananas, said A", hidden=["ana", "A"]) == "<hidden> ate bananas, said A"


def test_a_hidden_value_of_several_lines_is_found_on_one() -> None:
    assert without_people("lives at 1 Main\nStreet!", hidden=[" 1 Main\nStreet "]) == "lives at <hidden>!"


def test_a_message_is_one_printable_line_of_bounded_length() -> None:
    assert without_people("a\r\nb\x1b[31mc\u202ed") == "a b [31mc d"
    assert without_people("x" * 900) == "x" * 499 + "…"


def test_contact_ids_are_found_in_a_sentence() -> None:
    assert contact_ids_in("leftAt for `123`, vid 45, contact id: 6, contact 7 of 99") == {123, 45, 6, 7}
