"""What was reviewed is applied: at once, without a question, and to its end, however often it is cut off."""

import json
import time
from pathlib import Path

import pytest

from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.end_to_end.reviewing import PLAN, Bench, build_bench, explain
from tests.end_to_end.test_completion_and_exit_codes import answer_at_terminal, write_finished_event
from tests.processes import end_program, run_program, start_program, wait_until
from tests.projects import ProjectFolder, build_people, hash_tree

PEOPLE = 60
STEP = 8
SLOW_SECONDS = 0.25
LATER = "2099-01-01T00:00:00Z"


@pytest.fixture
def bench(project: ProjectFolder, server: RunningSandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(project.path)
    return build_bench(project, server, run)


@pytest.fixture
def long_bench(project: ProjectFolder, server: RunningSandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Sixty people, one in each call, each of which takes a while; nothing is applied yet."""
    monkeypatch.chdir(project.path)
    server.faults.add(f"attendance: slow {SLOW_SECONDS}s")
    project.write_settings("  batch: {attendance: 1}", base_url=server.base_url)
    project.write_event("launch", roster="launch.csv")
    project.write_roster("launch.csv", build_people(PEOPLE))
    return Bench(project, server, run)


def kill_half_way(bench: Bench, *arguments: str) -> int:
    """Begin an apply and kill it once a few more are at HubSpot; how many are there."""
    wanted = len(bench.stored()) + STEP
    process = start_program(bench.project.path, "apply", *arguments)
    wait_until(lambda: len(bench.stored()) >= wanted or process.poll() is not None)
    process.kill()
    assert end_program(process)[0] == -9
    time.sleep(2 * SLOW_SECONDS)  # the calls that were under way still arrive, and nothing tells when the last has
    return len(bench.stored())


def test_the_reviewed_plan_is_applied_without_a_question_and_put_on_record(bench: Bench) -> None:
    digest = bench.save()["digest"]
    requests = len(bench.server.requests())
    applied = bench.run("apply", PLAN)
    assert (applied.code, applied.err) == (0, ""), explain(applied)
    assert bench.sent_since(requests) == ["upsert", "email-create"]
    (latest, _) = json.loads(bench.run("runs", "list", "--format", "json").out)["runs"]
    assert (latest["reviewed_digest"], latest["plan_digest"], latest["approvals"]) == (digest, digest, [])
    assert f"reviewed  {digest}" in bench.run("runs", "show", latest["id"]).out


def test_the_digest_alone_does_too(bench: Bench) -> None:
    digest = bench.save()["digest"]
    requests = len(bench.server.requests())
    assert bench.run("apply", "--expect", digest.upper()).code == 0
    assert bench.sent_since(requests) == ["upsert", "email-create"]


def test_the_file_and_its_digest_together_do(bench: Bench) -> None:
    digest = bench.save()["digest"]
    assert bench.run("apply", PLAN, "--expect", digest).code == 0


def test_a_plan_made_before_there_was_a_state_is_the_plan_of_the_first_apply(
    project: ProjectFolder, server: RunningSandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.path)
    project.write_event("launch", roster="launch.csv")
    project.write_roster("launch.csv", build_people(3))
    bench = Bench(project, server, run)
    assert bench.save()["lineage"] is None
    assert run("apply", PLAN).code == 0
    assert len(bench.stored()) == 3


def test_files_that_say_the_same_in_other_words_are_the_same_plan(bench: Bench) -> None:
    bench.save()
    roster = bench.project.path / "rosters/launch.csv"
    head, *rows = roster.read_text().splitlines()
    roster.write_text("\n".join([head, *reversed(rows)]) + "\n")
    assert bench.run("apply", PLAN).code == 0


def test_a_plan_of_chosen_events_is_applied_with_the_same_choice(bench: Bench) -> None:
    bench.save("--event", "launch")
    requests = len(bench.server.requests())
    assert bench.run("apply", PLAN, "--event", "CookingCo/launch").code == 0
    assert bench.sent_since(requests) == ["email-create"]


def test_a_run_that_was_killed_is_taken_up_again_and_again_until_it_is_done(long_bench: Bench) -> None:
    digest = long_bench.save()["digest"]
    there = [kill_half_way(long_bench, PLAN), kill_half_way(long_bench, PLAN), kill_half_way(long_bench, PLAN)]
    assert STEP <= there[0] < there[1] < there[2] < PEOPLE
    long_bench.server.faults.clear()
    code, _, err = run_program(long_bench.project.path, "apply", PLAN)
    assert code == 0, err
    runs = json.loads(long_bench.run("runs", "list", "--format", "json").out)["runs"]
    assert err == f"going on with run {runs[1]['id']}, which was cut off\n"
    assert [run["status"] for run in runs] == ["done", "interrupted", "interrupted", "interrupted"]
    assert {run["reviewed_digest"] for run in runs} == {digest}
    assert len({run["plan_digest"] for run in runs}) == 4
    assert long_bench.stored() == sorted(f"person{number}@example.com" for number in range(PEOPLE))
    assert "was applied already, by run RUN (done, TIME)" in long_bench.refuse("apply", PLAN)


def test_so_it_is_under_the_digest_alone(long_bench: Bench) -> None:
    digest = long_bench.save()["digest"]
    kill_half_way(long_bench, "--expect", digest)
    long_bench.server.faults.clear()
    assert long_bench.run("apply", "--expect", digest).code == 0
    assert len(long_bench.stored()) == PEOPLE


def test_a_plain_apply_that_was_cut_off_is_taken_up_by_the_review_of_the_same_plan(long_bench: Bench) -> None:
    long_bench.save()
    kill_half_way(long_bench, "--auto-approve")
    long_bench.server.faults.clear()
    assert long_bench.run("apply", PLAN).code == 0
    assert len(long_bench.stored()) == PEOPLE


def test_of_a_run_that_was_cut_off_nothing_goes_on_with_other_files(long_bench: Bench) -> None:
    digest = long_bench.save()["digest"]
    kill_half_way(long_bench, PLAN)
    long_bench.project.write_roster("launch.csv", build_people(PEOPLE + 1))
    said = long_bench.refuse("apply", PLAN)
    assert "\n  that was begun by run RUN (running, TIME)\n  the files changed\n" in said
    assert long_bench.refuse("apply", "--expect", digest).count("that was begun by run RUN") == 1
    long_bench.project.write_roster("launch.csv", build_people(PEOPLE))
    long_bench.server.faults.clear()
    assert long_bench.run("apply", "--expect", digest).code == 0


@pytest.mark.parametrize("between", [("forget", "launch", "--yes"), ("apply", "--auto-approve", "--retry")])
def test_nor_where_something_else_changed_the_state_in_between(long_bench: Bench, between: tuple[str, ...]) -> None:
    digest = long_bench.save()["digest"]
    kill_half_way(long_bench, PLAN)
    long_bench.server.faults.clear()
    assert long_bench.run(*between).code == 0
    assert long_bench.refuse("apply", PLAN).startswith("error: this is not the plan that was reviewed (plan.json)\n")
    assert "that was begun by run RUN" in long_bench.refuse("apply", "--expect", digest)


def test_nor_with_another_choice_of_events_out_of_the_same_file(long_bench: Bench) -> None:
    """The digest of an event alone is not that of a choice, and the rest of a choice is not the rest of all."""
    long_bench.project.write_event("gala", roster="launch.csv")
    digest = json.loads(long_bench.run("plan", "--event", "launch", "--format", "json").out)["digest"]
    kill_half_way(long_bench, "--expect", digest, "--event", "launch")
    long_bench.server.faults.clear()
    long_bench.refuse("apply", "--expect", digest)
    assert long_bench.run("apply", "--expect", digest, "--event", "launch").code == 0


def test_a_day_without_quota_pauses_it_and_the_same_plan_goes_on(bench: Bench) -> None:
    bench.save()
    bench.server.faults.add("attendance: 429 daily once")
    assert bench.run("apply", PLAN).code == 8
    resumed = bench.run("apply", PLAN)
    assert resumed.code == 0
    assert resumed.err.startswith("going on with run ")
    assert resumed.err.endswith(", which was paused\n")
    assert len(bench.stored()) == 5


def test_rows_that_hubspot_refused_are_tried_again_under_the_same_plan(bench: Bench) -> None:
    bench.save()
    bench.server.faults.add("attendance: reject always")
    assert bench.run("apply", PLAN).code == 3
    assert bench.run("apply", PLAN).code == 3
    bench.server.faults.clear()
    resumed = bench.run("apply", PLAN)
    assert (resumed.code, ", which left rows that HubSpot did not take\n" in resumed.err) == (0, True)
    assert len(bench.stored()) == 5


def test_completions_wait_for_their_own_approval_and_reviewed_ones_need_no_name(bench: Bench) -> None:
    write_finished_event(bench.project)
    digest = bench.save()["digest"]
    first = bench.run("apply", PLAN)
    assert first.code == 6
    assert "an approval of its own" in first.out
    requests = len(bench.server.requests())
    second = bench.run("apply", PLAN, "--approve-reviewed")
    assert second.code == 0, explain(second)
    assert second.err.endswith(", which left what an approval was missing for\n")
    assert bench.sent_since(requests) == ["complete"]
    (latest, *_) = json.loads(bench.run("runs", "list", "--format", "json").out)["runs"]
    assert (latest["approvals"], latest["reviewed_digest"]) == (["CookingCo/gala"], digest)


def test_the_digest_covers_the_completions_too(bench: Bench) -> None:
    write_finished_event(bench.project)
    digest = bench.save()["digest"]
    requests = len(bench.server.requests())
    assert bench.run("apply", "--expect", digest, "--auto-approve", "--approve-reviewed").code == 0
    assert bench.sent_since(requests)[-1] == "complete"


def test_a_completion_can_be_approved_by_name_beside_a_plan(bench: Bench) -> None:
    write_finished_event(bench.project)
    bench.save()
    assert bench.run("apply", PLAN, "--approve", "complete:gala").code == 0


def test_at_a_terminal_nothing_but_the_completion_is_asked_for(bench: Bench) -> None:
    write_finished_event(bench.project)
    bench.save()
    answers = [("Type gala to complete it", "gala")]
    shown = answer_at_terminal(bench.project.path, answers, str(bench.plan))
    assert "Apply this plan?" not in shown
    assert "1 event completed" in shown


def test_what_is_not_due_yet_stays_held_however_often_the_plan_is_applied(bench: Bench) -> None:
    bench.project.write_event("gala", f"complete: {{not_before: {LATER}}}", name="Gala night")
    bench.save()
    assert bench.run("apply", PLAN, "--approve-reviewed").code == 0
    requests = len(bench.server.requests())
    again = bench.run("apply", PLAN, "--approve-reviewed")
    assert (again.code, len(bench.server.requests())) == (0, requests)
    assert again.out.startswith("Nothing to do now: all that is due is as recorded; held until due: 1 completion.")


def test_a_plan_of_nothing_is_applied_to_no_effect(bench: Bench) -> None:
    assert bench.run("apply", "--auto-approve").code == 0
    bench.save()
    requests = len(bench.server.requests())
    applied = bench.run("apply", PLAN)
    assert (applied.code, len(bench.server.requests())) == (0, requests)
    assert applied.out.startswith("Nothing to do: ")


def test_a_plan_over_a_limit_is_saved_for_review_and_refused_until_the_limit_is_raised(bench: Bench) -> None:
    bench.project.write_event("launch", "removals: cancel", roster="launch.csv")
    bench.project.write_roster("launch.csv", build_people(1))
    planned = bench.run("plan", "--out", PLAN)
    assert planned.code == 6
    assert planned.err.startswith("error: the plan removes 2 of 3 attendees of launch;")
    requests = len(bench.server.requests())
    assert bench.run("apply", PLAN).code == 6
    assert len(bench.server.requests()) == requests
    assert bench.run("apply", PLAN, "--allow", "removals:launch=2").code == 0


def test_a_plan_is_saved_beside_any_format_and_holds_what_that_holds(bench: Bench) -> None:
    shown = bench.run("plan", "--format", "json", "--out", PLAN)
    assert (shown.code, shown.err) == (0, "")
    saved, printed = bench.read(), json.loads(shown.out)
    assert len(saved.pop("seal")) == 64
    launch = next(event for event in saved["events"] if event["name"] == "launch")
    assert launch["position"] == {"file": "events/launch.yaml", "line": 2, "column": 22}
    at = {"state": "REGISTERED", "occurred_at": "2026-03-01T10:00:00Z", "is_held": False}
    assert launch["samples"] == [{"file": "rosters/launch.csv", "line": line, **at} for line in (5, 6)]
    for event in saved["events"]:
        del event["position"], event["samples"]
    assert saved == printed


def test_show_says_what_plan_said(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = bench.run("-v", "plan", "--out", PLAN)
    assert bench.run("-v", "show", PLAN).out == planned.out
    printed = bench.run("plan", "--format", "json")
    assert bench.run("show", PLAN, "--format", "json").out == printed.out
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    code, out, err = run_program(elsewhere, "-v", "show", str(bench.plan))
    assert (code, out, err) == (0, planned.out, "")
    assert hash_tree(elsewhere) == {}


def test_a_plan_is_replaced_and_nothing_else_is(bench: Bench) -> None:
    bench.save()
    bench.save()
    roster = bench.project.path / "rosters/launch.csv"
    before = roster.read_bytes()
    refused = bench.run("plan", "--out", "rosters/launch.csv")
    assert (refused.code, refused.out, refused.err) == (
        64,
        "",
        "error: --out: rosters/launch.csv is there already, and is not what --out writes\n"
        "hint: name another file; nothing was changed or sent\n",
    )
    assert roster.read_bytes() == before


def test_no_plan_is_saved_of_files_with_a_fault(bench: Bench) -> None:
    bench.project.write("rosters/launch.csv", "email,registered\nana@example.com,2026-03-01T10:00\n")
    assert bench.run("plan", "--out", PLAN).code == 1
    assert not bench.plan.exists()
