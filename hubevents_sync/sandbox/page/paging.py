"""Pages of a long list, and links that change one part of an address and keep the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from hubevents_sync.sandbox.page.wording import tell_count

PAGE_SIZE = 50
_LAST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """An address of the page: its path, and its query without what is empty."""

    path: str
    query: Mapping[str, str]

    def having(self, **changes: str | int | None) -> str:
        """The same address with *changes*: "" and None take a parameter away, and any change but ``page`` goes to
        the first page."""
        kept = {name: value for name, value in self.query.items() if name != "page"}
        wanted = {**kept, **{name.replace("_", "-"): value for name, value in changes.items()}}
        query = urlencode({name: value for name, value in wanted.items() if value not in ("", None)})
        return f"{self.path}?{query}" if query else self.path


@dataclass(frozen=True, slots=True)
class Pager:
    """One page, counted from 1, of *total* entries."""

    total: int
    number: int
    place: Place
    size: int = PAGE_SIZE

    @property
    def count(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def range_text(self) -> str:
        """Which entries these are: ``51-100 of 1 234``."""
        if not self.total:
            return "none"
        first = min((self.number - 1) * self.size + 1, self.total + 1)
        last = min(self.total, self.number * self.size)
        if first > last:
            return f"nothing here; there are {tell_count(self.total)}"
        return f"{tell_count(first)}\N{EN DASH}{tell_count(last)} of {tell_count(self.total)}"

    def links(self) -> list[tuple[str, str | None]]:
        """The four ways to go, with an address where there is somewhere to go."""
        ways = (("First", 1), ("Previous", self.number - 1), ("Next", self.number + 1), ("Last", self.count))
        current = min(self.number, self.count + 1)
        return [
            (name, self.place.having(page=target) if 1 <= target <= self.count and target != current else None)
            for name, target in ways
        ]


def read_page_number(query: Mapping[str, str]) -> int:
    """The page that is asked for; 1 where that is no number."""
    text = query.get("page", "")
    is_number = text.isascii() and text.isdigit() and len(text) <= 7
    return max(1, min(int(text), _LAST_PAGE)) if is_number else 1
