"""An OAuth app's access tokens: got for a refresh token or for the code of a login, and renewed in time."""

import threading
from collections.abc import Mapping

from hubevents_sync.errors import AuthenticationFailed
from hubevents_sync.hubspot.answers import Json, integer_of, text_of
from hubevents_sync.hubspot.auth import Exchange, Form, Secret, check_characters
from hubevents_sync.hubspot.token_store import TokenStore
from hubevents_sync.ports import Clock

# An access token that is about to end is renewed before it is used.
_RENEW_EARLY_SECONDS = 120.0
# HubSpot's access tokens live 30 minutes (OAuth reference); used where the answer does not say.
_USUAL_LIFE_SECONDS = 1_800


class OAuthClient:
    """The app itself: what it proves with who it is."""

    def __init__(self, client_id: Secret, client_secret: Secret) -> None:
        self._id = client_id
        self._secret = client_secret

    @property
    def id(self) -> str:
        """Its client id, which is no secret."""
        return self._id.reveal()

    def grant(self, grant_type: str, fields: Mapping[str, str]) -> Form:
        """The form that asks for tokens."""
        return {"grant_type": grant_type, **self._proof(), **fields}

    def about(self, token: Secret, *, kind: str) -> Form:
        """The form that looks *token* up, or ends it; it keeps the token out of the path."""
        return {**self._proof(), "token": token.reveal(), "token_type_hint": kind}

    def _proof(self) -> dict[str, str]:
        return {"client_id": self._id.reveal(), "client_secret": self._secret.reveal()}


class RefreshedToken:
    """An access token, got for the refresh token in *store* and renewed before it ends. Safe between threads.

    A new refresh token in HubSpot's answer goes back into *store* before the access token is used. While tokens are
    exchanged the store is locked against other processes: of two that exchange the same token one might lose the new.
    """

    def __init__(self, client: OAuthClient, store: TokenStore, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._current: Secret | None = None
        self._good_until = 0.0
        self._refusal: AuthenticationFailed | None = None

    def access_token(self, exchange: Exchange) -> Secret:
        """The current token, or a new one. All who need it wait for the one exchange: none could go on without."""
        with self._lock:
            if self._current is None or self._clock.monotonic() >= self._good_until:
                self._current = self._renew(exchange)
            return self._current

    def renewed_token(self, refused: Secret, exchange: Exchange) -> Secret | None:
        """A token that is not *refused*: of many calls that were refused together the first gets one for all."""
        with self._lock:
            if self._current is None or self._current.reveal() == refused.reveal():
                self._current = self._renew(exchange)
            return self._current

    def _renew(self, exchange: Exchange) -> Secret:
        """Exchange the refresh token. One that HubSpot refused is not tried again by all the others who wait."""
        if self._refusal is not None:
            raise self._refusal
        try:
            return self._exchange(exchange)
        except AuthenticationFailed as error:
            if error.status is not None:
                self._refusal = error
            raise

    def _exchange(self, exchange: Exchange) -> Secret:
        with self._store.locked(self._clock):
            asked_at = self._clock.monotonic()
            refresh_token = self._store.read()
            answer = exchange(self._client.grant("refresh_token", {"refresh_token": refresh_token.reveal()}))
            token = read_access_token(answer)
            given = text_of(answer.get("refresh_token"))
            if given and given != refresh_token.reveal():
                check_characters(given, "the refresh token that HubSpot gave")
                self._store.replace(Secret(given))
        life = integer_of(answer.get("expires_in")) or _USUAL_LIFE_SECONDS
        self._good_until = asked_at + max(life - _RENEW_EARLY_SECONDS, life / 2)
        return token

    def introspection(self, token: Secret) -> Form | None:
        """OAuth's own look-up, which keeps the token out of the path."""
        return self._client.about(token, kind="access_token")


class CodeGrant:
    """The tokens of a login: *fields* (the code, and where it was sent to) are exchanged once."""

    def __init__(self, client: OAuthClient, fields: Mapping[str, str]) -> None:
        self._client = client
        self._fields = fields
        self._tokens: tuple[Secret, Secret] | None = None

    def access_token(self, exchange: Exchange) -> Secret:
        """The access token that came with the refresh token."""
        if self._tokens is None:
            answer = exchange(self._client.grant("authorization_code", self._fields))
            refresh_token = text_of(answer.get("refresh_token"))
            if not refresh_token:
                raise AuthenticationFailed("HubSpot answered the login without a refresh token")
            check_characters(refresh_token, "the refresh token that HubSpot gave")
            self._tokens = read_access_token(answer), Secret(refresh_token)
        return self._tokens[0]

    @property
    def refresh_token(self) -> Secret:
        """What there is to keep; only once the code was exchanged."""
        if self._tokens is None:
            raise RuntimeError("the code was not exchanged yet")
        return self._tokens[1]

    def renewed_token(self, refused: Secret, exchange: Exchange) -> Secret | None:  # noqa: ARG002  a code is good once
        """None."""
        return None

    def introspection(self, token: Secret) -> Form | None:
        """OAuth's own look-up."""
        return self._client.about(token, kind="access_token")


def read_access_token(answer: Json) -> Secret:
    """The access token in an answer of the token endpoint. Raises AuthenticationFailed where there is none."""
    token = text_of(answer.get("access_token"))
    if not token:
        raise AuthenticationFailed("HubSpot answered the refresh of the OAuth token without an access token")
    check_characters(token, "the access token that HubSpot gave for hubspot.oauth")
    return Secret(token)
