"""Check columns of plain entries all at once, and read their times and their people.

Each check answers for all rows. Where one fails, something is to be said of a row, and the rows are looked at one by
one: the rules and their words stand there. Times of different days need not be compared one by one.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import eq, ge, mul, truth

from hubevents_sync.manifest.rosters.email import SURE_LENGTH, SURE_PATTERN
from hubevents_sync.manifest.rosters.interactions import SHORTEST_ATTENDANCE_MS
from hubevents_sync.manifest.rosters.interface import RosterContext
from hubevents_sync.manifest.rosters.plain.interface import Block, NotPlain
from hubevents_sync.manifest.rosters.plain.lanes import are_apart
from hubevents_sync.manifest.rosters.plain.times import TimeColumns
from hubevents_sync.model.moments import Moments, find_latest, pair_times
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.roster import RosterBlock

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-."
# A dot of a local part has something before it and behind it. In a domain the pattern sees to that.
_AROUND_A_DOT = (b"\n.", b".@", b"..")
# Of all rosters together: their hours and times of day are much the same.
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
    dots = {domain: _count_dots(domain) for domain in domains}
    if not all(parts) or not all(dots.values()):
        return None
    dots_of_domains = sum(map(mul, dots.values(), domains.values()))
    if whole.count(".") > dots_of_domains and any(pair in framed for pair in _AROUND_A_DOT):
        return None
    return domains


@lru_cache(maxsize=4096)
def _count_dots(domain: str) -> int:
    """How many dots there are in a domain that ``email.is_email`` is sure of; 0 for any other."""
    return domain.count(".") if SURE_PATTERN.fullmatch(f"a@{domain}") is not None else 0


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
            registered, cancelled = _read_column(block.registered), _read_column(block.cancelled)
            joined = _read_column(block.joined)
            left = _read_left(block.left, joined)
        except NotPlain:
            return None
        times = [column for column in (registered, joined, left, cancelled) if column is not None]
        if not times or not self._are_sound(registered, joined, left, cancelled):
            return None
        return RosterBlock(
            file,
            block.lines,
            self._identify_all(block.emails),
            block.emails,
            *(registered, joined, left, cancelled),
            contacts=block.contacts,
            domains=domains,
            latest_ms=find_latest(times),
        )

    def _are_sound(
        self, registered: Moments | None, joined: Moments | None, left: Moments | None, cancelled: Moments | None
    ) -> bool:
        """No rule has anything to say: what ``interactions`` and ``entry`` check row by row."""
        if registered is not None and registered.has_after(self._end_ms):
            return False
        if joined is not None and left is not None and not self._are_attendances(joined, left):
            return False
        return _say_something(registered, joined, cancelled) and not _collide(registered, joined, cancelled)

    def _are_attendances(self, joined: Moments, left: Moments) -> bool:
        if joined.has_after(self._end_ms - 1) or left.has_before(self._start_ms + 1):
            return False
        return are_apart(joined.times, left.times, SHORTEST_ATTENDANCE_MS)


def _read_column(column: Sequence[str] | None) -> Moments | None:
    if column is None:
        return None
    return _TIMES.read(column, bytes(map(truth, column)) if "" in column else None)


def _read_left(column: Sequence[str] | None, joined: Moments | None) -> Moments | None:
    """When they left who joined: each of them, and nobody else."""
    if column is None and joined is None:
        return None
    if column is None or joined is None:
        raise NotPlain
    if len(column) - column.count("") != len(joined) or not all(joined.select(column)):
        raise NotPlain
    return _TIMES.read(column, joined.given)


def _say_something(*columns: Moments | None) -> bool:
    """Each entry has a time in one of *columns* at least."""
    given = [column.given for column in columns if column is not None]
    return None in given or all(map(any, zip(*(each for each in given if each), strict=True)))


def _collide(registered: Moments | None, joined: Moments | None, cancelled: Moments | None) -> bool:
    """Somebody did two things at one time, or cancelled before having registered."""
    if registered and cancelled and _cancel_too_early(registered, cancelled):
        return True
    return any(joined and other and _meet(joined, other) for other in (registered, cancelled))


def _cancel_too_early(registered: Moments, cancelled: Moments) -> bool:
    return not registered.is_days_before(cancelled) and any(map(ge, *pair_times(registered, cancelled)))


def _meet(one: Moments, other: Moments) -> bool:
    """Somebody has the same time in both."""
    if one.is_days_before(other) or other.is_days_before(one):
        return False
    return any(map(eq, *pair_times(one, other)))
