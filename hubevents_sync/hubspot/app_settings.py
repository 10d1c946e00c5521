"""The calls about an app's settings: where HubSpot asks the app for an event that it does not know."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from hubevents_sync.errors import AuthenticationFailed
from hubevents_sync.hubspot import answers
from hubevents_sync.hubspot.failures import unreadable
from hubevents_sync.hubspot.paths import ApiPaths
from hubevents_sync.model.app_settings import DETAILS_URL, AppSettings

# OpenAPI v3 and 2026-03 since 2026-04-15; before that, a developer key in the query. Which tokens can have these scopes
# in practice is not known.
READ_SCOPE, WRITE_SCOPE = "developers-read", "developers-write"


@dataclass(frozen=True, slots=True)
class AppSettingsCalls:
    """The port ``SettingsApi`` over the client's own way to send."""

    send: Callable[..., httpx.Response]
    paths: ApiPaths

    def read(self, app_id: int) -> AppSettings | None:
        """The app's settings; None where HubSpot knows none."""
        action = f"reading the settings of app {app_id}"
        response = self._call("GET", app_id, READ_SCOPE, action=action, missing_is_fine=True)
        if response.status_code == 404:
            return None
        found = answers.parse_object(response.content)
        if found is None:
            raise unreadable(response, action=action)
        url = answers.text_of(found.get(DETAILS_URL))
        return AppSettings(app_id, url) if url else None

    def write(self, settings: AppSettings) -> None:
        """Set them. A 2xx proves nothing: read them back."""
        # eventDetailsUrl, not the older guide's eventDetailsURL: OpenAPI, EventDetailSettingsUrl.
        body = {DETAILS_URL: settings.event_details_url}
        action = f"writing the settings of app {settings.app_id}"
        self._call("POST", settings.app_id, WRITE_SCOPE, action=action, json=body)

    def _call(self, method: str, app_id: int, scope: str, **how: object) -> httpx.Response:
        try:
            return self.send(method, self.paths.settings(app_id), **how)
        except AuthenticationFailed as error:
            if error.status is None:  # the token is missing: nothing was asked
                raise
            raise AuthenticationFailed(
                error.message,
                hint=f"an app's settings take a token with the scope {scope}, which is none of those for events",
                status=error.status,
                category=error.category,
                correlation_id=error.correlation_id,
            ) from error
