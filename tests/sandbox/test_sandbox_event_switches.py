"""Events, where it is not known what HubSpot does: each position of each switch."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.sandbox.conftest import Api

TIMES = {"startDateTime": "2026-11-30T16:00:00Z", "endDateTime": "2026-11-30T17:30:00Z"}


def bare(api: "Api", external_id: str = "cooking", **fields: Any) -> dict[str, Any]:
    return api.event(external_id, **{"customProperties": None, "startDateTime": None, "endDateTime": None, **fields})


def stored(api: "Api") -> dict[str, Any]:
    (event,) = api.sandbox.account.events
    return event


@pytest.mark.behaviour("bare-upsert", "nothing")
def test_an_upsert_without_custom_properties_and_dates_creates_nothing(api: "Api") -> None:
    assert api.upsert(bare(api)) == []
    assert api.sandbox.account.events == []
    assert len(api.upsert(bare(api, "dated", startDateTime=TIMES["startDateTime"]))) == 1
    assert len(api.upsert(bare(api, "dated"))) == 1
    assert api.http.put(f"{api.base}/events/put", json=bare(api, "put")).status_code == 200


@pytest.mark.behaviour("bare-upsert", "create")
def test_an_upsert_without_custom_properties_and_dates_creates(api: "Api") -> None:
    assert len(api.upsert(bare(api))) == 1


@pytest.mark.behaviour("empty-custom-properties", "enough")
def test_an_empty_list_of_custom_properties_is_enough(api: "Api") -> None:
    assert len(api.upsert(bare(api, customProperties=[]))) == 1


@pytest.mark.behaviour("empty-custom-properties", "missing")
def test_an_empty_list_of_custom_properties_is_the_same_as_none(api: "Api") -> None:
    assert api.upsert(bare(api, customProperties=[])) == []
    assert len(api.upsert(bare(api, customProperties=[{"name": "room", "value": "1"}]))) == 1


@pytest.mark.behaviour("upsert-omitted-fields", "clear")
def test_an_upsert_clears_what_it_does_not_name(api: "Api") -> None:
    api.upsert(api.event(eventUrl="https://cooking.example", customProperties=[{"name": "room", "value": "1"}]))
    api.post("events/cooking/cancel", externalAccountId=api.account)
    (updated,) = api.upsert(bare(api))
    assert {"eventUrl", "startDateTime", "endDateTime"} & set(updated) == set()
    assert (updated["customProperties"], updated["eventCancelled"]) == ([], True)


@pytest.mark.behaviour("upsert-omitted-fields", "clear")
def test_a_patch_never_clears_what_it_does_not_name(api: "Api") -> None:
    api.upsert(api.event(eventUrl="https://cooking.example"))
    api.http.patch(f"{api.base}/events/cooking", params={"externalAccountId": api.account}, json={"eventName": "New"})
    assert (stored(api)["name"], stored(api)["url"]) == ("New", "https://cooking.example")


def with_null(api: "Api", name: str) -> "httpx.Response":
    api.upsert(api.event(eventUrl="https://cooking.example", customProperties=[{"name": "room", "value": "1"}]))
    return api.post("events/upsert", {"inputs": [{**api.event(), name: None}]})


@pytest.mark.behaviour("null-fields", "clear")
def test_a_null_clears_its_field(api: "Api") -> None:
    assert with_null(api, "eventUrl").status_code == 200
    assert stored(api)["url"] is None
    assert with_null(api, "customProperties").status_code == 200
    assert stored(api)["custom_properties"] == {}
    answer = api.http.patch(
        f"{api.base}/events/cooking", params={"externalAccountId": api.account}, json={"eventName": None}
    )
    assert (answer.status_code, answer.json()["message"]) == (400, "eventName is required")


@pytest.mark.behaviour("null-fields", "refuse")
def test_a_null_is_refused(api: "Api") -> None:
    answer = with_null(api, "eventUrl")
    assert (answer.status_code, answer.json()["message"]) == (400, "inputs[0].eventUrl must not be null")


def cancel_and_upsert(api: "Api") -> "httpx.Response":
    api.upsert(api.event())
    api.post("events/cooking/cancel", externalAccountId=api.account)
    return api.post("events/upsert", {"inputs": [api.event(eventCancelled=False)]})


@pytest.mark.behaviour("uncancel", "allow")
def test_a_cancelled_event_is_on_again(api: "Api") -> None:
    assert cancel_and_upsert(api).json()["results"][0]["eventCancelled"] is False


@pytest.mark.behaviour("uncancel", "ignore")
def test_a_cancelled_event_stays_cancelled(api: "Api") -> None:
    assert cancel_and_upsert(api).json()["results"][0]["eventCancelled"] is True


@pytest.mark.behaviour("uncancel", "refuse")
def test_taking_back_a_cancellation_is_refused(api: "Api") -> None:
    answer = cancel_and_upsert(api)
    assert (answer.status_code, answer.json()["message"]) == (400, "eventCancelled can't be taken back")
    assert stored(api)["cancelled"] is True


def complete_and_upsert(api: "Api") -> "httpx.Response":
    api.upsert(api.event())
    api.post("events/cooking/complete", TIMES, externalAccountId=api.account)
    return api.post("events/upsert", {"inputs": [api.event(eventCompleted=False)]})


@pytest.mark.behaviour("uncomplete", "allow")
def test_a_complete_event_is_open_again(api: "Api") -> None:
    assert complete_and_upsert(api).json()["results"][0]["eventCompleted"] is False


@pytest.mark.behaviour("uncomplete", "refuse")
def test_taking_back_a_completion_is_refused(api: "Api") -> None:
    assert complete_and_upsert(api).status_code == 400
    assert stored(api)["completed"] is True


@pytest.mark.behaviour("second-complete", "refuse")
def test_a_second_complete_is_refused(api: "Api") -> None:
    api.upsert(api.event())
    assert api.post("events/cooking/complete", TIMES, externalAccountId=api.account).status_code == 200
    assert api.post("events/cooking/complete", TIMES, externalAccountId=api.account).status_code == 400


@pytest.mark.behaviour("bad-event-in-batch", "error")
def test_a_bad_event_is_an_error_of_its_own(api: "Api") -> None:
    answer = api.post("events/upsert", {"inputs": [api.event("good"), api.event("bad", eventName=None)]})
    assert (answer.status_code, answer.json()["numErrors"]) == (207, 1)
    assert answer.json()["errors"][0]["context"] == {"index": ["1"]}
    assert [result["id"] for result in answer.json()["results"]] == ["good"]


@pytest.mark.behaviour("event-batch-cap", "1")
def test_a_batch_of_events_above_the_cap_is_refused(api: "Api") -> None:
    answer = api.post("events/upsert", {"inputs": [api.event("a"), api.event("b")]})
    assert (answer.status_code, api.sandbox.account.events) == (400, [])


def put_other_id(api: "Api") -> str:
    answer = api.http.put(f"{api.base}/events/path", json=api.event("body"))
    assert answer.status_code == 200
    return str(stored(api)["external_event_id"])


@pytest.mark.behaviour("put-ids-differ", "path")
def test_the_paths_id_counts(api: "Api") -> None:
    assert put_other_id(api) == "path"


@pytest.mark.behaviour("put-ids-differ", "body")
def test_the_bodys_id_counts(api: "Api") -> None:
    assert put_other_id(api) == "body"


@pytest.mark.behaviour("id-in-answers", "object")
def test_id_is_the_object_id(api: "Api") -> None:
    (created,) = api.upsert(api.event())
    assert created["id"] == created["objectId"]


@pytest.mark.behaviour("undefined-properties", "filter")
@pytest.mark.behaviour("property-definitions")
def test_only_defined_custom_properties_are_kept(api: "Api") -> None:
    definition = {"name": "room", "label": "Room", "type": "string", "fieldType": "text", "groupName": "events"}
    assert api.http.post("/crm/v3/properties/marketing_events", json=definition).status_code == 201
    given = [{"name": "room", "value": "1"}, {"name": "unheard_of", "value": "2"}]
    (created,) = api.upsert(api.event(customProperties=given))
    assert [(each["name"], each["value"]) for each in created["customProperties"]] == [("room", "1")]


@pytest.mark.parametrize("base", ["/crm/v3/properties", "/crm/properties/2025-09", "/crm/properties/2026-03"])
@pytest.mark.behaviour("property-definitions")
def test_a_property_is_defined_read_and_archived(api: "Api", base: str) -> None:
    definition = {"name": "Room", "label": "Room", "type": "string", "fieldType": "text", "groupName": "events"}
    made = api.http.post(f"{base}/0-54", json=definition)
    assert (made.status_code, made.json()["name"], made.json()["createdAt"]) == (
        201,
        "room",
        "2026-11-02T08:00:00.000Z",
    )
    assert api.http.post(f"{base}/0-54", json=definition).json()["category"] == "OBJECT_ALREADY_EXISTS"
    assert [each["name"] for each in api.http.get(f"{base}/marketing_event").json()["results"]] == ["room"]
    assert api.http.get(f"{base}/marketing_events/room").json() == made.json()
    assert api.http.delete(f"{base}/marketing_events/room").status_code == 204
    assert api.http.get(f"{base}/marketing_events/room").status_code == 404
    assert api.http.delete(f"{base}/marketing_events/room").status_code == 404
    assert api.http.get(f"{base}/contacts").status_code == 404


@pytest.mark.parametrize(
    "changes", [{"name": "1st"}, {"name": "a b"}, {"name": ""}, {"label": None}, {"type": 1}, {"name": "_x"}]
)
def test_a_definition_that_makes_no_sense_is_a_400(api: "Api", changes: dict[str, Any]) -> None:
    definition = {"name": "room", "label": "Room", "type": "string", "fieldType": "text", "groupName": "events"}
    assert api.http.post("/crm/v3/properties/0-54", json={**definition, **changes}).status_code == 400


@pytest.mark.behaviour("api-2026-09", "as-2026-03")
@pytest.mark.parametrize("version", ["2026-03", "2026-09"])
def test_2026_09_is_as_2026_03(api: "Api", version: str) -> None:
    base = f"/marketing/marketing-events/{version}"
    answer = api.http.post(f"{base}/batch/update", json={"inputs": [{"objectId": "9"}]})
    assert answer.status_code == 207
    settings = {"eventDetailsUrl": "https://my.event.app/events/%s"}
    assert api.http.post(f"{base}/1234567/settings", json=settings).status_code == 200


@pytest.mark.behaviour("api-2026-09", "as-described")
@pytest.mark.parametrize(("version", "statuses"), [("2026-03", (207, 200)), ("2026-09", (200, 401))])
def test_2026_09_is_as_described(api: "Api", version: str, statuses: tuple[int, int]) -> None:
    base = f"/marketing/marketing-events/{version}"
    answer = api.http.post(f"{base}/batch/update", json={"inputs": [{"objectId": "9"}]})
    settings = {"eventDetailsUrl": "https://my.event.app/events/%s"}
    with_token = api.http.post(f"{base}/1234567/settings", json=settings)
    assert (answer.status_code, with_token.status_code) == statuses
    assert api.http.post(f"{base}/1234567/settings?hapikey=any", json=settings).status_code == 200
