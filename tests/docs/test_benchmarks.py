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


@needs_checkout
@pytest.mark.slow
def test_a_plan_of_few_is_measured_in_every_shape_and_format() -> None:
    printed = run_script("million.py", "--events", "5", "--runs", "1", "--shapes", "many,one")
    measured = re.findall(r"^(csv|yaml) +(.+?) {2,}[0-9]", printed, re.MULTILINE)
    many = ["first plan", "nothing changed", "four files changed", "1 % changed in each"]
    one = ["first plan", "nothing changed", "1 % changed"]
    compared = ["first plan, one event against many", "1 % changed, one event against many"]
    cases = [("csv", case) for case in many] + [("yaml", case) for case in many]
    cases += [("csv", case) for case in one] + [("yaml", case) for case in one]
    found = [(form, case) for form, case in measured if not case.startswith("all files read")]
    assert found == cases + [(form, case.strip()) for form in ("csv", "yaml") for case in compared]


@needs_checkout
@pytest.mark.slow
def test_an_apply_of_few_is_measured_killed_and_beside_the_official_client() -> None:
    pytest.importorskip("hubspot", reason="hubspot-api-client is not installed")
    printed = hide_figures(run_script("apply_million.py", "--batch", "10"))
    for said in (
        "hubevents-sync apply CPU N s = N x csv.reader; wall N s; N requests; N MiB",
        "the official client takes N times the CPU of the apply",
        "first new request N s after the start; limit N s at full size",
        "N requests in N s; the limit's own time is N s; N of it; limit N at full size",
    ):
        assert said in printed


@needs_checkout
@pytest.mark.slow
def test_without_octodns_the_comparison_says_why_and_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert run_script("octodns.py").startswith("skipped: octoDNS can't be installed: ERROR: No matching distribution")


def test_the_comparison_says_how_much_longer_octodns_takes(capsys: pytest.CaptureFixture[str]) -> None:
    theirs = [sys.executable, "-c", "print('Summary: Creates=0, Updates=3, Deletes=0')"]
    verdicts = Verdicts(is_judged=False)
    compare("nothing changed", theirs, [sys.executable, "-c", ""], runs=1, limit=100, verdicts=verdicts, updates=3)
    last = hide_figures(capsys.readouterr().out.splitlines()[-1])
    assert last == "nothing changed octoDNS takes N times as long, N times the CPU; at least N at full size"


def test_a_comparison_with_an_octodns_that_planned_something_else_is_none() -> None:
    quiet = [sys.executable, "-c", ""]
    verdicts = Verdicts(is_judged=False)
    with pytest.raises(SystemExit, match=r"^octoDNS planned 0 updates where there are 3$"):
        compare("nothing changed", quiet, quiet, runs=1, limit=100, verdicts=verdicts, updates=3)


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
    rows = [line.split("|")[1:4] for line in printed.splitlines() if line.startswith("|")]
    assert [[cell.strip() for cell in row] for row in rows] == [
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
