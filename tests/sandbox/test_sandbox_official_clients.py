"""HubSpot's own Python clients drive the sandbox: an opinion about the API that is not ours."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Api

EXTERNAL_ID = "a/b c#é"
AT_MS = 1_793_523_600_000
START, END = "2026-11-30T16:00:00Z", "2026-11-30T17:30:00Z"


def row(number: int, at_ms: int = AT_MS, **properties: str) -> dict[str, Any]:
    return {
        "email": f"p{number}@example.com",
        "interactionDateTime": at_ms,
        "properties": properties,
        "contactProperties": {},
    }


def test_hubspot_api_client_drives_the_v3_base(api: "Api") -> None:
    hubspot = pytest.importorskip("hubspot", reason="the package hubspot-api-client is not installed")
    url = api.sandbox.base_url
    events = hubspot.HubSpot(access_token="any", host=url, base_url=url).marketing.events

    upserted = events.batch_api.upsert(
        {"inputs": [api.event(EXTERNAL_ID, customProperties=[{"name": "p", "value": "1"}])]}
    )
    assert (upserted.status, upserted.results[0].id, upserted.results[0].custom_properties[0].value) == (
        "COMPLETE",
        EXTERNAL_ID,
        "1",
    )
    object_id = upserted.results[0].object_id
    put = events.basic_api.upsert(EXTERNAL_ID, api.event(EXTERNAL_ID, eventName="Cooking"))
    assert (put.object_id, put.event_name) == (object_id, "Cooking")

    attendees = events.add_event_attendees_api
    answer = attendees.record_by_contact_emails(
        EXTERNAL_ID, "register", {"inputs": [row(n) for n in range(25)]}, external_account_id=api.account
    )
    vids = [result.vid for result in answer.results]
    assert vids[0] > 2**31
    by_vid = {"inputs": [{"vid": vids[0], "interactionDateTime": AT_MS + 1, "properties": {}}]}
    answer = attendees.record_by_contact_ids(EXTERNAL_ID, "cancel", by_vid, external_account_id=api.account)
    assert [result.vid for result in answer.results] == [vids[0]]
    attended = {"inputs": [row(1, AT_MS + 2, joinedAt=START, leftAt=END)]}
    assert len(attendees.record_by_email(object_id, "attend", attended).results) == 1
    by_vid["inputs"][0] |= {"vid": vids[2], "properties": {"joinedAt": START, "leftAt": END}}
    assert len(attendees.record_by_contact_id(object_id, "attend", by_vid).results) == 1

    assert events.change_property_api.complete(
        EXTERNAL_ID, api.account, {"startDateTime": START, "endDateTime": END}
    ).event_completed
    details = events.basic_api.get_details(EXTERNAL_ID, api.account)
    assert (details.event_completed, details.no_shows, details.attendees, details.cancellations) == (True, 22, 2, 1)
    assert events.basic_api.get_all(limit=100).results[0].object_id == object_id
    assert events.basic_api.get_by_object_id(object_id).external_event_id == EXTERNAL_ID

    reading = events.retrieve_participant_state_api
    counters = reading.get_participations_counters_by_event_external_id(api.account, EXTERNAL_ID)
    assert (counters.registered, counters.attended, counters.cancelled, counters.no_shows) == (0, 2, 1, 22)
    seen: list[str] = []
    after = None
    while True:
        page = reading.get_participations_breakdown_by_external_event_id(
            api.account, EXTERNAL_ID, limit=20, **({} if after is None else {"after": after})
        )
        seen += [result.id for result in page.results]
        if page.paging is None:
            break
        after = page.paging.next.after
    assert (page.total, len(set(seen))) == (50, 50)
    assert events.change_property_api.cancel(EXTERNAL_ID, api.account).event_cancelled


def test_hubspot_api_client_sees_refusals_as_its_exceptions(api: "Api") -> None:
    hubspot = pytest.importorskip("hubspot", reason="the package hubspot-api-client is not installed")
    url = api.sandbox.base_url
    events = hubspot.HubSpot(access_token="any", host=url, base_url=url).marketing.events
    with pytest.raises(Exception, match="OBJECT_NOT_FOUND") as caught:
        events.basic_api.get_details("none", api.account)
    assert getattr(caught.value, "status", None) == 404


def test_hubspot_sdk_drives_the_2026_03_base(api: "Api") -> None:
    hubspot_sdk = pytest.importorskip("hubspot_sdk", reason="the package hubspot-sdk is not installed")
    with hubspot_sdk.HubSpot(access_token="any", base_url=api.sandbox.base_url, max_retries=0) as client:
        events = client.marketing.marketing_events
        upserted = events.upsert_batch(
            inputs=[
                {
                    "event_name": "Virtual cooking class",
                    "event_organizer": "Chef Joe",
                    "external_account_id": api.account,
                    "external_event_id": EXTERNAL_ID,
                    "start_date_time": START,
                    "end_date_time": END,
                    "custom_properties": [],
                }
            ]
        )
        object_id = upserted.results[0].object_id
        rows = [
            {"email": f"p{n}@example.com", "interaction_date_time": AT_MS, "properties": {}, "contact_properties": {}}
            for n in range(25)
        ]
        where = {"external_event_id": EXTERNAL_ID, "external_account_id": api.account}
        answer = events.attendance.create_by_external_event_id_and_email("register", **where, inputs=rows)
        vids = [result.vid for result in answer.results]
        by_vid = {"vid": vids[0], "interaction_date_time": AT_MS + 1, "properties": {}}
        events.attendance.create_by_external_event_id_and_contact_id("cancel", **where, inputs=[by_vid])
        ends = {"joinedAt": START, "leftAt": END}
        by_email = {**rows[1], "interaction_date_time": AT_MS + 2, "properties": ends}
        events.attendance.create_by_event_id_and_email("attend", object_id=object_id, inputs=[by_email])
        by_vid = {"vid": vids[2], "interaction_date_time": AT_MS + 2, "properties": ends}
        events.attendance.create_by_event_id_and_contact_id("attend", object_id=object_id, inputs=[by_vid])
        equal = {**rows[3], "interaction_date_time": AT_MS + 2, "properties": {"joinedAt": START, "leftAt": START}}
        refused = events.attendance.create_by_event_id_and_email("attend", object_id=object_id, inputs=[equal])
        assert (refused.results, refused.num_errors, refused.errors[0].category) == ([], 1, "VALIDATION_ERROR")

        completed = events.events.complete_by_external_event_id(
            EXTERNAL_ID, external_account_id=api.account, start_date_time=START, end_date_time=END
        )
        assert completed.event_completed
        assert events.get_by_external_event_id(EXTERNAL_ID, external_account_id=api.account).attendees == 2
        assert events.get(object_id).external_event_id == EXTERNAL_ID
        assert [event.object_id for event in events.list(limit=1)] == [object_id]
        participations, account = events.participations, {"external_account_id": api.account}
        counters = participations.get_by_external_account_and_event_id(EXTERNAL_ID, **account)
        assert (counters.registered, counters.attended, counters.cancelled, counters.no_shows) == (0, 2, 1, 22)
        pages = participations.list_breakdown_by_external_account_and_event_id(EXTERNAL_ID, **account, limit=20)
        assert len({result.id for result in pages}) == 50
