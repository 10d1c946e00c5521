"""Send a signed message to a webhook: a few tries, a short wait for each, and no redirect followed."""

import ssl
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from hubevents_sync.notify.signature import sign
from hubevents_sync.ports import Clock, StopSwitch

TRIES = 3
WAITS_SECONDS = (1.0, 3.0)
_TIMEOUT = httpx.Timeout(5.0)
_AGAIN = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent. *url* and *key* are secrets. A receiver knows a repeat by the *id*, which is that of the news."""

    id: str
    body: bytes
    url: str = field(repr=False)
    key: bytes = field(repr=False)


def post(message: Message, *, clock: Clock, stop: StopSwitch) -> str | None:
    """Why *message* did not arrive; None where it did, which is what a 2xx says.

    A run that is being stopped gets one try. No word of the URL but its host, and none of the answer, is told.
    """
    # A transport of its own and no client: it follows no redirect, and writes no address into a log.
    try:
        transport = open_transport(urlsplit(message.url))
    except (ValueError, ImportError, httpx.InvalidURL):
        return "the proxy that the environment names can't be used"
    with transport:
        for number in range(TRIES):
            fault, is_worth_another = _try(transport, message, now_ms=clock.now_ms())
            if fault is None or not is_worth_another or stop.is_set or number == TRIES - 1:
                return fault
            clock.sleep(WAITS_SECONDS[number])
    return None


def _try(transport: httpx.HTTPTransport, message: Message, *, now_ms: int) -> tuple[str | None, bool]:
    """What went wrong, and whether another try may help."""
    timestamp = now_ms // 1000
    signature = sign(message.key, message_id=message.id, timestamp=timestamp, body=message.body)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "hubevents-sync",
        "webhook-id": message.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }
    request = httpx.Request(
        "POST", message.url, headers=headers, content=message.body, extensions={"timeout": _TIMEOUT.as_dict()}
    )
    try:
        response = transport.handle_request(request)
        response.close()
    except httpx.TimeoutException:
        return "it did not answer in time", True
    except httpx.TransportError as error:
        return f"it can't be reached ({type(error).__name__})", True
    if response.is_success:
        return None, False
    if response.is_redirect:
        return f"it answered {response.status_code}, a redirect, which is not followed", False
    return f"it answered {response.status_code}", response.status_code >= 500 or response.status_code in _AGAIN


def open_transport(url: SplitResult) -> httpx.HTTPTransport:
    """What sends a request to *url*. Raises ValueError or ImportError where the environment's proxy can't be used."""
    # Reading the certificate store takes longer than starting up; plain http has no use for it.
    verify: ssl.SSLContext | bool = True if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # http goes to this machine only, which no proxy stands before.
    proxies = {} if url.scheme == "http" or proxy_bypass(url.hostname or "") else getproxies()
    proxy = proxies.get("https") or proxies.get("all")
    return httpx.HTTPTransport(verify=verify, proxy=f"http://{proxy}" if proxy and "://" not in proxy else proxy)
