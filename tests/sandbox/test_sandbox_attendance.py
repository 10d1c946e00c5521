"""What becomes of attendance rows: stored, repeated, dropped in silence, pretended, refused."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Api

FIRST_VID = 540_000_000_001


def test_the_three_states_are_written_as_verbs_and_read_back_as_states(api: "Api") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"), api.row("bob@example.com"), api.row("cem@example.com"))
    api.record("cancel", api.row("bob@example.com", "2026-11-01T10:00:00Z"))
    api.record("attend", api.attended("cem@example.com", "2026-11-30T16:00:00Z", "2026-11-30T17:00:00Z"))
    assert api.counters() == {"registered": 1, "attended": 1, "cancelled": 1, "noShows": 0}
    assert api.states() == [
        ("ana@example.com", "REGISTERED"),
        ("bob@example.com", "REGISTERED"),
        ("cem@example.com", "REGISTERED"),
        ("bob@example.com", "CANCELLED"),
        ("cem@example.com", "ATTENDED"),
    ]


@pytest.mark.behaviour("state-verbs")
@pytest.mark.parametrize("state", ["REGISTERED", "ATTENDED", "NO_SHOW", "Register", "no_show"])
def test_any_other_state_is_a_400_in_hubspots_words(api: "Api", state: str) -> None:
    api.upsert(api.event())
    answer = api.send_rows(state, api.row("ana@example.com"))
    assert answer.status_code == 400
    assert answer.json()["message"] == f"Unknown state for '{state}'. Correct are 'register', 'attend' or 'cancel'."


@pytest.mark.behaviour("account-in-query")
@pytest.mark.parametrize("kind", ["create", "email-create"])
def test_the_external_account_is_needed_in_the_query(api: "Api", kind: str) -> None:
    api.upsert(api.event())
    body = {"inputs": [], "externalAccountId": api.account}
    answer = api.post(f"attendance/cooking/register/{kind}", body)
    assert (answer.status_code, answer.json()["message"]) == (400, "externalAccountId is required")


@pytest.mark.behaviour("attendance-unknown-event", "not-found")
def test_an_unknown_event_is_a_404_and_makes_no_contact(api: "Api") -> None:
    answer = api.send_rows("register", api.row("ana@example.com"), event="none")
    assert (answer.status_code, answer.json()["category"]) == (404, "OBJECT_NOT_FOUND")
    assert api.sandbox.account.contacts == []


@pytest.mark.behaviour("contacts-created")
@pytest.mark.behaviour("result-email-case", "lower")
def test_by_email_unknown_contacts_are_made_with_their_properties(api: "Api") -> None:
    api.upsert(api.event())
    row = {**api.row("Ana@Example.com"), "contactProperties": {"firstname": "Ana", "lastname": "Roth"}}
    assert api.record("register", row)["results"] == [{"vid": FIRST_VID, "email": "ana@example.com"}]
    (contact,) = api.sandbox.account.contacts
    assert (contact["email"], contact["properties"]) == ("ana@example.com", {"firstname": "Ana", "lastname": "Roth"})


@pytest.mark.behaviour("contacts-created")
def test_contact_properties_never_change_a_contact_that_exists(api: "Api") -> None:
    api.upsert(api.event())
    vid = api.sandbox.account.add_contact("ana@example.com", firstname="Ana")
    row = {**api.row("ana@example.com"), "contactProperties": {"firstname": "Anna"}}
    assert api.record("register", row)["results"] == [{"vid": vid, "email": "ana@example.com"}]
    assert api.sandbox.account.contacts[0]["properties"] == {"firstname": "Ana"}


def test_contacts_match_whatever_the_case_of_their_email(api: "Api") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    assert api.record("register", api.row("ANA@Example.COM"))["results"] == []
    assert len(api.sandbox.account.contacts) == 1


def test_by_vid_known_contacts_take_part(api: "Api") -> None:
    api.upsert(api.event())
    vid = api.sandbox.account.add_contact("ana@example.com")
    row = {"vid": vid, "interactionDateTime": 1_793_523_600_000, "properties": {}}
    assert api.record("register", row)["results"] == [{"vid": vid}]
    assert api.states() == [("ana@example.com", "REGISTERED")]


@pytest.mark.behaviour("unknown-vid", "error")
def test_an_unknown_vid_is_an_error_of_its_own_and_the_others_are_stored(api: "Api") -> None:
    api.upsert(api.event())
    vid = api.sandbox.account.add_contact("ana@example.com")
    rows = [{"vid": each, "interactionDateTime": 1_793_523_600_000} for each in (7, vid)]
    answer = api.record("register", *rows)
    assert (answer["results"], answer["numErrors"]) == ([{"vid": vid}], 1)
    assert answer["errors"] == [
        {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": "No contact with vid `7`",
            "context": {"vid": ["7"]},
            "errors": [],
            "links": {},
        }
    ]
    assert len(api.sandbox.account.contacts) == 1


@pytest.mark.behaviour("invalid-email", "error")
@pytest.mark.parametrize("email", ["", "ana", "ana@example", "a b@example.com", "a@b@example.com", "ana@.com"])
def test_an_invalid_email_is_an_error_of_its_own(api: "Api", email: str) -> None:
    api.upsert(api.event())
    answer = api.record("register", api.row(email), api.row("bob@example.com"))
    assert [result["email"] for result in answer["results"]] == ["bob@example.com"]
    assert (answer["numErrors"], answer["errors"][0]["subCategory"]) == (1, "INVALID_EMAIL")
    assert [contact["email"] for contact in api.sandbox.account.contacts] == ["bob@example.com"]


@pytest.mark.behaviour("repeat-answers-empty")
def test_a_repeat_of_contact_and_time_is_in_no_list_and_stored_once(api: "Api") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    answer = api.record("register", api.row("ana@example.com"), api.row("bob@example.com"))
    assert [result["email"] for result in answer["results"]] == ["bob@example.com"]
    assert "errors" not in answer
    assert api.counters()["registered"] == 2


@pytest.mark.behaviour("repeat-in-other-state", "repeat")
def test_a_repeat_is_one_whatever_its_state(api: "Api") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    assert api.record("cancel", api.row("ana@example.com"))["results"] == []
    assert api.counters()["registered"] == 1


def test_the_same_time_at_another_event_is_no_repeat(api: "Api") -> None:
    api.upsert(api.event("one"), api.event("two"))
    api.record("register", api.row("ana@example.com"), event="one")
    assert len(api.record("register", api.row("ana@example.com"), event="two")["results"]) == 1


@pytest.mark.behaviour("duplicate-in-batch", "repeat")
def test_the_second_of_two_equal_rows_of_a_batch_is_a_repeat(api: "Api") -> None:
    api.upsert(api.event())
    answer = api.record("register", api.row("ana@example.com"), api.row("ANA@example.com"))
    assert len(answer["results"]) == 1
    assert len(api.sandbox.account.participations) == 1


@pytest.mark.behaviour("re-registration")
def test_someone_can_cancel_and_register_again(api: "Api") -> None:
    api.upsert(api.event())
    for state, at in (("register", "09"), ("cancel", "10"), ("register", "11")):
        api.record(state, api.row("ana@example.com", f"2026-11-01T{at}:00:00Z"))
    assert api.counters() == {"registered": 1, "attended": 0, "cancelled": 0, "noShows": 0}
    assert [state for _, state in api.states()] == ["REGISTERED", "CANCELLED", "REGISTERED"]


def test_the_newest_row_of_a_contact_has_its_latest_created_at(api: "Api") -> None:
    """The clock stands still, and still the rows of one person can be told apart, as clients have to."""
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"), api.row("ana@example.com", "2026-11-01T09:00:01Z"))
    assert api.counters()["registered"] == 1
    api.record("cancel", api.row("ana@example.com", "2026-11-01T09:00:02Z"))
    rows = api.breakdown()["results"]
    assert [row["createdAt"][-5:] for row in rows] == [".000Z", ".001Z", ".002Z"]
    assert [row["current"] for row in api.sandbox.account.participations] == [False, False, True]


@pytest.mark.behaviour("seconds-dropped")
@pytest.mark.parametrize("state", ["register", "attend", "cancel"])
@pytest.mark.parametrize("interaction", [1_793_523_600, 0, -1, 9_999_999_999])
def test_seconds_for_milliseconds_are_dropped_in_silence(api: "Api", state: str, interaction: int) -> None:
    api.upsert(api.event())
    ends = {"joinedAt": "2026-11-30T16:00:00Z", "leftAt": "2026-11-30T17:00:00Z"}
    answer = api.record(state, {**api.row("ana@example.com", **ends), "interactionDateTime": interaction})
    assert answer["results"] == []
    assert "errors" not in answer
    assert (api.sandbox.account.contacts, api.sandbox.account.participations) == ([], [])


@pytest.mark.behaviour("interaction-time-required")
@pytest.mark.parametrize("name", ["interactionDateTime", "email"])
def test_a_row_without_a_required_field_refuses_the_batch(api: "Api", name: str) -> None:
    api.upsert(api.event())
    row = {key: value for key, value in api.row("ana@example.com").items() if key != name}
    answer = api.send_rows("register", api.row("bob@example.com"), row)
    assert (answer.status_code, answer.json()["errors"][0]["in"]) == (400, f"inputs[1].{name}")
    assert api.sandbox.account.contacts == []


@pytest.mark.parametrize("value", ["1793523600000", 1793523600000.0, True, 2**63, "2026-11-01T09:00:00Z"])
def test_an_interaction_that_is_no_int64_refuses_the_batch(api: "Api", value: Any) -> None:
    api.upsert(api.event())
    answer = api.send_rows("register", {**api.row("ana@example.com"), "interactionDateTime": value})
    assert answer.status_code == 400
    assert answer.json()["message"].endswith("inputs[0].interactionDateTime must be an integer (int64)")


@pytest.mark.behaviour("attend-without-ends")
@pytest.mark.parametrize(
    "properties",
    [{}, {"joinedAt": "2026-11-30T16:00:00Z"}, {"leftAt": "2026-11-30T17:00:00Z"}, {"joinedAt": "", "leftAt": ""}],
)
def test_an_attendance_without_both_ends_is_dropped_in_silence(api: "Api", properties: dict[str, str]) -> None:
    api.upsert(api.event())
    answer = api.record("attend", api.row("ana@example.com", **properties))
    assert answer["results"] == []
    assert "errors" not in answer
    assert api.sandbox.account.participations == []


@pytest.mark.behaviour("attend-equal-ends")
@pytest.mark.behaviour("error-sub-category")
@pytest.mark.parametrize("left", ["2026-11-30T16:00:00Z", "2026-11-30T15:00:00Z", "2026-11-30T17:00:00+01:00"])
def test_an_attendance_that_does_not_end_after_its_start_is_an_error(api: "Api", left: str) -> None:
    api.upsert(api.event())
    answer = api.record("attend", api.attended("ana@example.com", "2026-11-30T16:00:00Z", left))
    assert (answer["results"], answer["numErrors"]) == ([], 1)
    assert answer["errors"] == [
        {
            "status": "error",
            "category": "VALIDATION_ERROR",
            "subCategory": "AttendanceValidationError.JOINED_AT_IS_LATER_THAN_LEFT_AT_FOR_EMAIL",
            "message": "joinedAt param must be earlier than leftAt for `ana@example.com`",
            "context": {},
            "errors": [],
            "links": {},
        }
    ]
    assert api.sandbox.account.participations == []


@pytest.mark.behaviour("unreadable-span", "error")
def test_an_attendance_with_ends_that_cannot_be_read_is_an_error(api: "Api") -> None:
    api.upsert(api.event())
    answer = api.record("attend", api.row("ana@example.com", joinedAt="yesterday", leftAt="2026-11-30T16:00:00Z"))
    assert answer["errors"][0]["subCategory"] == "AttendanceValidationError.INVALID_INSTANT_FOR_EMAIL"


@pytest.mark.behaviour("attend-under-a-second")
def test_an_attendance_under_a_second_is_answered_and_not_stored(api: "Api") -> None:
    api.upsert(api.event())
    row = api.attended("ana@example.com", "2026-11-30T16:00:00Z", "2026-11-30T16:00:00.999Z")
    assert [result["email"] for result in api.record("attend", row)["results"]] == ["ana@example.com"]
    assert api.sandbox.account.participations == []
    # Nothing is kept of it, so the same row is answered again.
    assert len(api.record("attend", row)["results"]) == 1


@pytest.mark.behaviour("attendance-duration")
def test_an_attendance_of_a_second_is_stored_with_its_duration(api: "Api") -> None:
    api.upsert(api.event())
    api.record("attend", api.attended("ana@example.com", "2026-11-30T16:00:00Z", "2026-11-30T16:00:01Z"))
    (row,) = api.breakdown()["results"]
    assert row["properties"] == {
        "attendanceState": "ATTENDED",
        "occurredAt": 1_796_054_400_000,
        "attendanceDurationSeconds": 1,
    }


@pytest.mark.behaviour("attendance-batch-cap", "none")
def test_a_batch_has_no_cap(api: "Api") -> None:
    """None is documented."""
    api.upsert(api.event())
    answer = api.record("register", *(api.row(f"p{number}@example.com") for number in range(2_500)))
    assert len(answer["results"]) == 2_500


@pytest.mark.parametrize("properties", [[], "", 0, {"joinedAt": []}])
def test_properties_that_are_no_map_of_texts_refuse_the_batch(api: "Api", properties: Any) -> None:
    api.upsert(api.event())
    assert api.send_rows("register", {**api.row("ana@example.com"), "properties": properties}).status_code == 400


@pytest.mark.parametrize("kind", ["email-create", "create"])
def test_attendance_by_object_id_needs_no_external_account(api: "Api", kind: str) -> None:
    (created,) = api.upsert(api.event())
    vid = api.sandbox.account.add_contact("ana@example.com")
    row = {"email": "ana@example.com", "vid": vid, "interactionDateTime": 1_793_523_600_000}
    answer = api.post(f"{created['objectId']}/attendance/register/{kind}", {"inputs": [row]})
    assert (answer.status_code, answer.json()["results"][0]["vid"]) == (200, vid)
    assert api.counters()["registered"] == 1


@pytest.mark.parametrize("object_id", ["999", "cooking", "²"])
def test_attendance_by_an_unknown_object_id_is_a_404(api: "Api", object_id: str) -> None:
    answer = api.post(f"{object_id}/attendance/register/email-create", {"inputs": [api.row("ana@example.com")]})
    assert answer.status_code == 404
