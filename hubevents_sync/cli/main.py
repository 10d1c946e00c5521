"""The program: global options, the table of commands, and the one place where errors become exit codes."""

import errno
import gc
import os
import sys
from importlib import import_module
from pathlib import Path

import click

from hubevents_sync.cli.context import AppContext, wants_color
from hubevents_sync.cli.streams import fill_missing_streams
from hubevents_sync.cli.variables import name_variables, variables_of
from hubevents_sync.errors import ExitCode, SyncError, UsageError
from hubevents_sync.version import __version__

# name: (where it lives, its line in --help). A table, so that --help imports none of them.
COMMANDS = {
    "init": ("hubevents_sync.cli.init:init", "Write a first project that validates and plans as it stands."),
    "validate": ("hubevents_sync.cli.validate:validate", "Check the project's files and say all that is wrong."),
    "fmt": ("hubevents_sync.cli.fmt:fmt", "Bring the files into one form, comments kept."),
    "plan": ("hubevents_sync.cli.plan:plan", "Show what an apply would do. Changes nothing anywhere."),
    "apply": ("hubevents_sync.cli.apply:apply", "Carry out the plan, after a yes."),
    "show": ("hubevents_sync.cli.show:show", "Show a plan that plan --out saved."),
    "drift": ("hubevents_sync.cli.drift:drift", "Show what HubSpot has otherwise than the state says."),
    "refresh": ("hubevents_sync.cli.refresh:refresh", "Put what HubSpot shows on record, after a yes."),
    "import": ("hubevents_sync.cli.import_:import_", "Write the files of events that HubSpot has already."),
    "forget": ("hubevents_sync.cli.forget:forget", "Drop events from the state; HubSpot keeps them."),
    "auth": ("hubevents_sync.cli.auth:auth", "Log in to HubSpot, and see whom the token belongs to."),
    "doctor": ("hubevents_sync.cli.doctor:doctor", "Check the project, the state, the token and HubSpot itself."),
    "state": ("hubevents_sync.cli.state:state", "Look at what was applied."),
    "runs": ("hubevents_sync.cli.runs:runs", "Look at past applies."),
    "settings": ("hubevents_sync.cli.settings:settings", "Look at the settings of the HubSpot app."),
    "due": ("hubevents_sync.cli.due:due", "Say what is due now, and what falls due next."),
    "forge": ("hubevents_sync.cli.forge:forge", "Post a plan on a pull request; find what was reviewed."),
    "guard": ("hubevents_sync.cli.guard:guard", "Say which files must stay out of a commit."),
    "serve": ("hubevents_sync.cli.serve:serve", "Answer HubSpot when it asks for an event's details."),
    "sandbox": ("hubevents_sync.cli.sandbox:sandbox", "Run the built-in HubSpot on loopback."),
    "schema": ("hubevents_sync.cli.schema:schema", "Print or write the JSON Schemas of the files."),
    "completion": ("hubevents_sync.cli.completion:completion", "Print a shell's completion script."),
    "demo": ("hubevents_sync.cli.demo:demo", "Validate, plan and apply an example to the built-in HubSpot."),
}
PROGRAM = "hubevents-sync"
OBJECTS_BEFORE_COLLECTION = 50_000
MAKES_ITS_FOLDER = frozenset({"init"})


class CommandTable(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """In the order of a first day with the tool."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        name_variables(command, cmd_name, taken=frozenset(variables_of(self)))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The table, without an import."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.command(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C", "directory", type=click.Path(path_type=Path), default=Path(), metavar="DIR", help="Work in this folder."
)
@click.option("--env", "environment", metavar="NAME", help="The environment of hubevents.yaml to use.")
@click.option("-v", "--verbose", is_flag=True, help="Show more: every event, samples of rows by file and line.")
@click.option("--no-color", is_flag=True, help="No colours. NO_COLOR in the environment does the same.")
@click.version_option(__version__, prog_name=PROGRAM)
@click.pass_context
def cli(ctx: click.Context, directory: Path, environment: str | None, *, verbose: bool, no_color: bool) -> None:
    """Terraform for HubSpot marketing events.

    Declare events and attendee rosters in YAML, review a plan, and send only the calls that are needed.
    """
    if not directory.is_dir() and ctx.invoked_subcommand not in MAKES_ITS_FOLDER:
        what = "is no folder" if directory.exists() else "is not there"
        raise UsageError(f"the folder of -C {what}: {directory}", hint="init makes a project in a new folder")
    ctx.obj = AppContext(directory.absolute(), environment, is_verbose=verbose, allows_color=not no_color)


name_variables(cli)


def run(arguments: list[str] | None = None) -> None:
    """Run the program and end the process with its exit code.

    What a command loads and makes lives to its end. The collector would walk all of it again and again, and once more
    at the end: a tenth of the time of a plan.
    """
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION, 20, 20)
    fill_missing_streams()
    code = call(arguments)
    gc.freeze()
    sys.exit(code)


def call(arguments: list[str] | None = None) -> int:
    """Run the program; its exit code. A bug shows its traceback."""
    try:
        ended = cli.main(arguments, prog_name=PROGRAM, standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return ExitCode.USAGE
    except click.ClickException as error:
        error.show()
        return ExitCode.ERROR
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    except SyncError as error:
        show_error(error)
        return error.exit_code
    except OSError as error:
        return _end_unread(error)
    return int(ended) if isinstance(ended, int) else ExitCode.DONE


def _end_unread(error: OSError) -> int:
    """Nobody reads on (head has seen enough), or the output has no room. Any other fault is a bug, and is raised."""
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    elif error.errno == errno.ENOSPC and error.filename is None:
        click.echo("error: the output can't be written: no space left on device", err=True)
    else:
        raise error
    return ExitCode.ERROR


def show_error(error: SyncError) -> None:
    """Say on stderr what is wrong and what to do; of invalid files, everything that is."""
    from hubevents_sync.render.errors import render_error

    color = wants_color(sys.stderr) and "--no-color" not in sys.argv
    findings = getattr(error, "findings", None)
    if findings is not None:
        from hubevents_sync.render.findings import render_findings_text

        click.echo(render_findings_text(findings, color=color), err=True, nl=False)
        return
    click.echo(render_error(error, color=color), err=True, nl=False)
