"""Find the operation of a request by its raw path, and only then decode the ids in it.

Decoding first, as most routers do, would cut an id such as ``a/b`` in two: clients send it as ``a%2Fb``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from hubevents_sync.sandbox.refusals import not_found, wrong_method
from hubevents_sync.sandbox.settings import API_VERSIONS
from hubevents_sync.sandbox.wire.call import Answer, Call

Handler = Callable[[Call], Answer]

READ = "crm.objects.marketing_events.read"
WRITE = "crm.objects.marketing_events.write"
DEVELOPERS_READ = "developers-read"
DEVELOPERS_WRITE = "developers-write"

# The list stands at a third place in v3 since March 2026: HubSpot's OpenAPI. Nothing else does.
V3_BASE = ("marketing", "v3", "marketing-events")
V3_LIST = ("marketing", "marketing-events", "v3")
BASES = (V3_BASE, *(("marketing", "marketing-events", version) for version in API_VERSIONS))


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. *path* has its parameters in braces: ``events/{externalEventId}/complete``.

    *is_open*: needs no token. *ignores_token*: does not even look at one. *takes_key*: a developer's API key in the
    query will do. *holds_secret*: a token is in its body or its path, so that no log keeps them. *scope*: what the
    token must have been granted.
    """

    method: str
    path: str
    handler: Handler
    is_open: bool = False
    ignores_token: bool = False
    takes_key: bool = False
    holds_secret: bool = False
    scope: str | None = None


class Router:
    """All operations, by the segments of their paths. A literal segment wins over a parameter."""

    def __init__(self, *, events: tuple[Route, ...], listing: Handler, other: tuple[Route, ...]) -> None:
        """*events* stand under each of the API's bases, *listing* at each spelling of the list, *other* at the top."""
        self._tables: dict[int, dict[tuple[str, ...], dict[str, Route]]] = {}
        for base in BASES:
            for route in events:
                self._add((*base, *route.path.split("/")), route)
            self._add_list(base, listing)
        self._add_list(V3_LIST, listing)
        for route in other:
            self._add(tuple(route.path.split("/")), route)

    def _add_list(self, base: tuple[str, ...], listing: Handler) -> None:
        route = Route("GET", "", listing, scope=READ)
        self._add(base, route)
        self._add((*base, ""), route)

    def _add(self, template: tuple[str, ...], route: Route) -> None:
        self._tables.setdefault(len(template), {}).setdefault(template, {})[route.method] = route

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]]:
        """The operation and its decoded path parameters. Raises a Refusal: 404 for the path, 405 for the method."""
        segments = tuple(raw_path.removeprefix("/").split("/"))
        matches = [template for template in self._tables.get(len(segments), {}) if all(map(_fits, template, segments))]
        if not matches:
            raise not_found("resource not found")
        template = min(matches, key=lambda found: [_is_parameter(part) for part in found])
        methods = self._tables[len(segments)][template]
        if method not in methods:
            raise wrong_method(method, sorted(methods))
        return methods[method], {
            part[1:-1]: unquote(segment)
            for part, segment in zip(template, segments, strict=True)
            if _is_parameter(part)
        }


def _is_parameter(part: str) -> bool:
    return part.startswith("{")


def _fits(part: str, segment: str) -> bool:
    return bool(segment) if _is_parameter(part) else part == segment


def read_query(query: str) -> dict[str, str]:
    """The query's parameters; ``+`` and ``%20`` are both a space. Of a repeated name the first counts."""
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, value)
    return values


def read_version(raw_path: str) -> str:
    """The API version that *raw_path* names: ``v3`` or a date; empty where it names none."""
    return next((part for part in raw_path.split("/")[:5] if part in ("v1", "v3", *API_VERSIONS)), "")
