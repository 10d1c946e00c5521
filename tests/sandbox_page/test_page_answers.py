"""What the page answers, seen over real HTTP and without a browser."""

import html
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from hubevents_sync.sandbox.behaviours import BEHAVIOURS
from hubevents_sync.sandbox.faults.grammar import parse_rule, write_rule
from hubevents_sync.sandbox.page.faults import PRESETS

PATHS = ("/", "/page/contacts", "/page/requests", "/page/faults", "/page/behaviours")
HOSTILE = """</title><script>alert(1)</script><img src=x onerror="alert('2')">{{ 7 * 7 }}"""


def read_text(page: str) -> str:
    """What stands between the tags, on one line."""
    return re.sub(r"[ \n]+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def read_rows(page: str) -> list[list[str]]:
    """The cells of the rows of the page's tables, without their heads."""
    bodies = "".join(re.findall(r"<tbody.*?</tbody>", page, re.DOTALL))
    rows = re.findall(r"<tr.*?</tr>", bodies, re.DOTALL)
    return [[read_text(cell).strip() for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.DOTALL)] for row in rows]


@pytest.mark.parametrize("path", PATHS)
def test_each_page_forbids_what_does_not_come_from_here(account: Any, path: str) -> None:
    answer = account.http.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    outside = [link for link in re.findall(r'(?:href|src|action)="([^"]*)"', answer.text) if not link.startswith("/")]
    assert outside == ["#main"]
    assert "style=" not in answer.text
    assert re.findall(r"<[^>]*\son\w+=", answer.text) == []


@pytest.mark.parametrize("host", ["127.0.0.1:80", "localhost", "LOCALHOST:8089", "sandbox.localhost:1", "[::1]:80"])
def test_the_page_answers_to_a_name_of_this_machine(account: Any, host: str) -> None:
    assert account.http.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.168.0.1", "a:b:c", ""],
)
@pytest.mark.parametrize("path", ["/", "/page/requests", "/page/static/page.css", "/favicon.ico"])
def test_the_page_does_not_answer_to_a_foreign_name(account: Any, host: str, path: str) -> None:
    answer = account.http.get(path, headers={"Host": host})
    assert answer.status_code == 403
    assert answer.text == f"this page is for this machine only; '{host}' is no name of it. Open http://127.0.0.1\n"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_looking_is_not_counted_and_not_logged(busy: Any) -> None:
    before = busy.http.get("/account-info/v3/details").headers["x-hubspot-ratelimit-daily-remaining"]
    logged = len(busy.sandbox.requests())
    for path in (*PATHS, "/page/requests/1", "/page/static/page.css", "/page/nowhere", "/favicon.ico"):
        busy.http.get(path)
    after = busy.http.get("/account-info/v3/details").headers["x-hubspot-ratelimit-daily-remaining"]
    assert int(before) - int(after) == 1
    assert len(busy.sandbox.requests()) == logged + 1


def test_looking_takes_no_token_even_where_the_api_wants_one(account: Any) -> None:
    assert httpx.get(account.sandbox.base_url).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed_through_the_page(account: Any, method: str) -> None:
    answer = account.http.request(method, "/page/requests")
    assert (answer.status_code, answer.text) == (405, f"the page at /page/requests is read with GET, not {method}\n")
    assert account.http.request(method, "/").json()["category"] == "OBJECT_NOT_FOUND"


def test_a_head_request_has_the_page_s_headers_and_no_body(account: Any) -> None:
    answer = account.http.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/page/nowhere", "there is no page at /page/nowhere."),
        ("/page/events/5", "no event has the object id 5."),
        ("/page/events/99999999999999999999", "there is no page at /page/events/99999999999999999999."),
        ("/page/contacts/5", "no contact has the id 5."),
        ("/page/requests/5", "request 5 is not in the log, which keeps the last 10,000."),
        ("/page/%3Cb%3E", "there is no page at /page/<b>."),
        ("/page/static/../site.py", "there is no page at"),
    ],
)
def test_what_is_not_there_is_said_on_a_page_of_its_own(account: Any, path: str, said: str) -> None:
    answer = account.http.get(path)
    assert answer.status_code == 404
    assert said in read_text(answer.text)


@pytest.mark.parametrize("name", ["nothing.css", "..%2Fsite.py", "%2e%2e/site.py", ""])
def test_only_the_page_s_own_files_are_served(account: Any, name: str) -> None:
    assert account.http.get(f"/page/static/{name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_a_file_is_served_as_what_it_is(account: Any, name: str, media_type: str) -> None:
    assert account.http.get(f"/page/static/{name}").headers["content-type"] == media_type


def test_a_hostile_name_stays_a_text_on_every_page(account: Any) -> None:
    event = account.add_event(
        "evil<i>",
        eventName=HOSTILE,
        eventOrganizer=HOSTILE,
        eventDescription=HOSTILE,
        eventUrl="javascript:alert(3)",
        customProperties=[{"name": "room", "value": HOSTILE}],
    )
    body = {"email": "a@example.com", "interactionDateTime": 1793523600000, "contactProperties": {"firstname": HOSTILE}}
    path = "/marketing/v3/marketing-events/attendance/evil%3Ci%3E/register/email-create"
    account.http.post(path, params={"externalAccountId": "CookingCo", "x": HOSTILE}, json={"inputs": [body]})
    contact = account.sandbox.account.contacts[0]["id"]
    paths = ["/", f"/page/events/{event}", "/page/contacts", f"/page/contacts/{contact}", "/page/requests"]
    for path in (*paths, "/page/requests/1", "/page/requests/2"):
        page = account.page(path)
        assert "<script>alert" not in page, path
        assert "<img" not in page, path
        assert "<i>" not in page, path
        assert 'href="javascript' not in page, path
        assert HOSTILE in html.unescape(page) or "alert(1)" in html.unescape(page), path
    for path in ("/", "/page/contacts", "/page/requests", f"/page/events/{event}", "/page/faults"):
        page = account.page(path, q=HOSTILE, rule=HOSTILE, state=HOSTILE, sort=HOSTILE, page=HOSTILE)
        assert "<script>alert" not in page, path
        assert 'onerror="' not in page, path


def test_events_show_their_state_and_the_counters_of_the_api(busy: Any) -> None:
    rows = read_rows(busy.page("/"))
    assert len(rows) == 5
    assert {state: counts for _, state, _, *counts in rows} == {
        "upcoming": ["0", "0", "0", "0"],
        "live": ["16", "40", "4", "0"],
        "over": ["0", "1", "0", "2"],
        "complete": ["0", "0", "0", "2"],
        "cancelled": ["0", "0", "0", "0"],
    }
    counters = busy.http.get("/marketing/v3/marketing-events/participations/CookingCo/cooking").json()
    assert counters == {"registered": 16, "attended": 40, "cancelled": 4, "noShows": 0}


@pytest.mark.parametrize("state", ["upcoming", "live", "over", "complete", "cancelled"])
def test_the_list_and_the_event_s_own_page_agree_about_its_state(busy: Any, state: str) -> None:
    page = busy.page("/", state=state)
    (row,) = read_rows(page)
    assert row[1] == state
    (address,) = set(re.findall(r"/page/events/\d+", page))
    own = busy.page(address)
    assert re.search(rf'<p class="tags"><span class="badge is-{state}">', own)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "cooking"}, ["Virtual cooking class"]),
        ({"q": "COOKING class"}, ["Virtual cooking class"]),
        ({"q": "tour"}, ["The event tour"]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"q": "chef", "state": "over"}, ["The event tour"]),
        ({"sort": "name", "order": "asc"}, ["The event assembly", "The event keynote", "The event picnic"]),
        ({"sort": "attended"}, ["Virtual cooking class", "The event tour"]),
        ({"sort": "no-shows", "q": "tour"}, ["The event tour"]),
        ({"sort": "start"}, ["The event assembly", "The event picnic", "Virtual cooking class"]),
        ({"sort": "start", "order": "asc"}, ["The event tour", "The event keynote", "Virtual cooking class"]),
        ({"sort": "nonsense", "state": "nonsense", "page": "x"}, ["The event assembly"]),
    ],
)
def test_events_are_searched_filtered_and_sorted(busy: Any, query: dict[str, str], expected: list[str]) -> None:
    names = re.findall(r'<a class="main" href="/page/events/\d+">([^<]*)</a>', busy.page("/", **query))
    assert names[: len(expected)] == expected
    assert bool(names) == bool(expected)


def test_a_sorted_column_says_so_and_its_link_turns_it_round(busy: Any) -> None:
    page = busy.page("/", sort="attended", q="e")
    assert 'aria-sort="descending"><a class="sort" href="/?sort=attended&amp;q=e&amp;order=asc">' in page
    assert page.count("aria-sort") == 1


def test_events_come_in_pages_of_fifty(account: Any) -> None:
    for number in range(53):
        account.add_event(f"e{number:02}", days=number)
    first, second = account.page("/"), account.page("/", page=2)
    assert (len(read_rows(first)), len(read_rows(second))) == (50, 3)
    assert ("1–50 of 53" in first, "51–53 of 53" in second) == (True, True)  # noqa: RUF001 - the page has an en dash
    assert '<a href="/?page=2">Next</a>' in first
    assert '<a href="/?page=1">Previous</a>' in second
    beyond = account.page("/", page=9)
    assert "nothing here; there are 53" in beyond
    assert '<a href="/?page=2">Last</a>' in beyond


def test_an_empty_account_says_what_to_do(account: Any) -> None:
    assert "Nothing here yet" in account.page("/")


def test_an_event_s_participations_come_in_pages_and_can_be_chosen(busy: Any) -> None:
    (event,) = re.findall(r'href="(/page/events/\d+)">Virtual', busy.page("/"))
    table = re.compile(r'<table class="flow rows".*?</table>', re.DOTALL)

    def rows(**query: str | int) -> list[list[str]]:
        return read_rows(table.findall(busy.page(event, **query))[0])

    assert [len(rows()), len(rows(page=2)), len(rows(page=3))] == [50, 50, 4]
    assert rows()[0] == [
        "guest49@example.com Guest49",
        "attended",
        "30 Nov 2026, 16:00",
        "30 Nov 2026, 16:00 for 45 min",
        "current",
    ]
    assert {row[1] for row in rows(state="CANCELLED")} == {"cancelled"}
    assert len(rows(state="CANCELLED")) == 4
    assert [row[1] + " " + row[4] for row in rows(q="GUEST12@")] == ["attended current", "registered superseded"]
    assert rows(q="nobody") == [["No participation is like that."]]


def test_an_event_s_chart_has_the_same_figures_as_its_table(busy: Any) -> None:
    (event,) = re.findall(r'href="(/page/events/\d+)">Virtual', busy.page("/"))
    page = busy.page(event)
    assert page.count('<svg class="chart') == 2
    assert page.count("60 registrations, 40 attendances and 4 cancellations between 16 Nov 2026 and 30 Nov 2026, ") == 2
    (table,) = re.findall(r"<tfoot>.*?</tfoot>", page, re.DOTALL)
    assert read_text(table).split() == ["In", "all", "60", "40", "4"]
    table_rows = read_rows(re.findall(r'<div class="scroll".*?</div>', page, re.DOTALL)[0])
    assert [sum(int(row[column]) for row in table_rows) for column in (1, 2, 3)] == [60, 40, 4]


def test_an_event_without_attendees_has_no_chart(busy: Any) -> None:
    (event,) = re.findall(r'href="(/page/events/\d+)">The event assembly', busy.page("/"))
    page = busy.page(event)
    assert "Nobody registered, cancelled or attended so far." in page
    assert '<svg class="chart' not in page


def test_a_contact_s_timeline_goes_over_all_events(busy: Any) -> None:
    page = busy.page("/page/contacts", q="guest1@")
    (address,) = re.findall(r'href="(/page/contacts/\d+)">guest1@example.com', page)
    items = [read_text(item) for item in re.findall(r'<li class="is-.*?</li>', busy.page(address), re.DOTALL)]
    assert [re.sub(r" (This|Something|Nobody|Joined).*", "", item).strip() for item in items] == [
        "28 Nov 2026, 17:00 cancelled Virtual cooking class",
        "28 Nov 2026, 17:00 no-show The event keynote",
        "20 Nov 2026, 17:00 registered The event keynote",
        "20 Nov 2026, 17:00 no-show The event tour",
        "16 Nov 2026, 17:00 registered Virtual cooking class",
    ]
    assert "Nobody sent this: it follows from the event being over." in items[1]
    assert "Nobody sent this" not in items[3]


def test_the_log_shows_the_newest_first_and_can_be_chosen_from(busy: Any) -> None:
    rows = read_rows(busy.page("/page/requests"))
    assert rows[0][2:5] == [
        "GET /marketing/v3/marketing-events/events/nowhere ?externalAccountId=CookingCo",
        "404",
        "–",  # noqa: RUF001 - as the page has it
    ]
    assert {row[3] for row in read_rows(busy.page("/page/requests", status="4xx"))} == {"404"}
    assert {row[2].split()[0] for row in read_rows(busy.page("/page/requests", method="POST"))} == {"POST"}
    found = read_rows(busy.page("/page/requests", q="/Cancel/"))
    assert [row[4] for row in found] == ["4"]
    correlation = busy.sandbox.requests()[0].correlation_id
    assert len(read_rows(busy.page("/page/requests", q=correlation))) == 1


def test_a_request_is_shown_with_its_bodies_laid_out(account: Any) -> None:
    account.http.post("/marketing/v3/marketing-events/events/upsert", json={"inputs": [{"eventName": "é"}]})
    page = html.unescape(account.page("/page/requests/1"))
    assert '<code>{\n  "inputs": [\n    {\n      "eventName": "é"\n    }\n  ]\n}</code>' in page
    assert '"category": "VALIDATION_ERROR"' in page
    assert account.sandbox.requests()[0].correlation_id in page


def test_a_long_body_says_that_it_is_not_whole(busy: Any) -> None:
    number = max(each.number for each in busy.sandbox.requests() if each.rows == 40)
    assert "The log keeps the first 2\u202f048 bytes" in busy.page(f"/page/requests/{number}")


def test_a_key_in_a_query_is_not_shown(account: Any) -> None:
    account.http.get("/marketing/v3/marketing-events/1/settings", params={"hapikey": "very-secret", "a": "b"})
    for path in ("/page/requests", "/page/requests/1"):
        page = account.page(path)
        assert "very-secret" not in page
        assert "hapikey=…&amp;a=b" in page


def test_the_log_reloads_itself_only_when_it_is_asked_to(account: Any) -> None:
    assert "http-equiv" not in account.page("/page/requests")
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in account.page(
        "/page/requests", refresh="on"
    )


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_each_switch_is_a_rule_as_the_sandbox_writes_it(preset: Any) -> None:
    assert write_rule(parse_rule(preset.text)) == preset.text


def test_a_switch_is_turned_on_and_off_with_a_form(account: Any) -> None:
    referer = {"Referer": f"{account.sandbox.base_url}/page/faults"}
    answer = account.http.post("/_sandbox/faults", data={"rule": "any: 503 10%"}, headers=referer)
    assert (answer.status_code, answer.headers["location"]) == (303, "/page/faults")
    page = account.page("/page/faults")
    assert page.count('aria-checked="true"') == 1
    assert "Remove fault 1, any: 503 10%" in page
    account.http.post("/_sandbox/faults", data={"remove": "1"}, headers=referer)
    page = account.page("/page/faults")
    assert 'aria-checked="true"' not in page
    assert "None: everything works." in page


def test_a_rule_that_can_not_be_read_comes_back_with_what_is_wrong(account: Any) -> None:
    referer = {"Referer": f"{account.sandbox.base_url}/page/faults?rule=older"}
    answer = account.http.post("/_sandbox/faults", data={"rule": 'any: "sometimes"'}, headers=referer)
    assert (answer.status_code, answer.headers["location"]) == (303, "/page/faults?rule=any%3A+%22sometimes%22")
    page = account.page(answer.headers["location"])
    assert 'value="any: &#34;sometimes&#34;"' in page
    assert "can't be read" in html.unescape(page)
    corrected = account.http.post("/_sandbox/faults", data={"rule": "any: cut once"}, headers=referer)
    assert corrected.headers["location"] == "/page/faults"


def test_a_request_that_a_fault_struck_says_so(account: Any) -> None:
    account.http.post("/_sandbox/faults", json={"rule": "any: 503 always"})
    account.http.get("/marketing/v3/marketing-events/1")
    (row,) = read_rows(account.page("/page/requests", status="5xx"))
    assert row[2].endswith("any: 503")


def test_the_page_lists_every_behaviour_with_its_evidence(account: Any) -> None:
    rows = read_rows(account.page("/page/behaviours"))
    assert [row[0] for row in rows] == [each.id for each in BEHAVIOURS]
    assert [row[2].split()[0] for row in rows] == [str(each.evidence) for each in BEHAVIOURS]
    chosen = read_rows(account.page("/page/behaviours", evidence="chosen"))
    assert {row[2].split()[0] for row in chosen} == {"chosen"}


def test_gauges_show_what_is_used(account: Any, people: Callable[..., list[str]]) -> None:
    account.add_event("one")
    account.record("one", "register", people(1), days=-1)
    text = read_text(account.page("/"))
    assert "Requests in 10 s 2 of 190" in text
    assert "Requests today 2 of 1\u202f000\u202f000" in text


def test_a_row_of_the_older_upsert_says_that_hubspot_s_timeline_leaves_it_out(account: Any) -> None:
    account.add_event("one")
    account.record("one", "register", ["ana@example.com"], days=-2)
    body = {"inputs": [{"email": "ana@example.com", "interactionDateTime": 1795960800000, "properties": {}}]}
    path = "/marketing/v3/marketing-events/events/one/cancel/email-upsert"
    answer = account.http.post(path, params={"externalAccountId": "CookingCo"}, json=body)
    assert answer.status_code == 202, answer.text
    contact = account.sandbox.account.contacts[0]["id"]
    items = re.findall(r'<li class="is-.*?</li>', account.page(f"/page/contacts/{contact}"), re.DOTALL)
    said = ["Sent by the older upsert, which HubSpot’s own timeline does not show." in item for item in items]  # noqa: RUF001 - as the page has it
    assert said == [True, False]
