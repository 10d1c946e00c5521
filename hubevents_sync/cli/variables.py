"""Give every flag its environment variables: HUBEVENTS_PLAN_FORMAT for one command, HUBEVENTS_FORMAT for all."""

import click

PREFIX = "HUBEVENTS"


def name_variables(command: click.Command, *path: str) -> None:
    """Set the variables of all options of *command*, which is called by the words of *path*, and of its commands.

    The command's own variable outranks the one for all.
    """
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.envvar is None:
            flag = _flag_of(parameter)
            parameter.envvar = [_join(*path, flag), _join(flag)] if path else [_join(flag)]
    if isinstance(command, click.Group) and path:
        for name, inner in command.commands.items():
            name_variables(inner, *path, name)


def _flag_of(option: click.Option) -> str:
    """The long flag, or the parameter's name where there is only a short one: ``-C`` is HUBEVENTS_DIRECTORY."""
    long_flags = [flag.removeprefix("--") for flag in option.opts if flag.startswith("--")]
    return long_flags[0] if long_flags else str(option.name)


def _join(*words: str) -> str:
    return "_".join((PREFIX, *words)).replace("-", "_").upper()
