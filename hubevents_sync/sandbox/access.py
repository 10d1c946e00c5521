"""Who calls: the app that a token belongs to, and whether it may do what it asks for."""

import hmac
import sqlite3
from collections.abc import Mapping

from hubevents_sync.sandbox.known.access import GRANTED_SCOPES, SETTINGS_AUTH, Granted, SettingsAuth
from hubevents_sync.sandbox.known.events import API_2026_09, Newest
from hubevents_sync.sandbox.refusals import expired, missing_scopes, unauthenticated
from hubevents_sync.sandbox.routing import DEVELOPERS_READ, DEVELOPERS_WRITE, READ, WRITE, Route
from hubevents_sync.sandbox.settings import App, Settings
from hubevents_sync.sandbox.store import apps
from hubevents_sync.sandbox.store.apps import TokenKind
from hubevents_sync.sandbox.wire.times import write_instant

READING_SCOPES = (READ, DEVELOPERS_READ, "oauth")
ALL_SCOPES = (READ, WRITE, DEVELOPERS_READ, DEVELOPERS_WRITE, "crm.schemas.marketing_events.write", "oauth")

EVENT_SCOPES = tuple(scope for scope in ALL_SCOPES if scope not in (DEVELOPERS_READ, DEVELOPERS_WRITE))


def granted_scopes(settings: Settings) -> tuple[str, ...]:
    """What every token of the account may do."""
    match settings.switches[GRANTED_SCOPES]:
        case Granted.READ:
            return READING_SCOPES
        case Granted.EVENTS:
            return EVENT_SCOPES
    return ALL_SCOPES


def find_caller(
    connection: sqlite3.Connection,
    settings: Settings,
    route: Route,
    *,
    authorization: str | None,
    query: Mapping[str, str],
    version: str,
    now_ms: int,
) -> App:
    """The calling app. Raises 401 for no token or a wrong one, and 403 where its scopes do not do."""
    if route.ignores_token or (route.is_open and authorization is None):
        return settings.main_app
    token = _read_token(route, settings, authorization=authorization, query=query, version=version)
    app = find_app(connection, settings, token, now_ms=now_ms)
    if route.scope is not None and route.scope not in granted_scopes(settings):
        raise missing_scopes((route.scope,))
    return app


def _read_token(
    route: Route, settings: Settings, *, authorization: str | None, query: Mapping[str, str], version: str
) -> str:
    """The Bearer token, or the key where the operation takes one and the switches want it. Empty for none."""
    wanted = settings.switches[SETTINGS_AUTH]
    if version == "2026-09" and settings.switches[API_2026_09] is Newest.AS_DESCRIBED:
        wanted = SettingsAuth.HAPIKEY
    key = query.get("hapikey", "")
    if route.takes_key and (wanted is SettingsAuth.HAPIKEY or (key and wanted is SettingsAuth.EITHER)):
        return key
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def find_app(connection: sqlite3.Connection, settings: Settings, token: str, *, now_ms: int) -> App:
    """The app that *token* belongs to. Raises the 401 for none, for a wrong one and for one whose time is over."""
    if not token:
        raise unauthenticated()
    given = apps.find_token(connection, token)
    if given is not None:
        app = settings.get_app(given.app_id)
        if app is None or given.has_ended or given.kind is not TokenKind.ACCESS:
            raise unauthenticated()
        if given.expires_ms is not None and given.expires_ms <= now_ms:
            raise expired((now_ms - given.expires_ms) // 1_000, write_instant(given.expires_ms))
        return app
    named = [app for app in settings.all_apps if app.token is not None and is_same(token, app.token)]
    if named:
        return named[0]
    if settings.token is not None:
        raise unauthenticated()
    return settings.main_app


def is_same(given: str, wanted: str) -> bool:
    """Compare two secrets in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), wanted.encode())
