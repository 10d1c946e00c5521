"""The settings of an app go the way of events: planned without a token, sent where they differ, read back, recorded."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hubevents_sync.sandbox.behaviours import BEHAVIOURS
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.sandbox.switches import read_switches
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder
from tests.repositories import begin_repository, commit_all

URL, OTHER_URL = "https://my.event.app/events/%s", "https://new.event.app/events?id=%s"
PATH = "/marketing/v3/marketing-events/4711/settings"


def write(project: ProjectFolder, base_url: str, url: str = URL, *more: str) -> None:
    """A project whose app is asked at *url*, and no event."""
    project.write_settings("settings:", "  appId: 4711", f'  eventDetailsUrl: "{url}"', *more, base_url=base_url)
    project.write("events/none.yaml", "events: []\n")


def asked(server: RunningSandbox) -> list[tuple[str, str]]:
    """The method and path of every request."""
    return [(request.method, request.path) for request in server.requests()]


def outcome_of(out: str) -> tuple[str, str | None]:
    """What became of the settings, by a report in JSON."""
    settings = json.loads(out)["settings"]
    return settings["outcome"], settings["error"]


@contextmanager
def granting(project: ProjectFolder, *switches: str) -> Iterator[RunningSandbox]:
    """A HubSpot with *switches*, that the project is aimed at."""
    with running_sandbox(switches=read_switches(switches, BEHAVIOURS)) as server:
        write(project, server.base_url)
        yield server


def test_settings_are_planned_without_a_token_and_without_a_request(
    project: ProjectFolder, run: Run, server: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, server.base_url)
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN")
    planned = run("plan", "--detailed-exitcode")
    assert (planned.code, planned.err, asked(server)) == (2, "", [])
    assert planned.out.splitlines()[:8] == [
        "Plan: change the app's settings.",
        "",
        "App settings (app 4711)",
        f"  + eventDetailsUrl  {URL}",
        "",
        "What it costs",
        "  · requests     3: 1 change of settings, 2 look-ups",
        "  · time         under a second at the configured rate",
    ]


def test_settings_are_sent_read_back_and_recorded_and_then_nothing_is_to_be_done(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    write(project, server.base_url)
    applied = run("apply", "--auto-approve")
    assert (applied.code, asked(server)) == (0, [("GET", PATH), ("POST", PATH), ("GET", PATH)])
    assert f"App settings\n  ✓ settings of app 4711 set: eventDetailsUrl {URL}\n" in applied.out
    assert run("plan", "--detailed-exitcode").out.startswith("Nothing to do: ")
    assert run("apply", "--auto-approve").code == 0
    assert len(server.requests()) == 3

    write(project, server.base_url, OTHER_URL)
    assert f"~ eventDetailsUrl  {URL} → {OTHER_URL}" in run("plan").out
    changed = run("apply", "--auto-approve", "--format", "json")
    assert (changed.code, outcome_of(changed.out)) == (0, ("confirmed", None))
    assert json.loads(server.requests()[-2].request_body) == {"eventDetailsUrl": OTHER_URL}


def test_what_hubspot_has_already_is_not_sent(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    write(project, server.base_url)
    assert run("apply", "--auto-approve").code == 0
    (project.path / "state" / "hubevents.db").unlink()
    before = len(server.requests())
    applied = run("apply", "--auto-approve", "--format", "json")
    assert (applied.code, outcome_of(applied.out)) == (0, ("repeated", None))
    assert asked(server)[before:] == [("GET", PATH)]


def test_the_change_is_part_of_the_digest(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    def digest() -> str:
        return str(json.loads(run("plan", "--format", "json").out)["digest"])

    project.write("events/none.yaml", "events: []\n")
    without = digest()
    write(project, server.base_url)
    first = digest()
    write(project, server.base_url, OTHER_URL)
    assert len({without, first, digest()}) == 3
    write(project, server.base_url)
    assert digest() == first


def test_every_format_of_a_plan_shows_the_change(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    write(project, server.base_url)
    assert json.loads(run("plan", "--format", "json").out)["settings"] == {
        "appId": 4711,
        "eventDetailsUrl": {"before": None, "after": URL},
        "is_left_out": False,
    }
    markdown = run("plan", "--format", "markdown").out
    assert "App settings (app 4711)" in markdown
    assert "my.event.app/events/%s" in markdown
    page = run("plan", "--format", "html").out
    assert '<h2>App settings <span class="soft">app 4711</span></h2>' in page
    assert URL in page


def test_settings_come_before_the_events(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    write(project, server.base_url)
    project.write_event("gala")
    assert run("apply", "--auto-approve").code == 0
    assert [path.rpartition("/")[2] for _, path in asked(server)] == ["settings", "settings", "settings", "upsert"]


@pytest.mark.parametrize("switch", ["granted-scopes=events", "settings-auth=hapikey"])
def test_a_token_without_the_scope_for_settings_applies_the_events_and_names_the_scope(
    project: ProjectFolder, run: Run, switch: str
) -> None:
    with granting(project, switch) as server:
        project.write_event("gala")
        applied = run("apply", "--auto-approve")
        assert applied.code == 3
        assert "! settings of app 4711 refused: eventDetailsUrl" in applied.out
        assert "scope developers-read" in " ".join(applied.out.split())
        assert "✓ gala  created or updated" in applied.out
        assert asked(server)[-1][1].endswith("/events/upsert")
        markdown = run("apply", "--auto-approve", "--format", "markdown")
        assert (markdown.code, "settings of app 4711 refused" in markdown.out) == (3, True)


def test_writing_names_the_scope_for_writing(project: ProjectFolder, run: Run) -> None:
    with granting(project, "granted-scopes=read"):
        applied = run("apply", "--auto-approve", "--format", "json")
    outcome, error = outcome_of(applied.out)
    assert (applied.code, outcome) == (3, "rejected")
    assert error is not None
    assert error.endswith("take a token with the scope developers-write, which is none of those for events")


def test_settings_that_failed_are_planned_again_and_retried(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    write(project, server.base_url)
    server.faults.add("settings: 500 once")
    applied = run("apply", "--auto-approve", "--format", "json")
    assert (applied.code, outcome_of(applied.out)[0]) == (3, "unconfirmed")
    retried = run("apply", "--auto-approve", "--retry", "--format", "json")
    assert (retried.code, outcome_of(retried.out)) == (0, ("confirmed", None))


def test_settings_that_were_sent_in_vain_are_open_even_where_the_files_go_back(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    write(project, server.base_url)
    assert run("apply", "--auto-approve").code == 0
    write(project, server.base_url, OTHER_URL)
    server.faults.add("settings: 500 once")
    assert run("apply", "--auto-approve").code == 3
    write(project, server.base_url)
    assert f"~ eventDetailsUrl  {URL}, sent before and not confirmed" in run("plan").out
    assert run("apply", "--auto-approve").code == 0
    assert run("plan").out.startswith("Nothing to do")


@pytest.mark.parametrize("flags", [("--event", "gala"), ("--retry",)])
def test_a_plan_of_single_events_and_a_retry_leave_new_settings_out_and_say_so(
    project: ProjectFolder, run: Run, server: RunningSandbox, flags: tuple[str, ...]
) -> None:
    project.write_event("gala")
    before = json.loads(run("plan", *flags, "--format", "json").out)
    write(project, server.base_url)
    planned = json.loads(run("plan", *flags, "--format", "json").out)
    assert (planned["digest"], planned["settings"]["is_left_out"]) == (before["digest"], True)
    if flags == ("--event", "gala"):
        assert f"App settings (left out by --event)\n  · eventDetailsUrl  {URL}\n" in run("plan", *flags).out
    assert run("apply", "--auto-approve", *flags).code == 0
    assert ("GET", PATH) not in asked(server)


def test_settings_that_leave_the_file_are_left_alone(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    write(project, server.base_url)
    assert run("apply", "--auto-approve").code == 0
    project.write_settings(base_url=server.base_url)
    assert run("plan").out.startswith("Nothing to do")


def test_an_environment_has_an_address_of_its_own(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    environment = ("environments:", f"  staging: {{settings: {{eventDetailsUrl: '{OTHER_URL}'}}}}")
    write(project, server.base_url, URL, *environment)
    assert URL in run("plan").out
    planned = run("--env", "staging", "plan")
    assert f"App settings (app 4711)\n  + eventDetailsUrl  {OTHER_URL}\n" in planned.out


def test_settings_show_asks_hubspot_and_changes_nothing(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    write(project, server.base_url)
    assert run("settings", "show").out.splitlines() == [
        "App 4711, eventDetailsUrl",
        "  HubSpot   none",
        f"  files     {URL}",
        "  recorded  none",
        "Next  apply sets it",
    ]
    assert asked(server) == [("GET", PATH)]
    assert run("apply", "--auto-approve").code == 0
    assert json.loads(run("settings", "show", "--format", "json").out) == {
        "format": "hubevents-sync/settings",
        "version": 1,
        "appId": 4711,
        "eventDetailsUrl": {"desired": URL, "recorded": URL, "live": URL},
        "is_as_desired": True,
    }


def test_settings_show_without_the_scope_ends_in_7_and_names_it(project: ProjectFolder, run: Run) -> None:
    with granting(project, "granted-scopes=events"):
        shown = run("settings", "show")
    assert (shown.code, shown.out) == (7, "")
    assert "hint: an app's settings take a token with the scope developers-read" in shown.err


def test_settings_show_of_a_project_without_says_where_they_go(project: ProjectFolder, run: Run) -> None:
    shown = run("settings", "show")
    assert shown.code == 1
    assert shown.err.startswith("error: hubevents.yaml has no settings\nhint: name the app there: settings: {appId: …")


def test_a_run_shows_its_call_about_settings(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    write(project, server.base_url)
    assert run("apply", "--auto-approve").code == 0
    (one,) = json.loads(run("runs", "list", "--format", "json").out)["runs"]
    (call,) = json.loads(run("runs", "show", one["id"], "--format", "json").out)["calls"]
    assert (call["kind"], call["events"], call["result"]) == ("settings", [], "done")
    assert "settings" in run("runs", "show", one["id"]).out


def test_the_built_in_hubspot_is_an_app_of_any_number(
    project: ProjectFolder, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(project, "https://api.hubapi.com")
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN")
    assert run("apply", "--sandbox", "--auto-approve").code == 0
    assert f"  HubSpot   {URL}\n" in run("settings", "show", "--sandbox").out


def test_a_reviewed_plan_with_settings_is_applied_and_no_other(
    project: ProjectFolder, run: Run, server: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.path)
    write(project, server.base_url)
    assert run("plan", "--out", "plan.json").code == 0
    assert f"  + eventDetailsUrl  {URL}\n" in run("show", "plan.json").out
    write(project, server.base_url, OTHER_URL)
    refused = run("apply", "plan.json", "--auto-approve")
    assert (refused.code, asked(server)) == (4, [])
    assert "the app's settings: something else then, changed now" in refused.err
    write(project, server.base_url)
    assert run("apply", "plan.json", "--auto-approve").code == 0
    again = run("apply", "plan.json", "--auto-approve")
    assert (again.code, "was applied already" in again.err) == (4, True)


def test_a_reviewed_plan_goes_on_where_its_settings_failed(
    project: ProjectFolder, run: Run, server: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.path)
    write(project, server.base_url)
    project.write_event("gala")
    assert run("plan", "--out", "plan.json").code == 0
    server.faults.add("settings: 500 once")
    assert run("apply", "plan.json", "--auto-approve").code == 3
    before = len(server.requests())
    assert run("apply", "plan.json", "--auto-approve").code == 0
    assert asked(server)[before:] == [("GET", PATH), ("POST", PATH), ("GET", PATH)]


def test_the_files_of_a_commit_have_settings_and_a_lock_file_has_none(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    begin_repository(project.path)
    write(project, server.base_url, URL, "lock: true")
    commit_all(project.path)
    assert run("plan", "--base", "HEAD").out.startswith("Nothing to do")
    write(project, server.base_url, OTHER_URL, "lock: true")
    assert f"~ eventDetailsUrl  {URL} → {OTHER_URL}" in run("plan", "--base", "HEAD").out
    project.write_event("gala")
    assert run("apply", "--auto-approve").code == 0
    project.write_event("gala", name="Gala night")
    by_lock = json.loads(run("plan", "--lock", "--format", "json").out)
    assert by_lock["settings"] is None
    assert "whether the app's settings change: the lock file does not hold them" in by_lock["unknowns"]
