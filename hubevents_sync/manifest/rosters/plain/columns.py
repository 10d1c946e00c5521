"""Check columns of plain entries all at once, and read their times and their people.

Each check answers for all rows. Where one fails, something is to be said of a row, and the rows are looked at one by
one: the rules and their words stand there. In columns of times 0 stands for none: plain times are of this century.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import compress
from operator import eq, le, sub

from hubevents_sync.manifest.rosters.email import SURE_LENGTH, SURE_PATTERN
from hubevents_sync.manifest.rosters.interactions import SHORTEST_ATTENDANCE_MS
from hubevents_sync.manifest.rosters.interface import RosterContext
from hubevents_sync.manifest.rosters.plain.interface import Block, NotPlain
from hubevents_sync.manifest.rosters.plain.times import TimeColumns
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.roster import RosterBlock, Times

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-."
# A dot of a local part has something before it and behind it. In a domain the pattern sees to that.
_AROUND_A_DOT = (b"\n.", b".@", b"..")
# Of all rosters together: their days and times of day are much the same.
_TIMES = TimeColumns()


def count_sure_domains(addresses: Sequence[str]) -> Counter[str] | None:
    """The domains of *addresses*; None unless each is of the kind that ``email.is_email`` is sure of.

    A third of the time of asking it.
    """
    whole = "\n".join(addresses)
    if not whole.isascii() or max(map(len, addresses)) > SURE_LENGTH:
        return None
    framed = b"\n%b\n" % whole.encode()
    # One @ in each, and beside it what a local part may have: that is more than a domain may.
    if framed.translate(None, _LETTERS) != b"\n@" * len(addresses) + b"\n":
        return None
    parts = whole.replace("@", "\n").split("\n")
    domains = Counter(parts[1::2])
    dots_of_domains = sum(domain.count(".") * count for domain, count in domains.items())
    if whole.count(".") > dots_of_domains and any(pair in framed for pair in _AROUND_A_DOT):
        return None
    return domains if "" not in parts and all(map(_is_sure_domain, domains)) else None


@lru_cache(maxsize=4096)
def _is_sure_domain(domain: str) -> bool:
    return SURE_PATTERN.fullmatch(f"a@{domain}") is not None


class BlockReader:
    """Reads blocks of one event's rosters."""

    def __init__(self, context: RosterContext, identify_all: Callable[[Sequence[str]], list[PersonId]]) -> None:
        self._start_ms = context.start_ms if context.start_ms is not None else -(1 << 62)
        self._end_ms = context.end_ms if context.end_ms is not None else 1 << 62
        self._identify_all = identify_all

    def read(self, block: Block, file: str) -> RosterBlock | None:
        """Who each entry of *block* is, and all that happened. None where one of them is not plain."""
        domains = count_sure_domains(block.emails)
        if domains is None:
            return None
        try:
            registered, joined = _read_column(block.registered), _read_column(block.joined)
            left, cancelled = _read_column(block.left), _read_column(block.cancelled)
        except NotPlain:
            return None
        if not self._are_sound(registered, joined, left, cancelled):
            return None
        columns = registered, joined, left, cancelled
        return RosterBlock(
            file,
            block.lines,
            self._identify_all(block.emails),
            block.emails,
            *columns,
            contacts=block.contacts,
            domains=domains,
            latest_ms=max(max(column) for column in columns if column is not None),
        )

    def _are_sound(
        self, registered: Times | None, joined: Times | None, left: Times | None, cancelled: Times | None
    ) -> bool:
        """No rule has anything to say: what ``interactions`` and ``entry`` check row by row."""
        if registered is not None and max(registered) > self._end_ms:
            return False
        if (joined is None) is not (left is None):
            return False
        if joined is not None and left is not None and not self._are_attendances(joined, left):
            return False
        return _say_something(registered, joined, cancelled) and not _collide(registered, joined, cancelled)

    def _are_attendances(self, joined: Times, left: Times) -> bool:
        begins, ends = list(compress(joined, left)), list(compress(left, joined))
        if not all(begins) or len(begins) != len(joined) - joined.count(0) or len(begins) != len(left) - left.count(0):
            return False
        if not begins:
            return True
        shortest = min(map(sub, ends, begins))
        return shortest >= SHORTEST_ATTENDANCE_MS and max(begins) < self._end_ms and min(ends) > self._start_ms


def _read_column(column: Sequence[str] | None) -> Times | None:
    return None if column is None else _TIMES.read(column)


def _say_something(*columns: Times | None) -> bool:
    """Each entry has a time in one of *columns* at least."""
    given = [column for column in columns if column is not None]
    return bool(given) and (any(0 not in column for column in given) or all(map(any, zip(*given, strict=True))))


def _collide(registered: Times | None, joined: Times | None, cancelled: Times | None) -> bool:
    """Somebody did two things at one time, or cancelled before having registered."""
    if cancelled is not None and registered is not None:
        cancelled_at, registered_at = compress(cancelled, cancelled), compress(registered, cancelled)
        if any(map(le, cancelled_at, registered_at)):
            return True
    if joined is None:
        return False
    begins = list(filter(None, joined))
    earliest = min(begins, default=0)
    others = [column for column in (registered, cancelled) if column is not None and max(column) >= earliest]
    return any(any(map(eq, begins, compress(column, joined))) for column in others)
