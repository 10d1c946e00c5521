"""Check columns of plain entries all at once, and turn them into participations.

Each check answers for all rows. Where one fails, something is to be said of a row, and the rows are looked at one by
one: the rules and their words stand there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from operator import sub

from hubevents_sync.manifest.rosters.email import SURE_LENGTH, SURE_PATTERN
from hubevents_sync.manifest.rosters.interactions import SHORTEST_ATTENDANCE_MS
from hubevents_sync.manifest.rosters.interface import RosterContext
from hubevents_sync.manifest.rosters.plain.interface import Block, NotPlain
from hubevents_sync.manifest.rosters.plain.times import TimeColumns
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId

Times = Sequence[int | None]
_LOCAL_PART = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-."
_AROUND_A_DOT = (b"\n.", b".\n", b"..", b"\n\n")
# Of all rosters together: their days and times of day are much the same.
_TIMES = TimeColumns()
# What Participation(…) itself ends in, without its eight default arguments.
_make = tuple.__new__


def are_sure_emails(addresses: Sequence[str]) -> bool:
    """Every one of *addresses* is of the kind that ``email.is_email`` is sure of; a third of the time of asking it."""
    whole = "\n".join(addresses)
    if not whole.isascii() or max(map(len, addresses)) > SURE_LENGTH:
        return False
    parts = [address.rpartition("@") for address in addresses]
    local_parts = "\n".join([part[0] for part in parts]).encode()
    if local_parts.count(b"\n") != len(parts) - 1 or local_parts.translate(None, _LOCAL_PART + b"\n"):
        return False
    framed = b"\n%b\n" % local_parts
    return not any(pair in framed for pair in _AROUND_A_DOT) and all(map(_is_sure_domain, {part[2] for part in parts}))


@lru_cache(maxsize=4096)
def _is_sure_domain(domain: str) -> bool:
    return SURE_PATTERN.fullmatch(f"a@{domain}") is not None


class BlockReader:
    """Turns blocks of one event's rosters into participations."""

    def __init__(self, context: RosterContext, identify_all: Callable[[Sequence[str]], list[PersonId]]) -> None:
        self._start_ms = context.start_ms if context.start_ms is not None else -(1 << 62)
        self._end_ms = context.end_ms if context.end_ms is not None else 1 << 62
        self._identify_all = identify_all

    def read(self, block: Block, file: str) -> tuple[list[PersonId], list[Participation]] | None:
        """Who each entry of *block* is, and all that happened, entry by entry. None where one is not plain."""
        if not are_sure_emails(block.emails):
            return None
        try:
            columns = self._read_times(block)
        except NotPlain:
            return None
        if not self._are_sound(columns):
            return None
        people = self._identify_all(block.emails)
        return people, _make_rows(block, people, columns, file)

    def _read_times(self, block: Block) -> tuple[Times | None, Times | None, Times | None, Times | None]:
        return (
            self._read_column(block.registered),
            self._read_column(block.joined),
            self._read_column(block.left),
            self._read_column(block.cancelled),
        )

    @staticmethod
    def _read_column(column: Sequence[str] | None) -> Times | None:
        if column is None:
            return None
        return _TIMES.read_some(column) if "" in column else _TIMES.read(column)

    def _are_sound(self, columns: tuple[Times | None, Times | None, Times | None, Times | None]) -> bool:
        """No rule has anything to say: what ``interactions`` and ``entry`` check row by row."""
        registered, joined, left, cancelled = columns
        if registered is not None and max(filter(None, registered), default=0) > self._end_ms:
            return False
        if (joined is None) is not (left is None):
            return False
        if joined is not None and left is not None and not self._are_attendances(joined, left):
            return False
        return _say_something(columns) and not _collide(registered, joined, cancelled)

    def _are_attendances(self, joined: Times, left: Times) -> bool:
        if list(map(_is_none, joined)) != list(map(_is_none, left)):
            return False
        begins, ends = list(_present(joined)), list(_present(left))
        if not begins:
            return True
        shortest = min(map(sub, ends, begins))
        return shortest >= SHORTEST_ATTENDANCE_MS and max(begins) < self._end_ms and min(ends) > self._start_ms


def _is_none(moment: int | None) -> bool:
    return moment is None


def _present(column: Times) -> Iterable[int]:
    return (moment for moment in column if moment is not None)


def _say_something(columns: tuple[Times | None, ...]) -> bool:
    """Each entry has a time in one of *columns* at least."""
    given = [column for column in columns if column is not None]
    if any(None not in column for column in given):
        return True
    return bool(given) and not any(all(moment is None for moment in row) for row in zip(*given, strict=True))


def _collide(registered: Times | None, joined: Times | None, cancelled: Times | None) -> bool:
    """Somebody did two things at one time, or cancelled before having registered."""
    if cancelled is not None and registered is not None:
        both = [pair for pair in zip(registered, cancelled, strict=True) if None not in pair]
        if any(map(_is_late, both)):
            return True
    if joined is None:
        return False
    others = [column for column in (registered, cancelled) if column is not None]
    return any(
        moment is not None and moment == other
        for column in others
        for moment, other in zip(joined, column, strict=True)
    )


def _is_late(pair: tuple[int | None, int | None]) -> bool:
    registered, cancelled = pair
    return registered is not None and cancelled is not None and registered >= cancelled


def _make_rows(
    block: Block,
    people: Sequence[PersonId],
    columns: tuple[Times | None, Times | None, Times | None, Times | None],
    file: str,
) -> list[Participation]:
    registered, joined, left, cancelled = columns
    contacts: Iterable[Mapping[str, str] | None] = repeat(None) if block.contacts is None else block.contacts

    def make(
        state: AttendanceState, moments: Times, begins: Iterable[int | None], ends: Iterable[int | None]
    ) -> list[Participation]:
        who = people, repeat(state), moments, begins, ends, block.emails, repeat(None), contacts, repeat(file)
        return list(map(_make, repeat(Participation), zip(*who, block.lines, strict=False)))

    of_state = []
    if registered is not None:
        of_state.append(make(AttendanceState.REGISTERED, registered, repeat(None), repeat(None)))
    if joined is not None and left is not None:
        of_state.append(make(AttendanceState.ATTENDED, joined, joined, left))
    if cancelled is not None:
        of_state.append(make(AttendanceState.CANCELLED, cancelled, repeat(None), repeat(None)))
    if len(of_state) == 1 and None not in (registered or joined or cancelled or ()):
        return of_state[0]
    return [row for rows in zip(*of_state, strict=True) for row in rows if row[2] is not None]
