"""What must hold for any files: order does not matter, and an apply leaves nothing to do."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.engine.planning.plan import Planning, plan_project
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.render.plan_json import render_plan_json
from hubevents_sync.sandbox.server import running_sandbox
from tests.apply_quietly import apply_quietly
from tests.projects import WRITERS, ProjectFolder

BEFORE, DURING = "2026-04-{day:02}T09:00:00Z", "2026-05-01T10:{minute:02}:00Z"


class StoppedClock:
    """A clock that stands in 2026-06, when everything below is over; sleeping moves it on."""

    def __init__(self) -> None:
        self.at_ms = 1_780_272_000_000

    def now_ms(self) -> int:
        return self.at_ms

    def monotonic(self) -> float:
        return self.at_ms / 1000

    def sleep(self, seconds: float) -> None:
        self.at_ms += round(seconds * 1000)


@st.composite
def people(draw: st.DrawFn) -> list[dict[str, object]]:
    """A roster: who registered, came back, cancelled or attended."""
    entries: list[dict[str, object]] = []
    for number in draw(st.lists(st.integers(0, 30), unique=True, max_size=8)):
        days = sorted(draw(st.lists(st.integers(1, 28), unique=True, min_size=1, max_size=3)))
        entry: dict[str, object] = {"email": f"p{number}@example.com"}
        entry["registered"] = [BEFORE.format(day=day) for day in days]
        if draw(st.booleans()):
            entry["attended"] = {
                "joinedAt": DURING.format(minute=draw(st.integers(0, 9))),
                "leftAt": "2026-05-01T11:00:00Z",
            }
        entries.append(entry)
    return entries


projects = st.dictionaries(st.sampled_from(["a", "b", "c d", "e/f#é"]), people(), min_size=1)


def write(folder: Path, events: Mapping[str, list[dict[str, object]]], random: Random, *, base_url: str) -> Workspace:
    """The same events and people in another order, in other files and in other formats each time."""
    project = ProjectFolder(folder)
    project.write_settings("events: ['events/**/*.yaml']", base_url=base_url)
    names = list(events)
    random.shuffle(names)
    for number, name in enumerate(names):
        kind = random.choice(["yaml", "ndjson"]) if events[name] else "yaml"  # only YAML can say "nobody"
        entries = [dict(random.sample(list(entry.items()), len(entry))) for entry in events[name]]
        random.shuffle(entries)
        project.write(f"rosters/{number}.{kind}", WRITERS[kind](entries) if entries else "attendees: []\n")
        lines = ["eventName: Any name", "eventOrganizer: Us", f"roster: ../../rosters/{number}.{kind}"]
        lines += ["startDateTime: 2026-05-01T10:00:00Z", "endDateTime: 2026-05-01T12:00:00Z"]
        random.shuffle(lines)
        fields = "\n    ".join([f"externalEventId: '{name}'", *lines])
        project.write(f"events/{random.randrange(10**6)}/{number}.yaml", f"events:\n  - {fields}\n")
    return Workspace(folder, {"HUBSPOT_ACCESS_TOKEN": "t"}, StoppedClock())


def plan(workspace: Workspace) -> Planning:
    """The plan, with none of the findings that these projects have on purpose."""
    return plan_project(workspace)


@settings(max_examples=25, deadline=None)
@given(events=projects, seed=st.integers(0, 10**6))
def test_the_same_files_give_the_same_plan_in_any_order(events: dict[str, list[dict[str, object]]], seed: int) -> None:
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        one = write(Path(first), events, Random(seed), base_url="http://127.0.0.1:1")
        other = write(Path(second), events, Random(seed + 1), base_url="http://127.0.0.1:1")
        ours, theirs = (replace(plan(each).plan, files_digest=None) for each in (one, other))  # of the bytes themselves
        assert render_plan_json(ours) == render_plan_json(theirs)


@settings(max_examples=8, deadline=None)
@given(before=projects, after=projects, seed=st.integers(0, 10**6))
def test_nothing_is_left_to_do_after_an_apply_whatever_was_there_before(
    before: dict[str, list[dict[str, object]]], after: dict[str, list[dict[str, object]]], seed: int
) -> None:
    with running_sandbox() as server, tempfile.TemporaryDirectory() as folder:
        for version, events in enumerate((before, after)):
            for stale in [*Path(folder).glob("events/**/*.yaml"), *Path(folder).glob("rosters/*")]:
                stale.unlink()
            workspace = write(Path(folder), events, Random(seed + version), base_url=server.base_url)
            result = apply_quietly(workspace)
            assert result.report is None or result.report.run.exit_code == 0
            asked = len(server.requests())
            assert plan(workspace).plan.is_empty
            assert apply_quietly(workspace).report is None
            assert len(server.requests()) == asked
