"""Requests as HubSpot signs them, made with none of the code that checks them."""

import base64
import hashlib
import hmac

from hubevents_sync.callback.desk import Arrived

SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
PUBLIC_URL = "https://my.event.app"
NOW_MS = 1_796_032_800_000  # 2026-11-30T10:00:00Z


def sign_text(method: str, uri: str, body: str, timestamp: str, *, secret: str = SECRET) -> str:
    """The signature of exactly this text."""
    source = f"{method}{uri}{body}{timestamp}".encode()
    return base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest()).decode()


def build_headers(
    target: str, *, method: str = "GET", at_ms: int = NOW_MS, public_url: str = PUBLIC_URL, secret: str = SECRET
) -> dict[str, str]:
    """The two headers of a request for *target*, its address signed as it stands."""
    signature = sign_text(method, public_url + target, "", str(at_ms), secret=secret)
    return {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": str(at_ms)}


def build_request(
    target: str, *, method: str = "GET", at_ms: int = NOW_MS, signed_target: str | None = None, body: bytes | None = b""
) -> Arrived:
    """A request for *target* as the server takes it in; *signed_target* is what was signed in its place."""
    headers = build_headers(target if signed_target is None else signed_target, method=method, at_ms=at_ms)
    path, _, query = target.partition("?")
    listed = tuple((name.lower().encode(), value.encode()) for name, value in headers.items())
    return Arrived(method, path.encode(), query.encode(), (*listed, (b"accept", b"application/json")), body)
