"""What goes to other machines opens nothing there, and what they find has to be what is here."""

import pickle
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hubevents_sync.engine.planning.effort import Effort
from hubevents_sync.engine.planning.elsewhere import SHARE_FOLDER, expect, fingerprint_program, name_machine
from hubevents_sync.engine.planning.plan import plan_project
from hubevents_sync.engine.planning.shares import Share
from hubevents_sync.engine.workspace import SystemClock, Workspace
from hubevents_sync.errors import ConfigurationError
from hubevents_sync.render.plan_json import render_plan_json
from hubevents_sync.sandbox.server import running_sandbox
from tests.apply_quietly import apply_quietly
from tests.projects import ProjectFolder, build_people

HERE = name_machine()
INLINE = "attendees: [{email: inline-ana@example.com, registered: 2026-03-01T10:00:00Z}]"

BOTH = f"""events:
  - {{externalEventId: quiet, eventName: Quiet, eventOrganizer: Joe, {INLINE}}}
  - {{externalEventId: loud, eventName: Loud, eventOrganizer: Joe, roster: ../rosters/0.csv}}
"""


class Elsewhere(Executor):
    """Another machine: what is sent there is pickled both ways. *arrive* is what happens to a share on its way."""

    def __init__(self, arrive: Callable[[Share], Share] = lambda share: share) -> None:
        self._arrive = arrive
        self.sent: list[bytes] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> "Future[Any]":
        (share,) = args
        self.sent.append(pickle.dumps(share))
        future: Future[Any] = Future()
        try:
            future.set_result(pickle.loads(pickle.dumps(fn(self._arrive(pickle.loads(self.sent[-1]))))))  # noqa: S301
        except Exception as error:  # noqa: BLE001  as any executor does
            future.set_exception(pickle.loads(pickle.dumps(error)))  # noqa: S301
        return future


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    folder = ProjectFolder(tmp_path)
    folder.write_settings()
    for number in range(3):
        folder.write_event(f"event-{number}", roster=f"{number}.csv")
        folder.write_roster(f"{number}.csv", build_people(4, prefix=f"e{number}-"))
    folder.write_event("inline", INLINE)
    return folder


def plan(project: ProjectFolder, executor: Executor | None = None, environ: Mapping[str, str] | None = None) -> str:
    workspace = Workspace(project.path, environ or {}, SystemClock())
    return render_plan_json(plan_project(workspace, effort=Effort(executor=executor)).plan)


def explain(project: ProjectFolder, arrive: Callable[[Share], Share]) -> tuple[str, str | None]:
    """Why nothing came of a plan by a machine at which shares arrive so."""
    with pytest.raises(ConfigurationError) as caught:
        plan(project, Elsewhere(arrive))
    return caught.value.message, caught.value.hint


def test_what_is_planned_elsewhere_is_the_same_plan(project: ProjectFolder) -> None:
    assert plan(project, Elsewhere()) == plan(project)


def test_no_token_and_nobody_of_an_event_file_leaves_this_machine(project: ProjectFolder) -> None:
    project.write("events/both.yaml", BOTH)
    elsewhere = Elsewhere()
    environ = {"HUBSPOT_ACCESS_TOKEN": "pat-planted-token", "HUBEVENTS_IDENTITY_KEY": "k" * 40, "OTHER": "planted-too"}
    assert plan(project, elsewhere, environ) == plan(project, None, environ)
    sent = b"".join(elsewhere.sent)
    assert len(elsewhere.sent) == 4
    assert b"k" * 40 in sent
    for secret in (b"planted", b"inline-ana"):
        assert secret not in sent


def test_the_variables_of_a_states_address_go_along(project: ProjectFolder) -> None:
    project.write_settings("state: state/${TEAM:-none}.db")
    elsewhere = Elsewhere()
    plan(project, elsewhere, {"TEAM": "planted-team"})
    assert b"planted-team" in b"".join(elsewhere.sent)


def test_a_roster_that_is_not_there_is_named(project: ProjectFolder) -> None:
    roster = project.path / "rosters" / "1.csv"

    def lose(share: Share) -> Share:
        roster.unlink(missing_ok=True)
        return share

    assert explain(project, lose) == (f"the worker on {HERE} has no {roster}", SHARE_FOLDER)


def test_a_roster_of_another_length_is_named(project: ProjectFolder) -> None:
    roster = project.path / "rosters" / "1.csv"
    size = roster.stat().st_size

    def shorten(share: Share) -> Share:
        roster.write_bytes(roster.read_bytes()[: size - 10])
        return share

    message, _ = explain(project, shorten)
    assert message == f"{roster} has {size - 10:,} bytes on the worker {HERE}, and {size:,} on this machine"


def test_a_roster_of_the_same_length_and_other_people_is_named(project: ProjectFolder) -> None:
    """Read there, and then compared with what is here, which was changed back before the comparing."""
    roster = project.path / "rosters" / "1.csv"
    here = roster.read_bytes()

    class Swapping(Elsewhere):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
            roster.write_bytes(here.replace(b"e1-0", b"e1-9"))
            with suppress(BaseException):
                return super().submit(fn, *args, **kwargs)
            raise AssertionError

    class Restoring(Swapping):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
            future = super().submit(fn, *args, **kwargs)
            roster.write_bytes(here)
            return future

    with pytest.raises(ConfigurationError) as caught:
        plan(project, Restoring())
    assert caught.value.message == "rosters/1.csv is not the same on the workers as on this machine"


def test_another_program_is_refused_by_whoever_has_it(project: ProjectFolder) -> None:
    def age(share: Share) -> Share:
        assert share.expected is not None
        return replace(share, expected=replace(share.expected, program="hubevents-sync 0.0.9 (abc), Python 3.11"))

    assert explain(project, age) == (
        f"the worker on {HERE} runs {fingerprint_program()}; this machine runs hubevents-sync 0.0.9 (abc), Python 3.11",
        "install the same version of hubevents-sync on every worker",
    )


def test_a_state_that_is_not_there_is_told(project: ProjectFolder) -> None:
    with running_sandbox() as server:
        project.write_settings(base_url=server.base_url)
        apply_quietly(Workspace(project.path, {"HUBSPOT_ACCESS_TOKEN": "pat-any"}, SystemClock()))
    project.write_roster("1.csv", build_people(5, prefix="e1-"))

    def leave_state(share: Share) -> Share:
        moment = replace(share.moment, project=replace(share.moment.project, state="state/elsewhere.db"))
        return replace(share, moment=moment)

    message, hint = explain(project, leave_state)
    assert message == f"the worker on {HERE} finds no state at state/elsewhere.db"
    assert hint == "keep the state in a database that all reach, or give the workers the project's folder"


def test_what_is_expected_holds_here() -> None:
    expect([]).require()
