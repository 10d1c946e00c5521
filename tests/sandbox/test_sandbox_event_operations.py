"""Create, patch, delete, search and associate events, one and many, by external ids and by objectId."""

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.sandbox.conftest import APP_ID, OTHER_APP

if TYPE_CHECKING:
    from tests.sandbox.conftest import Api, StandingClock


def as_other_app(api: "Api", method: str, path: str, **options: Any) -> httpx.Response:
    """A request with the other app's token."""
    return api.http.request(
        method, f"{api.base}/{path}", headers={"Authorization": f"Bearer {OTHER_APP.token}"}, **options
    )


def names(api: "Api") -> list[str]:
    return [str(event["name"]) for event in api.sandbox.account.events]


def test_an_event_is_created(api: "Api") -> None:
    answer = api.post("events", api.event())
    assert answer.status_code == 200
    assert (answer.json()["eventName"], answer.json()["objectId"], "id" in answer.json()) == (
        "Virtual cooking class",
        "210000000001",
        False,
    )


@pytest.mark.behaviour("create-existing")
def test_creating_an_event_again_tells_the_one_that_is_there(api: "Api") -> None:
    (created,) = api.upsert(api.event())
    answer = api.post("events", api.event(eventName="Other"))
    assert answer.status_code == 400
    body = answer.json()
    assert (body["errorType"], body["category"]) == ("UNIQUE_VALUE_CONFLICT", "UNIQUE_VALUE_CONFLICT")
    assert body["errorTokens"] == {"existingObjectId": [created["objectId"]]}
    assert names(api) == ["Virtual cooking class"]


def test_a_patch_changes_what_it_names(api: "Api") -> None:
    api.upsert(api.event(eventUrl="https://cooking.example", customProperties=[{"name": "room", "value": "1"}]))
    body = {"eventName": "New", "eventCompleted": True, "customProperties": [{"name": "level", "value": "2"}]}
    answer = api.http.patch(f"{api.base}/events/cooking", params={"externalAccountId": api.account}, json=body)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["id"], found["eventName"], found["eventUrl"], found["eventCompleted"]) == (
        "cooking",
        "New",
        "https://cooking.example",
        True,
    )
    assert {each["name"]: each["value"] for each in found["customProperties"]} == {"room": "1", "level": "2"}
    unknown = api.http.patch(f"{api.base}/events/none", params={"externalAccountId": api.account}, json={})
    assert unknown.status_code == 404


def test_a_patch_without_events_in_the_path_is_a_404_for_an_external_id(api: "Api") -> None:
    api.upsert(api.event())
    assert api.http.patch(f"{api.base}/cooking", json={"eventName": "New"}).status_code == 404


def test_by_object_id_an_event_is_changed_and_never_completed(api: "Api") -> None:
    (created,) = api.upsert(api.event())
    body = {"eventName": "New", "eventCompleted": True}
    answer = api.http.patch(f"{api.base}/{created['objectId']}", json=body)
    assert (answer.status_code, answer.json()["eventName"], answer.json()["eventCompleted"]) == (200, "New", False)
    assert answer.json()["appInfo"] == {"id": str(APP_ID), "name": "hubevents-sync sandbox"}


@pytest.mark.behaviour("batch-update")
def test_a_batch_update_tells_the_unknown_in_a_207(api: "Api") -> None:
    one, two = api.upsert(api.event("one"), api.event("two"))
    inputs = [{"objectId": each["objectId"], "eventName": f"New {each['id']}"} for each in (one, two)]
    answer = api.post("batch/update", {"inputs": inputs})
    assert (answer.status_code, [each["eventName"] for each in answer.json()["results"]]) == (
        200,
        ["New one", "New two"],
    )
    partly = api.post("batch/update", {"inputs": [*inputs[:1], {"objectId": "9"}, {"objectId": "x"}]})
    assert (partly.status_code, len(partly.json()["results"]), partly.json()["numErrors"]) == (207, 1, 2)
    assert [error["context"] for error in partly.json()["errors"]] == [{"objectId": ["9"]}, {"objectId": ["x"]}]
    assert api.post("batch/update", {"inputs": [{"eventName": "x"}]}).status_code == 400


@pytest.mark.behaviour("delete")
def test_a_deleted_event_takes_its_participations_along_and_leaves_its_contacts(api: "Api") -> None:
    (created,) = api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    api.http.put(f"{api.base}/associations/{created['objectId']}/lists/7")
    answer = api.http.delete(f"{api.base}/events/cooking", params={"externalAccountId": api.account})
    assert (answer.status_code, answer.content) == (204, b"")
    account = api.sandbox.account
    assert (account.events, account.participations, len(account.contacts)) == ([], [], 1)
    (again,) = api.upsert(api.event())
    assert again["objectId"] != created["objectId"]
    assert api.read(f"associations/{again['objectId']}/lists") == {"total": 0, "results": []}


def test_an_event_is_deleted_by_its_object_id(api: "Api") -> None:
    (created,) = api.upsert(api.event())
    assert api.http.delete(f"{api.base}/{created['objectId']}").status_code == 204
    assert names(api) == []


@pytest.mark.behaviour("delete-unknown", "not-found")
@pytest.mark.parametrize("path", ["events/none?externalAccountId=CookingCo", "9", "none"])
def test_deleting_nothing_is_a_404(api: "Api", path: str) -> None:
    assert api.http.delete(f"{api.base}/{path}").status_code == 404


@pytest.mark.behaviour("delete-unknown", "no-content")
@pytest.mark.parametrize("path", ["events/none?externalAccountId=CookingCo", "9"])
def test_deleting_nothing_is_a_204(api: "Api", path: str) -> None:
    assert api.http.delete(f"{api.base}/{path}").status_code == 204


@pytest.mark.behaviour("batch-archive")
def test_a_batch_archive_tells_the_unknown_in_a_207(api: "Api") -> None:
    ids = [{"objectId": each["objectId"]} for each in api.upsert(api.event("a"), api.event("b"), api.event("c"))]
    answer = api.post("batch/archive", {"inputs": [ids[0], ids[0]]})
    assert (answer.status_code, answer.content) == (204, b"")
    partly = api.post("batch/archive", {"inputs": [ids[1], {"objectId": "9"}]})
    assert (partly.status_code, partly.json()["numErrors"]) == (207, 1)
    assert [event["external_event_id"] for event in api.sandbox.account.events] == ["c"]


@pytest.mark.behaviour("events-delete")
def test_events_delete_is_a_202_and_leaves_other_apps_events(api: "Api") -> None:
    api.upsert(api.event("mine"), api.event("kept"))
    as_other_app(api, "POST", "events/upsert", json={"inputs": [api.event("theirs")]})
    keys = [
        {"appId": APP_ID, "externalAccountId": api.account, "externalEventId": name}
        for name in ("mine", "theirs", "none")
    ]
    wrong_app = {**keys[0], "appId": OTHER_APP.id, "externalEventId": "kept"}
    answer = api.post("events/delete", {"inputs": [*keys, wrong_app]})
    assert (answer.status_code, answer.content) == (202, b"")
    assert [event["external_event_id"] for event in api.sandbox.account.events] == ["kept", "theirs"]
    assert api.post("events/delete", {"inputs": [{**keys[0], "appId": 2**31}]}).status_code == 400


@pytest.mark.behaviour("search-apps")
def test_search_finds_the_apps_own_events_and_identifiers_those_of_all(api: "Api") -> None:
    (mine,) = api.upsert(api.event())
    as_other_app(api, "POST", "events/upsert", json={"inputs": [api.event()]})
    assert api.read("events/search", q="cooking") == {
        "results": [
            {
                "appId": APP_ID,
                "externalAccountId": api.account,
                "externalEventId": "cooking",
                "objectId": mine["objectId"],
            }
        ]
    }
    found = api.read("cooking/identifiers")
    assert (found["total"], [each["appInfo"]["name"] for each in found["results"]]) == (
        2,
        ["hubevents-sync sandbox", "Other app"],
    )
    assert api.read("none/identifiers") == {"total": 0, "results": []}
    assert api.get("events/search").status_code == 400


@pytest.mark.behaviour("search-delay", "180000")
def test_an_event_is_found_after_a_while(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event())
    clock.now_ms += 179_999
    assert (api.read("events/search", q="cooking")["results"], api.read("cooking/identifiers")["total"]) == ([], 0)
    clock.now_ms += 1
    assert (len(api.read("events/search", q="cooking")["results"]), api.read("cooking/identifiers")["total"]) == (1, 1)


@pytest.mark.behaviour("other-apps")
@pytest.mark.behaviour("token-decides-app")
def test_another_apps_event_is_seen_by_object_id_only(api: "Api") -> None:
    (mine,) = api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    external = [
        ("GET", f"events/cooking?externalAccountId={api.account}"),
        ("PATCH", f"events/cooking?externalAccountId={api.account}"),
        ("DELETE", f"events/cooking?externalAccountId={api.account}"),
        ("POST", f"events/cooking/cancel?externalAccountId={api.account}"),
        ("GET", f"participations/{api.account}/cooking"),
        ("GET", f"participations/{api.account}/cooking/breakdown"),
        ("GET", f"associations/{api.account}/cooking/lists"),
    ]
    for method, path in external:
        body: dict[str, Any] | None = {} if method == "PATCH" else None
        assert as_other_app(api, method, path, json=body).status_code == 404
    object_id = mine["objectId"]
    by_object_id = [object_id, f"participations/{object_id}", f"participations/{object_id}/breakdown"]
    assert [as_other_app(api, "GET", path).status_code for path in by_object_id] == [200, 200, 200]
    assert as_other_app(api, "PATCH", object_id, json={"eventName": "Theirs"}).status_code == 200
    rows = {"inputs": [api.row("bob@example.com")]}
    answer = as_other_app(api, "POST", f"{object_id}/attendance/register/email-create", json=rows)
    assert (len(answer.json()["results"]), api.counters()["registered"]) == (1, 2)


@pytest.mark.behaviour("list-apps", "all")
def test_the_list_shows_all_apps_events(api: "Api") -> None:
    api.upsert(api.event())
    assert len(as_other_app(api, "GET", "").json()["results"]) == 1


@pytest.mark.behaviour("list-apps", "own")
def test_the_list_shows_the_apps_own_events(api: "Api") -> None:
    api.upsert(api.event())
    assert as_other_app(api, "GET", "").json()["results"] == []
    assert len(api.read("")["results"]) == 1


@pytest.mark.behaviour("list-not-associated")
@pytest.mark.behaviour("unknown-list", "create")
def test_a_list_is_associated_by_either_id_and_made_on_the_way(api: "Api") -> None:
    (created,) = api.upsert(api.event("a/b"))
    by_id, by_key = f"associations/{created['objectId']}/lists", f"associations/{api.account}/a%2Fb/lists"
    assert api.http.put(f"{api.base}/{by_id}/7").status_code == 204
    assert api.http.put(f"{api.base}/{by_key}/8").status_code == 204
    assert api.http.put(f"{api.base}/{by_key}/8").status_code == 204
    found = api.read(by_key)
    assert found == api.read(by_id)
    assert (found["total"], [each["listId"] for each in found["results"]]) == (2, ["7", "8"])
    assert api.http.delete(f"{api.base}/{by_id}/8").status_code == 204
    assert api.http.delete(f"{api.base}/{by_key}/7").status_code == 204
    assert api.http.delete(f"{api.base}/{by_key}/7").status_code == 204
    assert api.read(by_id)["total"] == 0


@pytest.mark.behaviour("unknown-list", "not-found")
def test_a_list_that_nobody_made_is_a_404(api: "Api") -> None:
    api.upsert(api.event())
    assert api.http.put(f"{api.base}/associations/{api.account}/cooking/lists/7").status_code == 404


@pytest.mark.parametrize("path", ["9/lists/7", "CookingCo/none/lists/7"])
def test_associating_with_an_unknown_event_is_a_404(api: "Api", path: str) -> None:
    assert api.http.put(f"{api.base}/associations/{path}").status_code == 404
    assert api.http.delete(f"{api.base}/associations/{path}").status_code == 404


@pytest.mark.behaviour("occurred-at", "text")
def test_occurred_at_is_a_text(api: "Api") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    api.record("register", {"email": "bob@example.com", "interactionDateTime": 2**62})
    found = [row["properties"]["occurredAt"] for row in api.breakdown()["results"]]
    assert found == ["2026-11-01T09:00:00.000Z", "9999-12-31T23:59:59.999Z"]


@pytest.mark.behaviour("limit-over-100", "clamp")
def test_a_limit_above_100_counts_as_100(api: "Api") -> None:
    api.upsert(api.event())
    api.record("register", *(api.row(f"p{number}@example.com") for number in range(101)))
    page = api.breakdown(limit=1_000)
    assert (len(page["results"]), page["total"], "paging" in page) == (100, 101, True)


@pytest.mark.behaviour("breakdown-unknown-contact", "not-found")
def test_an_unknown_contacts_breakdown_is_a_404(api: "Api") -> None:
    api.upsert(api.event())
    assert api.get("participations/contacts/none@example.com/breakdown").status_code == 404
    assert api.get(f"participations/{api.account}/cooking/breakdown", contactIdentifier="7").status_code == 404


@pytest.mark.behaviour("breakdown-delay", "1100")
@pytest.mark.behaviour("contact-breakdown-delay", "500")
@pytest.mark.behaviour("counters-delay", "3000")
def test_rows_show_after_a_while(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))

    def seen() -> tuple[int, int, int, int]:
        by_contact = api.read("participations/contacts/ana@example.com/breakdown")["total"]
        registrants = api.read("events/cooking", externalAccountId=api.account)["registrants"]
        return by_contact, api.breakdown()["total"], api.counters()["registered"], registrants

    found = []
    for step_ms in (0, 500, 600, 1_900):
        clock.now_ms += step_ms
        found.append(seen())
    assert found == [(0, 0, 0, 0), (1, 0, 0, 0), (1, 1, 0, 0), (1, 1, 1, 1)]


@pytest.mark.behaviour("counters-delay", "3000")
def test_late_counters_show_the_state_before(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    clock.now_ms += 3_000
    api.record("cancel", api.row("ana@example.com", "2026-11-02T00:00:00Z"))
    assert api.counters() == {"registered": 1, "attended": 0, "cancelled": 0, "noShows": 0}
    clock.now_ms += 3_000
    assert api.counters() == {"registered": 0, "attended": 0, "cancelled": 1, "noShows": 0}
