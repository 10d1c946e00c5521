"""Give every flag its environment variables: HUBEVENTS_PLAN_FORMAT for one command, HUBEVENTS_FORMAT for all."""

from collections.abc import Collection

import click

PREFIX = "HUBEVENTS"


def name_variables(command: click.Command, *path: str, taken: Collection[str] = ()) -> None:
    """Set the variables of all options of *command*, which is called by the words of *path*, and of its commands.

    The command's own variable outranks the one for all. Those that are *taken* mean something else already: a flag of
    that name has the command's own only.
    """
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.envvar is None:
            flag = _flag_of(parameter)
            names = [_join(*path, flag), _join(flag)] if path else [_join(flag)]
            parameter.envvar = [name for name in names if name not in taken]
    if isinstance(command, click.Group) and path:
        for name, inner in command.commands.items():
            name_variables(inner, *path, name, taken=taken)


def variables_of(command: click.Command) -> list[str]:
    """The variables of the options of *command*."""
    return [name for parameter in command.params for name in parameter.envvar or ()]


def _flag_of(option: click.Option) -> str:
    """The long flag, or the parameter's name where there is only a short one: ``-C`` is HUBEVENTS_DIRECTORY."""
    long_flags = [flag.removeprefix("--") for flag in option.opts if flag.startswith("--")]
    return long_flags[0] if long_flags else str(option.name)


def _join(*words: str) -> str:
    return "_".join((PREFIX, *words)).replace("-", "_").upper()
