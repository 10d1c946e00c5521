"""What was taken of an event's rosters so far: rows, blocks of rows, and where each person stands."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain

from hubevents_sync.manifest.rosters.plain.interface import NotPlain
from hubevents_sync.model.finding import Position
from hubevents_sync.model.participation import Participation, PersonId
from hubevents_sync.model.people import number_of
from hubevents_sync.model.roster import Block, Roster

# A place as one number, file and line and column: a tuple for each person would take four times the memory.
LINE_BITS, COLUMN_BITS = 40, 24


class Taken:
    """Call ``begin(file)`` before what comes from that file. *rows* takes those that came one by one."""

    def __init__(self) -> None:
        self.rows: list[Participation] = []
        self._parts: list[Block | list[Participation]] = []
        self._block_bits: list[tuple[int, int]] = []  # the file of each block, and the column its entries start in
        self._files: list[str] = []
        self._file_bits = 0
        self._places: dict[PersonId, int] = {}  # of those who came one by one
        self._in_blocks: set[int] = set()  # eight bytes of each hash: a number takes a third of the memory
        self._block_places: dict[PersonId, int] | None = None  # of these, once somebody asks

    @property
    def people(self) -> int:
        """How many people there are."""
        return len(self._places) + len(self._in_blocks)

    @property
    def participations(self) -> Roster:
        """All that was taken, in the order of the files."""
        return Roster([*self._parts, self.rows])

    def begin(self, file: str) -> None:
        """What comes next stands in *file*."""
        self._file_bits = len(self._files) << (LINE_BITS + COLUMN_BITS)
        self._files.append(file)

    def is_repeat(self, person: PersonId, line: int, column: int) -> bool:
        """Somebody who was taken already stands there; else remember the place."""
        if self._in_blocks and number_of(person) in self._in_blocks and person in self._list_block_places():
            return True
        place = self._file_bits | line << COLUMN_BITS | column
        return self._places.setdefault(person, place) != place

    def add_block(self, block: Block, column: int) -> bool:
        """Take *block*, whose entries start at *column*; False, and nothing taken, where somebody in it is a repeat."""
        if self._places and not self._places.keys().isdisjoint(block.people):
            return False
        count = len(self._in_blocks) + len(block)
        self._in_blocks.update(block.numbers)  # one look at each, where asking first would take two
        if len(self._in_blocks) < count:
            self._in_blocks = set(chain.from_iterable(part.numbers for part in self._parts if isinstance(part, Block)))
            return False
        self._close_rows()
        self._parts.append(block)
        self._block_bits.append((self._file_bits, column))
        self._block_places = None
        return True

    def find_first(self, person: PersonId) -> Position:
        """Where somebody who was taken stands."""
        place = self._list_block_places().get(person, self._places.get(person, 0))
        file = self._files[place >> LINE_BITS + COLUMN_BITS]
        return Position(file, place >> COLUMN_BITS & (1 << LINE_BITS) - 1, place & (1 << COLUMN_BITS) - 1)

    @contextmanager
    def attempting(self) -> Iterator[None]:
        """Where NotPlain is raised inside, all that was taken inside is taken back, and the file with it."""
        self._close_rows()
        people, parts = len(self._places), len(self._parts)
        try:
            yield
        except NotPlain:
            while len(self._places) > people:
                self._places.popitem()  # the last one that was put in
            self._drop_parts(parts)
            self._files.pop()
            raise

    def _close_rows(self) -> None:
        if self.rows:
            self._parts.append(self.rows)
            self.rows = []

    def _drop_parts(self, kept: int) -> None:
        self.rows = []
        for part in self._parts[kept:]:
            if isinstance(part, Block):
                self._in_blocks.difference_update(part.numbers)
                self._block_bits.pop()
        del self._parts[kept:]
        self._block_places = None

    def _list_block_places(self) -> Mapping[PersonId, int]:
        if self._block_places is None:
            blocks = (part for part in self._parts if isinstance(part, Block))
            self._block_places = {
                person: file_bits | line << COLUMN_BITS | column
                for part, (file_bits, column) in zip(blocks, self._block_bits, strict=True)
                for block in part.blocks
                for person, line in zip(block.people, block.lines, strict=True)
            }
        return self._block_places
