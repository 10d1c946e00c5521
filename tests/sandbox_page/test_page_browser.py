"""The page in a real browser: clicked through, looked at in each size and scheme, and used without a mouse."""

from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.sandbox_page.looking import (
    DESCRIBE_FOCUS,
    FIND_FAINT_TEXT,
    FIND_STRUCTURE_FAULTS,
    FIND_WIDE,
    Looker,
)

PAGES = ("events", "event", "contacts", "contact", "requests", "request", "faults", "behaviours", "missing", "empty")


@pytest.fixture
def looker(driver: webdriver.Chrome, busy: Any) -> Looker:
    """A browser in front of the busy account, one fault of which is in force and another one refused."""
    busy.http.post("/_sandbox/faults", json={"rules": ["complete: 503 10%", "attendance: drop every 9"]})
    return Looker(driver, busy.sandbox.base_url)


def open_page(looker: Looker, busy: Any, name: str) -> None:
    """The page of that name, of the account's liveliest event and contact."""
    view = busy.sandbox.account
    event = next(each["id"] for each in view.events if each["external_event_id"] == "cooking")
    contact = next(each["id"] for each in view.contacts if each["email"] == "guest1@example.com")
    request = max(each.number for each in busy.sandbox.requests() if each.rows == 40)
    paths = {
        "events": "/",
        "event": f"/page/events/{event}",
        "contacts": "/page/contacts",
        "contact": f"/page/contacts/{contact}",
        "requests": "/page/requests",
        "request": f"/page/requests/{request}",
        "faults": "/page/faults?rule=any:+sometimes",
        "behaviours": "/page/behaviours",
        "missing": "/page/nowhere",
        "empty": "/?q=there-is-no-such-event",
    }
    looker.open(paths[name])


def test_a_person_clicks_through_events_an_event_a_contact_the_log_and_a_switch(looker: Looker, busy: Any) -> None:
    looker.open("/")
    assert looker.find("h1").text == "Events"
    looker.click_link("live 1")
    assert [row.text.split("\n")[0] for row in looker.find_all("tbody tr")] == ["Virtual cooking class"]
    looker.click_link("Virtual cooking class")
    assert [element.text for element in looker.find_all(".counters dd")] == ["16", "40", "4", "0"]
    looker.find("summary").click()
    assert looker.find("tfoot").text == "In all 60 40 4"
    looker.enter("#q", "guest12@")
    looker.click_link("guest12@example.com")
    assert [element.text for element in looker.find_all(".timeline .what")] == [
        "attended\nVirtual cooking class",
        "registered\nVirtual cooking class",
    ]
    looker.click_link("Requests")
    looker.click_link("4xx")
    looker.follow(looker.find("tbody a"))
    assert '"category": "OBJECT_NOT_FOUND"' in looker.find_all("pre")[-1].text
    looker.click_link("Faults")
    looker.press("Locked")
    assert looker.path == "/page/faults"
    switch = looker.driver.find_element(By.XPATH, "//button[contains(., 'Locked')]")
    assert switch.get_attribute("aria-checked") == "true"
    assert [each.text for each in busy.sandbox.faults.in_force()][-1] == "any: 423 5%"
    looker.press("Locked")
    assert "any: 423 5%" not in [each.text for each in busy.sandbox.faults.in_force()]
    looker.enter("#rule", "any: sometimes")
    assert "'sometimes' is no fault" in looker.find("[role=alert]").text
    looker.enter("#rule", "any: cut next 2")
    assert looker.path == "/page/faults"
    assert looker.find_all("tbody tr")[-1].text.split() == ["4", "any:", "cut", "next", "2", "0", "0", "Remove"]
    looker.click_link("Behaviours")
    assert looker.find("h1").text == "Behaviours"
    assert looker.complaints() == []


def test_all_of_it_works_without_javascript(looker: Looker) -> None:
    looker.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    looker.open("/?q=tour")
    looker.click_link("The event tour")
    looker.click_link("guest0@example.com")
    looker.click_link("Faults")
    looker.press("Slow")
    assert len(looker.find_all("[aria-checked=true]")) == 2
    looker.click_link("Requests")
    looker.click_link("Keep refreshing")
    assert looker.find("noscript meta").get_attribute("content") == "5"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_built_for_screen_readers(looker: Looker, busy: Any, name: str) -> None:
    open_page(looker, busy, name)
    assert looker.run(FIND_STRUCTURE_FAULTS) == []
    complaints = [line for line in looker.complaints() if "404 (Not Found)" not in line or name != "missing"]
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(looker: Looker, busy: Any, name: str) -> None:
    for width in (320, 375, 768, 1280):
        looker.show_as(width=width)
        open_page(looker, busy, name)
        assert looker.run("return innerWidth") == width
        assert looker.run(FIND_WIDE) == [], width


def test_a_long_name_does_not_make_a_page_scroll_sideways(looker: Looker, busy: Any) -> None:
    event = busy.add_event("x" * 200, eventName="A" * 300, eventUrl="https://example.com/" + "b" * 300)
    busy.record("x" * 200, "register", [f"{'c' * 60}@{'d' * 60}.example.com"], days=-1)
    looker.show_as(width=375)
    for path in ("/", f"/page/events/{event}", "/page/contacts", "/page/requests", "/page/requests/1"):
        looker.open(path)
        assert looker.run(FIND_WIDE) == [], path


@pytest.mark.parametrize("name", PAGES)
def test_every_text_stands_out_from_what_is_behind_it(looker: Looker, busy: Any, name: str) -> None:
    for scheme in ("light", "dark"):
        looker.show_as(scheme=scheme)
        open_page(looker, busy, name)
        assert looker.run(FIND_FAINT_TEXT) == [], scheme


def test_the_page_follows_the_scheme_of_the_system(looker: Looker) -> None:
    shown = {}
    for scheme in ("light", "dark"):
        looker.show_as(scheme=scheme)
        looker.open("/")
        script = "const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]"
        shown[scheme] = looker.run(script)
    assert shown == {
        "light": ["rgb(251, 250, 247)", "rgb(30, 32, 35)"],
        "dark": ["rgb(21, 23, 26)", "rgb(230, 231, 233)"],
    }


@pytest.mark.parametrize(("name", "width"), [("events", 375), ("event", 1280), ("requests", 1280), ("faults", 375)])
def test_the_keyboard_goes_through_a_page_in_its_order_and_shows_where_it_is(
    looker: Looker, busy: Any, name: str, width: int
) -> None:
    looker.show_as(width=width)
    open_page(looker, busy, name)
    stops = []
    for _ in range(25):
        looker.driver.switch_to.active_element.send_keys(Keys.TAB)
        stop = looker.run(DESCRIBE_FOCUS)
        if stop is None:
            break
        stops.append(stop)
    assert [label for label, _, _ in stops[:7]] == [
        "Skip to the content",
        "hubevents sandbox",
        "Events",
        "Contacts",
        "Requests",
        "Faults",
        "Behaviours",
    ]
    orders = [order for _, order, _ in stops]
    assert len(orders) > 12
    assert orders == sorted(set(orders))
    assert [label for label, _, is_shown in stops if not is_shown] == []


def test_the_skip_link_leads_past_the_menu(looker: Looker) -> None:
    looker.open("/")
    looker.driver.switch_to.active_element.send_keys(Keys.TAB)
    looker.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert looker.driver.switch_to.active_element.get_attribute("id") == "main"
    looker.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert looker.driver.switch_to.active_element.get_attribute("id") == "q"


@pytest.mark.parametrize(("width", "shown"), [(1280, "wide"), (375, "narrow")])
def test_one_chart_is_shown_and_its_text_is_large_enough_to_read(
    looker: Looker, busy: Any, width: int, shown: str
) -> None:
    looker.show_as(width=width)
    open_page(looker, busy, "event")
    charts = [chart for chart in looker.find_all("svg.chart") if chart.is_displayed()]
    assert [chart.get_attribute("class") for chart in charts] == [f"chart is-{shown}"]
    assert charts[0].accessible_name.startswith("Attendees over time 60 registrations, 40 attendances")
    heights = looker.run(
        "return [...document.querySelectorAll('svg.chart text')].filter(t => t.checkVisibility())"
        ".map(t => t.getBoundingClientRect().height)"
    )
    assert min(heights) >= 11


def test_on_a_narrow_screen_a_table_is_still_a_table(looker: Looker, busy: Any) -> None:
    looker.show_as(width=375)
    open_page(looker, busy, "events")
    assert looker.find("table").aria_role == "table"
    assert looker.find("tbody tr").aria_role == "row"
    assert [cell.aria_role for cell in looker.find_all("tbody tr:first-child > *")] == ["rowheader", *["cell"] * 6]
    assert [head.aria_role for head in looker.find_all("thead th")] == ["columnheader"] * 7


def test_the_log_renews_itself_in_place(looker: Looker, busy: Any) -> None:
    looker.open("/page/requests")
    looker.click_link("Keep refreshing")
    looker.run("window.isTheSame = true; document.activeElement.blur()")
    busy.http.get("/marketing/v3/marketing-events/777")
    newest = "return document.querySelector('tbody').innerText"  # one question: the table may be another by a second
    WebDriverWait(looker.driver, 20).until(lambda _: "marketing-events/777" in looker.run(newest))
    assert looker.run("return window.isTheSame") is True
    assert looker.complaints() == []


def test_a_hostile_name_runs_no_script(looker: Looker, busy: Any) -> None:
    name = "<img src=x onerror='document.title=1'><script>document.title=2</script>"
    event = busy.add_event("evil", eventName=name, eventUrl="javascript:document.title=3")
    busy.record("evil", "register", ["a@example.com"], days=-1)
    for path in ("/", f"/page/events/{event}", "/page/requests", "/page/requests?refresh=on"):
        looker.open(path)
        assert looker.driver.title.endswith("· hubevents sandbox"), path
    looker.open(f"/page/events/{event}")
    assert looker.find("h1").text == name
    assert looker.complaints() == []


def test_a_print_leaves_out_what_can_only_be_clicked(looker: Looker, busy: Any) -> None:
    open_page(looker, busy, "event")
    looker.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    hidden = [looker.find(selector).is_displayed() for selector in (".top nav", ".tools", ".pager", ".skip")]
    shown = [looker.find(selector).is_displayed() for selector in ("h1", ".counters", "svg.chart", "table.rows")]
    looker.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert (hidden, shown) == ([False] * 4, [True] * 4)
