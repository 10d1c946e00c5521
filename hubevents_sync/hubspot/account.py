"""Read what HubSpot tells of an account: in the body, and in the headers that every answer has."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from hubevents_sync.hubspot.answers import Json, integer_of, text_of
from hubevents_sync.model.account import AccountFacts, Quota
from hubevents_sync.model.instant import to_epoch_ms

_LIMIT = "X-HubSpot-RateLimit-"


def read_account(answer: Json, headers: Mapping[str, str], *, took_seconds: float) -> AccountFacts:
    """PortalInformationResponse of HubSpot's OpenAPI, and the headers of usage guidelines and HTTP."""
    return AccountFacts(
        portal_id=integer_of(answer.get("portalId")),
        kind=text_of(answer.get("accountType")),
        time_zone=text_of(answer.get("timeZone")),
        hosting=text_of(answer.get("dataHostingLocation")),
        quota=read_quota(headers),
        server_time_ms=_read_date(headers.get("Date")),
        took_seconds=took_seconds,
    )


def read_quota(headers: Mapping[str, str]) -> Quota:
    """What is left. HubSpot leaves the daily numbers out for OAuth apps: usage guidelines."""
    interval_ms = integer_of(headers.get(f"{_LIMIT}Interval-Milliseconds"))
    return Quota(
        daily=integer_of(headers.get(f"{_LIMIT}Daily")),
        daily_left=integer_of(headers.get(f"{_LIMIT}Daily-Remaining")),
        window=integer_of(headers.get(f"{_LIMIT}Max")),
        window_left=integer_of(headers.get(f"{_LIMIT}Remaining")),
        window_seconds=None if interval_ms is None else interval_ms / 1000,
    )


def _read_date(written: str | None) -> int | None:
    try:
        return None if written is None else to_epoch_ms(parsedate_to_datetime(written))
    except (ValueError, TypeError):
        return None
