"""Applies against a HubSpot that drops, fails, cuts and limits: nothing is lost, nothing doubled, all of it told."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hubevents_sync.engine.planning.plan import plan_project
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import DailyQuotaSpent
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.sandbox.limits import choose_limits
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from tests.apply_quietly import apply_quietly
from tests.end_to_end.conftest import SharedClock
from tests.projects import ProjectFolder, build_people

ATTENDED = {"joinedAt": "2026-05-01T10:00:00Z", "leftAt": "2026-05-01T12:00:00Z"}


@contextmanager
def weather(tmp_path: Path, clock: SharedClock, *faults: str, **options: object) -> Iterator["Weather"]:
    """A project and a sandbox with *faults*."""
    with running_sandbox(clock=clock.now_ms, faults=faults, **options) as sandbox:  # type: ignore[arg-type]  # tests' own
        project = ProjectFolder(tmp_path / "project")
        project.write_settings(base_url=sandbox.base_url)
        yield Weather(sandbox, project, clock)


class Weather:
    """What an apply is let loose on."""

    def __init__(self, sandbox: RunningSandbox, project: ProjectFolder, clock: SharedClock) -> None:
        self.sandbox = sandbox
        self.project = project
        self.workspace = Workspace(project.path, {"HUBSPOT_ACCESS_TOKEN": "pat-test-0000"}, clock)

    def write_people(self, count: int, event: str = "gala", **fields: object) -> None:
        """An event of *count* people."""
        self.project.write_event(event, roster=f"{event}.yaml")
        self.project.write_roster(f"{event}.yaml", build_people(count, prefix=f"{event}-", **fields))

    def apply(self, *completions: str) -> tuple[int | None, dict[Outcome, int]]:
        """Apply; the exit code (None where nothing was due) and the rows by what became of them."""
        keys = frozenset(EventKey("CookingCo", event) for event in completions)
        result = apply_quietly(self.workspace, completions=keys)
        if isinstance(result.fault, Exception) and not isinstance(result.fault, DailyQuotaSpent):
            raise result.fault
        rows: Counter[Outcome] = Counter()
        for event in result.report.events if result.report else ():
            rows.update(event.rows)
        return (result.report.run.exit_code if result.report else None), dict(rows)

    def stored(self) -> Counter[tuple[object, object]]:
        """How often each person is in each state at HubSpot, as rows that somebody sent."""
        rows = self.sandbox.account.participations
        return Counter((row["email"], row["state"]) for row in rows if not row["derived"])


# Registering when an event is over is stored as NO_SHOW.
def registered(count: int, event: str = "gala") -> dict[tuple[object, object], int]:
    """Each person once."""
    return {(f"{event}-{number}@example.com", "NO_SHOW"): 1 for number in range(count)}


def test_rows_dropped_in_silence_are_told_and_a_later_run_brings_the_full_set(
    tmp_path: Path, clock: SharedClock
) -> None:
    with weather(tmp_path, clock, "attendance: drop every 9") as sky:
        sky.write_people(250)
        code, rows = sky.apply()
        lost = rows[Outcome.UNCONFIRMED]
        # About 27 are dropped and sent once more, and a ninth of these is dropped again.
        assert (code, rows) == (3, {Outcome.CONFIRMED: 250 - lost, Outcome.UNCONFIRMED: lost})
        assert 1 <= lost <= 5
        assert sky.stored().total() == 250 - lost
        sky.sandbox.faults.clear()
        assert sky.apply() == (0, {Outcome.CONFIRMED: lost})
        assert sky.stored() == registered(250)
        assert sky.apply() == (None, {})


@pytest.mark.parametrize("rule", ["attendance: drop every 9", "attendance: drop 11%"])
def test_with_one_row_in_nine_dropped_for_good_the_full_set_is_there_within_three_runs(
    tmp_path: Path, clock: SharedClock, rule: str
) -> None:
    """Never 0 while a row is missing."""
    with weather(tmp_path, clock, rule, seed=5) as sky:
        sky.write_people(750)
        codes: list[int | None] = []
        for _ in range(3):
            code, _rows = sky.apply()
            codes.append(code)
            assert (code == 3) is (sky.stored().total() < 750), codes
        assert codes[-1] in (0, None)
        assert sky.stored() == registered(750)


def test_custom_properties_that_hubspot_drops_are_told_and_planned_again(tmp_path: Path, clock: SharedClock) -> None:
    with weather(tmp_path, clock, defined_properties=frozenset({"room"})) as sky:
        sky.project.write_event("gala", "customProperties: {room: A, colour: red}")
        result = apply_quietly(sky.workspace)
        assert result.report is not None
        (event,) = result.report.events
        assert event.notes == ("HubSpot dropped custom properties that it does not know: colour",)
        (again,) = plan_project(sky.workspace).plan.events
        assert [change.path for change in again.field_changes] == ["customProperties.colour"]


def test_every_run_gets_further_while_rows_are_still_dropped(tmp_path: Path, clock: SharedClock) -> None:
    with weather(tmp_path, clock, "attendance: drop every 2") as sky:
        sky.write_people(40)
        codes = []
        for _ in range(10):
            code, _rows = sky.apply()
            codes.append(code)
            if code is None:
                break
        assert codes[-1] is None
        assert codes[-2] == 0
        assert set(codes[:-2]) == {3}
        assert sky.stored() == registered(40)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "fault",
    [
        "any: 503 20%",
        "any: 503 20% after",
        "any: 502 20% after",
        "any: cut 20%",
        "any: cut 20% after",
        "any: reset 20% after",
        "any: truncate 20%",
        "any: 423 20%",
        "any: 429 20%",
        "any: 477 retry-after 20 20%",
    ],
)
def test_failures_before_and_after_the_commit_leave_every_row_exactly_once(
    tmp_path: Path, clock: SharedClock, fault: str, seed: int
) -> None:
    with weather(tmp_path, clock, fault, seed=seed) as sky:
        sky.project.write_settings("  batch: {attendance: 10}", base_url=sky.sandbox.base_url)
        for event in ("gala", "ball", "expo"):
            sky.write_people(110, event)
        code, rows = sky.apply()
        assert code == 0
        assert sum(rows.values()) == 330
        assert set(rows) <= {Outcome.CONFIRMED, Outcome.REPEATED}
        assert sky.stored() == {**registered(110), **registered(110, "ball"), **registered(110, "expo")}
        assert [event["external_event_id"] for event in sky.sandbox.account.events].count("gala") == 1
        assert any(request.faults for request in sky.sandbox.requests())
        assert sky.apply() == (None, {})


def test_all_bad_weather_at_once(tmp_path: Path, clock: SharedClock) -> None:
    faults = ("any: 503 10%", "any: cut 10% after", "any: truncate 5%", "attendance: drop 5%", "upsert: empty once")
    with weather(tmp_path, clock, *faults, seed=11) as sky:
        for event in ("gala", "ball"):
            sky.write_people(120, event, attended=ATTENDED)
        codes = [sky.apply()[0] for _ in range(6)]
        assert codes[-1] is None
        wanted = {**registered(120), **registered(120, "ball")}
        wanted |= {(email, "ATTENDED"): 1 for email, _ in wanted}
        assert sky.stored() == wanted


def test_an_upsert_that_answers_empty_is_made_up_for(tmp_path: Path, clock: SharedClock) -> None:
    with weather(tmp_path, clock, "upsert: empty") as sky:
        sky.write_people(3)
        assert sky.apply() == (0, {Outcome.CONFIRMED: 3})
        asked = [(each.method, each.path.rsplit("/", 1)[-1]) for each in sky.sandbox.requests()]
        assert asked == [
            ("POST", "upsert"),
            ("GET", "gala"),
            ("PUT", "gala"),
            ("GET", "gala"),
            ("POST", "email-create"),
        ]


def test_rejected_rows_stay_where_they_are_and_are_told(tmp_path: Path, clock: SharedClock) -> None:
    with weather(tmp_path, clock, "attendance: reject every 10") as sky:
        sky.write_people(30)
        assert sky.apply() == (3, {Outcome.CONFIRMED: 27, Outcome.REJECTED: 3})


@pytest.mark.parametrize("status", [200, 201, 207])
def test_any_2xx_is_a_success(tmp_path: Path, clock: SharedClock, status: int) -> None:
    with weather(tmp_path, clock, f"any: answer {status}") as sky:
        sky.write_people(30)
        assert sky.apply() == (0, {Outcome.CONFIRMED: 30})


@pytest.mark.parametrize("fault", ["complete: cut once", "complete: 503 once", "complete: 500 once"])
def test_a_completion_that_did_not_happen_is_not_called_done(tmp_path: Path, clock: SharedClock, fault: str) -> None:
    with weather(tmp_path, clock, fault) as sky:
        sky.write_people(3, attended=ATTENDED)
        sky.project.write_event("gala", "complete: true", roster="gala.yaml")
        assert sky.apply("gala")[0] != 0
        assert [event["completed"] for event in sky.sandbox.account.events] == [False]
        assert sky.apply("gala")[0] == 0
        assert [event["completed"] for event in sky.sandbox.account.events] == [True]


@pytest.mark.parametrize(
    "fault", ["complete: cut once after", "complete: 503 once after", "complete: 500 once after", "complete: truncate"]
)
def test_a_completion_without_an_answer_is_looked_up_and_never_sent_twice(
    tmp_path: Path, clock: SharedClock, fault: str
) -> None:
    with weather(tmp_path, clock, fault) as sky:
        sky.write_people(3, attended=ATTENDED)
        sky.project.write_event("gala", "complete: true", roster="gala.yaml")
        assert sky.apply("gala")[0] == 0
        assert sky.apply("gala")[0] is None
        assert [event["completed"] for event in sky.sandbox.account.events] == [True]
        assert [each.path.rsplit("/", 1)[-1] for each in sky.sandbox.requests()].count("complete") == 1


def test_a_client_that_has_seen_the_limit_is_never_refused(tmp_path: Path, clock: SharedClock) -> None:
    limits = choose_limits(tier=None, per_10_seconds=20, per_day=None)
    with weather(tmp_path, clock, limits=limits) as sky:
        # One person with 90 registrations is sent one by one, so that nothing hangs on threads.
        times = [f"2026-02-{1 + number // 24:02}T{number % 24:02}:00:00Z" for number in range(90)]
        sky.project.write_event("gala", roster="gala.ndjson")
        sky.project.write_roster("gala.ndjson", [{"email": "ana@example.com", "registered": times}])
        assert sky.apply() == (0, {Outcome.CONFIRMED: 90})
        assert {request.status for request in sky.sandbox.requests()} == {200}
        # 16 of the 20 in each ten seconds: a fifth is left to others.
        assert 50 <= clock.monotonic() <= 70


def test_a_spent_daily_quota_ends_the_run_and_the_next_day_brings_the_rest(tmp_path: Path, clock: SharedClock) -> None:
    limits = choose_limits(tier=None, per_10_seconds=None, per_day=6)
    with weather(tmp_path, clock, limits=limits) as sky:
        sky.write_people(900)
        code, rows = sky.apply()
        assert code == 8
        assert rows == {Outcome.CONFIRMED: 500, Outcome.NOT_ATTEMPTED: 400}
        clock.sleep(86_400)
        assert sky.apply() == (0, {Outcome.CONFIRMED: 400})
        assert sky.stored() == registered(900)
