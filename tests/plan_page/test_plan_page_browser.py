"""A plan's page in a real browser: read, filtered, opened, printed, and looked at in each size and scheme."""

from base64 import b64decode
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

from hubevents_sync.model.plan import EventAction, Plan
from hubevents_sync.render.plan_html import render_plan_html
from tests.builders import NOW_MS, build_plan, build_summary
from tests.render.large_plan import build_large_plan
from tests.sandbox_page.looking import FIND_FAINT_TEXT, FIND_STRUCTURE_FAULTS, FIND_WIDE, Looker

SHOWN = """
return [...document.querySelectorAll(".line .id")].filter((id) => id.checkVisibility()).map((id) => id.textContent)
"""
LOADED = "return performance.getEntriesByType('resource').map((entry) => entry.name)"


def open_plan(driver: webdriver.Chrome, folder: Path, plan: Plan) -> Looker:
    """A browser in front of the page of *plan*, which is a file."""
    file = folder / "plan.html"
    file.write_text(render_plan_html(plan, now_ms=NOW_MS, timezone="Europe/Berlin"), encoding="utf-8")
    looker = Looker(driver, file.as_uri())
    looker.open("")
    return looker


@pytest.fixture
def looker(driver: webdriver.Chrome, tmp_path: Path, twelve_events: Plan) -> Looker:
    """A browser in front of twelve events."""
    return open_plan(driver, tmp_path, twelve_events)


def press(looker: Looker, selector: str) -> None:
    looker.run(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center'}})")
    looker.find(selector).click()


def test_the_page_loads_nothing_and_complains_of_nothing(looker: Looker) -> None:
    assert looker.run(LOADED) == []
    assert looker.complaints() == []


def test_its_structure_is_sound(looker: Looker) -> None:
    press(looker, "#expand")
    assert looker.run(FIND_STRUCTURE_FAULTS) == []


def test_a_text_finds_events_by_anything_that_is_said_of_them(looker: Looker) -> None:
    field = looker.find("#find")
    field.send_keys("春の")
    assert looker.run(SHOWN) == ["spring-conf"]
    assert looker.find("#found").text == "1 of 12 events"
    field.send_keys(Keys.ESCAPE)
    assert len(looker.run(SHOWN)) == 12
    assert looker.find("#found").text == ""
    field.send_keys("virtual-cooking.csv chef")
    assert looker.run(SHOWN) == ["virtual-cooking-2026-11"]
    field.send_keys(" nowhere")
    assert looker.run(SHOWN) == []
    assert looker.find("#found").text == "No event is like that."


def test_a_kind_of_change_filters_too_and_both_together(looker: Looker) -> None:
    press(looker, "[data-kind=held]")
    assert looker.run(SHOWN) == ["virtual-cooking-2026-11"]
    press(looker, "[data-kind=rows]")
    assert looker.run(SHOWN) == ["autumn-meetup", "spring-conf", "virtual-cooking-2026-11"]
    assert looker.run("return document.querySelectorAll('.chips [aria-pressed=true]').length") == 1
    looker.find("#find").send_keys("autumn")
    assert looker.run(SHOWN) == ["autumn-meetup"]
    press(looker, "[data-kind='']")
    assert looker.run(SHOWN) == ["autumn-meetup"]


def test_an_event_opens_and_closes_by_key_and_by_click(looker: Looker) -> None:
    button = looker.find(".event .line button")
    details = looker.find(".event .more")
    assert not details.is_displayed()
    button.send_keys(Keys.ENTER)
    assert details.is_displayed()
    assert button.get_attribute("aria-expanded") == "true"
    press(looker, ".event .line .change")
    assert not details.is_displayed()
    assert button.get_attribute("aria-expanded") == "false"


def test_all_events_open_and_close_at_once(looker: Looker) -> None:
    opened = "return [...document.querySelectorAll('.more')].filter((row) => row.checkVisibility()).length"
    press(looker, "#expand")
    assert (looker.run(opened), looker.find("#expand").text) == (12, "Collapse all")
    press(looker, "#expand")
    assert (looker.run(opened), looker.find("#expand").text) == (0, "Expand all")


def test_a_slash_leads_to_the_field(looker: Looker) -> None:
    looker.find("body").send_keys("/")
    assert looker.run("return document.activeElement.id") == "find"


def test_without_script_each_event_has_its_details_to_open(looker: Looker) -> None:
    looker.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    looker.open("")
    assert not looker.find(".tools").is_displayed()
    assert not looker.find(".fields").is_displayed()
    summary = next(each for each in looker.find_all(".more summary") if "virtual-cooking" in each.text)
    summary.click()
    assert "Virtual cooking class" in looker.find(".more details[open] .fields").text
    looker.show_as()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_both_schemes(looker: Looker, scheme: str) -> None:
    looker.show_as(scheme=scheme)
    looker.open("")
    press(looker, "#expand")
    assert looker.run(FIND_FAINT_TEXT) == []
    bright = looker.run("return Number(getComputedStyle(document.body).backgroundColor.match(/[0-9]+/)[0]) > 127")
    assert bright == (scheme == "light")


@pytest.mark.parametrize("width", [320, 375, 768, 1280, 1920])
def test_nothing_is_wider_than_the_window(looker: Looker, width: int) -> None:
    looker.show_as(width=width)
    looker.open("")
    press(looker, "#expand")
    assert looker.run(FIND_WIDE) == []


def test_print_shows_every_detail_and_no_control(looker: Looker) -> None:
    looker.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    hidden = looker.run(
        "return [...document.querySelectorAll('.more, .fields, .remarks, .samples')]"
        ".filter((each) => !each.checkVisibility({contentVisibilityAuto: true})).length"
    )
    assert hidden == 0
    assert not any(looker.find(selector).is_displayed() for selector in (".tools", "nav"))
    looker.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    printed = looker.driver.execute_cdp_cmd("Page.printToPDF", {})
    assert b64decode(printed["data"]).startswith(b"%PDF-")


def test_a_name_with_a_script_in_it_stays_a_name(driver: webdriver.Chrome, tmp_path: Path) -> None:
    name = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    looker = open_plan(driver, tmp_path, build_plan(build_summary("a", name=name, action=EventAction.CREATE)))
    assert looker.find(".name").text == name
    assert driver.title == "Plan"
    assert looker.run(LOADED) == []
    assert looker.complaints() == []


def test_two_hundred_events_of_a_million_rows_open_filter_and_complain_of_nothing(
    driver: webdriver.Chrome, tmp_path: Path
) -> None:
    looker = open_plan(driver, tmp_path, build_large_plan())
    assert len(looker.run(SHOWN)) == 200
    looker.find("#find").send_keys("stop 17")
    assert "roadshow-2026-016" in looker.run(SHOWN)
    assert looker.complaints() == []
