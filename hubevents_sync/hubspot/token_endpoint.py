"""HubSpot's OAuth endpoint: tokens for a refresh token or a code, and the end of one."""

from dataclasses import dataclass

import httpx

from hubevents_sync.errors import AuthenticationFailed, HubSpotError
from hubevents_sync.hubspot.answers import Json, parse_object
from hubevents_sync.hubspot.auth import Form
from hubevents_sync.hubspot.failures import failure_of, unreadable
from hubevents_sync.hubspot.paths import OAUTH_REVOKE
from hubevents_sync.hubspot.sending import RequestSender

_REFRESHING = "refreshing the OAuth access token"
_LOGGING_IN = "exchanging the code of the login"
_REVOKING = "revoking the refresh token"
_APP_HINT = "check hubspot.oauth.client_id and client_secret against the app's page in HubSpot"
_OTHER_HINT = "check hubspot.oauth; a refresh token that was revoked is got anew by hubevents-sync auth login"
# HubSpot's own words for what was refused: OAuth reference.
_HINTS = {
    "BAD_REFRESH_TOKEN": (
        "it was revoked, or the app was uninstalled or installed anew: log in with hubevents-sync auth login, or get "
        "the refresh token that hubspot.oauth names anew"
    ),
    "BAD_CLIENT_ID": _APP_HINT,
    "BAD_CLIENT_SECRET": _APP_HINT,
    "BAD_AUTH_CODE": "a code is good once and for a short time: log in again",
    "BAD_REDIRECT_URI": "give --redirect-url exactly as it stands on the app's page in HubSpot",
    "BAD_HUB": "the app can't be used with this HubSpot account; log in again and choose another",
}


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Sends forms without a token of their own."""

    sender: RequestSender
    path: str

    def exchange(self, form: Form) -> Json:
        """The tokens that *form* asks for. AuthenticationFailed where HubSpot says no."""
        is_refresh = form.get("grant_type") == "refresh_token"
        action = _REFRESHING if is_refresh else _LOGGING_IN
        # A code is good once: where the answer was lost, sending it again would tell of a code that is used up.
        response = self._send(self.path, form, action, repeatable=is_refresh)
        found = parse_object(response.content)
        if found is None:
            raise unreadable(response, action=action)
        return found

    def revoke(self, form: Form) -> None:
        """End the token of *form*."""
        self._send(OAUTH_REVOKE, form, _REVOKING, repeatable=True)

    def _send(self, path: str, form: Form, action: str, *, repeatable: bool) -> httpx.Response:
        response = self.sender.send("POST", path, action=action, form=form, repeatable=repeatable)
        if not response.is_success:
            raise _refused(failure_of(response, action=action, hidden=tuple(form.values())))
        return response


def _refused(error: HubSpotError) -> HubSpotError:
    # 400 BAD_REFRESH_TOKEN, BAD_CLIENT_ID and the like: OAuth reference, "refresh".
    if error.status is None or not 400 <= error.status < 404:
        return error
    return AuthenticationFailed(
        error.message,
        hint=_HINTS.get(error.category or "", _OTHER_HINT),
        status=error.status,
        category=error.category,
        correlation_id=error.correlation_id,
    )
