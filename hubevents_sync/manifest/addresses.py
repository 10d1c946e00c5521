"""Check the addresses in a project file that others are told or that we call: what each of them needs."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from hubevents_sync.manifest.rules import files as rules
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.wording import named

MARK = "%s"
_USE_HTTPS = "use https; http is taken for localhost, 127.0.0.1 and [::1] only"
_LIKE = "write it like https://my.event.app/events/%s"

Faults = Iterator[tuple[Rule, str, str | None]]


def details_url_faults(text: str) -> Faults:
    """What is wrong with an eventDetailsUrl. HubSpot wants https, a full URL and ``%s``: marketing-events guide."""
    count = text.count(MARK)
    if count != 1:
        found = "has no %s" if not count else f"has %s {count} times"
        yield rules.DETAILS_URL, f"eventDetailsUrl {found}", f"the event's id goes in its place, once: {_LIKE}"
        return
    url = _split(text.replace(MARK, "id"))
    if url is None or not _is_plain(text):
        yield rules.BAD_URL, "eventDetailsUrl is no full URL", _LIKE
    elif MARK in text.split("/")[2]:
        yield rules.DETAILS_URL, "eventDetailsUrl has %s in its host", f"%s belongs into the path: {_LIKE}"
    elif url.username is not None or url.fragment:
        yield (
            rules.BAD_URL,
            "eventDetailsUrl has a user or a fragment",
            "HubSpot signs what it asks",
        )
    elif url.scheme == "http" and not is_loopback(url.hostname or ""):
        message = f"eventDetailsUrl is http to {named(url.hostname or '')}: HubSpot asks over https only"
        yield rules.PLAIN_HTTP, message, _USE_HTTPS


def webhook_url_faults(text: str) -> Faults:
    """What is wrong with a webhook's URL. It may hold a secret, so nothing but its host is repeated."""
    url = _split(text)
    if url is None or not _is_plain(text):
        yield rules.BAD_URL, "the webhook's url is no full URL", "write it like https://ops.example/hooks/hubevents"
    elif url.username is not None or url.fragment:
        message = "the webhook's url has a user or a fragment"
        yield rules.BAD_URL, message, "each message is signed with webhook.secret: no password is needed"
    elif url.scheme == "http" and not is_loopback(url.hostname or ""):
        message = f"the webhook's url is http to {named(url.hostname or '')}: what a run did would cross in the clear"
        yield rules.PLAIN_HTTP, message, _USE_HTTPS


def is_loopback(host: str) -> bool:
    """*host* is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _split(text: str) -> SplitResult | None:
    """The parts of *text*, where it names a host by http or https."""
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        return None
    return url if host and url.scheme in ("http", "https") else None


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
