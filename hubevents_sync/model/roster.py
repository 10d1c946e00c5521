"""A roster's participations, held as columns where the files had plain rows: a third of the time of a million rows."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat, tee
from typing import NamedTuple, TypeVar, overload

from hubevents_sync.model.batch import RowColumns
from hubevents_sync.model.block_tally import BlockTally
from hubevents_sync.model.moments import Moments
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId, make_participations
from hubevents_sync.model.people import numbers_of

T = TypeVar("T")
Contacts = Sequence[Mapping[str, str] | None]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RosterBlock:
    """Entries of one file as columns of one length: each a person of its own, with an e-mail in ASCII.

    An entry has at most one time of each state, each at another moment: it attended from *joined* to *left*, and if it
    registered and cancelled, then in this order. A column that no entry has a value in is None. *domains* counts the
    domains of the e-mails as they are written; *latest_ms* is the last of all its times.
    """

    file: str
    lines: Sequence[int]
    people: Sequence[PersonId]
    emails: Sequence[str]
    registered: Moments | None
    joined: Moments | None
    left: Moments | None
    cancelled: Moments | None
    contacts: Contacts | None
    domains: Mapping[str, int]
    latest_ms: int

    def __len__(self) -> int:
        """How many entries, and so people."""
        return len(self.people)

    @property
    def moments(self) -> dict[AttendanceState, Moments]:
        """When the entries' rows occurred, of those states that there are any of."""
        columns = (
            (AttendanceState.REGISTERED, self.registered),
            (AttendanceState.ATTENDED, self.joined),
            (AttendanceState.CANCELLED, self.cancelled),
        )
        return {state: column for state, column in columns if column is not None}

    @property
    def numbers(self) -> "array[int]":
        """What stands for each of its people."""
        return numbers_of(self.people)

    @property
    def blocks(self) -> "Sequence[RosterBlock]":
        """What it is made of: itself."""
        return (self,)

    def __reduce__(self) -> tuple[Callable[["PackedBlock"], "RosterBlock"], tuple["PackedBlock"]]:
        """To another process it goes packed: a fifth of the time that each text and number would take by itself."""
        return PackedBlock.unpack, self.packed

    @property
    def packed(self) -> "tuple[PackedBlock]":
        """The same in fewer and larger values."""
        lines = self.lines if isinstance(self.lines, range) else array("Q", self.lines)
        people, emails = b"".join(self.people), "\n".join(self.emails)
        times = self.registered, self.joined, self.left, self.cancelled
        domains = dict(self.domains)
        return (PackedBlock(self.file, lines, people, emails, times, self.contacts, domains, self.latest_ms),)

    def count_rows(self) -> int:
        """How many participations it stands for."""
        return sum(map(len, self.moments.values()))

    def rows(self) -> Iterable[Participation]:
        """The participations, entry by entry, each made as it is asked for."""
        moments = self.moments
        made = [self._make_rows(state, column) for state, column in moments.items()]
        if len(made) == 1 and len(next(iter(moments.values()))) == len(self):
            return made[0]
        return (row for rows in zip(*made, strict=True) for row in rows if row[2])

    def _make_rows(self, state: AttendanceState, moments: Moments) -> Iterator[Participation]:
        """One of each entry; where it has no time of *state*, one at 0."""
        times: tuple[Iterable[int | None], ...] = (moments.spread(), repeat(None), repeat(None))
        if self.left is not None and state is AttendanceState.ATTENDED:
            times = (*tee(moments.spread()), self.left.spread())
        contacts: Iterable[Mapping[str, str] | None] = repeat(None) if self.contacts is None else self.contacts
        columns = self.people, repeat(state), *times, self.emails, repeat(None), contacts, repeat(self.file), self.lines
        return make_participations(zip(*columns, strict=False))


class PackedBlock(NamedTuple):
    """A block with its columns joined, so that there is little in it to send but bytes."""

    file: str
    lines: Sequence[int]
    people: bytes
    emails: str
    times: Sequence[Moments | None]
    contacts: Contacts | None
    domains: Mapping[str, int]
    latest_ms: int

    def unpack_people(self) -> list[PersonId]:
        """Who its entries are."""
        people, width = self.people, len(self.people) // len(self.lines)
        return [people[start : start + width] for start in range(0, len(people), width)]

    def unpack(self) -> RosterBlock:
        """The block as it was."""
        registered, joined, left, cancelled = self.times
        columns = self.unpack_people(), self.emails.split("\n"), registered, joined, left, cancelled, self.contacts
        return RosterBlock(self.file, self.lines, *columns, self.domains, self.latest_ms)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SentBlock:
    """Blocks of one file that another process read, as they came from there: packed, and told of by *tally*.

    Most plans of a first apply need no more of them than that. They are unpacked for who asks for rows.
    """

    tally: BlockTally
    packed: Sequence[PackedBlock]

    def __len__(self) -> int:
        """How many entries, and so people."""
        return sum(len(block.lines) for block in self.packed)

    @property
    def people(self) -> Sequence[PersonId]:
        """Who they are, unpacked each time."""
        return list(chain.from_iterable(block.unpack_people() for block in self.packed))

    @property
    def numbers(self) -> "array[int]":
        """What stands for each of its people."""
        return array("Q", self.tally.people)

    @property
    def domains(self) -> Mapping[str, int]:
        """How many people each domain has, as it is written."""
        return self.tally.domains

    @property
    def latest_ms(self) -> int:
        """The last of all times."""
        return max(block.latest_ms for block in self.packed)

    @property
    def blocks(self) -> Sequence[RosterBlock]:
        """What it is made of, unpacked each time."""
        return [block.unpack() for block in self.packed]

    def count_rows(self) -> int:
        """How many participations it stands for."""
        return sum(self.tally.rounds.values())

    def rows(self) -> Iterable[Participation]:
        """The participations, entry by entry, each made as it is asked for."""
        return chain.from_iterable(block.unpack().rows() for block in self.packed)


Block = RosterBlock | SentBlock


class Roster(Sequence[Participation]):
    """Participations in the order of the files. No two of its parts have a person in common.

    Rows are made of blocks when somebody asks for them, and kept.
    """

    __slots__ = ("_length", "_rows", "parts")

    def __init__(self, parts: Iterable[Block | Sequence[Participation]]) -> None:
        self.parts = tuple(part for part in parts if len(part))
        self._length = sum(part.count_rows() if isinstance(part, Block) else len(part) for part in self.parts)
        self._rows: list[Participation] | None = None

    @property
    def rows(self) -> list[Participation]:
        """All of them."""
        if self._rows is None:
            parts = (part.rows() if isinstance(part, Block) else part for part in self.parts)
            self._rows = list(chain.from_iterable(parts))
        return self._rows

    @property
    def people(self) -> Iterator[PersonId]:
        """Who did something, somebody once or more often. No row is made for it."""
        for part in self.parts:
            yield from part.people if isinstance(part, Block) else (row.person for row in part)

    def head(self, count: int) -> list[Participation]:
        """The first *count* rows. The others are not made."""
        parts = (part.rows() if isinstance(part, Block) else part for part in self.parts)
        return list(islice(chain.from_iterable(parts), count))

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Participation]:
        return iter(self.rows)

    @overload
    def __getitem__(self, index: int) -> Participation: ...

    @overload
    def __getitem__(self, index: slice) -> list[Participation]: ...

    def __getitem__(self, index: int | slice) -> Participation | list[Participation]:
        return self.rows[index]

    def __repr__(self) -> str:
        """Without anybody's data."""
        return f"<Roster of {self._length} rows>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StateColumns:
    """Rows of one state as columns of one length, in the order of the block."""

    emails: Sequence[str]
    occurred: "array[int]"
    joined: "array[int] | None" = None
    left: "array[int] | None" = None
    contacts: Contacts | None = None


def take_state(block: RosterBlock, state: AttendanceState) -> StateColumns | None:
    """The rows of *state*; None where there are none."""
    moments = block.moments.get(state)
    if moments is None:
        return None
    emails = moments.select(block.emails)
    contacts = None if block.contacts is None else moments.select(block.contacts)
    if state is not AttendanceState.ATTENDED or block.left is None:
        return StateColumns(emails, moments.times, contacts=contacts)
    return StateColumns(emails, moments.times, moments.times, block.left.times, contacts)


def join_blocks(blocks: Sequence[RosterBlock]) -> RowColumns | None:
    """The participations by column, where each entry stands for one and all are of one state; None where not."""
    states = {state for block in blocks for state in block.moments}
    if len(states) != 1:
        return None
    (state,) = states
    taken = [columns for block in blocks if (columns := take_state(block, state)) is not None]
    counts = [len(block) for block in blocks]
    if any(len(columns.occurred) < count for count, columns in zip(counts, taken, strict=True)):
        return None
    told = list(zip(counts, taken, strict=True))
    nothing = (None,) * sum(counts)
    return RowColumns(
        person=_join(block.people for block in blocks),
        state=(state,) * len(nothing),
        occurred_at_ms=_join(columns.occurred for columns in taken),
        joined_at_ms=_join(columns.joined or repeat(None, count) for count, columns in told),
        left_at_ms=_join(columns.left or repeat(None, count) for count, columns in told),
        email=_join(block.emails for block in blocks),
        contact_id=nothing,
        contact_properties=_join(columns.contacts or repeat(None, count) for count, columns in told),
        file=_join(repeat(block.file, len(block)) for block in blocks),
        line=_join(block.lines for block in blocks),
    )


def _join(columns: Iterable[Iterable[T]]) -> tuple[T, ...]:
    return tuple(chain.from_iterable(columns))
