"""Ask an app for the details of an event, at the eventDetailsUrl that it gave."""

import http.client
import json
import ssl
import time
from typing import Any
from urllib.parse import urlsplit

from hubevents_sync.sandbox.behaviour.details_url import build_request_url
from hubevents_sync.sandbox.behaviour.signature import sign
from hubevents_sync.sandbox.known.callback import CALLBACK_ENCODING, CALLBACK_RETRIES, CALLBACK_TIMEOUT
from hubevents_sync.sandbox.settings import Settings
from hubevents_sync.sandbox.wire.call import Details, DetailsWanted

LARGEST_ANSWER_BYTES = 1_000_000


def ask_app(wanted: DetailsWanted, settings: Settings) -> Details:
    """What the app tells of the event. Whatever goes wrong becomes a reason; nothing is raised for it.

    It blocks, and is meant to run in a thread of its own. The whole exchange takes at most the switch's time.
    """
    url = build_request_url(
        wanted.url,
        external_id=wanted.external_id,
        account=wanted.account,
        app_id=wanted.app.id,
        encoding=settings.switches[CALLBACK_ENCODING],
    )
    details = Details(None, "the app was not asked")
    for _ in range(1 + settings.switches.number(CALLBACK_RETRIES)):
        details = _ask_once(url, wanted.app.client_secret, settings)
        if details.fields is not None:
            break
    return details


def _ask_once(url: str, secret: str, settings: Settings) -> Details:
    timestamp_ms = settings.clock()
    signature = sign(secret=secret, method="GET", url=url, body="", timestamp_ms=timestamp_ms)
    headers = {
        "Accept": "application/json",
        "User-Agent": "hubevents-sync sandbox",
        "X-HubSpot-Signature-v3": signature,
        "X-HubSpot-Request-Timestamp": str(timestamp_ms),
    }
    try:
        status, body = _get(url, headers, seconds=settings.switches.number(CALLBACK_TIMEOUT) / 1_000)
    except (OSError, http.client.HTTPException) as error:
        return Details(None, f"the app can't be reached: {type(error).__name__}")
    if status != 200:
        return Details(None, f"the app answered {status}")
    return _read(body)


def _get(url: str, headers: dict[str, str], *, seconds: float) -> tuple[int, bytes]:
    """Status and body. http.client's timeout is one of each read; the deadline is that of all of them together."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    deadline = time.monotonic() + seconds
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            host, parts.port, timeout=seconds, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=seconds)
    try:
        connection.request("GET", f"{parts.path or '/'}?{parts.query}", headers=headers)
        answer = connection.getresponse()
        body = bytearray()
        while (part := answer.read1(65_536)) and len(body) <= LARGEST_ANSWER_BYTES:
            body += part
            if time.monotonic() > deadline:
                raise TimeoutError
        return answer.status, bytes(body)
    finally:
        connection.close()


def _read(body: bytes) -> Details:
    if len(body) > LARGEST_ANSWER_BYTES:
        return Details(None, f"the app answered more than {LARGEST_ANSWER_BYTES} bytes")
    try:
        values: Any = json.loads(body)
        json.dumps(values, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return Details(None, "the app answered no JSON")
    return Details(values) if isinstance(values, dict) else Details(None, "the app answered no JSON object")
