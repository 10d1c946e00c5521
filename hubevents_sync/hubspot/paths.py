"""Where HubSpot's endpoints are, version by version: the one table of paths."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from hubevents_sync.errors import ConfigurationError
from hubevents_sync.model.event import EventKey

# {version: (marketing events, OAuth token exchange, property definitions)}. By date: OpenAPI 2026-03 and 2026-09.
_BASES = {
    "v3": ("/marketing/v3/marketing-events", "/oauth/v1/token", "/crm/v3/properties"),
    "2026-03": ("/marketing/marketing-events/2026-03", "/oauth/2026-03/token", "/crm/properties/2026-03"),
    "2026-09": ("/marketing/marketing-events/2026-09", "/oauth/2026-09/token", "/crm/properties/2026-09"),
}
# For the tokens of private apps and for service keys. It has one spelling in all versions.
TOKEN_INFO = "/oauth/v2/private-apps/get/access-token-info"  # noqa: S105  a path, not a token
# OAuth v1 knows only a look-up with the token in the path, where proxies and logs would see it.
OAUTH_INTROSPECT = "/oauth/2026-03/token/introspect"
OAUTH_REVOKE = "/oauth/2026-03/token/revoke"
# HubSpot's number for the marketing-event object; which names the properties API takes for it is not stated.
_OBJECT_TYPE = "0-54"


def encode_segment(text: str) -> str:
    """*text* as one segment of a path, with every reserved character percent-encoded.

    >>> encode_segment("a/b c#é")
    'a%2Fb%20c%23%C3%A9'
    """
    if not text:
        raise ValueError("an id in a path can't be empty")
    if text in {".", ".."}:
        # Left as they are, these would climb to another endpoint: httpx, like browsers, resolves dot segments.
        return text.replace(".", "%2E")
    return quote(text, safe="")


def with_query(path: str, **parameters: str | int | None) -> str:
    """*path* with those of *parameters* that are not None, spaces as ``%20``."""
    present = {name: value for name, value in parameters.items() if value is not None}
    return f"{path}?{urlencode(present, quote_via=quote, safe='')}" if present else path


@dataclass(frozen=True, slots=True)
class ApiPaths:
    """The paths of one API version, ids encoded and queries included."""

    base: str
    oauth_token: str
    account: str
    properties: str

    @property
    def upsert(self) -> str:
        """POST: create or update events in one batch."""
        return f"{self.base}/events/upsert"

    def put_event(self, key: EventKey) -> str:
        """PUT: create or update one event; its account stands in the body."""
        return f"{self.base}/events/{encode_segment(key.external_event_id)}"

    def event(self, key: EventKey) -> str:
        """GET: one event of the calling app."""
        return with_query(self.put_event(key), externalAccountId=key.external_account_id)

    def complete(self, key: EventKey) -> str:
        """POST: complete the event for good."""
        path = f"{self.put_event(key)}/complete"
        return with_query(path, externalAccountId=key.external_account_id)

    def attendance(self, key: EventKey, verb: str, *, by_email: bool) -> str:
        """POST: record people's interactions. *verb* is ``register``, ``attend`` or ``cancel``."""
        endpoint = "email-create" if by_email else "create"
        path = f"{self.base}/attendance/{encode_segment(key.external_event_id)}/{verb}/{endpoint}"
        # OpenAPI calls it optional; others measured 400 "externalAccountId is required" without it.
        return with_query(path, externalAccountId=key.external_account_id)

    def settings(self, app_id: int) -> str:
        """GET and POST: an app's settings."""
        return f"{self.base}/{app_id}/settings"

    def counters(self, key: EventKey) -> str:
        """GET: how many people are in which state."""
        account, event = encode_segment(key.external_account_id), encode_segment(key.external_event_id)
        return f"{self.base}/participations/{account}/{event}"

    def breakdown(self, key: EventKey, *, limit: int, after: str | None, contact: str | None) -> str:
        """GET: one page of the event's participation rows. *contact* is an id or an e-mail."""
        return with_query(f"{self.counters(key)}/breakdown", limit=limit, after=after, contactIdentifier=contact)

    def listing(self, *, limit: int, after: str | None) -> str:
        """GET: one page of the account's events, those of other apps among them."""
        # Without a slash at the end: OpenAPI by date, and seen to work in v3, where older editions have one.
        return with_query(self.base, limit=limit, after=after)

    def search(self, external_event_id: str) -> str:
        """GET: the calling app's events of that id, with their accounts."""
        return with_query(f"{self.base}/events/search", q=external_event_id)


def paths_of(version: str) -> ApiPaths:
    """The paths of API *version*; ConfigurationError where we don't speak it."""
    found = _BASES.get(version)
    if found is None:
        raise ConfigurationError(
            f"hubspot.api is {version!r}; known are {', '.join(_BASES)}", hint="leave it out to use v3"
        )
    base, oauth_token, properties = found
    return ApiPaths(
        base=base,
        oauth_token=oauth_token,
        account=f"/account-info/{version}/details",
        properties=f"{properties}/{_OBJECT_TYPE}",
    )
