"""Find out whom the token belongs to, what it may do, and what is left of the account's quota. Sends GET only."""

from collections.abc import Mapping

from hubevents_sync.engine.access.connect import connect_quietly, explain_portal
from hubevents_sync.engine.keeping.recorded import reading_state
from hubevents_sync.engine.keeping.records import read_settings
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import AuthenticationFailed, HubSpotError
from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.model.account import REQUIRED_SCOPES, AccountFacts, AccountReport, TokenKind
from hubevents_sync.model.outcome import TokenInfo
from hubevents_sync.model.project import HubSpotSettings, Project

# The day after which HubSpot supports a version no longer. v3: "September 2027", HubSpot's changelog on legacy APIs;
# versions by date: 18 months, HubSpot's page on versioning.
SUPPORT_ENDS: Mapping[str, str] = {"v3": "2027-09-01", "2026-03": "2027-09-01", "2026-09": "2028-03-01"}


def check_account(workspace: Workspace) -> AccountReport:
    """What the token is. What is wrong with it is the report's fault, where it can be told beside the rest.

    Raises AuthenticationFailed for a token that HubSpot does not take at all.
    """
    project = read_settings(workspace)
    settings = project.hubspot
    of_state = read_portal_of_state(workspace, project)
    with connect_quietly(workspace, settings) as hubspot:
        info = hubspot.read_token_info()
        facts = read_facts(hubspot)
    missing = find_missing_scopes(info)
    return AccountReport(
        kind=find_kind(settings),
        info=info,
        facts=facts,
        api=settings.api,
        support_ends=SUPPORT_ENDS[settings.api],
        missing_scopes=missing,
        fault=explain_portal(info.portal_id, settings, of_state=of_state) or explain_scopes(missing),
    )


def find_kind(settings: HubSpotSettings) -> TokenKind:
    """What the token is by the settings. HubSpot does not tell a private app's from a service key."""
    return TokenKind.STATIC if settings.oauth is None else TokenKind.OAUTH


def find_missing_scopes(info: TokenInfo) -> tuple[str, ...]:
    """The scopes that we need and the token has not; none where HubSpot does not say which it has."""
    return tuple(scope for scope in REQUIRED_SCOPES if scope not in info.scopes) if info.scopes else ()


def explain_scopes(missing: tuple[str, ...]) -> AuthenticationFailed | None:
    """What to do about *missing* scopes; None where none is."""
    if not missing:
        return None
    return AuthenticationFailed(
        f"the token lacks the scope {' and '.join(missing)}",
        hint="add it to the private app or the service key in HubSpot; an OAuth app then logs in again: auth login",
    )


def read_facts(hubspot: HubSpotClient) -> AccountFacts | None:
    """The account; None where this token may not read it, which nothing else hangs on."""
    try:
        return hubspot.read_account()
    except HubSpotError as error:
        if error.status in (403, 404):
            return None
        raise


def read_portal_of_state(workspace: Workspace, project: Project) -> int | None:
    """The account that the state belongs to, where that is known. Raises StateError."""
    with reading_state(workspace, project) as state:
        return None if state is None else state.header.portal
