"""What a run that was cut off left open and no plan sends again: looked up first, and put on record."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from hubevents_sync.engine.applying.actor import find_actor
from hubevents_sync.engine.workspace import SystemClock
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.run import Run, RunStatus
from hubevents_sync.sandbox.server import RunningSandbox
from hubevents_sync.state.reading import StateReader
from hubevents_sync.state.store import open_for_reading, open_for_writing
from hubevents_sync.state.writing import State
from tests.end_to_end.conftest import Ended
from tests.end_to_end.conftest import Run as RunProgram
from tests.processes import end_program, start_program, wait_until
from tests.projects import ProjectFolder, build_people

KEY = EventKey("CookingCo", "launch")
LATER_MS = 1_775_000_000_000


@dataclass(frozen=True)
class Bench:
    """A project of one event and three people, all applied, and ways to leave something open."""

    project: ProjectFolder
    server: RunningSandbox
    run: RunProgram

    @property
    def location(self) -> Path:
        return self.project.path / "state/hubevents.db"

    def apply(self, *arguments: str) -> Ended:
        return unfold(self.run("apply", "--auto-approve", *arguments))

    def plan(self) -> str:
        return unfold(self.run("plan")).out

    def cut_off(self, act: Callable[[State], object]) -> None:
        """Begin a run, let it *act*, and be gone without an end."""
        clock = SystemClock()
        with open_for_writing(
            self.location,
            environ={},
            clock=_EarlierClock(),
            actor=find_actor({}),
            environment=None,
            portal=None,
            command="apply",
            run_id="dead",
        ) as state:
            state.begin_run(Run("dead", find_actor({"USER": "ana"}), clock.now_ms(), "d" * 64))
            act(state)

    def intend(self, *rows: Participation) -> None:
        """Leave *rows* in flight."""
        self.cut_off(lambda state: state.intend_attendance(KEY, 1, rows[0].state, rows))

    def person(self, email: str) -> bytes:
        with self.read() as state:
            return state.identity.person(email=email)

    def read(self) -> "_Reading":
        return _Reading(self.location)

    def methods_since(self, number: int) -> list[str]:
        return [request.method for request in self.server.requests() if request.number > number]

    @property
    def last_request(self) -> int:
        return max(request.number for request in self.server.requests())

    def confirmed(self) -> list[tuple[str, int]]:
        with self.read() as state:
            recorded = state.read_event(KEY)
            assert recorded is not None
            return sorted((row.person.hex(), row.occurred_at_ms) for row in recorded.snapshot.participations)


def unfold(ended: Ended) -> Ended:
    """Its text in one line, however it was wrapped."""
    return Ended(ended.code, " ".join(ended.out.split()), ended.err)


class _EarlierClock(SystemClock):
    """A minute behind: long enough ago for HubSpot's delay to be over."""

    def now_ms(self) -> int:
        return super().now_ms() - 60_000


class _Reading:
    def __init__(self, location: Path) -> None:
        state = open_for_reading(location, environ={})
        assert state is not None
        self._state = state

    def __enter__(self) -> StateReader:
        return self._state

    def __exit__(self, *error: object) -> None:
        self._state.close()


@pytest.fixture
def bench(project: ProjectFolder, server: RunningSandbox, run: RunProgram) -> Bench:
    made = Bench(project, server, run)
    project.write_event("launch", "removals: cancel", roster="launch.csv")
    project.write_roster("launch.csv", build_people(3))
    assert made.apply().code == 0
    return made


def row_of(bench: Bench, email: str, *, at_ms: int = LATER_MS, **values: object) -> Participation:
    row = Participation(bench.person(email), AttendanceState.REGISTERED, at_ms, file="rosters/launch.csv", line=9)
    return row._replace(**values)  # type: ignore[arg-type]  # names and values of the tuple's own


def send(bench: Bench, emails: Sequence[str], *, at_ms: int = LATER_MS) -> None:
    """Bring rows to HubSpot behind the record's back, as a run did that was killed before it heard the answer."""
    import httpx

    answer = httpx.post(
        f"{bench.server.base_url}/marketing/v3/marketing-events/attendance/launch/register/email-create",
        params={"externalAccountId": "CookingCo"},
        headers={"Authorization": "Bearer x"},
        json={"inputs": [{"email": email, "interactionDateTime": at_ms} for email in emails]},
    )
    assert answer.status_code == 200


def test_rows_in_flight_that_no_file_names_are_confirmed_or_dropped(bench: Bench) -> None:
    send(bench, ["Arrived@example.com"])
    bench.intend(row_of(bench, "arrived@example.com"), row_of(bench, "lost@example.com"))
    shown = bench.plan()
    assert "launch 2 rows in flight that no file names any more: apply asks HubSpot first" in shown
    since = bench.last_request
    applied = bench.apply("--allow", "removals:launch=1")
    assert applied.code == 0
    assert "1 row that no file names any more, at HubSpot and on record now" in applied.out
    assert "1 row that no file names any more, not at HubSpot and dropped here" in applied.out
    # Found at HubSpot, and on no roster: removals: cancel cancels them in the very plan that is shown.
    assert "1 person cancelled for having left the roster" in applied.out
    assert bench.methods_since(since)[:3] == ["GET", "GET", "POST"]
    states = [row["state"] for row in bench.server.account.participations if row["email"] == "arrived@example.com"]
    assert sorted(map(str, states)) == ["CANCELLED", "NO_SHOW"]
    with bench.read() as state:
        assert state.read_leftovers(KEY) == []
        assert state.unfinished_calls() == []
        assert [run.status for run in state.runs()] == [RunStatus.DONE, RunStatus.INTERRUPTED, RunStatus.DONE]
    assert bench.plan().startswith("Nothing to do: ")


def test_recovery_sends_nothing_but_get_and_is_over_after_one_look(bench: Bench) -> None:
    bench.intend(row_of(bench, "lost@example.com"))
    since = bench.last_request
    applied = bench.apply()
    assert applied.code == 0
    assert "1 row that no file names any more, not at HubSpot and dropped here" in applied.out
    assert bench.methods_since(since) == ["GET", "GET"]
    since = bench.last_request
    assert bench.apply().code == 0
    assert bench.methods_since(since) == []


def test_a_row_in_flight_that_the_files_name_is_left_to_the_plan(bench: Bench) -> None:
    bench.project.write_roster("launch.csv", build_people(4))
    bench.intend(row_of(bench, "person3@example.com", at_ms=1_772_359_200_000))
    since = bench.last_request
    assert bench.apply().code == 0
    assert bench.methods_since(since) == ["POST"]
    assert len(bench.confirmed()) == 4


def test_a_row_in_flight_under_other_values_is_looked_up_before_it_is_sent(bench: Bench) -> None:
    """HubSpot would take the new values for a repeat of the row that it may have."""
    send(bench, ["person3@example.com"], at_ms=1_772_359_200_000)
    bench.intend(row_of(bench, "person3@example.com", at_ms=1_772_359_200_000))
    bench.project.write_roster(
        "launch.csv", [*build_people(3), {"email": "person3@example.com", "cancelled": "2026-03-01T10:00:00Z"}]
    )
    applied = bench.apply()
    assert applied.code == 0
    assert "rows that differ from what HubSpot has for the same person and time: 1" in applied.out
    assert len(bench.confirmed()) == 4


def test_a_removal_in_flight_is_sent_again_under_its_first_time(bench: Bench) -> None:
    bench.project.write_roster("launch.csv", build_people(2))
    with bench.read() as state:
        recorded = state.read_event(KEY)
        assert recorded is not None
        person = bench.person("person2@example.com")
        contact_id = next(row.contact_id for row in recorded.snapshot.participations if row.person == person)
    bench.intend(
        Participation(person, AttendanceState.CANCELLED, LATER_MS, contact_id=contact_id),
    )
    assert bench.apply("--allow", "removals:launch=1").code == 0
    cancelled = [row for row in bench.server.account.participations if row["state"] == "CANCELLED"]
    assert [row["occurred_ms"] for row in cancelled] == [LATER_MS]


def test_a_completion_without_an_answer_is_read_back_and_keeps_who_approved_it(bench: Bench) -> None:
    import httpx

    bench.cut_off(lambda state: state.intend_completion(KEY))
    answer = httpx.post(
        f"{bench.server.base_url}/marketing/v3/marketing-events/events/launch/complete",
        params={"externalAccountId": "CookingCo"},
        headers={"Authorization": "Bearer x"},
        json={"startDateTime": "2026-05-01T10:00:00Z", "endDateTime": "2026-05-01T12:00:00Z"},
    )
    assert answer.status_code == 200
    bench.project.write_event("launch", "removals: cancel", "complete: true", roster="launch.csv")
    shown = bench.plan()
    assert "sent to be completed, and never answered: apply asks HubSpot first whether it is complete" in shown
    since = bench.last_request
    applied = bench.apply()
    assert applied.code == 0
    assert "it is complete at HubSpot, and on record now" in applied.out
    assert bench.methods_since(since) == ["GET"]
    with bench.read() as state:
        completion = state.read_completion(KEY)
        assert completion is not None
        assert (completion.is_intended, completion.plan_digest, completion.approved_by) == (False, "d" * 64, "ana")


def test_a_completion_that_never_arrived_is_planned_again(bench: Bench) -> None:
    bench.cut_off(lambda state: state.intend_completion(KEY))
    bench.project.write_event("launch", "removals: cancel", "complete: true", roster="launch.csv")
    applied = bench.apply("--approve", "complete:launch")
    assert applied.code == 0
    assert "a run was cut off while it completed the event: HubSpot did not get that" in applied.out
    assert [event["completed"] for event in bench.server.account.events] == [True]


@pytest.mark.parametrize("is_there", [True, False])
def test_an_upsert_without_an_answer_of_an_event_in_no_file_is_looked_up(bench: Bench, is_there: bool) -> None:  # noqa: FBT001  a case
    lost = MarketingEvent(EventKey("CookingCo", "lost"), {"eventName": "lost", "eventOrganizer": "Chef Joe"})
    if is_there:
        bench.project.write_event("lost")
        assert bench.apply().code == 0
        (bench.project.path / "events/lost.yaml").unlink()
    bench.cut_off(lambda state: state.intend_upsert([lost]))
    assert "in no file any more: apply asks HubSpot whether it has the event" in bench.plan()
    applied = bench.apply()
    assert applied.code == 0
    assert ("HubSpot has it, and that is on record now" in applied.out) is is_there
    assert ("HubSpot does not have it" in applied.out) is not is_there
    with bench.read() as state:
        assert (lost.key in state.keys()) is is_there  # noqa: SIM118  no mapping
        assert state.open_ends() == []


def test_rows_that_hubspot_refused_and_no_file_names_are_dropped_without_a_look(bench: Bench) -> None:
    from hubevents_sync.model.outcome import Outcome

    def refuse(state: State) -> None:
        call = state.intend_attendance(KEY, 1, AttendanceState.REGISTERED, [row_of(bench, "typo@example.com")])
        state.fail_call(call, "no such person", outcome=Outcome.REJECTED)

    person = row_of(bench, "typo@example.com")
    assert person.line == 9
    bench.cut_off(refuse)
    since = bench.last_request
    applied = bench.apply()
    assert applied.code == 0
    assert "1 row that no file names any more, not at HubSpot and dropped here" in applied.out
    assert bench.methods_since(since) == []


def test_where_hubspot_does_not_answer_it_stays_open_and_is_asked_by_the_next_run(bench: Bench) -> None:
    bench.intend(row_of(bench, "lost@example.com"))
    bench.server.faults.add("event: 500")
    applied = bench.apply()
    assert applied.code == 0
    assert "not settled, the next run asks again" in applied.out
    with bench.read() as state:
        assert len(state.read_leftovers(KEY)) == 1
    bench.server.faults.clear()
    assert "dropped here" in bench.apply().out


def test_a_reviewed_plan_goes_on_where_settling_what_was_open_before_it_changes_nothing(bench: Bench) -> None:
    bench.project.write_roster("launch.csv", build_people(4))
    bench.intend(row_of(bench, "lost@example.com"))
    plan = str(bench.project.path / "plan.json")
    assert bench.run("plan", "--out", plan).code == 0
    since = bench.last_request
    assert bench.run("apply", plan).code == 0
    assert bench.methods_since(since) == ["GET", "GET", "POST"]
    assert len(bench.confirmed()) == 4


def test_a_reviewed_plan_is_refused_where_settling_what_was_open_before_it_makes_another_one(bench: Bench) -> None:
    """The row that is found at HubSpot is of somebody on no roster: removals: cancel would cancel them, unreviewed."""
    send(bench, ["Arrived@example.com"])
    bench.intend(row_of(bench, "arrived@example.com"))
    plan = str(bench.project.path / "plan.json")
    saved = bench.run("plan", "--out", plan, "--format", "json")
    since = bench.last_request
    refused = bench.run("apply", plan, "--allow", "removals:launch=1")
    assert refused.code == 4
    assert refused.err == (
        f"error: this is not the plan that was reviewed ({plan})\n"
        "  the state went from serial 2 to 3\n"
        "  launch: has steps, and had none then\n"
        "hint: nothing was sent; plan again, and have that reviewed\n"
    )
    assert set(bench.methods_since(since)) == {"GET"}
    digest = json.loads(saved.out)["digest"]
    assert bench.run("apply", "--expect", digest, "--allow", "removals:launch=1").code == 4


def test_a_reviewed_completion_that_arrived_before_the_kill_is_found_and_the_plan_is_done(bench: Bench) -> None:
    bench.project.write_event("launch", "removals: cancel", "complete: true", roster="launch.csv")
    plan = str(bench.project.path / "plan.json")
    assert bench.run("plan", "--out", plan).code == 0
    bench.server.faults.add("complete: slow 20s after")
    process = start_program(bench.project.path, "apply", plan, "--approve-reviewed")
    wait_until(lambda: bench.server.account.events[0]["completed"] is True or process.poll() is not None)
    process.kill()
    end_program(process)
    bench.server.faults.clear()
    since = bench.last_request
    again = bench.run("apply", plan, "--approve-reviewed")
    assert (again.code, set(bench.methods_since(since))) == (0, {"GET"})
    assert again.out.startswith("Nothing to do: ")
    with bench.read() as state:
        completion = state.read_completion(KEY)
        assert completion is not None
        assert completion.completed_at_ms is not None
