"""What a page is made of: the request for it, where it looks, and what it shows."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from hubevents_sync.sandbox.page.paging import Place, read_page_number
from hubevents_sync.sandbox.request_log import RequestLog
from hubevents_sync.sandbox.store.account import Account


@dataclass(frozen=True, slots=True)
class Gauge:
    """How much of a limit is used."""

    name: str
    used: int
    limit: int
    note: str

    @property
    def share(self) -> float:
        """From 0 to 1, also where more was used than allowed."""
        return min(1.0, self.used / self.limit) if self.limit > 0 else 1.0


@dataclass(frozen=True, slots=True)
class FaultInForce:
    """A rule of misbehaviour as it is written, its number, and how often it was asked and struck."""

    number: int
    text: str
    seen: int
    struck: int


@dataclass(frozen=True, slots=True)
class FaultsShown:
    """The rules in force, and the words that a rule can be made of. *complain* says what is wrong with a rule."""

    seed: int
    in_force: list[FaultInForce]
    wheres: tuple[str, ...]
    whats: tuple[str, ...]
    complain: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class BehaviourShown:
    """One thing the sandbox does, who says that HubSpot does it, and its switch, if it has one, with its position."""

    id: str
    statement: str
    evidence: str
    source: str
    switch: str = ""
    position: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the page looks. *open_account* gives the account as of a moment, inside one transaction."""

    open_account: Callable[[int], AbstractContextManager[Account]]
    log: RequestLog
    read_gauges: Callable[[int], list[Gauge]]
    portal_id: int
    read_faults: Callable[[], FaultsShown]
    read_behaviours: Callable[[], dict[str, list[BehaviourShown]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A GET of a page: *arguments* are the ids in its path, *place* is its address, *now_ms* is the sandbox's time."""

    sources: Sources
    place: Place
    arguments: tuple[int, ...]
    now_ms: int

    @property
    def page_number(self) -> int:
        """Which page of a list, from 1."""
        return read_page_number(self.place.query)

    def word(self, name: str, *, allowed: Mapping[str, object] | tuple[str, ...], default: str = "") -> str:
        """The query's *name* where it is one of *allowed*, else *default*: a stale link shows the page all the same."""
        value = self.place.query.get(name, "")
        return value if value in allowed else default

    def text(self, name: str) -> str:
        """What was typed for *name*, without blanks around it."""
        return self.place.query.get(name, "").strip()[:200]


@dataclass(frozen=True, slots=True)
class View:
    """A page to be drawn: which template, under which title, with which values. *section* is marked in the menu."""

    template: str
    title: str
    section: str
    values: dict[str, Any] = field(default_factory=dict)
    status: int = 200


def not_here(what: str) -> View:
    """404, as a page of its own."""
    return View("missing.html", "Not here", "", {"what": what}, status=404)
