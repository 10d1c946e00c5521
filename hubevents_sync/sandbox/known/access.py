"""What is known of tokens, scopes and app settings."""

from enum import StrEnum

from hubevents_sync.sandbox.switches import Behaviour, Choice, Evidence, Number

MEASURED, DOCUMENTED, CHOSEN = Evidence.MEASURED, Evidence.DOCUMENTED, Evidence.CHOSEN

_OPENAPI = "HubSpot's OpenAPI description"
_NOWHERE = "not stated anywhere"


class SettingsAuth(StrEnum):
    """What the settings endpoint takes."""

    EITHER = "either"
    HAPIKEY = "hapikey"
    BEARER = "bearer"


class Rotation(StrEnum):
    """What a refresh does to the refresh token."""

    KEEP = "keep"
    ROTATE = "rotate"


class Granted(StrEnum):
    """Which scopes a token has."""

    ALL = "all"
    READ = "read"
    EVENTS = "events"


class Consent(StrEnum):
    """What comes of asking for access."""

    GRANT = "grant"
    DENY = "deny"


AUTHORIZE = Choice("authorize", Consent.GRANT)
SETTINGS_AUTH = Choice("settings-auth", SettingsAuth.EITHER)
TOKEN_LIFETIME = Number("token-lifetime", 1_800, "seconds", minimum=1)
ROTATION = Choice("refresh-token-rotation", Rotation.KEEP)
GRANTED_SCOPES = Choice("granted-scopes", Granted.ALL)

BEHAVIOURS = (
    Behaviour(
        "bearer",
        "Without a Bearer token, or with an unknown one, the answer is HubSpot's 401.",
        DOCUMENTED,
        "HubSpot's error-handling page; a sandbox that names no token takes any: our choice",
    ),
    Behaviour(
        "token-decides-app",
        "The token decides the app, and with it which events are seen.",
        DOCUMENTED,
        "HubSpot's guide",
    ),
    Behaviour(
        "expired-token",
        "An expired OAuth token is a 401 EXPIRED_AUTHENTICATION that says how long ago.",
        MEASURED,
        "bodies that users of several connectors published (2026)",
    ),
    Behaviour("token-lifetime", "How long an OAuth access token lives.", DOCUMENTED, _OPENAPI, TOKEN_LIFETIME),
    Behaviour(
        "oauth-grants",
        "`oauth/{v1,v3,2026-03,2026-09}/token` takes refresh_token and authorization_code, as a form or (hubspot-sdk) "
        "as JSON. A sandbox without a token takes any client, code and refresh token; a client that it knows keeps "
        "its secret.",
        CHOSEN,
        f"the fields are those of {_OPENAPI}; that any is taken is the sandbox's own need",
    ),
    Behaviour(
        "oauth-refusals",
        "BAD_REFRESH_TOKEN, BAD_AUTH_CODE and BAD_CLIENT_ID with OAuth's `error` beside HubSpot's `status`.",
        DOCUMENTED,
        "HubSpot's OAuth pages; the words for a code and a client are ours",
    ),
    Behaviour(
        "authorize",
        "`oauth/authorize`, with an account's id before `authorize` or without, sends the browser back to redirect_uri "
        "at once. `grant`: with a code that is good once, for a minute and with the same redirect_uri. `deny`: with "
        "access_denied. PKCE's parameters are passed over.",
        CHOSEN,
        "the parameters are those of HubSpot's OAuth pages; that nobody is asked, what is denied and how long a code "
        "lives is ours, and PKCE is not stated anywhere",
        AUTHORIZE,
    ),
    Behaviour(
        "refresh-token-rotation",
        "A refresh gives back the refresh token. `keep`: the same one. `rotate`: a new one, the old one ends.",
        CHOSEN,
        _NOWHERE,
        ROTATION,
    ),
    Behaviour(
        "granted-scopes",
        "The scopes of every token. `all`. `read`: reading only, so that what writes is HubSpot's 403 MISSING_SCOPES. "
        "`events`: all but those of an app's settings.",
        CHOSEN,
        f"the scopes an operation needs are those of {_OPENAPI}; who has them is the sandbox's own",
        GRANTED_SCOPES,
    ),
    Behaviour(
        "settings-auth",
        "What an app's settings take. `either`: a Bearer token or `?hapikey=`. `hapikey`, `bearer`: only that.",
        CHOSEN,
        f"{_OPENAPI} had the developer key until April 2026 and has OAuth scopes since; the v3 client still sends "
        "the key",
        SETTINGS_AUTH,
    ),
    Behaviour(
        "settings-unset",
        "GET of settings that were never set, and settings of another app, are a 404. An app that takes any token "
        "takes any number that is no other app's.",
        CHOSEN,
        _NOWHERE,
    ),
    Behaviour(
        "token-look-ups",
        "A token that the sandbox did not give out is a 404 to introspection; revoking one is a 204.",
        CHOSEN,
        f"{_OPENAPI} has no answer for them",
    ),
    Behaviour(
        "private-app-info",
        "`private-apps/get/access-token-info` tells a token's user, account, app and scopes, with a Bearer or without.",
        DOCUMENTED,
        "HubSpot's page on private apps",
    ),
)
