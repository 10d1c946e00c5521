"""Look up the secrets that the project file names, and put the token on requests without ever showing it."""

import re
import threading
from collections.abc import Callable, Generator, Mapping
from typing import Protocol

import httpx

from hubevents_sync.errors import AuthenticationFailed, ConfigurationError
from hubevents_sync.hubspot.answers import Json, integer_of, text_of
from hubevents_sync.model.project import HubSpotSettings, SecretReference
from hubevents_sync.ports import Clock

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
# An access token that is about to end is renewed before it is used.
_RENEW_EARLY_SECONDS = 120.0
# HubSpot's access tokens live 30 minutes (OAuth reference); used where the answer does not say.
_USUAL_LIFE_SECONDS = 1_800

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
    _check_characters(value, source)
    return Secret(value)


def _check_characters(value: str, source: str) -> None:
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


class BearerAuth(httpx.Auth):
    """Puts the token into the Authorization header."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header; there is nothing to do about an answer."""
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        yield request


class Credentials(Protocol):
    """Where access tokens come from."""

    def access_token(self, exchange: Exchange) -> Secret:
        """A token that is good now. *exchange* sends a form to HubSpot's token endpoint, where that is needed."""

    def introspection(self, token: Secret) -> Form | None:
        """The form that asks HubSpot whom *token* belongs to; None for a token that is not OAuth's."""


class StaticToken:
    """The token of a private app, or a service key: it stays the same."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def access_token(self, exchange: Exchange) -> Secret:  # noqa: ARG002  nothing to exchange
        """The token."""
        return self._token

    def introspection(self, token: Secret) -> Form | None:  # noqa: ARG002  it is no OAuth token
        """None: these tokens have a look-up of their own."""
        return None


class RefreshedToken:
    """An OAuth app's access token, got for its refresh token and renewed before it ends. Safe between threads."""

    def __init__(self, *, client_id: Secret, client_secret: Secret, refresh_token: Secret, clock: Clock) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._refresh_token = refresh_token
        self._clock = clock
        self._lock = threading.Lock()
        self._current: Secret | None = None
        self._good_until = 0.0

    def access_token(self, exchange: Exchange) -> Secret:
        """The current token, or a new one. All who need it wait for the one exchange: none could go on without."""
        with self._lock:
            if self._current is None or self._clock.monotonic() >= self._good_until:
                self._current = self._renew(exchange)
            return self._current

    def _renew(self, exchange: Exchange) -> Secret:
        asked_at = self._clock.monotonic()
        answer = exchange(
            {
                "grant_type": "refresh_token",
                "client_id": self._client_id.reveal(),
                "client_secret": self._client_secret.reveal(),
                "refresh_token": self._refresh_token.reveal(),
            }
        )
        token = text_of(answer.get("access_token"))
        if not token:
            raise AuthenticationFailed("HubSpot answered the refresh of the OAuth token without an access token")
        _check_characters(token, "the access token that HubSpot gave for hubspot.oauth.refresh_token")
        life = integer_of(answer.get("expires_in")) or _USUAL_LIFE_SECONDS
        self._good_until = asked_at + max(life - _RENEW_EARLY_SECONDS, life / 2)
        return Secret(token)

    def introspection(self, token: Secret) -> Form | None:
        """OAuth's own look-up, which keeps the token out of the path."""
        return {
            "client_id": self._client_id.reveal(),
            "client_secret": self._client_secret.reveal(),
            "token": token.reveal(),
            "token_type_hint": "access_token",
        }


def build_credentials(settings: HubSpotSettings, environ: Mapping[str, str], clock: Clock) -> Credentials:
    """The credentials that *settings* name, their secrets looked up in *environ*."""
    oauth = settings.oauth
    if oauth is None:
        return StaticToken(resolve_secret(settings.token, environ, setting="hubspot.token"))
    return RefreshedToken(
        client_id=resolve_secret(oauth.client_id, environ, setting="hubspot.oauth.client_id"),
        client_secret=resolve_secret(oauth.client_secret, environ, setting="hubspot.oauth.client_secret"),
        refresh_token=resolve_secret(oauth.refresh_token, environ, setting="hubspot.oauth.refresh_token"),
        clock=clock,
    )
