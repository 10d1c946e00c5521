"""What an app's eventDetailsUrl may be, and what becomes of it when an event's details are asked for."""

from urllib.parse import quote, urlencode, urlsplit

from hubevents_sync.sandbox.known.callback import IdEncoding
from hubevents_sync.sandbox.refusals import Refusal, RefusalDetail, invalid

MARK = "%s"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LONGEST = 2_000


def check_details_url(url: str) -> str:
    """*url*, if it can be asked. It needs ``%s`` and https (documented); http on loopback is our choice.

    The words of the 400 are our choice.
    """
    if url.count(MARK) != 1:
        raise _refuse(f"must contain {MARK} once, where the id of the event goes")
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise _refuse(f"must be at most {_LONGEST} printable ASCII characters without a space")
    try:
        parts = urlsplit(url.replace(MARK, "id"))
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _refuse("must be a full address") from None
    if not host or "@" in parts.netloc or MARK in url.split("/")[2]:
        raise _refuse("must be a full address: https://, a domain name and a path")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise _refuse("must begin with https:// (the sandbox also takes http:// on loopback)")
    return url


def _refuse(reason: str) -> Refusal:
    return invalid(f"eventDetailsUrl {reason}", RefusalDetail(reason, "eventDetailsUrl"))


def build_request_url(url: str, *, external_id: str, account: str, app_id: int, encoding: IdEncoding) -> str:
    """The address to GET: the id in place of ``%s``, ``appId`` and ``externalAccountId`` in the query (documented).

    How HubSpot escapes them is not known.
    """
    address = url.partition("#")[0].replace(
        MARK, quote(external_id, safe="/" if encoding is IdEncoding.SLASHES else "")
    )
    query = urlencode({"appId": app_id, "externalAccountId": account}, quote_via=quote)
    return f"{address}{'&' if '?' in address else '?'}{query}"
