"""A project with something applied and something new; plans of it, saved, spoilt, moved away from and applied."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hubevents_sync.model.plan_format import seal_of
from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Ended, Run
from tests.projects import ProjectFolder, build_people, hash_tree

PLAN = "plan.json"
# What differs from run to run, and what stands for it.
_VARYING = (
    (re.compile(r"run [0-9a-f]{8} of \S+ "), "run RUN "),
    (re.compile(r"run [0-9a-f]{8}"), "run RUN"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "TIME"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "LINEAGE"),
    (re.compile(r"[0-9a-f]{64}"), "DIGEST"),
)


@dataclass(frozen=True)
class Bench:
    """Two events that are applied, and a roster and a name that changed since."""

    project: ProjectFolder
    server: RunningSandbox
    run: Run

    @property
    def plan(self) -> Path:
        return self.project.path / PLAN

    def save(self, *arguments: str) -> dict[str, Any]:
        """Save a plan; what is in the file."""
        ended = self.run("plan", "--out", PLAN, *arguments)
        assert ended.code == 0, ended.err
        return self.read()

    def read(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.plan.read_text(encoding="utf-8"))
        return read

    def forge(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change what the saved plan says, and seal it again."""
        document = self.read()
        change(document)
        self.plan.write_text(json.dumps({**document, "seal": seal_of(document)}), encoding="utf-8")

    def refuse(self, *arguments: str) -> str:
        """What is said where *arguments* are refused as not reviewed, with nothing sent and nothing written."""
        requests, files = len(self.server.requests()), hash_tree(self.project.path)
        ended = self.run(*arguments)
        assert (ended.code, ended.out) == (4, ""), ended
        assert len(self.server.requests()) == requests
        assert hash_tree(self.project.path) == files
        return mask(ended.err)

    def sent_since(self, number: int) -> list[str]:
        """The last part of the path of what was sent after the first *number* requests, GETs left out."""
        return [each.path.rsplit("/", 1)[-1] for each in self.server.requests()[number:] if each.method != "GET"]

    def stored(self) -> list[str]:
        """Who is at HubSpot, once for each row."""
        return sorted(str(row["email"]) for row in self.server.account.participations if not row["derived"])


def build_bench(project: ProjectFolder, server: RunningSandbox, run: Run) -> Bench:
    """Apply two events, and change a roster of the one and the name of the other."""
    project.write_event("launch", roster="launch.csv")
    project.write_roster("launch.csv", build_people(3))
    project.write_event("gala")
    assert run("apply", "--auto-approve").code == 0
    project.write_roster("launch.csv", build_people(5))
    project.write_event("gala", name="Gala night")
    return Bench(project, server, run)


def mask(text: str) -> str:
    """*text* without ids, digests and times."""
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return text


def explain(ended: Ended) -> str:
    """All that was said, for an assert that fails."""
    return f"{ended.code}\n{ended.out}\n{ended.err}"
