"""Where a browser asks for an app to be let into the account: granted or denied at once, nobody is asked."""

import hashlib
import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from hubevents_sync.sandbox.access import granted_scopes, is_same
from hubevents_sync.sandbox.known.access import AUTHORIZE, Consent
from hubevents_sync.sandbox.refusals import Refusal, invalid, missing_fields
from hubevents_sync.sandbox.routing import Route
from hubevents_sync.sandbox.settings import App
from hubevents_sync.sandbox.store import apps
from hubevents_sync.sandbox.store.apps import TokenKind
from hubevents_sync.sandbox.wire.call import Answer, Call

REQUIRED = ("client_id", "redirect_uri", "scope")
_CODE_LIFE_MS = 60_000
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def authorize(call: Call) -> Answer:
    """GET authorize: 302 to redirect_uri with a code, or with OAuth's error. A bad request goes nowhere: RFC 6749."""
    missing = [name for name in REQUIRED if not call.query.get(name)]
    if missing:
        raise missing_fields(missing)
    app = _find_app(call)
    address = _check_address(call.query["redirect_uri"])
    if call.path.get("portalId") not in (None, str(call.settings.portal_id)):
        return _send_back(call, address, error="access_denied", error_description="this is another account")
    if call.switches[AUTHORIZE] is Consent.DENY:
        return _send_back(call, address, error="access_denied", error_description="the user denied the request")
    asked = call.query["scope"].split()
    if not set(asked) <= set(granted_scopes(call.settings)):
        return _send_back(call, address, error="invalid_scope", error_description="the app has not all of these scopes")
    code = f"sandbox-code-{secrets.token_urlsafe(18)}.{_digest(address)}"
    apps.add_token(call.connection, code, kind=TokenKind.CODE, app_id=app.id, expires_ms=call.now_ms + _CODE_LIFE_MS)
    return _send_back(call, address, code=code)


def is_of_address(code: str, redirect_uri: str) -> bool:
    """*code* was sent to *redirect_uri*: its last part says so."""
    return is_same(code.rpartition(".")[2], _digest(redirect_uri))


def _find_app(call: Call) -> App:
    """The app of client_id. A sandbox without a token takes any client that it does not know."""
    client_id = call.query["client_id"]
    known = next((app for app in call.settings.all_apps if is_same(client_id, app.client_id)), None)
    if known is None and call.settings.token is not None:
        raise Refusal(400, "VALIDATION_ERROR", "missing or unknown client id", extra={"status": "BAD_CLIENT_ID"})
    return known or call.settings.main_app


def _check_address(address: str) -> str:
    """https, or http on this machine: which of them an app has registered is not kept."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise invalid("redirect_uri is no URL") from error
    if not parts.hostname or parts.fragment:
        raise invalid("redirect_uri must be a full URL without a fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS):
        raise invalid("redirect_uri must be https, or http on localhost")
    return address


def _send_back(call: Call, address: str, **fields: str) -> Answer:
    if "state" in call.query:
        fields["state"] = call.query["state"]
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *fields.items()])
    return Answer(None, status=302, headers={"Location": urlunsplit(parts._replace(query=query))})


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:16]


ROUTES = tuple(
    Route("GET", path, authorize, ignores_token=True, holds_secret=True)
    for path in ("oauth/authorize", "oauth/{portalId}/authorize")
)
