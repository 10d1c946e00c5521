"""What a test looks at in a page that a browser shows: JavaScript that collects what is wrong, and who runs it."""

from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

# Each problem as a line; a page without any gives an empty list.
FIND_STRUCTURE_FAULTS = """
const faults = [];
const say = (what, element) => faults.push(what + (element ? ": " + element.outerHTML.slice(0, 120) : ""));
const all = (selector) => [...document.querySelectorAll(selector)];
if (!document.documentElement.lang) say("no language");
if (!document.title) say("no title");
for (const landmark of ["header", "main", "footer", "nav"])
  if (!document.querySelector("body > " + landmark + ", body > header " + landmark)) say("no " + landmark);
if (all("h1").length !== 1) say(all("h1").length + " h1");
let before = 0;
for (const heading of all("h1, h2, h3, h4, h5, h6")) {
  const level = Number(heading.tagName[1]);
  if (level > before + 1) say("a level is left out before", heading);
  if (!heading.textContent.trim()) say("an empty heading", heading);
  before = level;
}
const ids = all("[id]").map((element) => element.id);
for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) say("an id twice: " + id);
for (const name of ["aria-labelledby", "aria-describedby"])
  for (const element of all(`[${name}]`))
    for (const id of element.getAttribute(name).split(" "))
      if (!document.getElementById(id)) say(name + " of nothing", element);
for (const field of all("input:not([type=hidden]), select, textarea"))
  if (!field.labels.length) say("no label", field);
for (const control of all("a, button"))
  if (!(control.getAttribute("aria-label") || control.textContent).trim()) say("no name", control);
for (const drawing of all("svg")) {
  const hasWords = drawing.querySelector("title") && drawing.querySelector("desc");
  const isNamed = drawing.getAttribute("role") === "img" && hasWords;
  if (!isNamed && drawing.getAttribute("aria-hidden") !== "true") say("a drawing with no text", drawing);
}
for (const table of all("table")) {
  if (!table.caption && !table.hasAttribute("aria-labelledby")) say("no caption", table);
  for (const head of table.querySelectorAll("th")) if (!head.scope) say("no scope", head);
}
const navs = all("nav").map((nav) => nav.getAttribute("aria-label"));
if (navs.includes(null) || new Set(navs).size !== navs.length) say("navs of the same name: " + navs);
for (const scroller of all("pre.body, .scroll"))
  if (scroller.tabIndex !== 0) say("scrolls only with a mouse", scroller);
return faults;
"""

# Every text that is shown, against what is behind it; by WCAG 2.2 large text needs 3, other text 4.5.
FIND_FAINT_TEXT = """
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const read = (colour) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const luminance = ([red, green, blue]) => {
  const linear = [red, green, blue].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const behind = (element) => {
  for (let each = element; each; each = each.parentElement) {
    const colour = read(getComputedStyle(each).backgroundColor);
    if (colour[3] === 255) return colour;
  }
  return [255, 255, 255, 255];
};
const faint = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest(".skip")) continue;
  const style = getComputedStyle(element);
  const front = luminance(read(element instanceof SVGElement ? style.fill : style.color));
  const back = luminance(behind(element));
  const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  const wanted = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
  if (contrast < wanted) faint.add(`${contrast.toFixed(2)} ${walker.currentNode.data.trim().slice(0, 40)}`);
}
return [...faint];
"""

FIND_WIDE = """
const limit = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth <= limit) return [];
return [...document.querySelectorAll("body *")]
  .filter((element) => element.getBoundingClientRect().right > limit + 1 && element.checkVisibility())
  .map((element) => element.outerHTML.slice(0, 100));
"""

DESCRIBE_FOCUS = """
const element = document.activeElement;
if (element === document.body) return null;
const style = getComputedStyle(element);
const order = [...document.querySelectorAll("*")].indexOf(element);
return [(element.getAttribute("aria-label") || element.innerText || element.name || "").trim(), order,
        style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
"""


class Looker:
    """A browser in front of one sandbox."""

    def __init__(self, driver: webdriver.Chrome, base_url: str) -> None:
        self.driver = driver
        self.base_url = base_url
        self.show_as()
        self.complaints()  # what earlier pages said

    def show_as(self, *, scheme: str = "light", width: int = 1280, height: int = 900) -> None:
        """Look with these eyes."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    def open(self, path: str) -> None:
        """Go to *path*."""
        self.driver.get(f"{self.base_url}{path}")

    @property
    def path(self) -> str:
        """Where the browser is, without the sandbox's address."""
        return self.driver.current_url.removeprefix(self.base_url)

    def click_link(self, text: str) -> None:
        """Click the link with this text, and wait for the page it leads to."""
        self.follow(self.driver.find_element(By.LINK_TEXT, text))

    def press(self, name: str) -> None:
        """Press the button with this text, and wait for the page it leads to."""
        self.follow(self.driver.find_element(By.XPATH, f"//button[contains(., '{name}')]"))

    def follow(self, element: WebElement) -> None:
        """Click what loads a page, and wait until that is there in place of this one."""
        element.click()
        self.wait_until_gone(element)

    def enter(self, selector: str, text: str) -> None:
        """Write *text* in place of what is in a field, send its form with the Enter key and wait for the next page."""
        field = self.find(selector)
        field.clear()
        field.send_keys(text, Keys.ENTER)
        self.wait_until_gone(field)

    def wait_until_gone(self, element: WebElement) -> None:
        """Wait until another page is there in place of the one that *element* is on.

        Asked just while the page changes, chromedriver may answer with an unknown error in place of "stale"
        (SeleniumHQ/selenium#15401).
        """

        def gone(_driver: object) -> bool:
            try:
                element.is_enabled()
            except StaleElementReferenceException:
                return True
            except WebDriverException as error:
                if "does not belong to the document" in str(error.msg):
                    return True
                raise
            return False

        WebDriverWait(self.driver, 20).until(gone)

    def find(self, selector: str) -> WebElement:
        """The first element that fits."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def find_all(self, selector: str) -> list[WebElement]:
        """All elements that fit."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def run(self, script: str) -> Any:
        """What *script* returns."""
        return self.driver.execute_script(script)

    def complaints(self) -> list[Any]:
        """What the browser wrote to its console since the last time."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium says nothing of its types
        return [entry["message"] for entry in entries]
