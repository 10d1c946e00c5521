"""The lines of a text file, a chunk at a time: no line, however long, is loaded whole before somebody asks."""

from collections.abc import Iterator
from io import StringIO

from hubevents_sync.manifest.findings import Unreadable
from hubevents_sync.manifest.rules.rosters import EMPTY_FILE, LINE_TOO_LONG
from hubevents_sync.manifest.source import CHUNK, SourceStream
from hubevents_sync.model.finding import Position

LONGEST_LINE_BYTES = 1_000_000
EMPTY_HINT = "a roster of nobody is `attendees: []` in YAML, or the header alone in CSV"


def read_lines(stream: SourceStream, file: str) -> Iterator[str]:
    """Each line of *stream* with its line end, which may be LF, CRLF or CR. Raises what ``read_pieces`` raises."""
    for piece in read_pieces(stream, file):
        # No line ends are translated: csv tells a quoted line end from the end of a row by itself.
        yield from StringIO(piece.decode(), newline="")


def read_pieces(stream: SourceStream, file: str) -> Iterator[bytes]:
    """The bytes of *stream* in pieces that end where a line ends; the last one where the file does. All are UTF-8.

    Raises Unreadable for a file of no bytes, a line of more than LONGEST_LINE_BYTES, and what the stream refuses.
    """
    rest = b""
    is_empty = True
    while chunk := stream.read(CHUNK):
        is_empty = False
        cut = chunk.rfind(b"\n") + 1
        if cut:
            yield rest + chunk[:cut]
            rest = chunk[cut:]
        else:
            rest += chunk
        if len(rest) > LONGEST_LINE_BYTES:
            raise _too_long(file, stream.lines + 1)
    if is_empty:
        raise Unreadable(EMPTY_FILE.at(Position(file, 1, 1), "the file is empty", EMPTY_HINT))
    if rest:
        yield rest


def _too_long(file: str, line: int) -> Unreadable:
    message = f"the line is longer than {LONGEST_LINE_BYTES:,} bytes"
    return Unreadable(LINE_TOO_LONG.at(Position(file, line, 1), message, "is this the right file?"))
