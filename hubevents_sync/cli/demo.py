"""``demo``: the whole of it on an example, with no account."""

import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from hubevents_sync.errors import ConfigurationError, ExitCode, UsageError

EXAMPLE = "conference"
COMPLETIONS = ("summit-2026-opening", "summit-2026-closing")
STEPS = (
    ("Check the files:", ["validate"]),
    ("What would an apply do?", ["plan", "--sandbox"]),
    ("Apply it to the built-in HubSpot, with a yes of its own for each completion:", ["apply", "--sandbox"]),
    ("Plan again: HubSpot has it all, so there is nothing left to do now:", ["plan", "--sandbox"]),
    ("What is on record:", ["state", "list", "--sandbox"]),
)


@click.command()
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="Copy the example here, into a folder that is not there yet; else into a temporary one.",
)
def demo(directory: Path | None) -> int:
    """Validate, plan and apply an example conference to the built-in HubSpot, and plan again.

    Needs no account and no network. Each command is shown as you would type it.
    """
    from hubevents_sync.resources import examples_directory

    project = directory or Path(tempfile.mkdtemp(prefix="hubevents-demo-")) / EXAMPLE
    if project.exists():
        raise UsageError(f"{project} is there already", hint="name a folder that is not there yet")
    try:
        shutil.copytree(examples_directory() / EXAMPLE, project)
    except OSError as error:
        raise ConfigurationError(f"can't write {project}: {(error.strerror or 'unknown reason').lower()}") from error
    click.echo(f"An example project, a conference of two days, is in {project}")
    for headline, arguments in STEPS:
        code = _run_step(headline, [*arguments, *_approvals(arguments)], project)
        if code != ExitCode.DONE:
            return code
    _say_what_next(project)
    return ExitCode.DONE


def _approvals(arguments: Sequence[str]) -> list[str]:
    if arguments[0] != "apply":
        return []
    return ["--auto-approve", *(part for event in COMPLETIONS for part in ("--approve", f"complete:{event}"))]


def _run_step(headline: str, arguments: Sequence[str], project: Path) -> int:
    from hubevents_sync.cli.main import PROGRAM, call

    click.echo(f"\n{click.style(headline, bold=True)}")
    click.echo(click.style(f"$ {PROGRAM} {' '.join(arguments)}", fg="cyan") + "\n")
    return call(["-C", str(project), *arguments])


def _say_how_to_call() -> Iterator[str]:
    """What makes the commands below work in a shell that does not know the program, as after ``make demo``."""
    from hubevents_sync.cli.main import PROGRAM

    script = Path(sys.executable).parent / PROGRAM
    known = shutil.which(PROGRAM)
    if known is not None and (not script.exists() or Path(known).samefile(script)):
        return
    if script.exists():
        yield f'export PATH={shlex.quote(str(script.parent))}:"$PATH"'
    else:
        yield f"alias {PROGRAM}={shlex.quote(f'{shlex.quote(sys.executable)} -m hubevents_sync')}"


def _say_what_next(project: Path) -> None:
    click.echo(f"\n{click.style('What to look at next', bold=True)}")
    for line in (
        *_say_how_to_call(),
        f"cd {shlex.quote(str(project.absolute()))}",
        "less events/day-1.yaml                       every comment in it teaches one thing",
        "change an eventName, then: hubevents-sync plan --sandbox",
        "hubevents-sync runs list --sandbox           who applied what, and when",
        "hubevents-sync -C my-project init            a project of your own",
    ):
        click.echo(f"  {line}")
