"""Open HubSpot with the project's settings, and make sure that it is the right account."""

from contextlib import AbstractContextManager
from typing import Protocol

from hubevents_sync.engine.applying.stopping import RunGate
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import WrongPortal
from hubevents_sync.hubspot.auth import Credentials
from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.hubspot.opening import open_hubspot
from hubevents_sync.model.project import HubSpotSettings
from hubevents_sync.ports import HubSpot, SettingsApi, StopSwitch

# How long a HubSpot that never answered is tried by somebody who looks: at the token, or at all that HubSpot has.
LOOK_SECONDS = 10.0
SURVEY_SECONDS = 30.0


class CountedHubSpot(HubSpot, AbstractContextManager["CountedHubSpot"], Protocol):
    """A HubSpot that can be closed and says how many requests it was sent."""

    @property
    def requests_sent(self) -> int:
        """Repeats included."""

    @property
    def app_settings(self) -> SettingsApi:
        """The calls about an app's settings."""


def connect_hubspot(workspace: Workspace, settings: HubSpotSettings, gate: RunGate) -> CountedHubSpot:
    """The real HubSpot, or the one that the workspace is aimed at; every request passes *gate*. Sends nothing yet."""
    return open_hubspot(
        settings, environ=workspace.environ, clock=gate, gate=gate, warn=workspace.warn, tell=workspace.on_wait
    )


def connect_quietly(
    workspace: Workspace,
    settings: HubSpotSettings,
    *,
    credentials: Credentials | None = None,
    read_only: bool = True,
    may_take_seconds: float | None = None,
    patience_seconds: float = LOOK_SECONDS,
) -> HubSpotClient:
    """HubSpot for a command that looks, and is no run.

    With *read_only* nothing but GET and the token's look-ups goes out; with *may_take_seconds* it gives up after that,
    and where HubSpot never answers after about *patience_seconds*.
    """
    deadline = None if may_take_seconds is None else workspace.clock.monotonic() + may_take_seconds
    gate = RunGate(workspace.clock, StopSwitch(), deadline=deadline)
    return open_hubspot(
        settings,
        environ=workspace.environ,
        clock=gate,
        gate=gate,
        read_only=read_only,
        warn=workspace.warn,
        credentials=credentials,
        tell=workspace.on_wait,
        patience_seconds=patience_seconds,
    )


def check_portal(hubspot: HubSpot, settings: HubSpotSettings, *, of_state: int | None) -> None:
    """Where the project pins a HubSpot account, the token must be of that one. Raises WrongPortal.

    *of_state* is the account that the state was pinned to once: it holds still where the project pins none any more.
    """
    if settings.portal is not None or of_state is not None:
        require_portal(hubspot.read_token_info().portal_id, settings, of_state=of_state)


def require_portal(found: int, settings: HubSpotSettings, *, of_state: int | None) -> None:
    """Raise WrongPortal unless *found* is the account that is wanted."""
    fault = explain_portal(found, settings, of_state=of_state)
    if fault is not None:
        raise fault


def explain_portal(found: int, settings: HubSpotSettings, *, of_state: int | None) -> WrongPortal | None:
    """What is wrong with *found*, the account that the token belongs to; None where nothing is."""
    wanted = settings.portal if settings.portal is not None else of_state
    if wanted is None or found == wanted:
        return None
    if settings.portal is None:
        return WrongPortal(
            f"the token belongs to HubSpot account {found}; the state is that of {wanted}",
            hint="use a token of that account, or name another state in hubevents.yaml",
        )
    return WrongPortal(
        f"the token belongs to HubSpot account {found}; the project names {settings.portal}",
        hint="use a token of that account, or mend hubspot.portal in hubevents.yaml",
    )
