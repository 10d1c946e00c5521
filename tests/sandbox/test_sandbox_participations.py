"""Reading back: pages, filters, and what a row tells."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Api


@pytest.mark.behaviour("row-ids")
@pytest.mark.behaviour("occurred-at", "integer")
def test_a_row_tells_its_person_its_event_and_its_interaction(api: "Api") -> None:
    (created,) = api.upsert(api.event("a/b"))
    row = {**api.row("ana@example.com"), "contactProperties": {"firstname": "Ana", "company": "Salt"}}
    api.record("register", row, event="a/b")
    assert api.breakdown("a/b") == {
        "total": 1,
        "results": [
            {
                "id": "730000000001",
                "createdAt": "2026-11-02T08:00:00.000Z",
                "properties": {"attendanceState": "REGISTERED", "occurredAt": 1_793_523_600_000},
                "associations": {
                    "contact": {"contactId": "540000000001", "email": "ana@example.com", "firstname": "Ana"},
                    "marketingEvent": {
                        "marketingEventId": created["objectId"],
                        "externalAccountId": "CookingCo",
                        "externalEventId": "a/b",
                        "name": "Virtual cooking class",
                    },
                },
            }
        ],
    }


def test_the_breakdown_comes_in_pages_with_each_row_once(api: "Api") -> None:
    api.upsert(api.event(), api.event("other"))
    api.record("register", *(api.row(f"p{number}@example.com") for number in range(45)))
    api.record("register", api.row("p1@example.com"), event="other")
    seen, after = [], "0"
    for size in (20, 20, 5):
        page = api.breakdown(limit=20, after=after)
        assert (page["total"], len(page["results"])) == (45, size)
        seen += [row["associations"]["contact"]["email"] for row in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after")
    assert seen == [f"p{number}@example.com" for number in range(45)]
    assert after is None


def test_a_page_holds_ten_rows_unless_told_otherwise(api: "Api") -> None:
    api.upsert(api.event())
    api.record("register", *(api.row(f"p{number}@example.com") for number in range(11)))
    assert len(api.breakdown()["results"]) == 10


def test_the_link_to_the_next_page_keeps_the_filters(api: "Api") -> None:
    api.upsert(api.event("a/b c"))
    api.record("register", *(api.row(f"p{number}@example.com") for number in range(3)), event="a/b c")
    first = api.breakdown("a/b c", limit=2, state="REGISTERED")
    second = api.http.get(first["paging"]["next"]["link"])
    assert [row["associations"]["contact"]["email"] for row in second.json()["results"]] == ["p2@example.com"]


@pytest.mark.parametrize("who", ["ANA@example.com", "540000000001"])
def test_a_contact_is_filtered_by_email_or_by_id(api: "Api", who: str) -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"), api.row("bob@example.com"))
    assert api.states(contactIdentifier=who) == [("ana@example.com", "REGISTERED")]


@pytest.mark.behaviour("breakdown-unknown-contact", "empty")
@pytest.mark.parametrize("who", ["none@example.com", "7", "9" * 40])
def test_an_unknown_contact_has_no_rows(api: "Api", who: str) -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    assert api.breakdown(contactIdentifier=who) == {"total": 0, "results": []}
    assert api.read(f"participations/contacts/{who}/breakdown") == {"total": 0, "results": []}


def test_a_state_is_filtered(api: "Api") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    api.record("cancel", api.row("bob@example.com"))
    assert api.states(state="CANCELLED") == [("bob@example.com", "CANCELLED")]
    assert api.breakdown(state="ATTENDED") == {"total": 0, "results": []}


@pytest.mark.behaviour("breakdown-filters")
@pytest.mark.parametrize("state", ["register", "EMPTY", ""])
def test_an_unknown_state_filter_is_a_400_in_hubspots_words(api: "Api", state: str) -> None:
    api.upsert(api.event())
    answer = api.get("participations/CookingCo/cooking/breakdown", state=state)
    assert answer.status_code == 400
    assert answer.json()["message"] == "State value should be one of REGISTERED, CANCELLED, ATTENDED, NO_SHOW"


@pytest.mark.behaviour("limit-over-100", "refuse")
@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "0"), ("limit", "101"), ("limit", "ten"), ("limit", "1_0"), ("after", "x"), ("after", "-1")],
)
def test_a_page_that_cannot_be_is_a_400(api: "Api", name: str, value: str) -> None:
    api.upsert(api.event())
    answer = api.get("participations/CookingCo/cooking/breakdown", **{name: value})
    assert (answer.status_code, answer.json()["errors"][0]["in"]) == (400, name)


def test_the_same_is_read_by_object_id(api: "Api") -> None:
    (created,) = api.upsert(api.event())
    api.record("register", api.row("ana@example.com"), api.row("bob@example.com"))
    object_id = created["objectId"]
    assert api.read(f"participations/{object_id}") == api.counters()
    assert api.read(f"participations/{object_id}/breakdown") == api.breakdown()


@pytest.mark.behaviour("marketing-event-id")
@pytest.mark.parametrize("path", ["participations/cooking", "participations/cooking/breakdown", "participations/1_0"])
def test_an_object_id_that_is_no_number_is_a_400_in_hubspots_words(api: "Api", path: str) -> None:
    if path.endswith("/breakdown"):
        # Two segments are an external account and an event named "breakdown" only where no operation says otherwise.
        api.upsert(api.event("breakdown", externalAccountId="cooking"))
    answer = api.get(path)
    assert answer.status_code == 400
    assert answer.json()["message"] == "Unable to parse value for path parameter: marketingEventId"


def test_a_contacts_breakdown_spans_events(api: "Api") -> None:
    api.upsert(api.event("one"), api.event("two"))
    api.record("register", api.row("ana@example.com"), api.row("bob@example.com"), event="one")
    api.record("register", api.row("ana@example.com"), event="two")
    body = api.read("participations/contacts/ana@example.com/breakdown")
    ids = [row["associations"]["marketingEvent"]["externalEventId"] for row in body["results"]]
    assert (body["total"], ids) == (2, ["one", "two"])
