"""Turn an answer that is an error into the narrowest of our errors, with HubSpot's words and nobody's data."""

from collections.abc import Iterable

import httpx

from hubevents_sync.errors import AuthenticationFailed, HubSpotError
from hubevents_sync.hubspot.answers import Json, object_of, objects_of, parse_object, text_of
from hubevents_sync.hubspot.redaction import without_people

_SCOPES = "crm.objects.marketing_events.read and crm.objects.marketing_events.write"
_HINTS = {
    401: "check the token: HubSpot does not know it, or it was deactivated or has expired",
    403: f"give the app or the service key the scopes {_SCOPES}",
    404: "HubSpot finds an event by its external id only for the app, and so the token, that created it",
    429: "lower hubspot.requests.per_10_seconds or raise keep_free: others use the same limit",
    477: "HubSpot is moving the account to another data centre; run the same command again later",
}


def failure_of(response: httpx.Response, *, action: str, hidden: Iterable[str] = ()) -> HubSpotError:
    """The error for an answer outside 2xx. *action* says what we were doing, *hidden* what must not be repeated."""
    body = parse_object(response.content) or {}
    status = response.status_code
    category = _plain(_category(body), hidden)
    correlation_id = correlation_id_of(response, body)
    words = f"{status} {category}" if category else str(status)
    reason = _reason(response, body, hidden)
    tries = describe_tries(response.extensions.get("tries", 1), response.extensions.get("tried_seconds", 0.0))
    kind = AuthenticationFailed if status in (401, 403) else HubSpotError
    return kind(
        f"{action}: HubSpot answered {words}{tries}: {reason}",
        hint=_hint(status, body, response),
        status=status,
        category=category,
        correlation_id=correlation_id,
    )


def _category(body: Json) -> object:
    # errorType is the older word; the OAuth endpoints put theirs (BAD_REFRESH_TOKEN) where others say "error".
    status = body.get("status")
    narrow = status if isinstance(status, str) and status.startswith("BAD_") else None
    return narrow or body.get("category") or body.get("errorType") or (status if status != "error" else None)


def unreadable(response: httpx.Response, *, action: str) -> HubSpotError:
    """The error for a 2xx whose body is no JSON object: its words are not HubSpot's, so none are repeated."""
    kind = response.headers.get("Content-Type", "no content type")
    return HubSpotError(
        f"{action}: the answer {response.status_code} is no JSON object"
        f" ({len(response.content)} bytes, {without_people(kind)})",
        hint="check hubspot.base_url, and whether a proxy answers in HubSpot's place",
        status=response.status_code,
        correlation_id=correlation_id_of(response, {}),
    )


def correlation_id_of(response: httpx.Response, body: Json) -> str | None:
    """HubSpot's id of the request, from the body or the header; support asks for it."""
    found = text_of(body.get("correlationId")) or response.headers.get("X-HubSpot-Correlation-Id")
    return without_people(found)[:80] if found else None


def describe_tries(tries: int, seconds: float) -> str:
    """What to add to a message about a request that was sent more than once."""
    return f" after {tries} tries in {round(seconds)} s" if tries > 1 else ""


def _reason(response: httpx.Response, body: Json, hidden: Iterable[str]) -> str:
    if response.is_redirect:
        return "a redirect, which is not followed: the token is for hubspot.base_url only"
    details = [text_of(item.get("message")) for item in objects_of(body.get("errors"))[:3]]
    words = [text_of(body.get("message")) or text_of(body.get("error_description")), *details]
    # The details often repeat the message.
    said = list(dict.fromkeys(word for word in words if word))
    return without_people("; ".join(said), hidden=hidden) if said else "no reason given"


def _hint(status: int, body: Json, response: httpx.Response) -> str | None:
    missing = _missing_scopes(body)
    if missing:
        return f"give the app or the service key these scopes: {', '.join(missing)}"
    if status == 404 and not body:
        return "check hubspot.base_url: this is no answer of HubSpot's own"
    asked = response.headers.get("Retry-After")
    hint = _HINTS.get(status)
    return f"{hint} (it asks to wait {without_people(asked)} s)" if hint and asked and status == 477 else hint


def _missing_scopes(body: Json) -> list[str]:
    scopes: list[str] = []
    for part in (*objects_of(body.get("errors")), body):
        context = object_of(part.get("context"))
        for name in ("requiredGranularScopes", "requiredScopes", "missingScopes"):
            listed = context.get(name)
            scopes += (
                [without_people(scope) for scope in listed if isinstance(scope, str)]
                if isinstance(listed, list)
                else []
            )
    return list(dict.fromkeys(scopes))


def _plain(value: object, hidden: Iterable[str]) -> str | None:
    text = text_of(value)
    return without_people(text, hidden=hidden)[:80] if text else None
