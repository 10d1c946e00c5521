"""A YAML file as parser events with positions: libyaml's, and for a small file that it refuses, ruamel's.

Only PyYAML's C events are used. Keys and types are for the builders to check: PyYAML's own loaders let the last of two
equal keys win and read the types of YAML 1.1.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import yaml.events
from yaml._yaml import CParser
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import CollectionEndEvent, CollectionStartEvent, DocumentEndEvent, ScalarEvent, StreamEndEvent
from yaml.reader import ReaderError

from hubevents_sync.manifest.findings import Unreadable
from hubevents_sync.manifest.source import Source, SourceStream
from hubevents_sync.model.finding import Finding, Position, Severity

# libyaml refuses some valid YAML 1.2. ruamel's pure parser knows more and is a hundred times slower: 64 KB is 0.4 s.
SECOND_OPINION_BYTES = 64 * 1024

# Any: PyYAML's events are untyped, and so are their marks. Each has start_mark.line and start_mark.column, counted
# from 0.
Event = Any
Mark = Any
NextEvent = Callable[[], Event]
T = TypeVar("T")


def read_yaml(
    source: Source, build: Callable[[NextEvent], T], *, opened: Callable[[SourceStream], None] | None = None
) -> T:
    """What *build* makes of the one document in *source*.

    *build* is given a function that hands out the events of the document's content, and takes exactly one node from
    it. It may be called a second time, from the start, so it must keep nothing between calls. Raises Unreadable, with
    a position, for a file that can't be opened, is no UTF-8, is empty, is no YAML or has a second document. *opened*
    is told of each stream that is begun; the digest of the last is that of the bytes that were read.
    """
    opened = opened or (lambda _: None)
    try:
        with source.open() as file:
            stream = SourceStream(file, source.file)
            opened(stream)
            return _read_document(CParser(stream).get_event, source.file, build)
    except YAMLError as refusal:
        if source.size() <= SECOND_OPINION_BYTES:
            return _read_with_ruamel(source, build, refusal, opened)
        raise _fault(refusal, source) from refusal


def position_of(event: Event, file: str) -> Position:
    """Where *event* starts."""
    return position_at(event.start_mark, file)


def position_at(mark: Mark, file: str) -> Position:
    """Where *mark* stands."""
    return Position(file, mark.line + 1, mark.column + 1)


def skip_node(first: Event, next_event: NextEvent) -> None:
    """Pass over the rest of the node that *first* begins, however deep it is."""
    depth = int(isinstance(first, CollectionStartEvent))
    while depth:
        event = next_event()
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)


def _read_document(next_event: NextEvent, file: str, build: Callable[[NextEvent], T]) -> T:
    next_event()  # the stream's start
    start = next_event()
    if isinstance(start, StreamEndEvent):
        finding = Finding(Position(file, 1, 1), "empty-file", Severity.ERROR, "the file is empty")
        raise Unreadable(finding)
    built = build(next_event)
    end = next_event()
    assert isinstance(end, DocumentEndEvent), f"the builder left {end} of {file}"  # noqa: S101  a bug, not an input
    after = next_event()
    if not isinstance(after, StreamEndEvent):
        message = "a second document begins here; a file holds one"
        hint = "move it into a file of its own, or remove the line with ---"
        raise Unreadable(Finding(position_of(after, file), "second-document", Severity.ERROR, message, hint))
    return built


class _RefusedTwice(Exception):
    """The second parser does not take the file either."""


def _read_with_ruamel(
    source: Source, build: Callable[[NextEvent], T], refusal: YAMLError, opened: Callable[[SourceStream], None]
) -> T:
    from ruamel.yaml import YAML

    with source.open() as file:
        stream = SourceStream(file, source.file)
        opened(stream)
        # The second, empty read lets the stream find a character that the file's end cuts off.
        text = (stream.read() + stream.read()).decode()
    events = YAML(typ="safe", pure=True).parse(text)

    def next_event() -> Event:
        try:
            return _as_pyyaml(next(events))
        except Exception as error:  # what is no YAML makes this parser fail in many ways: OverflowError at "\UFFFFFFFF"
            raise _RefusedTwice from error

    try:
        return _read_document(next_event, source.file, build)
    except _RefusedTwice:
        raise _fault(refusal, source) from refusal


def _as_pyyaml(event: Event) -> Event:
    """*event* of ruamel as PyYAML's class of the same name, so that builders know one family only."""
    name = type(event).__name__
    kind = getattr(yaml.events, name)
    marks = (event.start_mark, event.end_mark)
    if name == "ScalarEvent":
        return ScalarEvent(event.anchor, _tag(event), event.implicit, event.value, *marks, style=event.style)
    if issubclass(kind, CollectionStartEvent):
        return kind(event.anchor, _tag(event), event.implicit, *marks, flow_style=event.flow_style)
    if name == "AliasEvent":
        return kind(event.anchor, *marks)
    return kind(*marks)


def _tag(event: Event) -> str | None:
    return None if event.tag is None else str(event.tag)


def _fault(refusal: YAMLError, source: Source) -> Unreadable:
    """What libyaml said, without the piece of the file that it quotes: in a roster that could be a person."""
    if isinstance(refusal, MarkedYAMLError):
        # A quote or bracket that never closes is seen at the end of the file; the place to mend is where it opens.
        is_at_end = refusal.context_mark and "end of stream" in (refusal.problem or "")
        mark = refusal.context_mark if is_at_end else refusal.problem_mark or refusal.context_mark
        position = Position(source.file, mark.line + 1, mark.column + 1) if mark else Position(source.file, 1, 1)
        message = ", ".join(part for part in (refusal.context, refusal.problem) if part)
        said = f"not valid YAML: {message}"
        return Unreadable(Finding(position, "yaml-syntax", Severity.ERROR, said, _hint(message)))
    character = refusal.character if isinstance(refusal, ReaderError) else None
    found = f" (found U+{character:04X})" if isinstance(character, int) else ""
    message = f"not valid YAML: control characters are not allowed{found}"
    position = _find_character(character, source) if isinstance(character, int) else Position(source.file, 1, 1)
    return Unreadable(Finding(position, "yaml-syntax", Severity.ERROR, message, "remove it, or write it as an escape"))


def _find_character(character: int, source: Source) -> Position:
    """Where *character* first stands in *source*: libyaml's reader tells an offset into its own buffer at best."""
    with source.open() as stream:
        for number, line in enumerate(stream, start=1):
            column = line.decode("utf-8", errors="replace").removeprefix("\ufeff").find(chr(character))
            if column >= 0:
                return Position(source.file, number, column + 1)
    return Position(source.file, 1, 1)


def _hint(message: str) -> str | None:
    if "cannot start any token" in message:
        return "a tab can't indent, and text that begins with @, ` or % needs quotes"
    if "did not find expected ',' or" in message:
        return "inside { } and [ ], text with any of these or a comma in it needs quotes"
    if "mapping values are not allowed" in message:
        return "text with a colon and a space in it needs quotes, and a key one indentation"
    return None
