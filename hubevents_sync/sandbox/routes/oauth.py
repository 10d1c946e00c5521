"""OAuth: tokens for a refresh token or a code, what a token is, and its end."""

import secrets
from typing import Any

from hubevents_sync.sandbox.access import is_same
from hubevents_sync.sandbox.known.access import ROTATION, TOKEN_LIFETIME, Rotation
from hubevents_sync.sandbox.refusals import Refusal, not_found
from hubevents_sync.sandbox.routes.authorize import is_of_address
from hubevents_sync.sandbox.routing import Route
from hubevents_sync.sandbox.settings import App, Settings
from hubevents_sync.sandbox.store import apps
from hubevents_sync.sandbox.store.apps import TokenKind, TokenRecord
from hubevents_sync.sandbox.wire import tokens
from hubevents_sync.sandbox.wire.call import Answer, Call
from hubevents_sync.sandbox.wire.reading import read_form

VERSIONS = ("v1", "v3", "2026-03", "2026-09")
VERSIONS_WITH_INTROSPECTION = VERSIONS[1:]


def give_token(call: Call) -> Answer:
    """POST token. The query counts too, where the older version's description has two of the fields."""
    form = {**call.query, **read_form(call.body)}
    app = _find_client(call.settings, form)
    match form.get("grant_type"):
        case "refresh_token":
            refresh_token = _exchange_refresh_token(call, app, form.get("refresh_token", ""))
        case "authorization_code":
            refresh_token = _exchange_code(call, app, form.get("code", ""), form.get("redirect_uri", ""))
        case _:
            raise _refuse("BAD_GRANT_TYPE", "unsupported_grant_type", "grant_type is not supported by the sandbox")
    access_token = f"sandbox-access-{secrets.token_urlsafe(24)}"
    lifetime = call.switches.number(TOKEN_LIFETIME)
    expires_ms = call.now_ms + lifetime * 1_000
    apps.add_token(call.connection, access_token, kind=TokenKind.ACCESS, app_id=app.id, expires_ms=expires_ms)
    body = {"access_token": access_token, "refresh_token": refresh_token, "expires_in": lifetime}
    return Answer({**body, **tokens.write_owner(call.settings), "token_type": "bearer", "token_use": "access_token"})


def _find_client(settings: Settings, form: dict[str, str]) -> App:
    """The app of client_id and client_secret. A sandbox without a token takes any client that it does not know."""
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    known = next((app for app in settings.all_apps if is_same(client_id, app.client_id)), None)
    if known is None and client_id and secret and settings.token is None:
        return settings.main_app
    if known is None or not is_same(secret, known.client_secret):
        raise _refuse("BAD_CLIENT_ID", "invalid_client", "missing or unknown client id or secret")
    return known


def _exchange_refresh_token(call: Call, app: App, token: str) -> str:
    """The refresh token to give back for *token*."""
    given = apps.find_token(call.connection, token)
    is_taken = (
        given.kind is TokenKind.REFRESH and given.app_id == app.id and not given.has_ended
        if given is not None
        else token != "" and (app.refresh_token is None or is_same(token, app.refresh_token))
    )
    if not is_taken:
        raise _refuse("BAD_REFRESH_TOKEN", "invalid_grant", "refresh token is invalid, expired or revoked")
    if call.switches[ROTATION] is Rotation.KEEP:
        return _keep_refresh_token(call, app, token)
    _keep_refresh_token(call, app, token)
    apps.end_token(call.connection, token)
    return _new_refresh_token(call, app)


def _exchange_code(call: Call, app: App, code: str, redirect_uri: str) -> str:
    """The refresh token for *code*, which is good once: RFC 6749, section 4.1.2."""
    given = apps.find_token(call.connection, code)
    if not code or (given is not None and not _is_open_code(call, app, given)):
        raise _refuse("BAD_AUTH_CODE", "invalid_grant", "missing or unknown auth code")
    if given is not None and not is_of_address(code, redirect_uri):
        raise _refuse("BAD_REDIRECT_URI", "invalid_grant", "redirect_uri is not the one that the code was sent to")
    apps.add_token(call.connection, code, kind=TokenKind.CODE, app_id=app.id, expires_ms=None)
    apps.end_token(call.connection, code)
    return _new_refresh_token(call, app)


def _is_open_code(call: Call, app: App, code: TokenRecord) -> bool:
    is_in_time = code.expires_ms is None or code.expires_ms > call.now_ms
    return code.kind is TokenKind.CODE and code.app_id == app.id and not code.has_ended and is_in_time


def _new_refresh_token(call: Call, app: App) -> str:
    return _keep_refresh_token(call, app, f"sandbox-refresh-{secrets.token_urlsafe(24)}")


def _keep_refresh_token(call: Call, app: App, token: str) -> str:
    apps.add_token(call.connection, token, kind=TokenKind.REFRESH, app_id=app.id, expires_ms=None)
    return token


def introspect_token(call: Call) -> Answer:
    """POST token/introspect. A token that the sandbox did not give out is a 404: our choice."""
    form = read_form(call.body)
    app = _find_client(call.settings, form)
    token = form.get("token", "")
    record, owner = _find_given(call, token)
    if owner.id != app.id:
        raise _unknown_token()
    is_active = not record.has_ended and (record.expires_ms is None or record.expires_ms > call.now_ms)
    shared = {"active": is_active, "token": token, "client_id": owner.client_id, "app_id": owner.id}
    shared |= {**tokens.write_owner(call.settings), "token_type": "bearer", "token_use": str(record.kind)}
    if record.kind is TokenKind.REFRESH:
        return Answer(shared)
    signed = tokens.write_signed(call.settings, owner, record)
    more: dict[str, Any] = {"is_private_distribution": True, "signed_access_token": signed}
    return Answer({**shared, **more, "expires_in": _seconds_left(call, record)})


def revoke_token(call: Call) -> Answer:
    """POST token/revoke. 204 for any token of the client, known or not: the success answer is not described."""
    form = read_form(call.body)
    app = _find_client(call.settings, form)
    token = form.get("token", "")
    record = apps.find_token(call.connection, token)
    if record is None and token:
        # The first refresh token is given to the sandbox, not by it: remember that its time is over.
        apps.add_token(call.connection, token, kind=TokenKind.REFRESH, app_id=app.id, expires_ms=None)
    if record is None or record.app_id == app.id:
        apps.end_token(call.connection, token)
    return Answer(None, status=204)


def read_access_token(call: Call) -> Answer:
    """GET access-tokens/{token}: AccessTokenInfoResponse."""
    record, owner = _find_given(call, call.path["token"], kind=TokenKind.ACCESS)
    if record.has_ended or (record.expires_ms is not None and record.expires_ms <= call.now_ms):
        raise _unknown_token()
    body = {"token": call.path["token"], "app_id": owner.id, "token_type": "access"}
    return Answer({**body, **tokens.write_owner(call.settings), "expires_in": _seconds_left(call, record)})


def read_refresh_token(call: Call) -> Answer:
    """GET refresh-tokens/{token}: RefreshTokenInfoResponse."""
    record, owner = _find_given(call, call.path["token"], kind=TokenKind.REFRESH)
    if record.has_ended:
        raise _unknown_token()
    body = {"token": call.path["token"], "client_id": owner.client_id, "token_type": "refresh"}
    return Answer({**body, **tokens.write_owner(call.settings)})


def end_refresh_token(call: Call) -> Answer:
    """DELETE refresh-tokens/{token}: 204 (documented)."""
    _find_given(call, call.path["token"], kind=TokenKind.REFRESH)
    apps.end_token(call.connection, call.path["token"])
    return Answer(None, status=204)


def _find_given(call: Call, token: str, *, kind: TokenKind | None = None) -> tuple[TokenRecord, App]:
    record = apps.find_token(call.connection, token)
    owner = None if record is None else call.settings.get_app(record.app_id)
    if record is None or owner is None or record.kind is TokenKind.CODE or kind not in (None, record.kind):
        raise _unknown_token()
    return record, owner


def _seconds_left(call: Call, record: TokenRecord) -> int:
    return 0 if record.expires_ms is None else max(0, (record.expires_ms - call.now_ms) // 1_000)


def _unknown_token() -> Refusal:
    return not_found("no such token")


def _refuse(status: str, error: str, description: str) -> Refusal:
    """400 as OAuth's endpoints say it (documented): OAuth's words beside HubSpot's."""
    extra = {"status": status, "error": error, "error_description": description}
    return Refusal(400, "VALIDATION_ERROR", description, extra=extra)


def _open(method: str, path: str, handler: Any) -> Route:
    return Route(method, path, handler, ignores_token=True, holds_secret=True)


ROUTES = (
    *(_open("POST", f"oauth/{version}/token", give_token) for version in VERSIONS),
    *(_open("POST", f"oauth/{version}/token/introspect", introspect_token) for version in VERSIONS_WITH_INTROSPECTION),
    *(_open("POST", f"oauth/{version}/token/revoke", revoke_token) for version in VERSIONS_WITH_INTROSPECTION),
    _open("GET", "oauth/v1/access-tokens/{token}", read_access_token),
    _open("GET", "oauth/v1/refresh-tokens/{token}", read_refresh_token),
    _open("DELETE", "oauth/v1/refresh-tokens/{token}", end_refresh_token),
)
