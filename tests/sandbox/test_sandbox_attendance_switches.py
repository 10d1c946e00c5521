"""Attendance, where it is not known what HubSpot does: each position of each switch."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.sandbox.conftest import Api

AT_MS = 1_793_523_600_000
CANCELLED_MS = 1_793_527_200_000


def send(api: "Api", *rows: dict[str, Any], state: str = "register") -> "httpx.Response":
    api.upsert(api.event())
    return api.send_rows(state, *rows)


def by_vids(api: "Api", *vids: int) -> "httpx.Response":
    return send(api, *({"vid": vid, "interactionDateTime": AT_MS} for vid in vids))


@pytest.mark.behaviour("unknown-vid", "drop")
def test_an_unknown_vid_is_dropped(api: "Api") -> None:
    vid = api.sandbox.account.add_contact("ana@example.com")
    answer = by_vids(api, 7, vid).json()
    assert (answer["results"], "errors" in answer) == ([{"vid": vid}], False)


@pytest.mark.behaviour("unknown-vid", "refuse")
def test_an_unknown_vid_refuses_the_batch(api: "Api") -> None:
    vid = api.sandbox.account.add_contact("ana@example.com")
    answer = by_vids(api, vid, 7)
    assert (answer.status_code, answer.json()["message"]) == (400, "No contact with vid `7`")
    assert api.sandbox.account.participations == []


@pytest.mark.behaviour("invalid-email", "drop")
def test_an_invalid_email_is_dropped(api: "Api") -> None:
    answer = send(api, api.row("ana"), api.row("bob@example.com")).json()
    assert ([result["email"] for result in answer["results"]], "errors" in answer) == (["bob@example.com"], False)


@pytest.mark.behaviour("invalid-email", "refuse")
def test_an_invalid_email_refuses_the_batch_and_makes_no_contact(api: "Api") -> None:
    answer = send(api, api.row("bob@example.com"), api.row("ana"))
    assert (answer.status_code, answer.json()["message"]) == (400, "Email address `ana` is invalid")
    assert api.sandbox.account.contacts == []


@pytest.mark.behaviour("unreadable-span", "drop")
def test_an_unreadable_span_is_dropped(api: "Api") -> None:
    answer = send(api, api.row("ana@example.com", joinedAt="then", leftAt="later"), state="attend").json()
    assert (answer["results"], "errors" in answer) == ([], False)


@pytest.mark.behaviour("unreadable-span", "refuse")
def test_an_unreadable_span_refuses_the_batch(api: "Api") -> None:
    answer = send(api, api.row("ana@example.com", joinedAt="then", leftAt="later"), state="attend")
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


@pytest.mark.behaviour("duplicate-in-batch", "echo")
def test_a_duplicate_is_answered_twice_and_stored_once(api: "Api") -> None:
    answer = send(api, api.row("ana@example.com"), api.row("ANA@example.com")).json()
    assert [result["email"] for result in answer["results"]] == ["ana@example.com", "ana@example.com"]
    assert api.breakdown()["total"] == 1


@pytest.mark.behaviour("duplicate-in-batch", "error")
def test_a_duplicate_is_an_error_and_stored_once(api: "Api") -> None:
    answer = send(api, api.row("ana@example.com"), api.row("ana@example.com")).json()
    assert (len(answer["results"]), answer["numErrors"], answer["errors"][0]["subCategory"]) == (
        1,
        1,
        "DUPLICATE_INPUT",
    )
    assert api.breakdown()["total"] == 1


@pytest.mark.behaviour("duplicate-in-batch", "error")
def test_a_repeat_of_an_earlier_batch_is_no_duplicate(api: "Api") -> None:
    send(api, api.row("ana@example.com"))
    answer = api.record("register", api.row("ana@example.com"), api.row("ana@example.com"))
    assert (answer["results"], "errors" in answer) == ([], False)


@pytest.mark.behaviour("repeat-in-other-state", "store")
def test_a_known_time_in_another_state_is_stored(api: "Api") -> None:
    send(api, api.row("ana@example.com"))
    assert len(api.record("cancel", api.row("ana@example.com"))["results"]) == 1
    assert api.record("cancel", api.row("ana@example.com"))["results"] == []
    assert api.states() == [("ana@example.com", "REGISTERED"), ("ana@example.com", "CANCELLED")]


@pytest.mark.behaviour("attendance-status", "200")
def test_attendance_is_answered_with_200(api: "Api") -> None:
    assert send(api, api.row("ana@example.com")).status_code == 200


@pytest.mark.behaviour("attendance-status", "201")
def test_attendance_is_answered_with_201(api: "Api") -> None:
    answer = send(api, api.row("ana@example.com"))
    assert (answer.status_code, len(answer.json()["results"])) == (201, 1)


@pytest.mark.behaviour("attendance-batch-cap", "2")
def test_a_batch_above_the_cap_is_refused(api: "Api") -> None:
    rows = [api.row(f"p{number}@example.com") for number in range(3)]
    answer = send(api, *rows)
    assert (answer.status_code, answer.json()["message"]) == (400, "inputs has 3 entries; the most is 2")
    assert api.send_rows("register", *rows[:2]).status_code == 200


@pytest.mark.behaviour("result-email-case", "as-sent")
def test_results_write_the_email_as_it_was_sent(api: "Api") -> None:
    assert send(api, api.row("Ana@Example.com")).json()["results"][0]["email"] == "Ana@Example.com"
    assert api.sandbox.account.contacts[0]["email"] == "ana@example.com"


@pytest.mark.behaviour("attendance-unknown-event", "empty")
def test_an_unknown_event_is_a_batch_without_results(api: "Api") -> None:
    answer = api.send_rows("register", api.row("ana@example.com"), event="none")
    assert (answer.status_code, answer.json()["results"], answer.json()["status"]) == (200, [], "COMPLETE")
    assert (api.sandbox.account.events, api.sandbox.account.contacts) == ([], [])


@pytest.mark.behaviour("no-show-of-cancelled-event", "derive")
def test_a_cancelled_event_has_no_shows_after_its_end(api: "Api", clock: Any) -> None:
    send(api, api.row("ana@example.com"))
    api.post("events/cooking/cancel", externalAccountId=api.account)
    clock.move_to("2026-12-01T00:00:00Z")
    assert api.counters()["noShows"] == 1


@pytest.mark.behaviour("optional-maps")
def test_a_row_needs_neither_properties_nor_contact_properties(api: "Api") -> None:
    row = {"email": "ana@example.com", "interactionDateTime": AT_MS}
    assert len(send(api, row).json()["results"]) == 1


@pytest.mark.behaviour("order-of-checks")
def test_a_bad_body_is_told_before_an_unknown_event(api: "Api") -> None:
    statuses = [
        api.send_rows("REGISTERED", {"email": 1}, event="none").json()["message"].split(".")[0],
        api.send_rows("register", {"email": "ana@example.com"}, event="none").status_code,
        api.send_rows("register", api.row("ana@example.com"), event="none").status_code,
    ]
    assert statuses == ["Unknown state for 'REGISTERED'", 400, 404]


@pytest.mark.behaviour("unknown-fields")
@pytest.mark.behaviour("scalar-texts")
@pytest.mark.behaviour("large-ids")
def test_unknown_fields_are_passed_over_and_numbers_are_texts(api: "Api") -> None:
    row = {**api.row("ana@example.com"), "unknown": [1], "contactProperties": {"age": 41, "vip": True}}
    (result,) = send(api, row).json()["results"]
    assert result["vid"] > 2**32
    assert api.sandbox.account.contacts[0]["properties"] == {"age": "41", "vip": "true"}


def older(api: "Api", *rows: dict[str, Any], state: str = "register", kind: str = "email-upsert") -> "httpx.Response":
    api.upsert(api.event())
    return api.post(f"events/cooking/{state}/{kind}", {"inputs": list(rows)}, externalAccountId=api.account)


@pytest.mark.behaviour("older-upsert")
def test_the_older_upsert_records_known_contacts_off_the_timeline(api: "Api") -> None:
    vid = api.sandbox.account.add_contact("ana@example.com")
    answer = older(api, api.row("ana@example.com"))
    assert (answer.status_code, answer.content) == (202, b"")
    assert (
        older(api, {"vid": vid, "interactionDateTime": CANCELLED_MS}, state="cancel", kind="upsert").status_code == 202
    )
    assert [(row["state"], row["timeline"]) for row in api.sandbox.account.participations] == [
        ("REGISTERED", False),
        ("CANCELLED", False),
    ]
    api.record("register", api.row("ana@example.com", "2026-11-02T00:00:00Z"))
    assert [row["timeline"] for row in api.sandbox.account.participations] == [False, False, True]


@pytest.mark.behaviour("older-upsert")
def test_the_older_upsert_attends_without_times(api: "Api") -> None:
    api.sandbox.account.add_contact("ana@example.com")
    older(api, api.row("ana@example.com"), state="attend")
    assert api.states() == [("ana@example.com", "ATTENDED")]


def test_the_older_upsert_needs_the_account_and_a_state(api: "Api") -> None:
    api.upsert(api.event())
    assert api.post("events/cooking/register/upsert", {"inputs": []}).status_code == 400
    assert older(api, api.row("ana@example.com"), state="REGISTERED").status_code == 400


@pytest.mark.behaviour("older-upsert-unknown-contact", "error")
def test_the_older_upsert_passes_unknown_contacts_over(api: "Api") -> None:
    api.sandbox.account.add_contact("ana@example.com")
    assert older(api, api.row("bob@example.com"), api.row("ana@example.com")).status_code == 202
    assert older(api, {"vid": 7, "interactionDateTime": AT_MS}, kind="upsert").status_code == 202
    assert api.states() == [("ana@example.com", "REGISTERED")]
    assert [contact["email"] for contact in api.sandbox.account.contacts] == ["ana@example.com"]


@pytest.mark.behaviour("older-upsert-unknown-contact", "drop")
def test_the_older_upsert_drops_unknown_contacts(api: "Api") -> None:
    assert older(api, api.row("bob@example.com")).status_code == 202
    assert api.sandbox.account.contacts == []


@pytest.mark.behaviour("older-upsert-unknown-contact", "refuse")
def test_the_older_upsert_refuses_a_batch_with_an_unknown_contact(api: "Api") -> None:
    api.sandbox.account.add_contact("ana@example.com")
    answer = older(api, api.row("ana@example.com"), api.row("bob@example.com"))
    assert (answer.status_code, answer.json()["message"]) == (404, "No contact 'bob@example.com'")
    assert api.sandbox.account.participations == []
