"""The scripts in tests/benchmarks that measure a million still run: a hundred people, and no word about speed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.octodns import compare, write_records, write_zones
from tests.benchmarks.shared.chart import Line, draw_chart
from tests.benchmarks.shared.people import make_rows
from tests.benchmarks.shared.report import Verdicts
from tests.benchmarks.shared.table import Table

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "tests" / "benchmarks"

needs_checkout = pytest.mark.skipif(
    not (ROOT / "hubevents_sync").is_dir(), reason="runs the scripts of the checkout, which is out of reach here"
)


def run_script(name: str, *arguments: str) -> str:
    """What a script prints; it has to end well."""
    command = [sys.executable, str(SCRIPTS / name), "--people", "100", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def hide_figures(text: str) -> str:
    """Without what differs from run to run."""
    return re.sub(r" +", " ", re.sub(r"[0-9][0-9,.]*", "N", text))


def read_rows(printed: str) -> list[list[str]]:
    """The cells of a table, its head first."""
    rows = [line for line in printed.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row[1:-1].split("|")] for row in rows]


@needs_checkout
@pytest.mark.slow
def test_a_plan_of_few_is_measured_in_every_shape_and_format() -> None:
    printed = run_script("million.py", "--events", "5", "--runs", "1", "--shapes", "many,one")
    many = ["first plan", "nothing changed", "four files changed", "1 % changed in each"]
    one = ["first plan", "nothing changed", "1 % changed"]
    found = [(form, case) for _, form, case, *_ in read_rows(printed) if not case.startswith("all files read")]
    assert found == [
        ("rosters", "plan"),
        *((form, case) for form in ("csv", "yaml") for case in many),
        *((form, case) for form in ("csv", "yaml") for case in one),
        *((form, f"{case}, one event against many") for form in ("csv", "yaml") for case in (one[0], one[2])),
    ]


@needs_checkout
@pytest.mark.slow
def test_an_apply_of_few_is_measured_killed_and_beside_the_official_client() -> None:
    pytest.importorskip("hubspot", reason="hubspot-api-client is not installed")
    rows = read_rows(hide_figures(run_script("apply_million.py", "--batch", "10", "--runs", "1")))
    client = "CPU N s, N to `csv.reader`; wall N s; N requests"
    assert rows[1:] == [
        ["without a limit", "N", f"{client}; N MiB", "limit N s at full size"],
        ["the official client", "N", client, ""],
        ["the official client to ours", "N", "N times the CPU", ""],
        ["killed half-way: the next run's first request", "N", "N s after its start", "limit N s at full size"],
        ["of it, a plan takes", "N", "N s", ""],
        ["at N requests in ten seconds", "N", "N requests in N s, N of the limit's own N s", "limit N at full size"],
    ]


@needs_checkout
@pytest.mark.slow
def test_without_octodns_the_comparison_says_why_and_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert run_script("octodns.py").startswith("skipped: octoDNS can't be installed: ERROR: No matching distribution")


def test_the_comparison_says_how_much_longer_octodns_takes(capsys: pytest.CaptureFixture[str]) -> None:
    theirs = [sys.executable, "-c", "print('Summary: Creates=0, Updates=3, Deletes=0')"]
    verdicts = Verdicts(is_judged=False)
    table = Table(("plan", "of", "wall", "CPU", "memory", "limits"))
    ours = [sys.executable, "-c", ""]
    compare("nothing changed", theirs, ours, runs=1, limit=100, verdicts=verdicts, updates=3, table=table)
    last = hide_figures(capsys.readouterr().out.splitlines()[-1])
    assert last == "| nothing changed | octoDNS to ours | N times | N times | | at least N at full size |"


def test_a_comparison_with_an_octodns_that_planned_something_else_is_none() -> None:
    quiet = [sys.executable, "-c", ""]
    verdicts = Verdicts(is_judged=False)
    with pytest.raises(SystemExit, match=r"^octoDNS planned 0 updates where there are 3$"):
        compare("nothing changed", quiet, quiet, runs=1, limit=100, verdicts=verdicts, updates=3, table=Table(()))


def test_zones_are_as_many_as_rosters_and_one_in_a_hundred_records_changes(tmp_path: Path) -> None:
    write_zones(tmp_path, 100)
    write_records(tmp_path / "wanted", 100, is_changed=True)
    there, wanted = (sorted((tmp_path / side).iterdir()) for side in ("there", "wanted"))
    assert [path.name for path in there] == [path.name for path in wanted]
    before, after = (paths[0].read_text(encoding="utf-8").splitlines() for paths in (there, wanted))
    assert (len(there), sum(a != b for a, b in zip(before, after, strict=True))) == (20, 1)


@needs_checkout
@pytest.mark.slow
def test_growth_is_drawn_and_told_of_few() -> None:
    printed = run_script("growth.py", "--formats", "csv")
    assert [row[:3] for row in read_rows(printed)] == [
        ["rosters", "attendees", "in"],
        ["csv", "100", "1 event of 100"],
        ["csv", "100", "one event"],
        ["csv", "10", "1 tiny events of 10"],
    ]


def test_a_chart_says_its_figures_and_has_a_line_a_format() -> None:
    sizes = (10_000, 100_000, 1_000_000)
    lines = [
        Line("CSV", [(size, size / 1e5) for size in sizes], [(size, 40 + size / 1e4) for size in sizes]),
        Line("YAML", [(size, size / 5e4) for size in sizes], [(size, 40 + size / 1e4) for size in sizes]),
    ]
    drawn = draw_chart("Growth & more", lines)
    assert "<title>Growth &amp; more</title>" in drawn
    assert "CSV: 10,000 in 0.10 s, 100,000 in 1.00 s, 1,000,000 in 10.00 s; YAML: 10,000 in 0.20 s" in drawn
    assert (drawn.count('<path class="line-0"'), drawn.count('<circle class="dot-1"')) == (4, 6)


def test_one_in_a_hundred_is_somebody_else_in_a_changed_roster() -> None:
    before, after = list(make_rows(0, 1000)), list(make_rows(0, 1000, is_changed=True))
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 10
    assert {row[1:] for row in after} == {row[1:] for row in before}


def test_a_limit_is_judged_at_the_size_that_it_is_for() -> None:
    judged, shown = Verdicts(is_judged=True), Verdicts(is_judged=False)
    assert judged.at_most("plan", 0.7, 0.6) == "limit 0.6: MISSED"
    assert judged.at_least("octoDNS", 120, 100) == "at least 100: kept"
    assert shown.at_most("plan", 0.7, 0.6) == "limit 0.6 at full size"
    assert (judged.end(is_strict=True), judged.end(is_strict=False), shown.end(is_strict=True)) == (1, 0, 0)


def test_a_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    document = tmp_path / "scale.md"
    opening, closing = "<!-- million: written by tests/benchmarks/million.py --write -->", "<!-- /million -->"
    document.write_text(f"Before.\n\n{opening}\nlast year\n{closing}\n\nAfter.\n", encoding="utf-8")
    table = Table(("plan", "wall"))
    table.add("first plan", "2.5")
    table.put("million", "Two cores.", document)
    written = f"{opening}\nTwo cores.\n\n| plan | wall |\n|---|---|\n| first plan | 2.5 |\n{closing}"
    assert document.read_text(encoding="utf-8") == f"Before.\n\n{written}\n\nAfter.\n"


def test_a_document_without_marks_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "scale.md"
    document.write_text("Nothing.\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"lacks the marks <!-- growth: written by"):
        Table(("plan",)).put("growth", "Two cores.", document)
    assert document.read_text(encoding="utf-8") == "Nothing.\n"
