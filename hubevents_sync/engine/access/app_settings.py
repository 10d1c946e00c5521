"""Look up what HubSpot has of the settings of the project's app."""

from dataclasses import dataclass

from hubevents_sync.engine.access.connect import check_portal, connect_quietly
from hubevents_sync.engine.keeping.recorded import reading_state
from hubevents_sync.engine.keeping.records import read_settings
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import ConfigurationError
from hubevents_sync.model.app_settings import AppSettings, RecordedSettings


@dataclass(frozen=True, slots=True)
class SettingsView:
    """The app's settings three times: in the project file, on record, and at HubSpot (None: there are none)."""

    desired: AppSettings
    recorded: RecordedSettings | None
    live: AppSettings | None


def show_settings(workspace: Workspace) -> SettingsView:
    """Ask HubSpot for the settings of the project's app, over a connection that can't write.

    Raises ConfigurationError where the project names no app.
    """
    project = read_settings(workspace)
    if project.settings is None:
        raise ConfigurationError(
            "hubevents.yaml has no settings", hint="name the app there: settings: {appId: …, eventDetailsUrl: …}"
        )
    app_id = project.settings.app_id
    with reading_state(workspace, project) as state:
        recorded = state.read_settings(app_id) if state else None
        portal = state.header.portal if state else None
    with connect_quietly(workspace, project.hubspot) as hubspot:
        check_portal(hubspot, project.hubspot, of_state=portal)
        return SettingsView(project.settings, recorded, hubspot.app_settings.read(app_id))
