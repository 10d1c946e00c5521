"""A roster in YAML: streamed, never a tree of the whole."""

from collections.abc import Callable

from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent

from hubevents_sync.manifest.findings import Unreadable
from hubevents_sync.manifest.rosters.inline import InlineRoster, InlineRows, capture_inline
from hubevents_sync.manifest.rosters.interface import Entry, Path, Take
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.rosters.yaml_entries import (
    AddFinding,
    Place,
    compact,
    locate_in,
    refuse_marks,
    skip,
    take_entries,
)
from hubevents_sync.manifest.rules import rosters as rules
from hubevents_sync.manifest.source import Source, SourceStream
from hubevents_sync.manifest.suggest import did_you_mean
from hubevents_sync.manifest.wording import quoted
from hubevents_sync.manifest.yaml_events import (
    SECOND_OPINION_BYTES,
    Event,
    NextEvent,
    position_of,
    read_yaml,
)
from hubevents_sync.model.finding import Finding, Position

SHAPE_HINT = "write `attendees:` and the list of people below it"


class YamlRows:
    """Reads one YAML file.

    A small file is captured first and handed over then, because ``read_yaml`` may want to read it twice; a larger one
    is handed over as it is parsed.
    """

    def __init__(self, source: Source, report: Report) -> None:
        self.file = source.file
        self._source = source
        self._report = report
        self._stream: SourceStream | None = None
        self._captured: InlineRows | None = None
        self._current: tuple[Event, Place] = (None, None)
        self._take: Take | None = None

    def read(self, take: Take) -> None:
        """Hand every entry to *take*."""
        if self._source.size() > SECOND_OPINION_BYTES:
            self._take = take
            read_yaml(self._source, self._hand_over, opened=self._watch)
            return
        roster = read_yaml(self._source, self._capture, opened=self._watch)
        self._captured = InlineRows(roster, self._report)
        self._captured.read(take)

    def locate(self, path: Path, *, key: bool = False) -> Position:
        """Where *path* leads in the current entry."""
        if self._captured is not None:
            return self._captured.locate(path, key=key)
        return locate_in(compact(self._current), path, key=key, file=self.file)

    def digest(self) -> str | None:
        """SHA-256 of the bytes that the entries were read from."""
        return None if self._stream is None else self._stream.digest()

    def _watch(self, stream: SourceStream) -> None:
        self._stream = stream

    def _hand_over(self, next_event: NextEvent) -> None:
        take, self._take = self._take, None
        if take is None:
            message = "the file changed while it was read"
            raise Unreadable(rules.ROSTER_SHAPE.at(Position(self.file, 1, 1), message, "run it again"))

        def take_node(entry: Entry, event: Event, places: Place) -> None:
            self._current = (event, places)
            mark = event.start_mark
            take(entry, mark.line + 1, mark.column + 1)

        def take_list(first: Event) -> None:
            take_entries(first, next_event, file=self.file, take=take_node, add=self._report.add_finding)

        walk_document(next_event, take_list, self._report.add_finding, self.file)

    def _capture(self, next_event: NextEvent) -> InlineRoster:
        rosters: list[InlineRoster] = []
        faults: list[Finding] = []
        walk_document(
            next_event,
            lambda first: rosters.append(capture_inline(first, next_event, self.file)),
            faults.append,
            self.file,
        )
        entries = tuple(entry for roster in rosters for entry in roster.entries)
        return InlineRoster(self.file, entries, (*faults, *(fault for roster in rosters for fault in roster.faults)))


def walk_document(next_event: NextEvent, take_list: Callable[[Event], None], add: AddFinding, file: str) -> None:
    """Take one node, a mapping with ``attendees``, whose value goes to *take_list*."""
    root = next_event()
    if root.__class__ is not MappingStartEvent:
        add(rules.ROSTER_SHAPE.at(position_of(root, file), "a roster is a mapping with attendees", SHAPE_HINT))
        skip(root, next_event, file)
        return
    refuse_marks(root, file=file, add=add)
    seen: set[str] = set()
    while (key := next_event()).__class__ is not MappingEndEvent:
        name = key.value if key.__class__ is ScalarEvent else ""
        skip(key, next_event, file)
        if name == "attendees" and name not in seen:
            take_list(next_event())
        else:
            _refuse_key(key, name, add, file, is_duplicate=name in seen)
            skip(next_event(), next_event, file)
        seen.add(name)
    if "attendees" not in seen:
        add(rules.ROSTER_SHAPE.at(position_of(root, file), "the roster has no attendees", SHAPE_HINT))


def _refuse_key(key: Event, name: str, add: AddFinding, file: str, *, is_duplicate: bool) -> None:
    position = position_of(key, file)
    if is_duplicate:
        message = f"the key {quoted(name)} stands in this mapping already"
        add(rules.DUPLICATE_KEY.at(position, message, "keep one of the two"))
        return
    hint = did_you_mean(name, ("attendees",)) or "a roster has attendees and nothing else"
    add(rules.UNKNOWN_FIELD.at(position, f"unknown field {quoted(name)}", hint))
