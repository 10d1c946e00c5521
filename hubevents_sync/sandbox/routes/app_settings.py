"""An app's settings: where HubSpot asks it for the details of an event."""

from hubevents_sync.sandbox.behaviour.details_url import check_details_url
from hubevents_sync.sandbox.refusals import not_found
from hubevents_sync.sandbox.routing import DEVELOPERS_READ, DEVELOPERS_WRITE, Route
from hubevents_sync.sandbox.store import apps
from hubevents_sync.sandbox.wire.call import Answer, Call
from hubevents_sync.sandbox.wire.reading import as_text, read_object, read_object_id, require


def read_settings(call: Call) -> Answer:
    """GET {appId}/settings. Settings that were never set are a 404: our choice."""
    app_id = _read_app_id(call)
    url = apps.find_details_url(call.connection, call.app.id)
    if url is None:
        raise not_found(f"No settings for app {app_id}")
    return Answer({"appId": app_id, "eventDetailsUrl": url})


def write_settings(call: Call) -> Answer:
    """POST {appId}/settings."""
    app_id, body = _read_app_id(call), read_object(call.body)
    require(body, ("eventDetailsUrl",))
    url = check_details_url(as_text(body["eventDetailsUrl"], "eventDetailsUrl"))
    apps.set_details_url(call.connection, call.app.id, url)
    return Answer({"appId": app_id, "eventDetailsUrl": url})


def _read_app_id(call: Call) -> int:
    """The path's appId, which has to be the caller's; another app's is a 404: our choice.

    An app that any token belongs to has any number too: a project can be tried with the number of its own app.
    """
    app_id = read_object_id(call.path["appId"], "appId")
    if app_id != call.app.id and (call.app.token is not None or call.settings.get_app(app_id) is not None):
        raise not_found(f"No app {app_id}")
    return app_id


ROUTES = (
    Route("GET", "{appId}/settings", read_settings, takes_key=True, scope=DEVELOPERS_READ),
    Route("POST", "{appId}/settings", write_settings, takes_key=True, scope=DEVELOPERS_WRITE),
)
