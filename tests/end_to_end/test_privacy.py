"""No e-mail, name or property value of a person leaves the roster: planted ones are looked for everywhere."""

import json
import logging
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from hubevents_sync.cli.main import COMMANDS as TABLE
from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.outsider import Outsider
from tests.projects import ProjectFolder

EMAIL, NAME, VALUE = "planted.person@secret-domain.example", "Plantedfirstname", "planted-property-value"
TOKEN = "pat-planted-0123456789"
PLANTED = (EMAIL, EMAIL.upper(), "planted.person", "secret-domain", NAME, VALUE, TOKEN)

COMMANDS = (
    ("validate",),
    ("validate", "--format", "json"),
    ("validate", "--format", "github"),
    ("validate", "--format", "gitlab"),
    ("validate", "--format", "sarif"),
    ("fmt", "--rosters", "--diff"),
    ("fmt", "--rosters"),
    ("guard", "hubevents.yaml", "rosters/gala.yaml"),
    ("plan",),
    ("-v", "plan"),
    ("plan", "--format", "json"),
    ("plan", "--format", "markdown"),
    ("plan", "--format", "html"),
    ("plan", "--markdown", "plan.md", "--html", "plan.html"),
    ("plan", "--out", "plan.json"),
    ("-v", "show", "plan.json"),
    ("show", "plan.json", "--format", "json"),
    ("show", "plan.json", "--format", "markdown"),
    ("show", "plan.json", "--format", "html"),
    ("forge", "outputs", "plan.json"),
    ("-v", "apply", "--auto-approve", "--report", "report.json", "--rejects", "rejects.csv"),
    ("forge", "outputs", "report.json"),
    ("apply", "--auto-approve", "--retry", "--rejects", "rejects-of-retry.csv"),
    ("plan", "--retry"),
    ("plan", "--retry", "--format", "json"),
    ("apply", "--auto-approve", "--format", "json"),
    ("apply", "--auto-approve", "--format", "markdown"),
    ("plan",),
    ("state", "list"),
    ("state", "list", "--format", "json"),
    ("state", "show", "gala"),
    ("state", "show", "gala", "--format", "json"),
    ("state", "show", "--email", EMAIL),
    ("state", "show", "--email", EMAIL, "--format", "json"),
    ("state", "lock"),
    ("plan", "--lock"),
    ("plan", "--lock", "--format", "json"),
    ("state", "verify"),
    ("state", "verify", "--format", "json"),
    ("state", "export", "-"),
    ("state", "export", "export.jsonl", "--with-identity-key"),
    ("state", "copy", "state/copy.db"),
    ("state", "copy", "state/another-copy.db", "--format", "json"),
    ("state", "mv", "gala", "ball", "--yes"),
    ("state", "mv", "ball", "gala", "--yes", "--format", "json"),
    ("runs", "list"),
    ("runs", "list", "--format", "json"),
    ("settings", "show"),
    ("settings", "show", "--format", "json"),
    ("due",),
    ("due", "--format", "json"),
    ("drift",),
    ("-v", "drift", "--deep"),
    ("drift", "--deep", "--format", "json"),
    ("drift", "--deep", "--format", "markdown"),
    ("refresh", "--deep", "--yes"),
    ("refresh", "--deep", "--yes", "--format", "json"),
    ("doctor",),
    ("doctor", "--format", "json"),
    ("state", "rm", "gala", "--yes", "--format", "json"),
    ("apply", "--auto-approve"),
    ("forget", "gala", "--yes", "--format", "json"),
    ("apply", "--auto-approve"),
    ("forget", "gala", "--yes"),
)
# Looked at below, under the ids that they take.
TRIED_ELSEWHERE: tuple[tuple[str, ...], ...] = (
    ("runs", "show", "RUN"),
    ("runs", "show", "RUN", "--format", "json"),
    ("import", "--all"),
    ("import", "--all", "--format", "json"),
    ("forge", "comment"),  # test_workflows.py
    ("forge", "reviewed"),  # test_workflows.py
)
REFUSED = (
    ("show", "rosters/gala.yaml"),
    ("apply", "rosters/gala.yaml"),
    ("apply", "plan.json", "--approve-reviewed"),
    ("plan", "--out", "rosters/gala.yaml"),
)


# Commands that see no attendee: what they are given, or read, holds none. Each says why.
SEES_NOBODY = {
    "init": "writes an example of its own",
    "completion": "prints a shell script",
    "schema": "prints a schema",
    "demo": "runs on an example of its own",
    "sandbox": "a HubSpot of our own: what it is sent is what it keeps",
    "serve": "reads no roster, and its tests look at its log",
    "state unlock": "names a run and who ran it",
    "auth login": "talks about a token",
    "auth logout": "talks about a token",
    "auth check": "talks about a token",
}


def list_commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that can be typed, by its words."""
    for name, (place, _) in TABLE.items():
        module, _, attribute = place.partition(":")
        command = getattr(import_module(module), attribute)
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())
        else:
            yield name, command


def list_formats(command: click.Command) -> list[str]:
    """The formats that it writes, but for the one that it writes unasked."""
    for option in command.params:
        if "--format" in option.opts and isinstance(option.type, click.Choice):
            return [choice for choice in option.type.choices if choice != option.default]
    return []


def is_tried(name: str, output_format: str | None) -> bool:
    """Whether a planted person was looked for in what the command writes, in that format."""
    for words in (*COMMANDS, *TRIED_ELSEWHERE):
        typed = [word for word in words if word != "-v"]
        if " ".join(typed).startswith(name) and (output_format is None or output_format in typed):
            return True
    return False


def test_every_command_and_every_format_is_tried_or_says_why_not() -> None:
    untried = [
        f"{name} --format {output_format}" if output_format else name
        for name, command in list_commands()
        if name not in SEES_NOBODY
        for output_format in (None, *list_formats(command))
        if not is_tried(name, output_format)
    ]
    assert untried == []
    assert SEES_NOBODY.keys() <= {name for name, _ in list_commands()}


def assert_nothing_planted(text: str, where: object) -> None:
    """None of the planted texts is in *text*."""
    found = [planted for planted in PLANTED if planted.casefold() in text.casefold()]
    assert not found, f"{found} in {where}"


def plant(project: ProjectFolder) -> None:
    """A good row, a row that HubSpot rejects, and a person named by contact id, all with planted data."""
    project.write_event("gala", "removals: cancel", roster="gala.yaml")
    project.write(
        "rosters/gala.yaml",
        f"attendees:\n  - email: {EMAIL}\n    registered: 2026-03-01T10:00:00Z\n"
        f"    contact: {{firstname: {NAME}, favourite: {VALUE}}}\n"
        "  - vid: 987654321\n    registered: 2026-03-01T10:00:00Z\n",
    )


def test_planted_data_is_in_no_output_and_no_file_but_the_roster(
    project: ProjectFolder,
    run: Run,
    server: RunningSandbox,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", TOKEN)
    monkeypatch.chdir(project.path)
    caplog.set_level(logging.DEBUG)
    plant(project)
    settings = "settings: {appId: 4711, eventDetailsUrl: https://my.event.app/%s}\n"
    project.write("hubevents.yaml", (project.path / "hubevents.yaml").read_text() + settings)
    for command in COMMANDS:
        ended = run(*command)
        assert ended.code in (0, 3), (command, ended.err)
        assert_nothing_planted(ended.out + ended.err, command)
    for run_id in [each["id"] for each in json.loads(run("runs", "list", "--format", "json").out)["runs"]]:
        for shown in (run("runs", "show", run_id), run("runs", "show", run_id, "--format", "json")):
            assert shown.code == 0
            assert_nothing_planted(shown.out + shown.err, "runs show")
    for command in REFUSED:
        ended = run(*command)
        assert ended.code in (4, 64), (command, ended.err)
        assert_nothing_planted(ended.out + ended.err, command)
    assert_nothing_planted(caplog.text, "the log")
    for path in sorted(project.path.rglob("*")):
        if path.is_file() and path.parent.name != "rosters":
            assert_nothing_planted(path.read_bytes().decode("latin-1"), path)
    assert EMAIL.encode() in b"".join(request.request_body for request in server.requests())


@pytest.mark.parametrize(
    "roster",
    [
        f"attendees:\n  - email: {EMAIL}\n    registered: {NAME}\n",
        f"attendees:\n  - email: {NAME} {EMAIL}\n    registered: 2026-03-01T10:00:00Z\n",
        f"attendees:\n  - {EMAIL}\n  - [{NAME}]\n",
        f"attendees:\n  - {EMAIL}: {NAME}\n",
        f"attendees:\n  - email: {EMAIL}\n    contact: {VALUE}\n",
        f"attendees:\n  - email: {EMAIL}\n    contact: {{firstname: [{NAME}]}}\n    vid: {VALUE}\n",
        f"attendees:\n  - email: {EMAIL}\n  {NAME}: [\n",
        f"attendees:\n  - &{NAME} {{email: {EMAIL}}}\n  - *{NAME}\n",
        f"attendees:\n  - email: !{NAME} {EMAIL}\n",
        f"attendees: {{{EMAIL}: {NAME}}}\n",
        f"{EMAIL}: {NAME}\n",
        f"attendees:\n  - email: {EMAIL}\n    registered: 2026-03-01T10:00:00Z\n"
        f"  - email: {EMAIL.upper()}\n    registered: 2026-03-01T10:00:00Z\n",
    ],
)
def test_findings_about_a_broken_roster_name_nobody(project: ProjectFolder, run: Run, roster: str) -> None:
    project.write_event("gala", roster="gala.yaml")
    project.write("rosters/gala.yaml", roster)
    for command in (("validate",), ("validate", "--format", "json"), ("plan",)):
        ended = run(*command)
        assert ended.code == 1, ended.out
        assert_nothing_planted(ended.out + ended.err, command)
    formatted = run("fmt", "--rosters", "--diff")
    assert_nothing_planted(formatted.out + formatted.err, "fmt")


@pytest.mark.parametrize(
    ("name", "roster"),
    [
        ("gala.csv", f"{EMAIL},{NAME},2026-03-01\n{EMAIL},{NAME},x\n"),
        ("gala.csv", f"email;registered\n{EMAIL};2026-03-01T10:00:00Z\n"),
        ("gala.csv", f"email,registered\n{EMAIL},{NAME}\n{NAME},2026-03-01T10:00:00Z\n"),
        ("gala.csv", f'email,registered,contact.firstname\n{EMAIL},2026-03-01T10:00:00Z,"{NAME}\n'),
        ("gala.csv", f"email,registered,{NAME}@x\n{EMAIL},2026-03-01T10:00:00Z,{VALUE},{VALUE}\n"),
        ("gala.ndjson", f'{{"email": "{EMAIL}", "registered": "{NAME}"}}\n{{"email": "{EMAIL}"\n'),
        ("gala.ndjson", f'["{EMAIL}"]\n"{NAME}"\n{{"email": "{EMAIL}", "{NAME}": 1, "email": "{EMAIL}"}}\n'),
    ],
)
def test_findings_about_broken_tables_name_nobody(
    project: ProjectFolder, run: Run, name: str, roster: str, tmp_path: Path
) -> None:
    project.write_event("gala", roster=name)
    project.write(f"rosters/{name}", roster)
    ended = run("validate")
    assert ended.code == 1, ended.out
    # A column's name is shown, to be corrected; one with an @ could be an e-mail, and is not.
    assert_nothing_planted(ended.out + ended.err, name)
    formatted = run("fmt", "--rosters", "--diff")
    assert_nothing_planted(formatted.out + formatted.err, "fmt")


@pytest.mark.parametrize("rule", ["attendance: reject always", "attendance: drop always", "attendance: 500"])
def test_the_file_of_rejected_rows_names_nobody_whatever_hubspot_says(
    project: ProjectFolder, run: Run, server: RunningSandbox, rule: str
) -> None:
    """HubSpot's own sentences quote the address that they are about."""
    project.write_event("gala", roster="gala.csv")
    project.write("rosters/gala.csv", f"email,registered,contact.firstname\n{EMAIL},2026-03-01T10:00:00Z,{NAME}\n")
    server.faults.add(rule)
    path = project.path / "rejects.csv"
    ended = run("apply", "--auto-approve", "--verify", "none", "--rejects", str(path))
    assert ended.code == 3
    assert "rosters/gala.csv,2,gala,CookingCo,REGISTERED," in path.read_text()
    assert_nothing_planted(path.read_text() + ended.out + ended.err, rule)


def test_what_hubspot_returns_of_people_goes_into_an_imported_roster_and_nowhere_else(
    project: ProjectFolder, run: Run, server: RunningSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    outsider = Outsider(server.base_url)
    for event in ("gala", "ball"):
        outsider.create(event, startDateTime="2099-05-01T10:00:00Z", endDateTime="2099-05-01T12:00:00Z")
        outsider.record(event, "register", EMAIL, at_ms=1_772_359_200_000)
    commands = (
        ("import", "gala"),
        ("import", "--all", "--format", "json"),
        ("import", "gala"),
        ("-v", "drift", "--deep"),
        ("drift", "--deep", "--format", "json"),
        ("-v", "drift", "--deep", "--format", "markdown"),
        ("-v", "refresh", "--adopt"),
        ("refresh", "--adopt", "--yes", "--format", "json"),
        ("runs", "list"),
    )
    for command in commands:
        ended = run(*command)
        assert_nothing_planted(ended.out + ended.err, command)
        if command == ("import", "--all", "--format", "json"):
            outsider.record("gala", "register", f"other.{EMAIL}", at_ms=1_772_359_200_000)
            outsider.record("gala", "cancel", EMAIL, at_ms=1_772_445_600_000)
    assert_nothing_planted(caplog.text, "the log")
    assert EMAIL in (project.path / "rosters/gala.csv").read_text()
    for path in sorted(project.path.rglob("*")):
        if path.is_file() and path.parent.name != "rosters":
            assert_nothing_planted(path.read_bytes().decode("latin-1"), path)
