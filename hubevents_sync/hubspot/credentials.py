"""Choose where access tokens come from, by the project's settings."""

import hashlib
import re
from collections.abc import Mapping

from hubevents_sync.errors import UsageError
from hubevents_sync.hubspot.auth import Credentials, StaticToken, resolve_secret
from hubevents_sync.hubspot.oauth import OAuthClient, RefreshedToken
from hubevents_sync.hubspot.token_file import FileStore
from hubevents_sync.hubspot.token_store import (
    GivenToken,
    KeyringStore,
    TokenStore,
    Warn,
    WritableTokenStore,
    config_directory,
)
from hubevents_sync.model.project import HubSpotSettings, OAuthReference, TokenStoreKind, TokenStoreReference
from hubevents_sync.ports import Clock


def build_credentials(
    settings: HubSpotSettings, environ: Mapping[str, str], clock: Clock, *, warn: Warn
) -> Credentials:
    """The credentials that *settings* name, their secrets looked up in *environ*. *warn* hears what a user must know.

    Raises AuthenticationFailed where a secret is missing, the refresh token included.
    """
    oauth = settings.oauth
    if oauth is None:
        return StaticToken(resolve_secret(settings.token, environ, setting="hubspot.token"))
    client = build_client(oauth, environ)
    store: TokenStore
    if oauth.refresh_token is not None:
        token = resolve_secret(oauth.refresh_token, environ, setting="hubspot.oauth.refresh_token")
        store = GivenToken(token, warn)
    else:
        store = build_store(settings, client, environ, warn=warn)
        store.read()  # before anybody is asked for a yes
    return RefreshedToken(client, store, clock)


def build_client(oauth: OAuthReference, environ: Mapping[str, str]) -> OAuthClient:
    """The OAuth app. Raises AuthenticationFailed where a variable is missing."""
    return OAuthClient(
        resolve_secret(oauth.client_id, environ, setting="hubspot.oauth.client_id"),
        resolve_secret(oauth.client_secret, environ, setting="hubspot.oauth.client_secret"),
    )


def require_oauth(settings: HubSpotSettings, *, command: str) -> OAuthReference:
    """The OAuth app of the project, whose refresh token is ours to keep. Raises UsageError where there is none."""
    oauth = settings.oauth
    if oauth is None:
        raise UsageError(
            f"{command} is for OAuth apps, and the project signs in with hubspot.token",
            hint="a private app's token and a service key are made in HubSpot; for an app, write hubspot.oauth",
        )
    if oauth.refresh_token is not None:
        raise UsageError(
            f"{command} keeps the refresh token itself, and the project takes it from hubspot.oauth.refresh_token",
            hint="put token_store: file, or token_store: keyring, in its place",
        )
    return oauth


def build_store(
    settings: HubSpotSettings, client: OAuthClient, environ: Mapping[str, str], *, warn: Warn
) -> WritableTokenStore:
    """Where the refresh token of *client* is kept: one place for each app, HubSpot and account."""
    reference = settings.oauth.token_store if settings.oauth is not None else TokenStoreReference()
    digest = hashlib.sha256(f"{settings.base_url}\n{client.id}".encode()).hexdigest()[:12]
    name = f"{re.sub('[^A-Za-z0-9_-]', '_', reference.slot)}-{digest}"
    folder = config_directory(environ) / "tokens"
    if reference.kind is TokenStoreKind.KEYRING:
        return KeyringStore(name, lock=folder / f"{name}.keyring.lock", warn=warn)
    owner = {"base_url": settings.base_url, "client_id": client.id}
    return FileStore(reference.path or folder / f"{name}.json", owner=owner, warn=warn)
