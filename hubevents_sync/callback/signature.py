"""Tell whether a request was signed by HubSpot with the app's client secret: ``X-HubSpot-Signature-v3``. Pure.

The rules are those of HubSpot's page on request validation. Where it leaves a gap, what the signature does not say is
refused: the four signed parts stand side by side without a mark between them, so a timestamp has one spelling only,
and the endpoint takes no body.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

SIGNATURE_HEADER = b"x-hubspot-signature-v3"
TIMESTAMP_HEADER = b"x-hubspot-request-timestamp"
FRESH_MS = 300_000

# Of the address exactly these escapes are decoded before it is signed, in this spelling.
_DECODED = {
    b"%3A": b":",
    b"%2F": b"/",
    b"%3F": b"?",
    b"%40": b"@",
    b"%21": b"!",
    b"%24": b"$",
    b"%27": b"'",
    b"%28": b"(",
    b"%29": b")",
    b"%2A": b"*",
    b"%2C": b",",
    b"%3B": b";",
}
_ESCAPE = re.compile(b"|".join(_DECODED))
# SHA-256 in base64: 43 characters and one to fill up. Times from 2001 to 2286, in their one spelling: with a zero in
# front, the last digit of an address could pass for the first one of the time.
_SIGNATURE = re.compile(rb"[A-Za-z0-9+/]{43}=")
_TIMESTAMP = re.compile(rb"[1-9][0-9]{12}")
_NO_SIGNATURE = b"-" * 44
_NO_TIMESTAMP = b"1000000000000"

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """What HubSpot and the app share. It shows itself nowhere."""

    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What is signed. *uri* is the whole address that HubSpot asked for, as it was sent: nothing in it is decoded."""

    method: str
    uri: bytes
    body: bytes = b""


class Verdict(StrEnum):
    """What came of the check. For the log of those who run the server; who asks learns only that it was refused."""

    GENUINE = "genuine"
    MISSING = "the signature or its timestamp is missing, or there twice"
    MALFORMED = "the signature or its timestamp is malformed"
    FOREIGN = "the signature does not fit: another client secret, or another address than the public one"
    STALE = "the signature is more than five minutes old, or as much ahead: is this machine's clock right?"


@dataclass(frozen=True, slots=True)
class Check:
    """A verdict; of a genuine request also its *signature* and *timestamp_ms*, which tell a repeat."""

    verdict: Verdict
    signature: bytes = b""
    timestamp_ms: int = 0


def sign(request: SignedRequest, secret: ClientSecret, timestamp: bytes) -> bytes:
    """The signature of *request* as it stands, at *timestamp* (epoch milliseconds in digits)."""
    source = b"".join((request.method.encode(), request.uri, request.body, timestamp))
    return base64.b64encode(hmac.digest(secret.value, source, hashlib.sha256))


def decode_uri(uri: bytes) -> bytes:
    """*uri* with HubSpot's twelve escapes decoded and all others as they are."""
    return _ESCAPE.sub(lambda found: _DECODED[found[0]], uri)


def check_signature(request: SignedRequest, headers: Headers, secret: ClientSecret, *, now_ms: int) -> Check:
    """Whether *request*, which came with *headers* (names in lower case), is HubSpot's and of the last five minutes.

    Takes the signature of the address as it was sent and of the decoded one: HubSpot documents the second, its own
    helpers make the first. Does the same work whatever is wrong, so that the time it takes tells nothing.
    """
    listed = [(name, value) for name, value in headers if name in (SIGNATURE_HEADER, TIMESTAMP_HEADER)]
    signatures = [value for name, value in listed if name == SIGNATURE_HEADER]
    timestamps = [value for name, value in listed if name == TIMESTAMP_HEADER]
    signature = _take(signatures, _SIGNATURE) or _NO_SIGNATURE
    timestamp = _take(timestamps, _TIMESTAMP) or _NO_TIMESTAMP
    decoded = SignedRequest(request.method, decode_uri(request.uri), request.body)
    fits = [hmac.compare_digest(sign(form, secret, timestamp), signature) for form in (request, decoded)]
    if len(signatures) != 1 or len(timestamps) != 1:
        return Check(Verdict.MISSING)
    if signature == _NO_SIGNATURE or _TIMESTAMP.fullmatch(timestamps[0]) is None:
        return Check(Verdict.MALFORMED)
    if not any(fits):
        return Check(Verdict.FOREIGN)
    if abs(now_ms - int(timestamp)) > FRESH_MS:
        return Check(Verdict.STALE)
    return Check(Verdict.GENUINE, signature, int(timestamp))


def _take(values: Sequence[bytes], pattern: re.Pattern[bytes]) -> bytes | None:
    """The only one of *values*, if it has the shape of *pattern*."""
    return values[0] if len(values) == 1 and pattern.fullmatch(values[0]) else None
