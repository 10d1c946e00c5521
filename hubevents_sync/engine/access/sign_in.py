"""Log an OAuth app in to a HubSpot account, and out of it."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from hubevents_sync.engine.access.account import find_missing_scopes
from hubevents_sync.engine.access.connect import connect_quietly, require_portal
from hubevents_sync.engine.keeping.records import read_settings
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import AuthenticationFailed
from hubevents_sync.hubspot.credentials import build_client, build_store, require_oauth
from hubevents_sync.hubspot.oauth import CodeGrant, RefreshedToken
from hubevents_sync.hubspot.redirect import listening_for_redirect, read_redirect_url
from hubevents_sync.model.account import REQUIRED_SCOPES
from hubevents_sync.model.outcome import TokenInfo
from hubevents_sync.model.project import DEFAULT_BASE_URL, HubSpotSettings

DEFAULT_REDIRECT_URL = "http://localhost:8765/oauth-callback"
# "oauth" is in every app's configuration; HubSpot refuses a login that leaves out a scope that the app requires.
DEFAULT_SCOPES = ("oauth", *REQUIRED_SCOPES)
LOGIN_PAGE = "https://app.hubspot.com"


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in. *uses_pkce* sends PKCE's parameters, which HubSpot documents for its MCP apps only."""

    redirect_url: str = DEFAULT_REDIRECT_URL
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    optional_scopes: tuple[str, ...] = ()
    timeout_seconds: float = 300.0
    uses_pkce: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom the app may act for now, and where its refresh token is kept."""

    info: TokenInfo
    place: str


def log_in(workspace: Workspace, login: Login, *, visit: Callable[[str], None]) -> SignedIn:
    """Let somebody log in at the page that *visit* shows them, and keep the refresh token that comes of it.

    Nothing is kept unless the account is the one that the project pins and the scopes are there.
    """
    settings = read_settings(workspace).hubspot
    client = build_client(require_oauth(settings, command="auth login"), workspace.environ)
    store = build_store(settings, client, workspace.environ, warn=workspace.warn)
    store.require_usable()  # before anybody is sent to a browser
    address = read_redirect_url(login.redirect_url)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    with listening_for_redirect(address, state=state) as listener:
        visit(build_login_url(settings, login, client_id=client.id, state=state, verifier=verifier))
        code = listener.wait(login.timeout_seconds)
    fields = {"redirect_uri": login.redirect_url, "code": code}
    grant = CodeGrant(client, {**fields, "code_verifier": verifier} if login.uses_pkce else fields)
    with connect_quietly(workspace, settings, credentials=grant) as hubspot:
        info = hubspot.read_token_info()
    require_portal(info.portal_id, settings, of_state=None)
    missing = find_missing_scopes(info)
    if missing:
        raise AuthenticationFailed(
            f"HubSpot let the app in without {' and '.join(missing)}; the token was not kept",
            hint="add them to the app's scopes in HubSpot, then log in again",
        )
    with store.locked(workspace.clock):
        store.write(grant.refresh_token)
    return SignedIn(info, store.place)


def build_login_url(settings: HubSpotSettings, login: Login, *, client_id: str, state: str, verifier: str) -> str:
    """The page where HubSpot asks whether the app may come in; of the pinned account, where there is one."""
    base = LOGIN_PAGE if settings.base_url == DEFAULT_BASE_URL else settings.base_url
    account = "" if settings.portal is None else f"/{settings.portal}"
    query = {"client_id": client_id, "redirect_uri": login.redirect_url, "scope": " ".join(login.scopes)}
    if login.optional_scopes:
        query["optional_scope"] = " ".join(login.optional_scopes)
    query["state"] = state
    if login.uses_pkce:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    return f"{base}/oauth{account}/authorize?{urlencode(query, quote_via=quote)}"


def log_out(workspace: Workspace) -> str:
    """End the refresh token at HubSpot and forget it here; where it was kept.

    One that has ended already is forgotten all the same. The app stays installed: only an admin of the account can
    take it away.
    """
    settings = read_settings(workspace).hubspot
    client = build_client(require_oauth(settings, command="auth logout"), workspace.environ)
    store = build_store(settings, client, workspace.environ, warn=workspace.warn)
    with store.locked(workspace.clock):
        token = store.read()
        credentials = RefreshedToken(client, store, workspace.clock)
        with connect_quietly(workspace, settings, credentials=credentials, read_only=False) as hubspot:
            try:
                hubspot.revoke(client.about(token, kind="refresh_token"))
            except AuthenticationFailed as error:
                workspace.warn(f"{error.message}; it is forgotten here")
        store.forget()
    return store.place
