"""Build the entries of a roster from YAML events: one at a time, plain scalars typed by the roster's schema."""

from collections.abc import Callable
from typing import Any

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from hubevents_sync.manifest.findings import Unreadable
from hubevents_sync.manifest.rosters.interface import Entry, Path
from hubevents_sync.manifest.rules import rosters as rules
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.wording import quoted
from hubevents_sync.manifest.yaml_events import Event, NextEvent, position_of
from hubevents_sync.model.finding import Finding, Position

DEEPEST = 8
# int() of a longer text takes long, and no contact id has as many digits: the text is refused as it stands.
MOST_DIGITS = 19
BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
NOT_A_LIST_HINT = "write `attendees: []` for nobody, or `- email: ana@example.com` below it"

# Where a value stands. Of a scalar: its event. Of a collection: its event, and the places in it: a list of them, or
# for a mapping a dictionary of pairs, the key's event and the value's place. A position is made when one is asked for.
Place = Any
# The same with a number, line and column, for each event: thousands of events kept make the garbage collector slow.
CompactPlace = Any
COLUMN_BITS = 24
AddFinding = Callable[[Finding], None]
# Takes an entry, the event that it starts with, and the places in it.
TakeNode = Callable[[Entry, Event, Place], None]


def take_entries(first: Event, next_event: NextEvent, *, file: str, take: TakeNode, add: AddFinding) -> None:
    """Hand *take* each entry of the list that the event *first* begins, which is consumed to its end.

    What YAML allows and a roster does not (aliases, tags, equal keys, deep nesting) is told to *add*, and the entry
    that it stands in is left out.
    """
    builder = _Builder(next_event, file, add)
    if first.__class__ is not SequenceStartEvent:
        add(rules.ROSTER_SHAPE.at(position_of(first, file), "attendees is a list of people", NOT_A_LIST_HINT))
        skip(first, next_event, file)
        return
    builder.check_marks(first)
    while (event := next_event()).__class__ is not SequenceEndEvent:
        faults = builder.faults
        if event.__class__ is MappingStartEvent and event.anchor is None and event.tag is None:
            entry, places = builder.build_entry()
        else:
            entry, place = builder.build(event, 1)
            places = place[1] if place.__class__ is tuple else None
        if builder.faults == faults:
            take(entry, event, places)


def compact(place: Place) -> CompactPlace:
    """*place* without the events, to be kept."""
    if place.__class__ is not tuple:
        mark = place.start_mark
        return mark.line << COLUMN_BITS | mark.column
    event, children = place
    if isinstance(children, dict):
        return compact(event), {name: (compact(key), compact(value)) for name, (key, value) in children.items()}
    return compact(event), [compact(child) for child in children or ()]


def locate_in(place: CompactPlace, path: Path, *, key: bool, file: str) -> Position:
    """Where *path* leads in the entry at *place*; the last place on the way where it leads nowhere."""
    key_place = None
    for step in path:
        children = place[1] if place.__class__ is tuple else None
        if isinstance(children, dict) and step in children:
            key_place, place = children[step]
        elif isinstance(children, list) and isinstance(step, int) and step < len(children):
            key_place, place = None, children[step]
        else:
            break
    if place.__class__ is tuple:
        place = place[0]
    number = key_place if key and key_place is not None else place
    return Position(file, (number >> COLUMN_BITS) + 1, (number & (1 << COLUMN_BITS) - 1) + 1)


def refuse_marks(event: Event, *, file: str, add: AddFinding) -> int:
    """Tell *add* of an anchor or a tag on *event*; how many there were."""
    position = position_of(event, file)
    if event.anchor is not None:
        add(rules.ALIAS_IN_ROSTER.at(position, "an anchor (&name) is not taken in a roster", "leave it out"))
    if event.tag is not None:
        hint = "leave it out: a roster's types are known"
        add(rules.TAG_IN_ROSTER.at(position, "a tag (!name) is not taken in a roster", hint))
    return (event.anchor is not None) + (event.tag is not None)


def skip(first: Event, next_event: NextEvent, file: str) -> None:
    """Pass over the rest of the node that *first* begins. Raises Unreadable where it is nested too deep.

    To go on there would cost minutes: each opening bracket makes both parsers look through all that are open.
    """
    depth = int(isinstance(first, CollectionStartEvent))
    while depth:
        event = next_event()
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise _too_deep(event, file)


def _too_deep(event: Event, file: str) -> Unreadable:
    message = f"nested deeper than {DEEPEST} levels"
    return Unreadable(rules.NESTING.at(position_of(event, file), message, "an entry needs three"))


class _Builder:
    """Builds nodes; *faults* counts what was told to *add*."""

    def __init__(self, next_event: NextEvent, file: str, add: AddFinding) -> None:
        self.faults = 0
        self._next_event = next_event
        self._file = file
        self._add = add

    def build_entry(self) -> tuple[Entry, Place]:
        """The mapping whose start was just taken: the path of every row, hence one function."""
        next_event = self._next_event
        entry: dict[str, Any] = {}
        places: dict[str, Any] = {}
        while True:
            key = next_event()
            if key.__class__ is not ScalarEvent:
                if key.__class__ is MappingEndEvent:
                    break
                self._skip_strange_key(key)
                continue
            name = key.value
            if name in entry or key.anchor is not None or key.tag is not None:
                self._check_key(key, name in entry)
            value = next_event()
            if value.__class__ is ScalarEvent and value.anchor is None and value.tag is None:
                # A field with nothing behind it is no empty text; quotes make it one.
                entry[name] = value.value if value.value or value.style else None
                places[name] = (key, value)
            else:
                entry[name], place = self.build(value, 2)
                places[name] = (key, place)
        if "vid" in entry or "attended" in entry:
            _type_scalars(entry, places)
        return entry, places

    def build(self, event: Event, depth: int) -> tuple[Entry, Place]:
        """The node that *event* begins: text, lists and dictionaries."""
        if event.__class__ is AliasEvent:
            self._refuse(event, rules.ALIAS_IN_ROSTER, "an alias (*name) is not taken in a roster", "write it out")
            return None, event
        self.check_marks(event)
        if event.__class__ is ScalarEvent:
            return (event.value if event.value or event.style else None), event
        if depth > DEEPEST:
            raise _too_deep(event, self._file)
        if event.__class__ is SequenceStartEvent:
            return self._build_list(event, depth)
        return self._build_mapping(event, depth)

    def check_marks(self, event: Event) -> None:
        """Refuse an anchor or a tag on *event*."""
        self.faults += refuse_marks(event, file=self._file, add=self._add)

    def _build_list(self, event: Event, depth: int) -> tuple[Entry, Place]:
        values, places = [], []
        while (item := self._next_event()).__class__ is not SequenceEndEvent:
            value, place = self.build(item, depth + 1)
            values.append(value)
            places.append(place)
        return values, (event, places)

    def _build_mapping(self, event: Event, depth: int) -> tuple[Entry, Place]:
        values: dict[str, Any] = {}
        places: dict[str, Any] = {}
        while (key := self._next_event()).__class__ is not MappingEndEvent:
            if key.__class__ is not ScalarEvent:
                self._skip_strange_key(key)
                continue
            self._check_key(key, key.value in values)
            values[key.value], place = self.build(self._next_event(), depth + 1)
            places[key.value] = (key, place)
        return values, (event, places)

    def _check_key(self, key: Event, is_duplicate: bool) -> None:  # noqa: FBT001  private, and named at its definition
        self.check_marks(key)
        if is_duplicate:
            message = f"the key {quoted(key.value)} stands in this mapping already"
            self._refuse(key, rules.DUPLICATE_KEY, message, "keep one of the two")

    def _skip_strange_key(self, key: Event) -> None:
        """Pass over a key that is no text, and its value."""
        if key.__class__ is AliasEvent:
            self._refuse(key, rules.ALIAS_IN_ROSTER, "an alias (*name) is not taken in a roster", "write it out")
        else:
            self._refuse(key, rules.ENTRY_SHAPE, "a key is a text; found a list or a mapping", "look for a stray ?")
        skip(key, self._next_event, self._file)
        skip(self._next_event(), self._next_event, self._file)

    def _refuse(self, event: Event, rule: Rule, message: str, hint: str) -> None:
        self.faults += 1
        self._add(rule.at(position_of(event, self._file), message, hint))


def _type_scalars(entry: dict[str, Any], places: dict[str, Any]) -> None:
    """Type the plain scalars of the two fields that are no text; quoted ones stay text, for the schema to refuse."""
    vid, attended = entry.get("vid"), entry.get("attended")
    if (
        isinstance(vid, str)
        and not places["vid"][1].style
        and len(vid) <= MOST_DIGITS
        and vid.isascii()
        and vid.isdigit()
    ):
        entry["vid"] = int(vid)
    if isinstance(attended, str) and attended in BOOLEANS and not places["attended"][1].style:
        entry["attended"] = BOOLEANS[attended]
