"""Find the page of an address, draw it, and answer with it. GET only: nothing here changes an account."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from urllib.parse import unquote

from jinja2 import Environment, PackageLoader, StrictUndefined

from hubevents_sync.sandbox.page import wording
from hubevents_sync.sandbox.page.asked import Asked, Sources, View, not_here
from hubevents_sync.sandbox.page.behaviours import show_behaviours
from hubevents_sync.sandbox.page.contacts import show_contact, show_contacts
from hubevents_sync.sandbox.page.events import show_event, show_events
from hubevents_sync.sandbox.page.faults import show_faults
from hubevents_sync.sandbox.page.guard import is_loopback
from hubevents_sync.sandbox.page.paging import Place
from hubevents_sync.sandbox.page.paths import FAVICON, PREFIX
from hubevents_sync.sandbox.page.requests import show_request, show_requests
from hubevents_sync.sandbox.routing import read_query

# Everything comes from here and nothing is inline: a name with a script in it stays a name, twice over.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not no-referrer: with it a form's Origin is "null", and the fault switches could not tell whose form it is.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_STATIC = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
# A path's ids stand where the groups are. HubSpot's own ids have up to 18 digits.
_PAGES: tuple[tuple[re.Pattern[str], Callable[[Asked], View]], ...] = (
    (re.compile(r"/"), show_events),
    (re.compile(r"/page/events/([0-9]{1,18})"), show_event),
    (re.compile(r"/page/contacts"), show_contacts),
    (re.compile(r"/page/contacts/([0-9]{1,18})"), show_contact),
    (re.compile(r"/page/requests"), show_requests),
    (re.compile(r"/page/requests/([0-9]{1,18})"), show_request),
    (re.compile(r"/page/faults"), show_faults),
    (re.compile(r"/page/behaviours"), show_behaviours),
)


_MENU = (
    ("events", "/"),
    ("contacts", "/page/contacts"),
    ("requests", "/page/requests"),
    ("faults", "/page/faults"),
    ("behaviours", "/page/behaviours"),
)


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What is sent back: a page, a file of its looks, or a plain text that says why not."""

    status: int
    body: bytes
    media_type: str
    headers: dict[str, str] = field(default_factory=lambda: dict(_HEADERS))


class Site:
    """The page of one account."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def answer(self, method: str, raw_path: str, query: str, *, host: str, now_ms: int) -> PageAnswer:
        """Answer a request for a page. Neither the limits nor the log are told of it."""
        if not is_loopback(host):
            return _say(403, f"this page is for this machine only; '{host}' is no name of it. Open http://127.0.0.1")
        if method not in ("GET", "HEAD"):
            return _say(405, f"the page at {raw_path} is read with GET, not {method}")
        if raw_path == FAVICON:
            return self._read_file("icon.svg")
        if raw_path.startswith(f"{PREFIX}static/"):
            return self._read_file(raw_path.removeprefix(f"{PREFIX}static/"))
        return self._draw(self._find(raw_path, query, now_ms), raw_path, now_ms)

    def _find(self, raw_path: str, query: str, now_ms: int) -> View:
        path = unquote(raw_path)
        for pattern, show in _PAGES:
            found = pattern.fullmatch(path)
            if found is not None:
                arguments = tuple(map(int, found.groups()))
                return show(Asked(self._sources, Place(path, read_query(query)), arguments, now_ms))
        return not_here(f"there is no page at {path}")

    def _draw(self, view: View, raw_path: str, now_ms: int) -> PageAnswer:
        text = self._environment.get_template(view.template).render(
            title=view.title,
            section=view.section,
            path=raw_path,
            menu=_MENU,
            portal_id=self._sources.portal_id,
            now_ms=now_ms,
            **view.values,
        )
        return PageAnswer(view.status, text.encode(errors="replace"), "text/html; charset=utf-8")

    def _read_file(self, name: str) -> PageAnswer:
        if name not in _STATIC:
            return _say(404, f"the page has no file {name}")
        body = resources.files(__package__).joinpath("static", name).read_bytes()
        return PageAnswer(200, body, _STATIC[name])

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=PackageLoader(__package__),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        tellers = {name: value for name, value in vars(wording).items() if name.startswith("tell_")}
        environment.filters.update(tellers, lay_out=wording.lay_out)
        return environment


def _say(status: int, text: str) -> PageAnswer:
    return PageAnswer(status, f"{text}\n".encode(), "text/plain; charset=utf-8")
