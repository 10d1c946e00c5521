"""Upsert, put, get, list, cancel, complete."""

from typing import TYPE_CHECKING, Any

import pytest

from hubevents_sync.sandbox.server import running_sandbox

if TYPE_CHECKING:
    import httpx

    from tests.sandbox.conftest import Api, StandingClock

TIMES = {"startDateTime": "2026-11-30T17:00:00+01:00", "endDateTime": "2026-11-30T18:00:00+01:00"}


@pytest.mark.behaviour("id-in-answers", "external")
def test_an_upserted_event_is_answered_with_both_ids(api: "Api") -> None:
    (created,) = api.upsert(api.event("4", eventType="WORKSHOP", startDateTime="2026-11-30T17:00:00.5+01:00"))
    assert created == {
        "id": "4",
        "objectId": "210000000001",
        "eventName": "Virtual cooking class",
        "eventOrganizer": "Chef Joe",
        "eventType": "WORKSHOP",
        "startDateTime": "2026-11-30T16:00:00.500Z",
        "endDateTime": "2026-11-30T17:30:00.000Z",
        "eventCancelled": False,
        "eventCompleted": False,
        "customProperties": [],
        "createdAt": "2026-11-02T08:00:00.000Z",
        "updatedAt": "2026-11-02T08:00:00.000Z",
    }


def test_a_batch_is_answered_in_its_order_and_complete(api: "Api") -> None:
    answer = api.post("events/upsert", {"inputs": [api.event(name) for name in ("b", "a", "c")]}).json()
    assert answer["status"] == "COMPLETE"
    assert [result["id"] for result in answer["results"]] == ["b", "a", "c"]
    assert "errors" not in answer
    assert "numErrors" not in answer


@pytest.mark.behaviour("event-twice-in-batch")
def test_an_event_that_is_twice_in_a_batch_is_one_event_and_two_results(api: "Api") -> None:
    first, second = api.upsert(api.event(eventName="First"), api.event(eventName="Second"))
    assert first["objectId"] == second["objectId"]
    assert [event["name"] for event in api.sandbox.account.events] == ["Second"]


def test_an_empty_batch_creates_nothing(api: "Api") -> None:
    assert api.upsert() == []
    assert api.sandbox.account.events == []


@pytest.mark.behaviour("upsert-omitted-fields", "keep")
@pytest.mark.behaviour("null-fields", "ignore")
def test_a_second_upsert_updates_and_keeps_what_it_does_not_name(api: "Api", clock: "StandingClock") -> None:
    (created,) = api.upsert(api.event(eventDescription="Yum.", eventUrl="https://cooking.example"))
    clock.now_ms += 1_000
    (updated,) = api.upsert(api.event(eventName="Cooking", eventDescription="", startDateTime=None))
    assert (updated["objectId"], updated["eventName"]) == (created["objectId"], "Cooking")
    assert (updated["eventDescription"], updated["eventUrl"]) == ("", "https://cooking.example")
    assert updated["startDateTime"] == created["startDateTime"]
    assert (updated["createdAt"], updated["updatedAt"]) == ("2026-11-02T08:00:00.000Z", "2026-11-02T08:00:01.000Z")


@pytest.mark.behaviour("event-key")
def test_the_same_external_id_of_two_accounts_is_two_events(api: "Api") -> None:
    first, second = api.upsert(api.event(), api.event(externalAccountId="Other"))
    assert first["objectId"] != second["objectId"]


@pytest.mark.behaviour("bad-event-in-batch", "refuse")
@pytest.mark.parametrize("name", ["eventName", "eventOrganizer", "externalAccountId", "externalEventId"])
def test_a_required_field_that_is_missing_refuses_the_whole_batch(api: "Api", name: str) -> None:
    bad = {key: value for key, value in api.event().items() if key != name}
    answer = api.post("events/upsert", {"inputs": [api.event("good"), bad]})
    assert answer.status_code == 400
    assert answer.json()["message"] == f"Invalid input JSON: Some required fields were not set: [inputs[1].{name}]"
    assert api.sandbox.account.events == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("startDateTime", "2026-11-30T17:00:00"),
        ("startDateTime", "2026-02-30T17:00:00Z"),
        ("startDateTime", 1_796_032_800_000),
        ("endDateTime", "2026-11-30"),
        ("eventCancelled", "false"),
        ("eventName", 4),
        ("customProperties", {"name": "p", "value": "1"}),
        ("customProperties", [{"value": "1"}]),
        ("customProperties", [{"name": "p", "value": ["1"]}]),
    ],
)
def test_a_field_of_the_wrong_type_is_a_400(api: "Api", name: str, value: Any) -> None:
    answer = api.post("events/upsert", {"inputs": [api.event(**{name: value})]})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["in"].startswith(f"inputs[0].{name}")


def test_custom_properties_are_merged_by_name(api: "Api") -> None:
    api.upsert(api.event(customProperties=[{"name": "room", "value": "1"}, {"name": "level", "value": 2}]))
    (updated,) = api.upsert(api.event(customProperties=[{"name": "room", "value": "3"}]))
    assert {p["name"]: p["value"] for p in updated["customProperties"]} == {"room": "3", "level": "2"}


@pytest.mark.behaviour("undefined-properties", "keep")
def test_custom_properties_that_the_account_does_not_define_are_filtered_out(
    api: "Api", clock: "StandingClock"
) -> None:
    given = [{"name": "room", "value": "1"}, {"name": "unheard_of", "value": "2"}]
    api.upsert(api.event(customProperties=given))
    assert api.sandbox.account.events[0]["custom_properties"] == {"room": "1", "unheard_of": "2"}
    with running_sandbox(clock=clock, defined_properties=frozenset({"room"})) as strict:
        api.http.post(
            f"{strict.base_url}{api.base}/events/upsert", json={"inputs": [api.event(customProperties=given)]}
        )
        assert strict.account.events[0]["custom_properties"] == {"room": "1"}


def test_put_creates_and_updates_with_the_account_in_the_body(api: "Api") -> None:
    def put(**fields: Any) -> "httpx.Response":
        return api.http.put(f"{api.base}/events/a%2Fb", json=api.event("a/b", **fields))

    created = put().json()
    assert (created["id"], created["objectId"]) == ("a/b", "210000000001")
    assert put(eventName="Cooking").json()["objectId"] == "210000000001"
    assert [event["name"] for event in api.sandbox.account.events] == ["Cooking"]


@pytest.mark.behaviour("put-ids-differ", "refuse")
def test_put_with_another_id_in_the_body_is_a_400(api: "Api") -> None:
    assert api.http.put(f"{api.base}/events/one", json=api.event("two")).status_code == 400
    assert api.sandbox.account.events == []


def test_get_tells_the_counters_and_needs_the_account(api: "Api") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"), api.row("bob@example.com"))
    api.record("cancel", api.row("bob@example.com", "2026-11-01T10:00:00Z"))
    event = api.read("events/cooking", externalAccountId=api.account)
    names = ("id", "externalEventId", "registrants", "attendees", "cancellations", "noShows")
    assert [event[name] for name in names] == ["cooking", "cooking", 1, 0, 1, 0]
    missing = api.get("events/cooking")
    assert (missing.status_code, missing.json()["message"]) == (400, "externalAccountId is required")


@pytest.mark.parametrize(
    "path",
    ["events/none?externalAccountId=CookingCo", "999", "cooking", "participations/CookingCo/none", "participations/9"],
)
def test_an_unknown_event_is_a_404(api: "Api", path: str) -> None:
    answer = api.http.get(f"{api.base}/{path}")
    assert (answer.status_code, answer.json()["category"]) == (404, "OBJECT_NOT_FOUND")


@pytest.mark.behaviour("event-status")
@pytest.mark.behaviour("no-account-in-lists")
def test_an_event_by_object_id_has_its_app_and_status_and_no_external_account(
    api: "Api", clock: "StandingClock"
) -> None:
    (created,) = api.upsert(api.event(customProperties=[{"name": "room", "value": "1"}]))
    event = api.read(created["objectId"])
    assert (event["externalEventId"], event["eventStatus"]) == ("cooking", "UPCOMING")
    assert event["appInfo"] == {"id": "1234567", "name": "hubevents-sync sandbox"}
    assert event["customProperties"] == [{"name": "room", "value": "1"}]
    assert "externalAccountId" not in event
    for moment, status in (("16:00:00", "ONGOING"), ("17:30:00", "PAST")):
        clock.move_to(f"2026-11-30T{moment}Z")
        assert api.read(created["objectId"])["eventStatus"] == status
    api.post("events/cooking/cancel", externalAccountId=api.account)
    assert api.read(created["objectId"])["eventStatus"] == "CANCELLED"


@pytest.mark.behaviour("page-order")
def test_the_list_comes_in_pages(api: "Api") -> None:
    api.upsert(*(api.event(f"event-{number:02}") for number in range(25)))
    seen: list[str] = []
    after: dict[str, str] = {}
    sizes = []
    while True:
        page = api.read("", **after)
        sizes.append(len(page["results"]))
        seen += [event["externalEventId"] for event in page["results"]]
        if "paging" not in page:
            break
        assert api.http.get(page["paging"]["next"]["link"]).status_code == 200
        after = {"after": page["paging"]["next"]["after"]}
    assert (sizes, seen) == ([10, 10, 5], [f"event-{number:02}" for number in range(25)])


@pytest.mark.behaviour("second-cancel")
@pytest.mark.behaviour("cancel")
def test_cancel_marks_the_event(api: "Api") -> None:
    api.upsert(api.event())
    answer = api.post("events/cooking/cancel", externalAccountId=api.account)
    assert (answer.status_code, answer.json()["eventCancelled"]) == (200, True)
    assert api.post("events/cooking/cancel", externalAccountId=api.account).json() == answer.json()
    assert api.read("events/cooking", externalAccountId=api.account)["eventCancelled"] is True


@pytest.mark.behaviour("complete")
def test_complete_takes_over_both_times(api: "Api") -> None:
    api.upsert(api.event(endDateTime=None))
    answer = api.post("events/cooking/complete", TIMES, externalAccountId=api.account)
    assert answer.status_code == 200
    told = {name: answer.json()[name] for name in ("eventCompleted", "startDateTime", "endDateTime")}
    assert told == {
        "eventCompleted": True,
        "startDateTime": "2026-11-30T16:00:00.000Z",
        "endDateTime": "2026-11-30T17:00:00.000Z",
    }


@pytest.mark.parametrize("name", ["startDateTime", "endDateTime"])
def test_complete_needs_both_times(api: "Api", name: str) -> None:
    api.upsert(api.event())
    body = {key: value for key, value in TIMES.items() if key != name}
    answer = api.post("events/cooking/complete", body, externalAccountId=api.account)
    assert (answer.status_code, answer.json()["errors"][0]["in"]) == (400, name)
    assert api.sandbox.account.events[0]["completed"] is False


@pytest.mark.behaviour("second-complete", "same")
def test_a_second_complete_changes_nothing(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event())
    first = api.post("events/cooking/complete", TIMES, externalAccountId=api.account).json()
    clock.now_ms += 60_000
    later = {**TIMES, "endDateTime": "2026-12-01T00:00:00Z"}
    second = api.post("events/cooking/complete", later, externalAccountId=api.account)
    assert (second.status_code, second.json()) == (200, first)


@pytest.mark.behaviour("uncomplete", "ignore")
def test_a_complete_event_cannot_be_uncompleted_by_an_upsert(api: "Api") -> None:
    api.upsert(api.event())
    api.post("events/cooking/complete", TIMES, externalAccountId=api.account)
    (updated,) = api.upsert(api.event(eventCompleted=False))
    assert updated["eventCompleted"] is True


def test_complete_of_an_unknown_event_is_a_404(api: "Api") -> None:
    assert api.post("events/none/complete", TIMES, externalAccountId=api.account).status_code == 404
