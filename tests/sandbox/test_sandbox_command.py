"""``sandbox`` on the command line: its limits and faults, and how it refuses what it can't read."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from hubevents_sync.cli.main import call
from hubevents_sync.cli.sandbox import sandbox
from hubevents_sync.sandbox.faults.grammar import WHATS, WHERES, parse_rule

HEADERS = {"Authorization": "Bearer x"}
BASE = "/marketing/v3/marketing-events"
DOCS = Path(__file__).parents[2] / "docs" / "sandbox.md"


@contextmanager
def served(*arguments: str, **variables: str) -> Iterator[str]:
    """The base URL of ``sandbox`` in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **variables}
    command = [sys.executable, "-W", "error", "-m", "hubevents_sync", "sandbox", "--port", "0", *arguments]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = re.search(r"http://\S+", process.stdout.readline())
            assert url is not None
            yield url[0]
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=20)[1] == ""
            assert process.returncode == 0
        finally:
            process.kill()


def test_faults_and_limits_are_in_force_from_the_start() -> None:
    arguments = ("--fault", "list: 503 once", "--fault", "list: 502 next 2", "--per-10-seconds", "4", "--seed", "9")
    with (
        served(*arguments, "--time-zone", "Europe/Berlin") as base_url,
        httpx.Client(base_url=base_url, headers=HEADERS) as client,
    ):
        assert [client.get(BASE).status_code for _ in range(5)] == [503, 502, 502, 200, 429]
        shown = client.get("/_sandbox/faults").json()
        rules = [each["rule"] for each in shown["faults"]]
        assert (shown["seed"], rules) == (9, ["list: 503 once", "list: 502 next 2"])
        limits = client.get("/_sandbox/limits").json()
        assert (limits["enforced"], limits["per_day"], limits["time_zone"]) == (True, 1_000_000, "Europe/Berlin")


def test_a_variable_holds_several_faults_between_semicolons() -> None:
    variables = {"HUBEVENTS_SANDBOX_FAULT": "list: 503 once; upsert: cut once after", "HUBEVENTS_TIER": "free"}
    with served(**variables) as base_url, httpx.Client(base_url=base_url) as client:
        rules = [each["rule"] for each in client.get("/_sandbox/faults").json()["faults"]]
        assert rules == ["list: 503 once", "upsert: cut once after"]
        assert client.get("/_sandbox/limits").json()["per_window"] == 100


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("--fault", "attendance: dorp"), 64, "the fault 'attendance: dorp' can't be read: 'dorp' is no fault"),
        (("--tier", "gold"), 64, "'gold' is not one of 'free', 'professional', 'enterprise'"),
        (("--per-10-seconds", "0"), 64, "0 is not in the range x>=1"),
        (("--time-zone", "Europe/Atlantis"), 1, "'Europe/Atlantis' is no time zone"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: tuple[str, ...], code: int, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(["sandbox", "--port", "0", *arguments]) == code
    assert complaint in " ".join(capsys.readouterr().err.split())


def words_of(text: str) -> set[str]:
    """The words in *text* that could be names of operations or faults."""
    return set(re.findall(r"[a-z]+|[0-9]{3}", text))


def test_the_help_names_every_operation_and_every_fault() -> None:
    text = sandbox.help or ""
    ranges = {"522", "523"}  # "521 to 524"
    assert words_of(" ".join((*WHERES, *WHATS))) - {"s"} <= words_of(text) | ranges


def test_the_examples_in_the_help_can_be_read() -> None:
    rules = re.findall(r"--fault '([^']*)'", sandbox.help or "")
    assert len(rules) == 4
    for rule in rules:
        parse_rule(rule)


@pytest.mark.skipif(not DOCS.exists(), reason="reads the documents of the checkout, which is out of reach here")
def test_the_page_about_the_sandbox_names_all_and_its_examples_can_be_read() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert words_of(" ".join((*WHERES, *WHATS))) - {"s"} <= words_of(text)
    rules = re.findall(r"(?:--fault '|\"rule\": \")([^'\"]*)", text) + re.findall(r"`([a-z]+: [^`]*)`", text)
    assert len(rules) >= 13
    for rule in rules:
        parse_rule(rule)
