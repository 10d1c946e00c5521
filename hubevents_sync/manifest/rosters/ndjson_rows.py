"""A roster in NDJSON: one JSON object a line, of the shape of a YAML entry."""

import json
from typing import Any, NoReturn

from hubevents_sync.manifest.findings import Unreadable
from hubevents_sync.manifest.rosters.interface import Path, Take
from hubevents_sync.manifest.rosters.lines import EMPTY_HINT, read_lines
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.rules import rosters as rules
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.source import Source, SourceStream
from hubevents_sync.manifest.wording import quoted
from hubevents_sync.model.finding import Position

DEEPEST = 8
# A line with no more brackets than this can't be nested too deep for the parser, whatever stands in its texts.
UNSUSPICIOUS_BRACKETS = 50
SPACE = " \t\r\n"
_scan = json.JSONDecoder().raw_decode


def decode_line(text: str) -> Any:
    """The value that a line holds. Raises ValueError where it is none, or none that a roster takes."""
    if text.count("[") + text.count("{") > UNSUSPICIOUS_BRACKETS:
        _check_depth(text)
    return _decode(text)


class _Refused(ValueError):
    """A line is JSON, but not of the kind that a roster takes: ValueError is what the parser lets through."""

    def __init__(self, rule: Rule, message: str, hint: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint


class NdjsonRows:
    """Reads one NDJSON file. A line that is no JSON is reported and left out."""

    def __init__(self, source: Source, report: Report) -> None:
        self.file = source.file
        self._source = source
        self._report = report
        self._stream: SourceStream | None = None
        self._text = ""
        self._line = 0

    def read(self, take: Take) -> None:
        """Hand the object of every line to *take*."""
        with self._source.open() as file:
            self._stream = SourceStream(file, self.file)
            for number, line in enumerate(read_lines(self._stream, self.file), start=1):
                text = line.strip(SPACE)
                if not text:
                    continue
                self._text, self._line = line, number
                try:
                    entry = decode_line(text)
                except ValueError as error:
                    self._refuse(error)
                else:
                    take(entry, number, line.index(text[0]) + 1)
        if not self._line:
            position = Position(self.file, 1, 1)
            raise Unreadable(rules.EMPTY_FILE.at(position, "the file holds nothing but blank lines", EMPTY_HINT))

    def locate(self, path: Path, *, key: bool = False) -> Position:
        """Where *path* leads in the current line."""
        return Position(self.file, self._line, _find(self._text, path, key=key) + 1)

    def digest(self) -> str | None:
        """SHA-256 of the bytes that the lines were read from."""
        return None if self._stream is None else self._stream.digest()

    def _refuse(self, error: ValueError) -> None:
        if isinstance(error, _Refused):
            self._report.add(error.rule, self.locate(()), error.message, error.hint)
            return
        column = 1
        said = "not valid JSON"
        if isinstance(error, json.JSONDecodeError):
            # The messages of json quote nothing of the line.
            said = f"not valid JSON: {error.msg[0].lower()}{error.msg[1:]}"
            column = self._text.index(error.doc[0]) + error.pos + 1
        hint = 'each line is an object, such as {"email": "ana@example.com"}'
        if self._text.lstrip(SPACE).startswith("["):
            hint = "the file looks like a JSON array; NDJSON has an object a line, without brackets or commas around it"
        self._report.add(rules.JSON_SYNTAX, Position(self.file, self._line, column), said, hint)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entry = dict(pairs)
    if len(entry) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        message = f"the key {quoted(repeated)} stands twice in an object"
        raise _Refused(rules.DUPLICATE_KEY, message, "keep one of the two")
    return entry


def _refuse_constant(name: str) -> NoReturn:
    raise _Refused(rules.JSON_SYNTAX, f"not valid JSON: {name} is no number of JSON", "leave the field out")


def _parse_int(digits: str) -> int | str:
    """A number, or its text where no schema would take the number: int() fails on thousands of digits."""
    return int(digits) if len(digits) <= 19 else digits


_decode = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_int=_parse_int).decode


def _check_depth(text: str) -> None:
    """Refuse what the parser, which recurses, could not read."""
    depth = 0
    position = 0
    while position < len(text):
        character = text[position]
        if character == '"':
            position = _scan(text, position)[1]
            continue
        if character in "[{":
            depth += 1
            if depth > DEEPEST:
                hint = "an entry needs three"
                raise _Refused(rules.NESTING, f"nested deeper than {DEEPEST} levels", hint)
        elif character in "]}":
            depth -= 1
        position += 1


def _find(text: str, path: Path, *, key: bool) -> int:
    """Index in *text*, valid JSON, of the value at *path* or of its key; of the last value on the way otherwise."""
    position = _skip_space(text, 0)
    key_position = position
    for step in path:
        found = _find_step(text, position, step)
        if found is None:
            break
        key_position, position = found
    return key_position if key else position


def _find_step(text: str, position: int, step: str | int) -> tuple[int, int] | None:
    """Where the member *step* of the object or list at *position* has its key and its value."""
    if text[position] != ("{" if isinstance(step, str) else "["):
        return None
    position = _skip_space(text, position + 1)
    index = 0
    while text[position] not in "]}":
        key_position = position
        name: str | int = index
        if isinstance(step, str):
            name, position = _scan(text, position)
            position = _skip_space(text, _skip_space(text, position) + 1)
        if name == step:
            return key_position, position
        position = _skip_space(text, _scan(text, position)[1])
        if text[position] == ",":
            position = _skip_space(text, position + 1)
        index += 1
    return None


def _skip_space(text: str, position: int) -> int:
    while text[position : position + 1] in tuple(SPACE):
        position += 1
    return position
