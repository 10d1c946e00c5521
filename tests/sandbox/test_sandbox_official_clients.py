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


ROOM = {"name": "room", "value": "1"}
CLIENT = {"client_id": "c", "client_secret": "s"}


def test_hubspot_api_client_changes_finds_associates_and_deletes(api: "Api") -> None:
    hubspot = pytest.importorskip("hubspot", reason="the package hubspot-api-client is not installed")
    url = api.sandbox.base_url
    events = hubspot.HubSpot(access_token="any", host=url, base_url=url).marketing.events
    basic, batch = events.basic_api, events.batch_api

    object_id = basic.create(api.event(EXTERNAL_ID)).object_id
    patched = basic.update(EXTERNAL_ID, api.account, {"eventName": "New", "customProperties": [ROOM]})
    assert (patched.event_name, patched.object_id) == ("New", object_id)
    assert basic.update_by_object_id(object_id, {"eventName": "Newer", "customProperties": []}).event_name == "Newer"
    change = {"objectId": object_id, "eventName": "Newest", "customProperties": []}
    assert batch.update_by_object_id({"inputs": [change]}).results[0].event_name == "Newest"
    assert basic.get_all(limit=1).results[0].event_name == "Newest"
    assert events.identifiers_api.do_search(EXTERNAL_ID).results[0].external_account_id == api.account
    assert events.identifiers_api.search_portal_events(EXTERNAL_ID).results[0].object_id == object_id

    lists = events.list_associations_api
    lists.associate_by_marketing_event_id(object_id, "7")
    lists.associate_by_external_account_and_event_ids(api.account, EXTERNAL_ID, "8")
    assert [each.list_id for each in lists.get_all_by_marketing_event_id(object_id).results] == ["7", "8"]
    lists.disassociate_by_marketing_event_id(object_id, "7")
    lists.disassociate_by_external_account_and_event_ids(api.account, EXTERNAL_ID, "8")
    assert lists.get_all_by_external_account_and_event_ids(api.account, EXTERNAL_ID).total == 0

    vid = api.sandbox.account.add_contact("p1@example.com")
    older = events.subscriber_state_changes_api
    older.upsert_by_contact_email(EXTERNAL_ID, "register", api.account, {"inputs": [row(1)]})
    by_vid = {"inputs": [{"vid": vid, "interactionDateTime": AT_MS + 1, "properties": {}}]}
    older.upsert_by_contact_id(EXTERNAL_ID, "cancel", api.account, by_vid)
    assert api.counters(EXTERNAL_ID)["cancelled"] == 1

    basic.archive(EXTERNAL_ID, api.account)
    ids = [each["objectId"] for each in api.upsert(api.event("a"), api.event("b"), api.event("c"))]
    basic.archive_by_object_id(ids[0])
    batch.archive_by_object_id({"inputs": [{"objectId": ids[1]}]})
    batch.archive({"inputs": [{"appId": 1234567, "externalAccountId": api.account, "externalEventId": "c"}]})
    assert api.sandbox.account.events == []


def test_hubspot_api_client_keeps_settings_with_a_developer_key(api: "Api") -> None:
    hubspot = pytest.importorskip("hubspot", reason="the package hubspot-api-client is not installed")
    url = api.sandbox.base_url
    settings = hubspot.HubSpot(api_key="key", host=url, base_url=url).marketing.events.settings_api
    details_url = "https://my.event.app/events/%s"
    assert settings.update(1234567, {"eventDetailsUrl": details_url}).event_details_url == details_url
    assert settings.get_all(1234567).app_id == 1234567


def test_hubspot_api_client_gets_an_access_token(api: "Api") -> None:
    hubspot = pytest.importorskip("hubspot", reason="the package hubspot-api-client is not installed")
    url = api.sandbox.base_url
    client = hubspot.HubSpot(host=url, base_url=url)
    answer = client.oauth.tokens_api.create(grant_type="refresh_token", refresh_token="first", **CLIENT)
    assert (answer.expires_in, answer.refresh_token) == (1_800, "first")
    events = hubspot.HubSpot(access_token=answer.access_token, host=url, base_url=url).marketing.events
    assert events.basic_api.get_all(limit=1).results == []
    with pytest.raises(Exception, match="BAD_REFRESH_TOKEN"):
        client.oauth.tokens_api.create(grant_type="refresh_token", refresh_token="", **CLIENT)


def test_hubspot_sdk_changes_finds_associates_and_deletes(api: "Api") -> None:
    hubspot_sdk = pytest.importorskip("hubspot_sdk", reason="the package hubspot-sdk is not installed")
    with hubspot_sdk.HubSpot(access_token="any", base_url=api.sandbox.base_url, max_retries=0) as client:
        events, account = client.marketing.marketing_events, {"external_account_id": api.account}
        (created,) = api.upsert(api.event(EXTERNAL_ID))
        object_id = created["objectId"]
        patched = events.update_by_external_event_id(EXTERNAL_ID, **account, event_name="New", custom_properties=[ROOM])
        assert (patched.event_name, patched.object_id) == ("New", object_id)
        assert events.update(object_id, event_name="Newer", custom_properties=[]).event_name == "Newer"
        change = {"object_id": object_id, "event_name": "Newest", "custom_properties": []}
        partly = events.update_batch(inputs=[change, {**change, "object_id": "9"}])
        assert [each.event_name for each in partly.results] == ["Newest"]
        assert [each.object_id for each in events.search_by_external_event_id(q=EXTERNAL_ID).results] == [object_id]
        found = events.search_identifiers_by_external_event_id(EXTERNAL_ID)
        assert [each.marketing_event_name for each in found.results] == ["Newest"]

        details_url = "https://my.event.app/events/%s"
        assert events.settings.create_or_update(1234567, event_details_url=details_url).app_id == 1234567
        assert events.settings.get(1234567).event_details_url == details_url

        events.list_associations.associate("7", marketing_event_id=object_id)
        assert [each.list_id for each in events.list_associations.list(object_id).results] == ["7"]
        events.list_associations.delete("7", marketing_event_id=object_id)
        assert events.list_associations.list(object_id).total == 0

        cancelled = events.events.cancel_by_external_event_id(EXTERNAL_ID, **account)
        assert cancelled.event_cancelled
        events.delete_by_external_event_id(EXTERNAL_ID, **account)
        ids = [each["objectId"] for each in api.upsert(api.event("a"), api.event("b"), api.event("c"))]
        events.delete(ids[0])
        events.delete_batch(inputs=[{"object_id": ids[1]}])
        key = {"app_id": 1234567, "external_account_id": api.account, "external_event_id": "c"}
        events.delete_batch_by_external_event_id(inputs=[key])
        assert api.sandbox.account.events == []


def test_hubspot_sdk_gets_looks_at_and_ends_a_token(api: "Api") -> None:
    hubspot_sdk = pytest.importorskip("hubspot_sdk", reason="the package hubspot-sdk is not installed")
    url = api.sandbox.base_url
    with hubspot_sdk.HubSpot(access_token="any", base_url=url, max_retries=0) as client:
        oauth = client.auth.oauth
        answer = oauth.create_token(grant_type="refresh_token", refresh_token="first", **CLIENT)
        token = answer.access_token
        assert oauth.introspect_token(token=token, **CLIENT).active
        with hubspot_sdk.HubSpot(access_token=token, base_url=url, max_retries=0) as other:
            assert list(other.marketing.marketing_events.list(limit=1)) == []
            oauth.revoke_token(token=token, **CLIENT)
            with pytest.raises(hubspot_sdk.AuthenticationError):
                other.marketing.marketing_events.list(limit=1)
