"""A headless Chromium to look at pages with, where the machine has one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def find_browser() -> tuple[str, str] | None:
    """Where Chromium and its driver are."""
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = next((found for name in names if (found := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A headless Chromium with an empty profile of its own."""
    found = find_browser()
    if found is None:
        reason = "there is no Chromium with its chromedriver here (Debian: chromium and chromium-driver)"
        if os.environ.get("HUBEVENTS_NEEDS_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    browser, chromedriver = found
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS.split(), f"--user-data-dir={make_profile(tmp_path_factory)}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with webdriver.Chrome(options=options, service=Service(chromedriver)) as running:
        yield running


def make_profile(factory: pytest.TempPathFactory) -> Path:
    """A new and empty folder."""
    return factory.mktemp("chromium")
