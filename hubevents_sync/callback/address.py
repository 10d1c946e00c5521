"""Where the endpoint is and what an address asks for: a path with the event's id, and a query with app and account."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from hubevents_sync.errors import UsageError
from hubevents_sync.model.event import EventKey

MARK = "%s"


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """The path of the endpoint: *prefix*, an event's id, *suffix*."""

    prefix: bytes
    suffix: bytes

    def find_id(self, raw_path: bytes) -> bytes | None:
        """The id in *raw_path*, still escaped; None where this is no path of the endpoint.

        A slash in it is part of the id: whether HubSpot escapes it is not known.
        """
        end = len(raw_path) - len(self.suffix)
        if end > len(self.prefix) and raw_path.startswith(self.prefix) and raw_path.endswith(self.suffix):
            return raw_path[len(self.prefix) : end]
        return None


def read_path_template(text: str) -> PathTemplate:
    """The template that *text*, such as ``/events/%s``, is. Raises UsageError."""
    before, mark, after = text.partition(MARK)
    is_plain = text.isascii() and text.isprintable() and not set(text) & set(' ?#"<>\\^`{|}')
    if not (mark and before.startswith("/") and MARK not in after and "%" not in before + after and is_plain):
        raise UsageError(
            f"--path must begin with / and have {MARK} once, where the event's id goes",
            hint="write --path /events/%s; what stands before it in eventDetailsUrl belongs to --public-url",
        )
    return PathTemplate(before.encode(), after.encode())


def read_public_url(text: str) -> bytes:
    """*text* as the beginning of every address that HubSpot signs. Raises UsageError.

    It is taken to the letter: HubSpot signs the address as the app's settings have it.
    """
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    is_plain = text.isascii() and text.isprintable() and not set(text) & set(" ?#@%")
    if host is None or not is_plain:
        raise UsageError(
            "--public-url must be https://, a domain name and, where a proxy takes it away, the beginning of the path",
            hint="write --public-url https://my.event.app",
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise UsageError("--public-url must begin with https://", hint="http is taken on loopback only, to try it")
    return text.rstrip("/").encode()


def is_loopback(host: str) -> bool:
    """*host* is this machine, and no other can reach it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks about: the id and the account, still escaped, and the app that asks."""

    raw_id: bytes
    raw_account: bytes
    app_id: str

    def keys(self) -> Iterator[EventKey]:
        """The events that may be meant, the likeliest first.

        Whether HubSpot writes a space as %20 or as + is not known. A + stands for itself in the path and for a space
        in the query; where no such event is declared, the other way round.
        """
        for is_space_in_path in (False, True):
            for is_space_in_query in (True, False):
                external_id = _decode(self.raw_id, plus_is_space=is_space_in_path)
                account = _decode(self.raw_account, plus_is_space=is_space_in_query)
                if external_id is not None and account is not None:
                    yield EventKey(account, external_id)


def _decode(raw: bytes, *, plus_is_space: bool) -> str | None:
    text = raw.decode("ascii", "replace")
    try:
        return unquote(text.replace("+", " ") if plus_is_space else text, errors="strict")
    except UnicodeDecodeError:
        return None


def read_query(raw_id: bytes, query: bytes) -> Wanted | None:
    """What a request with *query* asks about; None where appId or externalAccountId is missing, empty or there twice.

    Both are demanded: an id with an escaped question mark has the same signature as one that ends there, and would
    swallow the first of them.
    """
    app_ids, accounts = _raw_values(query, b"appId"), _raw_values(query, b"externalAccountId")
    if len(app_ids) != 1 or len(accounts) != 1 or not app_ids[0] or not accounts[0]:
        return None
    return Wanted(raw_id, accounts[0], _decode(app_ids[0], plus_is_space=True) or "")


def _raw_values(query: bytes, wanted: bytes) -> list[bytes]:
    pairs = (part.partition(b"=") for part in query.split(b"&"))
    return [value for name, _, value in pairs if name == wanted]
