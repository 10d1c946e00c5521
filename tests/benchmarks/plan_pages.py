"""How large a plan's comment and page are, how long they take to write, and how long Chromium takes to open the page.

    python tests/benchmarks/plan_pages.py [--events 200] [--people 5000] [--runs 5]

First a plan made of counts alone, of 200 events and 1,000,000 rows with something to say of each; then one of as many
real files through the command line. The promise: the comment within 60,000 bytes, the page below 2,000,000 bytes, and
open in less than two seconds.
"""

import argparse
import csv
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

sys.path.insert(0, str(Path(__file__).parents[2]))

from hubevents_sync.render.plan_html import render_plan_html
from hubevents_sync.render.plan_markdown import render_plan_markdown
from tests.browser import FLAGS, find_browser
from tests.builders import NOW_MS
from tests.render.large_plan import build_large_plan

Result = TypeVar("Result")
PROJECT = """version: 1
account: RoadshowCo
timezone: Europe/Berlin
limits: {contacts_created: 5000000}
"""


def main() -> None:
    """Print what was measured."""
    options = read_options()
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "counts.html")
        plan = build_large_plan()
        comment = measure("comment of counts", lambda: render_plan_markdown(plan, now_ms=NOW_MS, timezone=None))
        say(f"{len(comment.encode()):,} bytes")
        text = measure("page of counts", lambda: render_plan_html(plan, now_ms=NOW_MS, timezone=None))
        say(f"{len(text.encode()):,} bytes")
        page.write_text(text, encoding="utf-8")
        open_in_chromium(page, runs=options.runs)
        measure_files(Path(folder, "project"), options)


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def measure_files(project: Path, options: argparse.Namespace) -> None:
    """Plan real files through the command line."""
    write_project(project, events=options.events, people=options.people)
    program = [sys.executable, "-m", "hubevents_sync", "-C", str(project), "plan", "--sandbox"]
    files = ["--markdown", str(project / "plan.md"), "--html", str(project / "plan.html")]
    measure(
        f"plan of {options.events:,} files, {options.events * options.people:,} rows, comment and page with it",
        lambda: subprocess.run([*program, *files], check=True, capture_output=True),
    )
    for name in ("plan.md", "plan.html"):
        say(f"{(project / name).stat().st_size:,} bytes of {name}")
    open_in_chromium(project / "plan.html", runs=options.runs)


def write_project(project: Path, *, events: int, people: int) -> None:
    """Events of one day, each with a roster in CSV."""
    for folder in ("events", "rosters"):
        (project / folder).mkdir(parents=True)
    (project / "hubevents.yaml").write_text(PROJECT, encoding="utf-8")
    for number in range(events):
        event = (
            f"  - externalEventId: roadshow-{number:03}\n    eventName: Roadshow, stop {number + 1}\n"
            "    eventOrganizer: Field marketing\n    startDateTime: 2026-10-01T09:00:00Z\n"
            f"    endDateTime: 2026-10-01T17:00:00Z\n    roster: ../rosters/{number:03}.csv\n"
        )
        (project / "events" / f"{number:03}.yaml").write_text(f"events:\n{event}", encoding="utf-8")
        with (project / "rosters" / f"{number:03}.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("email", "registered"))
            for person in range(people):
                day, minute = 1 + (person * 7 + number) % 30, person % 60
                email = f"person{number * people + person}@company{person % 40}.example"
                rows.writerow((email, f"2026-09-{day:02}T09:{minute:02}:00Z"))


def open_in_chromium(page: Path, *, runs: int) -> None:
    """How long until the page is loaded and drawn, from the moment of asking for it."""
    found = find_browser()
    if found is None:
        say("no Chromium here: not opened")
        return
    options = webdriver.ChromeOptions()
    options.binary_location = found[0]
    for flag in FLAGS.split():
        options.add_argument(flag)
    taken = []
    with webdriver.Chrome(options=options, service=Service(found[1])) as driver:
        for _ in range(runs):
            driver.get("about:blank")
            began = time.perf_counter()
            driver.get(page.as_uri())
            driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
            taken.append(time.perf_counter() - began)
    say(f"{max(taken) * 1000:,.0f} ms at most, {statistics.median(taken) * 1000:,.0f} ms mostly, to open in Chromium")


def measure(name: str, work: Callable[[], Result]) -> Result:
    """Do the *work*, and say how long it took."""
    began = time.perf_counter()
    result = work()
    say(f"{(time.perf_counter() - began):.2f} s  {name}")
    return result


def say(text: str) -> None:
    """A line of output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
