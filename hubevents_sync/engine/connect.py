"""Open HubSpot with the project's settings, and make sure that it is the right account."""

from contextlib import AbstractContextManager
from typing import Protocol

from hubevents_sync.engine.stopping import RunGate
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import WrongPortal
from hubevents_sync.hubspot.client import open_hubspot
from hubevents_sync.model.project import HubSpotSettings
from hubevents_sync.ports import HubSpot


class CountedHubSpot(HubSpot, AbstractContextManager["CountedHubSpot"], Protocol):
    """A HubSpot that can be closed and says how many requests it was sent."""

    @property
    def requests_sent(self) -> int:
        """Repeats included."""


def connect_hubspot(workspace: Workspace, settings: HubSpotSettings, gate: RunGate) -> CountedHubSpot:
    """The real HubSpot, or the one that the workspace is aimed at; every request passes *gate*. Sends nothing yet."""
    return open_hubspot(settings, environ=workspace.environ, clock=gate, gate=gate, warn=workspace.warn)


def check_portal(hubspot: HubSpot, settings: HubSpotSettings, *, of_state: int | None) -> None:
    """Where the project pins a HubSpot account, the token must be of that one. Raises WrongPortal.

    *of_state* is the account that the state was pinned to once: it holds still where the project pins none any more.
    """
    wanted = settings.portal if settings.portal is not None else of_state
    if wanted is None:
        return
    found = hubspot.read_token_info().portal_id
    if found == wanted:
        return
    if settings.portal is None:
        raise WrongPortal(
            f"the token belongs to HubSpot account {found}; the state is that of {wanted}",
            hint="use a token of that account, or name another state in hubevents.yaml",
        )
    raise WrongPortal(
        f"the token belongs to HubSpot account {found}; the project names {settings.portal}",
        hint="use a token of that account, or mend hubspot.portal in hubevents.yaml",
    )
