"""Kill an apply at a point, take it up again, and compare with one that nobody killed."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.crash.launch import KILLED, Launcher
from tests.crash.scenario import Row, Template, Trial


@dataclass(frozen=True)
class Reference:
    """What an apply that nobody killed leaves at HubSpot, and the points that it passed."""

    rows: Counter[Row]
    events: list[dict[str, object]]
    points: list[str]


def run_reference(template: Template, place: Path, launcher: Launcher) -> Reference:
    """Apply once to the end, one call after the other."""
    log = place.with_suffix(".points")
    with template.copied(place) as trial:
        ended = trial.apply(launcher, log=str(log), one_by_one="1")
        assert ended.code == 0, ended.text
        faults = [*trial.find_faults_of_completions(), *trial.find_open_ends()]
        assert not faults, faults
        return Reference(trial.rows, trial.events, log.read_text(encoding="utf-8").splitlines())


def find_faults_of_kill(
    template: Template, place: Path, launcher: Launcher, reference: Reference, *, at: int
) -> list[str]:
    """What goes wrong after a kill at point number *at*; nothing, it is hoped."""
    with template.copied(place) as trial:
        killed = trial.apply(launcher, at=str(at), one_by_one="1")
        if killed.code != KILLED:
            return [f"was not killed, exit {killed.code}: {killed.text}"]
        return resume(trial, launcher, reference)


def resume(trial: Trial, launcher: Launcher, reference: Reference) -> list[str]:
    """Apply to the end, and compare."""
    recorded, since = trial.recorded_rows(), trial.last_request
    ended = trial.apply(launcher, one_by_one="1")
    if ended.code != 0:
        return [f"the next apply ended in exit {ended.code}: {ended.text}"]
    again = recorded.intersection(trial.sent_rows(since))
    return [
        *(f"{len(again)} rows were on record and sent again" for _ in range(bool(again))),
        *trial.find_faults_of_completions(),
        *trial.find_open_ends(),
        *compare(trial, reference),
    ]


def compare(trial: Trial, reference: Reference) -> list[str]:
    """How HubSpot differs from what it would be without a crash."""
    rows = trial.rows
    faults = [f"{count} times too many: {row}" for row, count in (rows - reference.rows).items()]
    faults += [f"{count} times missing: {row}" for row, count in (reference.rows - rows).items()]
    if trial.events != reference.events:
        faults.append("the events differ")
    return faults
