"""Whom a token belongs to, and what the account is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hubevents_sync.sandbox.access import find_app, granted_scopes
from hubevents_sync.sandbox.refusals import not_found
from hubevents_sync.sandbox.routing import Route
from hubevents_sync.sandbox.settings import API_VERSIONS
from hubevents_sync.sandbox.wire.call import Answer, Call
from hubevents_sync.sandbox.wire.reading import as_text, read_object, require


def read_token_info(call: Call) -> Answer:
    """POST access-token-info. A token that the sandbox does not take is answered with the 401: our choice."""
    body = read_object(call.body)
    require(body, ("tokenKey",))
    app = find_app(call.connection, call.settings, as_text(body["tokenKey"], "tokenKey"), now_ms=call.now_ms)
    return Answer(
        {
            "userId": call.settings.user_id,
            "hubId": call.settings.portal_id,
            "appId": app.id,
            "scopes": list(granted_scopes(call.settings)),
        }
    )


def read_account(call: Call) -> Answer:
    """GET account-info details: PortalInformationResponse of HubSpot's OpenAPI."""
    if call.path["version"] not in ("v3", *API_VERSIONS):
        raise not_found("resource not found")
    zone = ZoneInfo(call.settings.time_zone)
    offset = datetime.fromtimestamp(call.now_ms / 1000, zone).utcoffset() or timedelta()
    minutes = abs(offset) // timedelta(minutes=1)
    return Answer(
        {
            "portalId": call.settings.portal_id,
            "accountType": "SANDBOX",
            "timeZone": call.settings.time_zone,
            "companyCurrency": "USD",
            "additionalCurrencies": [],
            "utcOffset": f"{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}",
            "utcOffsetMilliseconds": offset // timedelta(milliseconds=1),
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "na1",
        }
    )


ROUTES = (
    # The token is in the body; HubSpot takes the look-up with a Bearer and without one.
    Route("POST", "oauth/v2/private-apps/get/access-token-info", read_token_info, is_open=True, holds_secret=True),
    Route("GET", "account-info/{version}/details", read_account),
)
