"""Plain NDJSON: an object a line, none of which there is anything to say of."""

from hubevents_sync.manifest.rosters.interface import Take
from hubevents_sync.manifest.rosters.ndjson_rows import decode_line
from hubevents_sync.manifest.rosters.plain.interface import Block, NotPlain, RawEntries


class PlainNdjson:
    """The lines of one file."""

    salt = b""
    mark = b""
    column = 1
    may_be_empty = False

    def open(self, text: str) -> int:  # noqa: ARG002  there is no header
        """Nothing stands before the first line."""
        return 0

    def split(self, text: str, line: int) -> RawEntries:
        """A line each, without the blank ones."""
        if "\r" in text.replace("\r\n", "\n"):
            raise NotPlain
        numbered = enumerate(text.split("\n"), start=line)
        kept = [(number, stripped) for number, each in numbered if (stripped := each.rstrip(" \t\r"))]
        if any(each[0] in " \t" for _, each in kept):
            raise NotPlain  # the entry starts elsewhere
        return RawEntries([text for _, text in kept], [number for number, _ in kept])

    def parse(self, raw: RawEntries) -> Block | None:  # noqa: ARG002
        """None: what a line of JSON costs is its parsing, not what comes after."""
        return None

    def take_each(self, raw: RawEntries, take: Take) -> None:
        """Line by line."""
        for text, line in zip(raw.texts, raw.lines, strict=True):
            try:
                entry = decode_line(text)
            except ValueError as error:
                raise NotPlain from error
            take(entry, line, 1)
