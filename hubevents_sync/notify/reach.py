"""Find out whether somebody answers at an address, without telling them anything."""

from urllib.parse import urlsplit

import httpx

from hubevents_sync.notify.post import open_transport

_TIMEOUT = httpx.Timeout(5.0)


def ask(url: str, *, method: str) -> int | str:
    """The status that a bare request to *url* is answered with; why there is none, without a word of the URL."""
    try:
        transport = open_transport(urlsplit(url))
        request = httpx.Request(
            method, url, headers={"User-Agent": "hubevents-sync"}, extensions={"timeout": _TIMEOUT.as_dict()}
        )
    except (ValueError, ImportError, httpx.InvalidURL):
        return "the address, or the proxy that the environment names, can't be used"
    with transport:
        try:
            response = transport.handle_request(request)
            response.close()
        except httpx.TimeoutException:
            return "it did not answer in time"
        except httpx.TransportError as error:
            return f"it can't be reached ({type(error).__name__})"
    return response.status_code
