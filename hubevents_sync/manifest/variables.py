"""Put environment variables into the texts of the project file.

``${VAR}`` stands for the variable's value, ``${VAR:-text}`` for it or, where it is unset or empty, for ``text``, and
``$$`` for a dollar sign. A dollar sign before anything else is itself.
"""

import re
from collections.abc import Mapping

from hubevents_sync.manifest.wording import listed

_DOLLAR = re.compile(r"\$(?:\$|\{(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<default>:-[^}]*)?\})?)")


class BadVariable(Exception):
    """A text names variables that are not set (rule ``unset-variable``), or names none (``bad-variable``)."""

    def __init__(self, rule: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint


def has_variable(text: str) -> bool:
    """*text* names an environment variable, well written or not."""
    return any(match.group() != "$$" and match.group() != "$" for match in _DOLLAR.finditer(text))


def find_variables(text: str) -> list[str]:
    """The environment variables that *text* names, each once."""
    return list(dict.fromkeys(match["name"] for match in _DOLLAR.finditer(text) if match["name"] is not None))


def expand(template: str, environ: Mapping[str, str]) -> str:
    """*template* with the variables of *environ* put in. Raises BadVariable; the very same object where none is there.

    What a variable holds is not looked into again.
    """
    if "$" not in template:
        return template
    check_variables(template)
    unset = unset_variables(template, environ)
    if unset:
        names = listed(unset, "and")
        message = f"the environment variable {names} is not set"
        if len(unset) > 1:
            message = f"the environment variables {names} are not set"
        raise BadVariable("unset-variable", message, f"set it, or give a default: ${{{unset[0]}:-…}}")
    return _DOLLAR.sub(lambda match: _replacement(match, environ), template)


def check_variables(template: str) -> None:
    """Raise BadVariable where a ``${`` in *template* does not begin the name of a variable."""
    if any(match.group() == "${" for match in _DOLLAR.finditer(template)):
        hint = "write ${NAME} or ${NAME:-default}, and $${ for the two characters themselves"
        raise BadVariable("bad-variable", "${ is not followed by the name of an environment variable and }", hint)


def unset_variables(template: str, environ: Mapping[str, str]) -> list[str]:
    """The variables that *template* names without a default and *environ* lacks, in their order, each once."""
    names = (match["name"] for match in _DOLLAR.finditer(template) if match["default"] is None)
    return [name for name in dict.fromkeys(names) if name is not None and name not in environ]


def _replacement(match: re.Match[str], environ: Mapping[str, str]) -> str:
    name, default = match["name"], match["default"]
    if name is None:
        return "$"
    value = environ.get(name, "")
    return value if value or default is None else default.removeprefix(":-")
