"""Build a small document as a tree in which every value and every key knows its place.

For project and event files. Rosters are streamed and never become a tree: inside an event file, the node at a place
that a :class:`Capture` names is handed to a function of its own, which takes its events as they come.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from hubevents_sync.manifest.findings import Unreadable
from hubevents_sync.manifest.scalars import CORE_TAGS, is_null
from hubevents_sync.manifest.wording import named, quoted
from hubevents_sync.manifest.yaml_events import Event, Mark, NextEvent, position_at, position_of, skip_node
from hubevents_sync.model.finding import Finding, Severity

MAX_DEPTH = 32
# Nodes that aliases may add to those that are written. Ten lines of aliases of aliases make a thousand million.
MAX_EXPANSION = 10_000
MAX_NODES = 1_000_000

Path = tuple[str | int, ...]
# A path, in which None stands for any index of a list.
Place = tuple[str | None, ...]
# Takes a node in place of the tree: its first event, the function that hands out the rest, the file's name.
Take = Callable[[Event, NextEvent, str], object]

# Allowed are tab, line feed and carriage return. Halves of surrogate pairs are no text: UTF-8 can't write them.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True, eq=False)
class Scalar:
    """A text as written; *is_plain* where no quotes say that it is text. *tag* is one of CORE_TAGS, or None."""

    mark: Mark
    text: str
    is_plain: bool
    tag: str | None = None
    size: ClassVar[int] = 1
    height: ClassVar[int] = 0


@dataclass(slots=True, eq=False)
class Items:
    """A list. *size* counts the nodes below it, itself and what aliases stand for included; *height* its levels."""

    mark: Mark
    items: list["Node"] = field(default_factory=list)
    size: int = 1
    height: int = 1


@dataclass(slots=True, eq=False)
class Fields:
    """A mapping of names to values. *keys* are the places of the names."""

    mark: Mark
    nodes: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)
    size: int = 1
    height: int = 1


@dataclass(slots=True, eq=False)
class Alias:
    """``*name``: the node that ``&name`` marks."""

    mark: Mark
    target: "Node"
    size: int = 1
    height: int = 0


@dataclass(slots=True, eq=False)
class Captured:
    """A node that was not built: *content* is what its capture made of it."""

    mark: Mark
    content: object
    size: ClassVar[int] = 1
    height: ClassVar[int] = 1


Node = Scalar | Items | Fields | Alias | Captured


@dataclass(frozen=True, slots=True)
class Capture:
    """Hand the node at *place* to *take*; in *place* None stands for any index of a list.

    *take* consumes exactly this node.
    """

    place: Place
    take: Take


@dataclass(frozen=True, slots=True)
class Tree:
    """A document's root, and what was wrong with single keys and values of it."""

    root: Node
    findings: tuple[Finding, ...]


def tree_builder(file: str, capture: Capture | None = None) -> Callable[[NextEvent], Tree]:
    """A ``build`` for ``read_yaml``. It raises Unreadable where going on makes no sense: too deep, an alias bomb."""
    return lambda next_event: _Builder(next_event, file, capture).build()


def resolve(node: Node) -> Node:
    """*node*, or what it is an alias of."""
    while isinstance(node, Alias):
        node = node.target
    return node


class _Builder:
    def __init__(self, next_event: NextEvent, file: str, capture: Capture | None) -> None:
        self._next_event = next_event
        self._file = file
        self._capture = capture
        self._anchors: dict[str, Node | None] = {}  # None while the node is still being built
        self._findings: list[Finding] = []
        self._nodes = 0
        self._expanded = 0

    def build(self) -> Tree:
        root = self._node(self._next_event(), 0, self._capture.place if self._capture else None)
        return Tree(root, tuple(self._findings))

    def _node(self, event: Event, depth: int, sought: Place | None) -> Node:
        """The node that *event* begins. *sought* leads on from it to what is captured; None where nothing below is."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._unreadable(event, "too-large", f"the file has more than {MAX_NODES:,} values", "split it")
        if self._capture and sought == ():
            return Captured(event.start_mark, self._capture.take(event, self._next_event, self._file))
        if isinstance(event, AliasEvent):
            return self._alias(event, depth)
        if not event.anchor:
            return self._written(event, depth, sought)
        self._anchors[event.anchor] = None
        node = self._anchors[event.anchor] = self._written(event, depth, sought)
        return node

    def _written(self, event: Event, depth: int, sought: Place | None) -> Node:
        tag = self._tag(event) if event.tag else event.tag
        if isinstance(event, ScalarEvent):
            is_plain = not event.style and tag == event.tag  # what stood behind a foreign tag is no null
            return Scalar(event.start_mark, self._without_control(event), is_plain, tag)
        if depth >= MAX_DEPTH:
            message = f"the file is nested more than {MAX_DEPTH} levels deep"
            raise self._unreadable(event, "nesting", message)
        if isinstance(event, MappingStartEvent):
            return self._fields(event, depth, sought)
        return self._items(event, depth, sought)

    def _items(self, start: SequenceStartEvent, depth: int, sought: Place | None) -> Items:
        node = Items(start.start_mark)
        below = sought[1:] if sought and sought[0] is None else None
        while not isinstance(event := self._next_event(), SequenceEndEvent):
            item = self._node(event, depth + 1, below)
            node.items.append(item)
            _grow(node, item)
        return node

    def _fields(self, start: MappingStartEvent, depth: int, sought: Place | None) -> Fields:
        node = Fields(start.start_mark)
        while not isinstance(event := self._next_event(), MappingEndEvent):
            key = self._key(event, node)
            if key is None:
                skip_node(*self._pass_over())
                continue
            below = sought[1:] if sought and sought[0] == key else None
            value = self._node(self._next_event(), depth + 1, below)
            node.nodes[key] = value
            node.keys[key] = event.start_mark
            _grow(node, value)
        return node

    def _pass_over(self) -> tuple[Event, NextEvent]:
        first = self._next_event()
        return first, self._next_event

    def _key(self, event: Event, node: Fields) -> str | None:
        """The key that *event* begins; None, and a finding, where its value is to be passed over."""
        if refusal := self._refuse_key(event, node):
            self._find(event, *refusal)
            skip_node(event, self._next_event)
            return None
        if event.tag:
            self._tag(event)
        return self._without_control(event)

    def _refuse_key(self, event: Event, node: Fields) -> tuple[str, str, str] | None:
        """Rule, message and hint, where *event* can't be a key of *node*."""
        if not isinstance(event, ScalarEvent):
            return "key-not-text", "a key must be text", "write it as name: value"
        is_plain = not event.style
        if is_plain and event.value == "<<":
            hint = "repeat the fields, or mark a whole value with &name and use it as *name"
            return "merge-key", "merge keys (<<) are not part of YAML 1.2", hint
        if is_plain and is_null(event.value):
            return "key-not-text", "a key must be text, found nothing", "write it as name: value"
        if first := node.keys.get(event.value if event.value.isprintable() else CONTROL.sub("", event.value)):
            place = position_at(first, self._file)
            message = f"{named(event.value)} stands here a second time; the first is at {place}"
            return "duplicate-key", message, "remove one of them"
        return None

    def _alias(self, event: AliasEvent, depth: int) -> Alias:
        name = named(event.anchor or "")
        if event.anchor not in self._anchors:
            raise self._unreadable(event, "alias", f"the alias *{name} stands for nothing: no &{name} comes before it")
        target = self._anchors[event.anchor]
        if target is None:
            raise self._unreadable(event, "alias", f"the alias *{name} stands inside the very value that it stands for")
        self._expanded += target.size
        if self._expanded > MAX_EXPANSION:
            message = f"the file's aliases stand for more than {MAX_EXPANSION:,} values"
            raise self._unreadable(event, "alias-expansion", message, "write the values out, or use a roster file")
        if depth + target.height > MAX_DEPTH:
            raise self._unreadable(event, "nesting", f"the file is nested more than {MAX_DEPTH} levels deep")
        return Alias(event.start_mark, target, target.size, target.height)

    def _tag(self, event: Event) -> str | None:
        tag: str | None = event.tag
        if tag is None or tag in CORE_TAGS:
            return tag
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        hint = "remove the tag; values are typed by what the field takes"
        self._find(event, "tag", f"the tag {quoted(shown)} is not allowed", hint)
        return None

    def _without_control(self, event: ScalarEvent) -> str:
        text: str = event.value
        if text.isprintable():
            return text
        if match := CONTROL.search(text):
            message = f"control characters are not allowed in text (found U+{ord(match.group()):04X})"
            self._find(event, "control-character", message, "remove it")
            return CONTROL.sub("", text)
        return text

    def _find(self, event: Event, rule: str, message: str, hint: str | None = None) -> None:
        self._findings.append(Finding(position_of(event, self._file), rule, Severity.ERROR, message, hint))

    def _unreadable(self, event: Event, rule: str, message: str, hint: str | None = None) -> Unreadable:
        return Unreadable(Finding(position_of(event, self._file), rule, Severity.ERROR, message, hint))


def _grow(parent: Items | Fields, child: Node) -> None:
    parent.size += child.size
    if child.height >= parent.height:
        parent.height = child.height + 1
