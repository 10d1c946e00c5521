"""Kills at random points of an apply with all its threads, in bad weather, until nothing is left to be done."""

import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.crash.check import Reference, compare, find_faults_of_kill, run_reference
from tests.crash.launch import KILLED, Forks, forking
from tests.crash.scenario import Template, Trial, build_template

KILLS_OF_A_SEED = 10
# Each is far shorter than the reference's points: a chain of kills should hit the beginning of a run, and its end.
LAST_POINT = 70
MOST_RUNS = 8
WEATHER = (
    "attendance: cut 4%",
    "attendance: cut 4% after",
    "attendance: 429 4%",
    "upsert: cut 10% after",
    "reads: 429 4%",
    "complete: cut 30% after",
)


@pytest.fixture(scope="module")
def launcher() -> Iterator[Forks]:
    with forking() as forks:
        yield forks


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, launcher: Forks) -> Template:
    return build_template(tmp_path_factory.mktemp("crash") / "template", launcher)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, launcher: Forks, template: Template) -> Reference:
    return run_reference(template, tmp_path_factory.mktemp("crash") / "reference", launcher)


def test_an_apply_passes_points_before_and_after_every_commit_and_request(reference: Reference) -> None:
    befores = [name.removeprefix("before ") for name in reference.points[::2]]
    assert befores == [name.removeprefix("after ") for name in reference.points[1::2]]
    assert sum("/complete" in name for name in befores) == 2
    assert sum("/attendance/" in name for name in befores) == 12
    assert befores.count("commit") > 40


def run_to_end(trial: Trial, launcher: Forks, dice: random.Random, *, kills: int) -> int:
    """Apply, killed at random points *kills* times at most, until all is done; how often it was killed."""
    killed = 0
    for number in count(1):
        recorded, since = trial.recorded_rows(), trial.last_request
        at = dice.randint(1, LAST_POINT) if killed < kills else 0
        ended = trial.apply(launcher, at=str(at))
        assert not recorded.intersection(trial.sent_rows(since))
        killed += ended.code == KILLED
        if ended.code == 0:
            return killed
        assert ended.code in (KILLED, 3), ended.text
        assert number - killed < MOST_RUNS, ended.text
    raise AssertionError


@pytest.mark.parametrize("seed", range(5))
def test_ten_kills_in_bad_weather_lose_nothing_and_double_nothing(
    seed: int, tmp_path: Path, launcher: Forks, template: Template, reference: Reference
) -> None:
    dice = random.Random(seed)
    killed = 0
    while killed < KILLS_OF_A_SEED:
        place = tmp_path / f"trial-{killed}"
        with template.copied(place, faults=WEATHER, seed=dice.randrange(2**32)) as trial:
            killed += run_to_end(trial, launcher, dice, kills=KILLS_OF_A_SEED - killed)
            assert compare(trial, reference) == []
            assert trial.find_faults_of_completions() == []
            assert trial.find_open_ends() == []


def find_point(reference: Reference, name: str) -> int:
    return next(number for number, point in enumerate(reference.points, start=1) if name in point)


@pytest.mark.parametrize(
    "name",
    [
        "before POST /marketing/v3/marketing-events/events/beta/complete",
        "after POST /marketing/v3/marketing-events/events/beta/complete",
        "after POST /marketing/v3/marketing-events/attendance/alpha/cancel/create",
        "after POST /marketing/v3/marketing-events/events/upsert",
    ],
)
def test_a_kill_around_what_must_not_happen_twice_is_taken_up(
    name: str, tmp_path: Path, launcher: Forks, template: Template, reference: Reference
) -> None:
    at = find_point(reference, name)
    assert find_faults_of_kill(template, tmp_path / "trial", launcher, reference, at=at) == []
