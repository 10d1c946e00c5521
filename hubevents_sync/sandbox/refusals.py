"""Answers other than 2xx, in HubSpot's words where those are known."""

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

    def as_json(self) -> dict[str, Any]:
        """An ErrorDetail of HubSpot's OpenAPI."""
        return {"message": self.message} if self.field is None else {"message": self.message, "in": self.field}


class Refusal(Exception):
    """A request is answered with *status* and an error body; what it began to write is undone."""

    def __init__(
        self,
        status: int,
        category: str,
        message: str,
        *,
        details: tuple[RefusalDetail, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message
        self.details = details
        self.headers = headers or {}

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
        return body


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
