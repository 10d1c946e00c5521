"""Answers other than 2xx, in HubSpot's words where those are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The text of HubSpot's 401, word for word: reference to its error-handling page.
NO_CREDENTIALS = (
    "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at "
    "https://developers.hubspot.com/docs/methods/auth/oauth-overview"
)


@dataclass(frozen=True, slots=True)
class RefusalDetail:
    """One entry of a refusal's ``errors``."""

    message: str
    field: str | None = None
    context: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """An ErrorDetail of HubSpot's OpenAPI."""
        body: dict[str, Any] = {"message": self.message}
        if self.field is not None:
            body["in"] = self.field
        if self.context:
            body["context"] = {name: list(values) for name, values in self.context}
        return body


class Refusal(Exception):
    """A request is answered with *status* and an error body; what it began to write is undone.

    *extra* are fields that some bodies have beside the usual ones.
    """

    def __init__(
        self,
        status: int,
        category: str,
        message: str,
        *,
        details: tuple[RefusalDetail, ...] = (),
        headers: dict[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message
        self.details = details
        self.headers = headers or {}
        self.extra = extra or {}

    def as_json(self, correlation_id: str) -> dict[str, Any]:
        """An Error of HubSpot's OpenAPI, with the ``status`` that real bodies have and the schema does not."""
        body: dict[str, Any] = {
            "status": "error",
            "message": self.message,
            "correlationId": correlation_id,
            "category": self.category,
        }
        if self.details:
            body["errors"] = [detail.as_json() for detail in self.details]
        return {**body, **self.extra}


def invalid(message: str, *details: RefusalDetail) -> Refusal:
    """400: the request makes no sense."""
    return Refusal(400, "VALIDATION_ERROR", message, details=details)


def missing_fields(names: list[str]) -> Refusal:
    """400: required fields are not there. That it is a 400 is measured; the words are our choice."""
    details = tuple(RefusalDetail(f"{name} is required", name) for name in names)
    return invalid(f"Invalid input JSON: Some required fields were not set: [{', '.join(names)}]", *details)


def wrong_type(name: str, expected: str) -> Refusal:
    """400: a field's value is of a type HubSpot's OpenAPI does not name. The words are our choice."""
    message = f"Invalid input JSON: {name} must be {expected}"
    return invalid(message, RefusalDetail(f"must be {expected}", name))


def unauthenticated() -> Refusal:
    """401: no token, or not one that this account knows."""
    return Refusal(401, "INVALID_AUTHENTICATION", NO_CREDENTIALS)


def expired(ago_seconds: int, expired_at: str) -> Refusal:
    """401: the OAuth token's time is over. Measured, for seconds, hours and days."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if ago_seconds >= length or unit == "second":
            message = f"The OAuth token used to make this call expired {ago_seconds // length} {unit}(s) ago."
            break
    return Refusal(401, "EXPIRED_AUTHENTICATION", message, extra={"context": {"expire time": [expired_at]}})


def missing_scopes(scopes: tuple[str, ...]) -> Refusal:
    """403: the token's app was not granted what the operation needs. HubSpot's words, from its error-handling page."""
    detail = RefusalDetail(
        "One or more of the following scopes are required.", context=(("requiredGranularScopes", scopes),)
    )
    message = (
        "This app hasn't been granted all required scopes to make this call. "
        "Read more about required scopes here: https://developers.hubspot.com/scopes."
    )
    links = {"links": {"scopes": "https://developers.hubspot.com/scopes"}}
    return Refusal(403, "MISSING_SCOPES", message, details=(detail,), extra=links)


def not_found(message: str) -> Refusal:
    """404: there is no such thing, or another app made it."""
    return Refusal(404, "OBJECT_NOT_FOUND", message)


def wrong_method(method: str, allowed: list[str]) -> Refusal:
    """405: the path is known, the method is not. Measured for GET on an attendance path; the words are our choice."""
    message = f"The method {method} is not allowed here"
    return Refusal(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": ", ".join(allowed)})


def too_large(limit_bytes: int) -> Refusal:
    """413: our choice, so that one request can't fill the memory. HubSpot documents no limit of bytes."""
    return Refusal(413, "VALIDATION_ERROR", f"The request is larger than {limit_bytes} bytes")
