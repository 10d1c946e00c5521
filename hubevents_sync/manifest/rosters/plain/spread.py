"""Read a large roster with several hands: each reads pieces of it, and columns come back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from hubevents_sync.manifest.rosters.interface import Piece, ReadPieces
from hubevents_sync.manifest.rosters.plain.columns import BlockReader
from hubevents_sync.manifest.rosters.plain.interface import PlainFormat
from hubevents_sync.model.roster import RosterBlock

# Sending a piece to another process and back costs as much as reading a few hundred rows; pieces have some thousand.
PIECES_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class PieceReader:
    """Reads pieces of one file that is open. Can be sent to another process."""

    plain: PlainFormat
    blocks: BlockReader
    file: str

    def __call__(self, pieces: Sequence[Piece]) -> list[RosterBlock | None]:
        """Each of *pieces* as a block; None where one of its entries needs a look of its own. Raises NotPlain."""
        return [self._read(piece) for piece in pieces]

    def _read(self, piece: Piece) -> RosterBlock | None:
        raw = self.plain.split(piece.data.decode(), piece.line)
        block = self.plain.parse(raw) if raw.lines else None
        return None if block is None else self.blocks.read(block, self.file)


def read_alone(
    read: ReadPieces, pieces: Iterable[Sequence[Piece]]
) -> Iterator[tuple[Sequence[Piece], RosterBlock | None]]:
    """A Spread over nobody else."""
    for some in pieces:
        for piece, block in zip(some, read(some), strict=True):
            yield (piece,), block


def gather_pieces(pieces: Iterator[Piece]) -> Iterator[Sequence[Piece]]:
    """Some of *pieces* at once."""
    while some := list(islice(pieces, PIECES_AT_ONCE)):
        yield some
