"""Ways to apply what was not reviewed: each ends with exit code 4, and HubSpot is not asked for anything."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.end_to_end.reviewing import PLAN, Bench, build_bench, mask
from tests.projects import ProjectFolder, build_people
from tests.repositories import begin_repository, commit_all

SAVE_ANEW = "hint: save one with hubevents-sync plan --out FILE, and have that reviewed\n"
PLAN_AGAIN = "hint: nothing was sent; plan again, and have that reviewed\n"
NOT_REVIEWED = "error: this is not the plan that was reviewed (plan.json)\n"
APPLY = ("apply", PLAN)


@pytest.fixture
def bench(project: ProjectFolder, server: RunningSandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(project.path)
    return build_bench(project, server, run)


@dataclass(frozen=True)
class Way:
    """*spoil* is done between the review and the apply; *said* is what comes of it."""

    spoil: Callable[[Bench], object]
    said: str
    arguments: tuple[str, ...] = APPLY
    saved_with: tuple[str, ...] = ()


def compare_commits(bench: Bench) -> None:
    begin_repository(bench.project.path)
    commit_all(bench.project.path)
    assert bench.run("plan", "--base", "HEAD", "--out", PLAN).code == 0


def tamper(bench: Bench) -> None:
    text = bench.plan.read_text()
    assert text.count('"people": 5') == 1
    bench.plan.write_text(text.replace('"people": 5', '"people": 3'))


def truncate(bench: Bench) -> None:
    content = bench.plan.read_bytes()
    bench.plan.write_bytes(content[: len(content) // 2])


def pin_another_portal(bench: Bench) -> None:
    bench.project.write_settings("  portal: 7", base_url=bench.server.base_url)


def add_staging(bench: Bench) -> None:
    bench.project.write_settings("environments: {staging: {state: state/staging.db}}", base_url=bench.server.base_url)


def move_on(bench: Bench) -> None:
    assert bench.run("apply", "--auto-approve", "--event", "gala").code == 0


def apply_it(bench: Bench) -> None:
    assert bench.run(*APPLY).code == 0


def make_another_state(bench: Bench) -> None:
    """The same project, applied from nothing: as far as its files go, the state could be the one of the review."""
    (bench.project.path / "state/hubevents.db").unlink()
    bench.project.write_roster("launch.csv", build_people(3))
    bench.project.write_event("gala")
    assert bench.run("apply", "--auto-approve").code == 0
    bench.project.write_roster("launch.csv", build_people(5))
    bench.project.write_event("gala", name="Gala night")


def leave_alone(_: Bench) -> None:
    """Nothing is spoilt."""


TWELVE_WAYS = {
    "tampered": Way(
        tamper,
        "error: the plan plan.json was changed after it was saved: its seal is not that of what it says\n" + SAVE_ANEW,
    ),
    "truncated": Way(truncate, "error: the plan plan.json is no JSON, or is cut off\n" + SAVE_ANEW),
    "empty": Way(lambda bench: bench.plan.write_bytes(b""), "error: the plan plan.json is empty\n" + SAVE_ANEW),
    "other environment": Way(
        add_staging,
        "error: the plan plan.json is for the default environment, not for environment staging\n" + PLAN_AGAIN,
        ("--env", "staging", *APPLY),
    ),
    "other portal": Way(
        pin_another_portal,
        "error: the plan plan.json is for no HubSpot account; the project names HubSpot account 7\n" + PLAN_AGAIN,
    ),
    "changed roster": Way(
        lambda bench: bench.project.write_roster("launch.csv", build_people(6)),
        NOT_REVIEWED + "  the files changed\n  launch: 2 registered then, 3 now\n" + PLAN_AGAIN,
    ),
    "changed event": Way(
        lambda bench: bench.project.write_event("gala", name="Gala day"),
        NOT_REVIEWED + "  the files changed\n  gala: other values of eventName\n" + PLAN_AGAIN,
    ),
    "moved state": Way(
        move_on,
        NOT_REVIEWED + "  the state went from serial 1 to 2\n  gala: nothing left to do\n" + PLAN_AGAIN,
    ),
    "replay after success": Way(
        apply_it,
        "error: the plan plan.json was applied already, by run RUN (done, TIME)\n"
        "hint: nothing was sent: there is nothing left to do\n",
    ),
    "foreign lineage": Way(
        make_another_state,
        "error: the plan plan.json was made against another state: lineage LINEAGE then, LINEAGE now\n"
        "hint: nothing was sent; use the state that it was made against, or plan again and have that reviewed\n",
    ),
    "newer format": Way(
        lambda bench: bench.forge(lambda plan: plan.update(version=2)),
        "error: the plan plan.json is of format 2, this version reads up to 1: upgrade hubevents-sync\n"
        "hint: pip install --upgrade hubevents-sync\n",
    ),
    "plan of a subset": Way(
        leave_alone,
        "error: the plan plan.json is of CookingCo/launch, and this apply of all events\n"
        "hint: nothing was sent; give --event CookingCo/launch\n",
        saved_with=("--event", "launch"),
    ),
}


@pytest.mark.parametrize("name", TWELVE_WAYS)
def test_what_was_not_reviewed_is_not_applied(bench: Bench, name: str) -> None:
    way = TWELVE_WAYS[name]
    bench.save(*way.saved_with)
    way.spoil(bench)
    assert bench.refuse(*way.arguments) == way.said
    assert bench.refuse(*way.arguments, "--auto-approve", "--approve-reviewed") == way.said


MORE_WAYS = {
    "a subset of what was reviewed": Way(
        leave_alone,
        "error: the plan plan.json is of all events, and this apply of CookingCo/gala\n"
        "hint: nothing was sent; leave out --event\n",
        (*APPLY, "--event", "gala"),
    ),
    "another subset": Way(
        leave_alone,
        "error: the plan plan.json is of CookingCo/launch, and this apply of CookingCo/gala\n"
        "hint: nothing was sent; give --event CookingCo/launch\n",
        (*APPLY, "--event", "gala"),
        ("--event", "launch"),
    ),
    "a retry": Way(
        leave_alone,
        "error: the plan plan.json is a retry, and this apply is a whole plan\nhint: nothing was sent; add --retry\n",
        saved_with=("--retry",),
    ),
    "a whole plan as a retry": Way(
        leave_alone,
        "error: the plan plan.json is a whole plan, and this apply is a retry\n"
        "hint: nothing was sent; leave out --retry\n",
        (*APPLY, "--retry"),
    ),
    "a comparison of two commits": Way(
        compare_commits,
        "error: the plan plan.json compares the files of two commits: it is there to be read, not to be applied\n"
        "hint: plan where the state is, and have that reviewed\n",
    ),
    "a digest of other events": Way(
        lambda bench: bench.forge(lambda plan: plan["events"].pop()),
        "error: the plan plan.json contradicts itself: its digest is not that of its events\n" + SAVE_ANEW,
    ),
    "a plan that says it is empty": Way(
        lambda bench: bench.forge(lambda plan: plan.update(is_empty=True)),
        "error: the plan plan.json contradicts itself: what it says of all events is not true of each\n" + SAVE_ANEW,
    ),
    "something that is no field of a plan": Way(
        lambda bench: bench.forge(lambda plan: plan["events"][1].update(surprise="ana@example.com")),
        "error: the plan plan.json is not what plan --out writes: see events/1\n" + SAVE_ANEW,
    ),
    "a time that is none": Way(
        lambda bench: bench.forge(lambda plan: plan["events"][0].update(next_due_at="soon Z")),
        "error: the plan plan.json is not what plan --out writes: a time in it makes no sense\n" + SAVE_ANEW,
    ),
    "a name that is there twice": Way(
        lambda bench: bench.plan.write_text(bench.plan.read_text().replace("{", '{"digest": "", ', 1)),
        "error: the plan plan.json is no JSON, or is cut off\n" + SAVE_ANEW,
    ),
    "no text": Way(
        lambda bench: bench.plan.write_bytes(b"\xff\xfe" + bench.plan.read_bytes()),
        "error: the plan plan.json is no JSON, or is cut off\n" + SAVE_ANEW,
    ),
    "brackets without end": Way(
        lambda bench: bench.plan.write_text("[" * 200_000),
        "error: the plan plan.json is no JSON, or is cut off\n" + SAVE_ANEW,
    ),
    "a number that is none": Way(
        lambda bench: bench.plan.write_text('{"format": NaN}'),
        "error: the plan plan.json is no JSON, or is cut off\n" + SAVE_ANEW,
    ),
    "no object": Way(
        lambda bench: bench.plan.write_text('["ana@example.com"]'),
        "error: the plan plan.json is no plan of hubevents-sync\n" + SAVE_ANEW,
    ),
    "another kind of document": Way(
        lambda bench: bench.plan.write_text('{"format": "hubevents-sync/report", "version": 1}'),
        "error: the plan plan.json is no plan of hubevents-sync, but hubevents-sync/report\n" + SAVE_ANEW,
    ),
    "somebody else's document": Way(
        lambda bench: bench.plan.write_text('{"format": "ana@example.com", "version": 1}'),
        "error: the plan plan.json is no plan of hubevents-sync\n" + SAVE_ANEW,
    ),
    "no version": Way(
        lambda bench: bench.forge(lambda plan: plan.update(version=True)),
        "error: the plan plan.json is no plan of hubevents-sync: it has no version\n" + SAVE_ANEW,
    ),
    "no seal": Way(
        lambda bench: bench.plan.write_text(bench.run("plan", "--format", "json").out),
        "error: the plan plan.json was not saved by plan --out: it has no seal\n" + SAVE_ANEW,
    ),
    "no file": Way(
        lambda bench: bench.plan.unlink(),
        "error: the plan plan.json can't be read: no such file or directory\n" + SAVE_ANEW,
    ),
    "a folder": Way(leave_alone, "error: the plan . can't be read: is a directory\n" + SAVE_ANEW, ("apply", "")),
    "no state any more": Way(
        lambda bench: (bench.project.path / "state/hubevents.db").unlink(),
        "error: the plan plan.json was made against another state: lineage LINEAGE then, no state now\n"
        "hint: nothing was sent; use the state that it was made against, or plan again and have that reviewed\n",
    ),
    "an event that is gone": Way(
        lambda bench: (bench.project.path / "events/gala.yaml").unlink(),
        NOT_REVIEWED + "  the files changed\n  gala: is not in the files any more\n" + PLAN_AGAIN,
    ),
    "a roster that is gone": Way(
        lambda bench: (bench.project.path / "rosters/launch.csv").unlink(),
        "error: the files are not those of the reviewed plan: events/launch.yaml:7:13: there is no roster"
        ' "../rosters/launch.csv"'
        "\nhint: nothing was sent; validate names all that is wrong with them\n",
    ),
    "an event that is new": Way(
        lambda bench: bench.project.write_event("picnic"),
        NOT_REVIEWED + "  the files changed\n  picnic: has steps, and was not in the files then\n" + PLAN_AGAIN,
    ),
    "other people, as many": Way(
        lambda bench: bench.project.write_roster("launch.csv", [*build_people(4), *build_people(1, prefix="other")]),
        NOT_REVIEWED + "  the files changed\n  launch: other rows, as many of each state\n" + PLAN_AGAIN,
    ),
    "a completion that is new": Way(
        lambda bench: bench.project.write_event("gala", "complete: true", name="Gala night"),
        NOT_REVIEWED + "  the files changed\n  gala: completed, and was not to be then\n" + PLAN_AGAIN,
    ),
    "another digest": Way(
        leave_alone,
        "error: the plan plan.json is not the one of --expect: its digest is DIGEST\n"
        "hint: nothing was sent; name the file and the digest of one plan\n",
        (*APPLY, "--expect", "0" * 64),
    ),
    "a digest and no file": Way(
        leave_alone,
        "error: this is not the plan that was reviewed (000000000000)\n  its digest is DIGEST\n" + PLAN_AGAIN,
        ("apply", "--auto-approve", "--expect", "0" * 64),
    ),
}


@pytest.mark.parametrize("name", MORE_WAYS)
def test_nor_is_anything_else(bench: Bench, name: str) -> None:
    way = MORE_WAYS[name]
    bench.save(*way.saved_with)
    way.spoil(bench)
    assert bench.refuse(*way.arguments) == way.said


def test_a_file_that_is_too_large_for_a_plan_is_not_read_whole(bench: Bench) -> None:
    with bench.plan.open("wb") as file:
        file.write(b"{")
        file.truncate(70 * 1024 * 1024)
    said = "error: the plan plan.json is larger than 67,108,864 bytes, which no plan is\n"
    assert bench.refuse(*APPLY) == said + SAVE_ANEW


def test_every_number_that_a_reviewer_reads_is_under_the_seal(bench: Bench) -> None:
    """Whatever one changes in the file, it is refused: the digest alone says nothing of counts and names."""
    bench.save()
    text = bench.plan.read_text()
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        changed = line.translate(str.maketrans("0123456789", "1234567890")).replace("true", "TRUE")
        changed = changed.replace("TRUE", "false") if "TRUE" in changed else changed.replace("false", "true")
        if changed == line:
            continue
        bench.plan.write_text("".join([*lines[:number], changed, *lines[number + 1 :]]))
        assert bench.run("show", PLAN).code == 4, line
    bench.plan.write_text(json.dumps(json.loads(text)))  # laid out otherwise, it says the same
    assert bench.run("show", PLAN).code == 0


@pytest.mark.parametrize("given", ["", "abc", "g" * 64, "0" * 63, "0" * 65])
def test_a_digest_that_is_none_is_wrong_usage(bench: Bench, given: str) -> None:
    requests = len(bench.server.requests())
    ended = bench.run("apply", "--auto-approve", "--expect", given)
    assert (ended.code, ended.out) == (64, "")
    assert ended.err == (
        f"error: --expect takes the 64 hex digits of a plan's digest, found {len(given)} characters\n"
        "hint: nothing was sent; plan shows the digest at its end\n"
    )
    assert len(bench.server.requests()) == requests


@pytest.mark.parametrize("variable", ["HUBEVENTS_EXPECT", "HUBEVENTS_APPLY_EXPECT"])
def test_a_pipeline_that_lost_its_digest_applies_nothing(
    bench: Bench, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "")
    requests = len(bench.server.requests())
    assert bench.run("apply", "--auto-approve").code == 64
    assert len(bench.server.requests()) == requests


def test_approving_what_was_reviewed_needs_something_that_was(bench: Bench) -> None:
    ended = bench.run("apply", "--auto-approve", "--approve-reviewed")
    assert (ended.code, ended.err) == (
        64,
        "error: --approve-reviewed needs something that was reviewed\n"
        "hint: name a saved plan, or its digest with --expect\n",
    )


def test_of_many_differences_the_first_are_named(bench: Bench) -> None:
    bench.save()
    for number in range(12):
        bench.project.write_event(f"picnic-{number:02}")
    lines = bench.refuse(*APPLY).splitlines()
    assert len(lines) == 14
    assert lines[2] == "  picnic-00: has steps, and was not in the files then"
    assert lines[-2] == "  and 2 more events"


def test_without_a_saved_plan_the_run_that_applied_the_digest_is_named_too(bench: Bench) -> None:
    digest = bench.save()["digest"]
    assert bench.run("apply", "--expect", digest).code == 0
    again = bench.refuse("apply", "--expect", digest)
    assert again == (
        f"error: the plan {digest[:12]} was applied already, by run RUN (done, TIME)\n"
        "hint: nothing was sent: there is nothing left to do\n"
    )
    bench.project.write_roster("launch.csv", build_people(6))
    ended = bench.run("apply", "--expect", digest)
    assert mask(ended.err) == (
        f"error: this is not the plan that was reviewed ({digest[:12]})\n"
        f"  that was applied by run RUN (done, TIME)\n  its digest is DIGEST\n{PLAN_AGAIN}"
    )
