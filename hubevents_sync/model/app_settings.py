"""The settings of a HubSpot app: where HubSpot asks it for an event that it does not know, and how they change."""

from dataclasses import dataclass

from hubevents_sync.model.outcome import Outcome

DETAILS_URL = "eventDetailsUrl"


@dataclass(frozen=True, slots=True)
class AppSettings:
    """An app's settings. *event_details_url* has ``%s`` where the id of the event goes."""

    app_id: int
    event_details_url: str


@dataclass(frozen=True, slots=True)
class RecordedSettings:
    """What is on record of an app's settings.

    *event_details_url* is as HubSpot confirmed it last, None where it never did. With *is_open* another one was sent
    later, and not confirmed.
    """

    app_id: int
    event_details_url: str | None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """How a plan changes an app's settings. *before* is what is on record, None where nothing is.

    With *is_left_out* it is only told: this plan leaves it alone, and a whole one would not.
    """

    app_id: int
    before: str | None
    after: str
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class SettingsReport:
    """What a run did to an app's settings. REPEATED: HubSpot had them, and nothing was sent but the question."""

    app_id: int
    event_details_url: str
    outcome: Outcome
    error: str | None = None
