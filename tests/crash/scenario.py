"""A project of five events with two completions, half applied already, and what must be true of it after any crash."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hubevents_sync.engine.planning.plan import plan_project
from hubevents_sync.engine.workspace import SystemClock, Workspace
from hubevents_sync.model.event import EventKey
from hubevents_sync.sandbox.request_log import RecordedRequest
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.state.store import open_for_reading
from tests.crash.launch import Ended, Launcher
from tests.projects import ProjectFolder, build_people

COMPLETED = ("beta", "gamma")
APPLY = ("apply", "--auto-approve", *(f"--approve=complete:{name}" for name in COMPLETED))
REMOVED = ("alpha1@example.com", "alpha2@example.com")
JOINED = {"joinedAt": "2026-05-01T10:00:00Z", "leftAt": "2026-05-01T11:30:00Z"}
# A row as it is compared: event, e-mail, state, time. The time of a removal is that of the apply: None.
Row = tuple[str, str, str, int | None]
# A row as it is sent: event, and e-mail or contact id, and time.
SentRow = tuple[str, str, int]


def write_before(project: ProjectFolder) -> None:
    """What was applied before: two of the events, with people who will leave."""
    for event_id in ("alpha", "gamma"):
        project.write_event(event_id, "removals: cancel", roster=f"{event_id}.csv")
        project.write_roster(f"{event_id}.csv", build_people(6, prefix=event_id))


def write_after(project: ProjectFolder, *, contact_id: int) -> None:
    """What is to be applied: five events with changes of every kind, two of them to be completed."""
    stay = [person for person in build_people(9, prefix="alpha") if person["email"] not in REMOVED]
    project.write_event("alpha", "removals: cancel", "eventType: WORKSHOP", roster="alpha.csv")
    project.write_roster("alpha.csv", stay)
    project.write_event("beta", "complete: true", roster="beta.yaml")
    project.write_roster("beta.yaml", build_people(5, prefix="beta", attended=JOINED))
    project.write_event("gamma", "removals: cancel", "complete: true", roster="gamma.csv")
    project.write_roster("gamma.csv", build_people(9, prefix="gamma"))
    project.write_event("delta", roster="delta.ndjson")
    again: list[dict[str, object]] = [
        {
            "email": f"delta{number}@example.com",
            "registered": ["2026-03-01T10:00:00Z", "2026-03-03T10:00:00Z"],
            "cancelled": "2026-03-02T10:00:00Z",
        }
        for number in range(3)
    ]
    project.write_roster("delta.ndjson", again)
    project.write_event("epsilon", roster="epsilon.yaml")
    project.write_roster(
        "epsilon.yaml", [*build_people(2, prefix="epsilon"), {"vid": contact_id, "registered": "2026-03-01T10:00:00Z"}]
    )


@dataclass(frozen=True)
class Template:
    """The files of the project and of HubSpot's account at the moment at which the apply begins."""

    folder: Path

    @contextmanager
    def copied(self, place: Path, *, faults: Sequence[str] = (), seed: int = 0) -> "Iterator[Trial]":
        """A copy to work on, its HubSpot running."""
        shutil.copytree(self.folder, place)
        with running_sandbox(data=place / "account.db", faults=faults, seed=seed) as server:
            project = ProjectFolder(place / "project")
            write_settings(project, server)
            yield Trial(place, project, server)


def write_settings(project: ProjectFolder, server: RunningSandbox) -> None:
    project.write_settings(base_url=server.base_url)
    settings = project.path / "hubevents.yaml"
    more = "  batch: {events: 2, attendance: 4}\nlimits: {removals: 50%}\n"
    settings.write_text(settings.read_text() + more)


def build_template(folder: Path, launcher: Launcher) -> Template:
    """Apply what comes before, and write what is to be applied."""
    project = ProjectFolder(folder / "project")
    write_before(project)
    with running_sandbox(data=folder / "account.db") as server:
        write_settings(project, server)
        ended = launcher.run(project.path, "apply", "--auto-approve")
        assert ended.code == 0, ended.text
        contact_id = server.account.add_contact("known@example.com")
    write_after(project, contact_id=contact_id)
    return Template(folder)


@dataclass(frozen=True)
class Trial:
    """One project with one HubSpot."""

    place: Path
    project: ProjectFolder
    server: RunningSandbox

    def apply(self, launcher: Launcher, **crash: str) -> Ended:
        """Apply, in a process of its own."""
        return launcher.run(self.project.path, *APPLY, patience="0.01", **crash)

    @property
    def rows(self) -> Counter[Row]:
        """HubSpot's rows."""
        return Counter(self._to_row(row) for row in self.server.account.participations if not row["derived"])

    def _to_row(self, row: dict[str, object]) -> Row:
        email, event_id = str(row["email"]), str(row["external_event_id"])
        is_removal = email in REMOVED and row["state"] == "CANCELLED"
        return event_id, email, str(row["state"]), None if is_removal else int(str(row["occurred_ms"]))

    @property
    def events(self) -> list[dict[str, object]]:
        """HubSpot's events, without the moments at which they were written."""
        found = self.server.account.events
        kept = (
            "external_event_id",
            "name",
            "type",
            "completed",
            "cancelled",
            "custom_properties",
            "start_ms",
            "end_ms",
        )
        return sorted(
            ({name: event[name] for name in kept if name in event} for event in found),
            key=lambda event: str(event["external_event_id"]),
        )

    def recorded_rows(self) -> set[SentRow]:
        """The rows on record as HubSpot's, by the person's hash."""
        state = open_for_reading(self.project.path / "state/hubevents.db", environ={})
        if state is None:
            return set()
        with state:
            return {
                (key.external_event_id, row.person.hex(), row.occurred_at_ms)
                for key in list(state.keys())
                if (recorded := state.read_event(key)) is not None
                for row in recorded.snapshot.participations
            }

    def sent_rows(self, since: int) -> list[SentRow]:
        """The rows of the requests after number *since*, by the person's hash."""
        state = open_for_reading(self.project.path / "state/hubevents.db", environ={})
        assert state is not None
        with state:
            identity = state.identity
        return [
            (
                event_of(request),
                identity.person(email=entry.get("email"), vid=entry.get("vid")).hex(),
                entry["interactionDateTime"],
            )
            for request in self.server.requests()
            if request.number > since and "/attendance/" in request.path
            for entry in json.loads(request.request_body)["inputs"]
        ]

    @property
    def last_request(self) -> int:
        """The number of the last request; 0 where there was none."""
        return max((request.number for request in self.server.requests()), default=0)

    def find_faults_of_completions(self) -> list[str]:
        """What is wrong with the completions: not exactly one call each, or rows after it."""
        faults = []
        log = self.server.requests()
        for event_id in COMPLETED:
            sent = [request for request in log if is_completion(request) and event_of(request) == event_id]
            if len(sent) != 1:
                faults.append(f"{event_id} was sent to be completed {len(sent)} times")
                continue
            late = [
                request
                for request in log
                if "/attendance/" in request.path and event_of(request) == event_id and request.number > sent[0].number
            ]
            if late:
                faults.append(f"rows of {event_id} came after its completion")
        return faults

    def find_open_ends(self) -> list[str]:
        """What is not as it should be once all is applied."""
        workspace = Workspace(self.project.path, {}, SystemClock())
        planning = plan_project(workspace)
        faults = [] if planning.plan.is_empty else ["the next plan is not empty"]
        if planning.open_ends or any(event.leftovers for event in planning.plan.events):
            faults.append("something is left open on record")
        state = open_for_reading(self.project.path / "state/hubevents.db", environ={})
        assert state is not None
        with state:
            if state.unfinished_calls():
                faults.append("calls have no result")
            for event_id in COMPLETED:
                completion = state.read_completion(EventKey("CookingCo", event_id))
                if completion is None or completion.completed_at_ms is None:
                    faults.append(f"{event_id} is not on record as complete")
        return faults


def event_of(request: RecordedRequest) -> str:
    """The event that a request is about."""
    parts = request.path.split("?")[0].split("/")
    named = parts.index("events") if "events" in parts else parts.index("attendance")
    return parts[named + 1]


def is_completion(request: RecordedRequest) -> bool:
    """A request that completes an event."""
    return request.method == "POST" and request.path.endswith("/complete")
