"""Bytes of a file, looked at once on their way to a parser: UTF-8 without NUL, digested as they pass."""

import codecs
import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from hubevents_sync.manifest.findings import Unreadable
from hubevents_sync.model.finding import Finding, Position, Severity

FOREIGN_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",  # before UTF-16: its mark begins with UTF-16's
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
CHUNK = 1 << 17


class SourceStream:
    """A file's bytes for a parser, in chunks.

    A leading UTF-8 byte order mark is taken off. Raises Unreadable, with line and column, at a NUL, at a byte that is
    no UTF-8, and at a byte order mark of another encoding: some parsers drop what follows a NUL in silence.
    ``digest()`` is the SHA-256 of the very bytes that were read, the mark included.
    """

    def __init__(self, stream: BinaryIO, file: str) -> None:
        self._stream = stream
        self._file = file
        self._digest = hashlib.sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._lines_before = 0
        self._last_line = b""
        self._is_at_start = True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most *size*; all that is left where *size* is negative."""
        chunk = self._stream.read(size)
        self._digest.update(chunk)
        body = self._without_mark(chunk) if self._is_at_start else chunk
        self._check(body, is_last=not chunk)
        if self._is_at_start and chunk and not body:  # nothing but the mark: an empty answer would mean the end
            self._is_at_start = False
            return self.read(size)
        self._is_at_start = False
        return body

    def digest(self) -> str:
        """SHA-256 of what was read so far, in hex."""
        return self._digest.hexdigest()

    @property
    def lines(self) -> int:
        """How many lines end in what was read so far."""
        return self._lines_before

    def _without_mark(self, chunk: bytes) -> bytes:
        for mark, encoding in FOREIGN_BYTE_ORDER_MARKS.items():
            if chunk.startswith(mark):
                raise self._fault(b"", "encoding", f"the file is {encoding}, not UTF-8")
        return chunk.removeprefix(codecs.BOM_UTF8)

    def _check(self, body: bytes, *, is_last: bool) -> None:
        if (nul := body.find(b"\0")) >= 0:
            raise self._fault(body[:nul], "nul", "the file holds a NUL byte; text has none")
        if body.isascii() and not is_last and not self._decoder.getstate()[0]:
            self._count_lines(body)
            return
        try:
            self._decoder.decode(body, final=is_last)
        except UnicodeDecodeError as error:
            found = error.object[error.start]
            message = f"the file is not UTF-8: found byte 0x{found:02x}"
            # The decoder may have kept the first bytes of a character of the chunk before.
            kept = len(error.object) - len(body)
            before = max(0, error.start - kept)
            if error.start < kept:
                self._last_line = self._last_line[: error.start - kept]
            raise self._fault(body[:before], "encoding", message) from error
        self._count_lines(body)

    def _count_lines(self, body: bytes) -> None:
        lines = body.count(b"\n")
        if lines:
            self._lines_before += lines
            self._last_line = body[body.rindex(b"\n") + 1 :]
        else:
            self._last_line += body

    def _fault(self, before: bytes, rule: str, message: str) -> Unreadable:
        self._count_lines(before)
        column = len(self._last_line.decode("utf-8", errors="replace")) + 1
        position = Position(self._file, self._lines_before + 1, column)
        return Unreadable(Finding(position, rule, Severity.ERROR, message, "save the file as UTF-8 text"))


@dataclass(eq=True)
class Source:
    """A file of the project that can be opened again: *file* is how people know it, relative with ``/``."""

    path: Path
    file: str

    def open(self) -> BinaryIO:
        """The file, from its first byte. Raises Unreadable where it can't be opened."""
        try:
            return self.path.open("rb", buffering=CHUNK)
        except OSError as error:
            reason = (error.strerror or "it can't be opened").lower()
            finding = Finding(Position(self.file, 1, 1), "unreadable-file", Severity.ERROR, f"can't be read: {reason}")
            raise Unreadable(finding) from error

    def size(self) -> int:
        """In bytes; 0 where the file can't be looked at."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


class TextSource(Source):
    """Text that is no file, such as standard input: read like one."""

    def __init__(self, content: bytes, file: str) -> None:
        super().__init__(Path(file), file)
        self._content = content

    def open(self) -> BinaryIO:
        """The content, from its first byte."""
        return BytesIO(self._content)

    def size(self) -> int:
        """In bytes."""
        return len(self._content)
