"""Look up the secrets that the project file names without ever showing them."""

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from hubevents_sync.errors import AuthenticationFailed, ConfigurationError
from hubevents_sync.hubspot.answers import Json
from hubevents_sync.model.project import SecretReference

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

Form = Mapping[str, str]
Exchange = Callable[[Form], Json]


class Secret:
    """A value that shows itself only where :meth:`reveal` is called."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the wire and for nothing else."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"


def resolve_secret(reference: SecretReference, environ: Mapping[str, str], *, setting: str) -> Secret:
    """The secret that *setting* of the project file names, its ``${VAR}`` looked up in *environ*.

    AuthenticationFailed where a variable is missing or empty, or the value can't be a secret of HubSpot's.
    """
    names = _VARIABLE.findall(reference.template)
    if "${" in _VARIABLE.sub("", reference.template):
        raise ConfigurationError(
            f"{setting} has a ${{…}} that is no variable's name",
            hint="write it as ${NAME}, with letters, digits and underscores",
        )
    for name in names:
        if not environ.get(name):
            raise AuthenticationFailed(
                f"the environment variable {name} is {'empty' if name in environ else 'not set'}; {setting} needs it",
                hint=f"export {name}=…, or name another variable in {setting}",
            )
    value = _VARIABLE.sub(lambda match: environ[match.group(1)], reference.template)
    source = f"{setting} ({', '.join(names)})" if names else setting
    check_characters(value, source)
    return Secret(value)


def check_characters(value: str, source: str) -> None:
    """Raise AuthenticationFailed where *value*, which came from *source*, can't be a token. It is not shown."""
    if not value:
        raise AuthenticationFailed(f"{source} is empty", hint="give it a token, as ${VARIABLE}")
    for position, character in enumerate(value, start=1):
        if not "!" <= character <= "~":
            raise AuthenticationFailed(
                f"{source} holds {_name_of(character)} at character {position} of {len(value)}; no token has one",
                hint="set it again without it; a copied token often brings a space or a line break along",
            )


def _name_of(character: str) -> str:
    if character in "\r\n":
        return "a line break"
    if character.isspace():
        return "a space"
    return "a character that is not ASCII" if not character.isascii() else "a control character"


class Credentials(Protocol):
    """Where access tokens come from."""

    def access_token(self, exchange: Exchange) -> Secret:
        """A token that is good now. *exchange* sends a form to HubSpot's token endpoint, where that is needed."""

    def renewed_token(self, refused: Secret, exchange: Exchange) -> Secret | None:
        """Another token in place of one that HubSpot *refused*; None where there can be no other."""

    def introspection(self, token: Secret) -> Form | None:
        """The form that asks HubSpot whom *token* belongs to; None for a token that is not OAuth's."""


class StaticToken:
    """The token of a private app, or a service key: it stays the same."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def access_token(self, exchange: Exchange) -> Secret:  # noqa: ARG002  nothing to exchange
        """The token."""
        return self._token

    def renewed_token(self, refused: Secret, exchange: Exchange) -> Secret | None:  # noqa: ARG002  see above
        """None: it is good or it is not."""
        return None

    def introspection(self, token: Secret) -> Form | None:  # noqa: ARG002  it is no OAuth token
        """None: these tokens have a look-up of their own."""
        return None
