"""Write what a token is in the shapes of HubSpot's OAuth descriptions."""

from typing import Any

from hubevents_sync.sandbox.access import granted_scopes
from hubevents_sync.sandbox.settings import App, Settings
from hubevents_sync.sandbox.store.apps import TokenRecord


def write_owner(settings: Settings) -> dict[str, Any]:
    """Whose a token is, and what it may do."""
    return {"hub_id": settings.portal_id, "user_id": settings.user_id, "scopes": list(granted_scopes(settings))}


def write_signed(settings: Settings, app: App, record: TokenRecord) -> dict[str, Any]:
    """SignedAccessToken, all of whose fields are required. Nothing is signed here: the signatures are empty."""
    return {
        "appId": app.id,
        "appInstallId": str(app.id),
        "audience": "",
        "expiresAt": record.expires_ms or 0,
        "hubId": settings.portal_id,
        "hublet": "na1",
        "installingUserId": settings.user_id,
        "isPrivateDistribution": True,
        "isServiceAccount": False,
        "isUserLevel": False,
        "newSignature": "",
        "scopeToScopeGroupPks": "",
        "scopes": " ".join(granted_scopes(settings)),
        "signature": "",
        "trialScopeToScopeGroupPks": "",
        "trialScopes": "",
        "userId": settings.user_id,
    }
