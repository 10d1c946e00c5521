"""Read a YAML text as nodes that keep its comments: each goes with what it stands above or behind."""

import re

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    MappingStartEvent,
    ScalarEvent,
)

from hubevents_sync.manifest.layout.comments import Lines, find_comments, lead_lines
from hubevents_sync.manifest.layout.nodes import Child, Collection, Comment, Leaf, Node, Page
from hubevents_sync.manifest.source import Source
from hubevents_sync.manifest.yaml_events import Event, NextEvent, read_yaml

_MARKS = re.compile(r"(?:[&!][^\s,\[\]{}]*[ \t]*)+")
MODELINE = "# yaml-language-server:"


def parse_page(text: str, source: Source) -> Page:
    """*text*, which is what *source* holds with line feeds alone, as nodes. Raises Unreadable where it is no YAML."""
    events = read_yaml(source, _collect)
    return _Parser(text, events).parse()


def _collect(next_event: NextEvent) -> list[Event]:
    """The events of one node."""
    events = [next_event()]
    depth = int(isinstance(events[0], CollectionStartEvent))
    while depth:
        event = next_event()
        events.append(event)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
    return events


class _Parser:
    def __init__(self, text: str, events: list[Event]) -> None:
        self._text = text
        self._lines = Lines(text)
        self._events = events
        self._ends = _match_ends(events)
        self._index = 0
        self._preamble_end = self._find_preamble_end(events[0].start_mark.index)
        spans = (_span(event) for event in events if isinstance(event, ScalarEvent | AliasEvent))
        self._comments = find_comments(text, self._lines, spans, self._preamble_end)
        self._taken = 0

    def parse(self) -> Page:
        preamble = self._text[: self._preamble_end].splitlines()
        lead = self._take_before(self._events[0].start_mark.index)
        root = self._node(-1, len(self._text), [])
        rest = lead_lines(self._take_before(len(self._text) + 1))
        head = self._head(lead, root)
        if isinstance(root, Collection):
            root.foot += rest
        else:
            head += [*rest]
        return Page(root, tuple(preamble), tuple(head), tuple(comment.text for comment in self._comments))

    def _head(self, lead: list[Comment], root: Node) -> list[str]:
        """The comments on top that belong to the file; those of its first entry go there.

        They are the file's where a blank line follows, and where they begin with a line for editors.
        """
        is_blank_below = self._lines.has_blank_before(self._events[0].start_mark.index)
        written = lead_lines(lead, ends_blank=is_blank_below and bool(lead))
        cut = len(written) - written[::-1].index("") if "" in written else 0
        if len(written) > cut and written[cut].startswith(MODELINE):
            cut = len(written)
        if isinstance(root, Collection) and root.children and not root.is_inline:
            root.children[0].lead = written[cut:] + root.children[0].lead
            return written[:cut]
        return written

    def _find_preamble_end(self, start: int) -> int:
        """Behind the line ``---``, where there is one before the document's first node."""
        match = re.search(r"^---[^\n]*\n", self._text[:start], re.MULTILINE)
        return match.end() if match else 0

    # Nodes

    def _next(self) -> Event:
        event = self._events[self._index]
        self._index += 1
        return event

    def _node(self, base: int, limit: int, lead: list[str]) -> Node:
        """The next node, in a collection at the column *base*; *limit* is the end of the brackets around it.

        *lead* are comments between the key and its value: the value's first child takes them out of it.
        """
        event = self._next()
        if not isinstance(event, CollectionStartEvent):
            return self._leaf(event, base, limit)
        node = self._collection(event)
        end = self._ends[self._index - 1]
        if event.flow_style:
            self._fill_flow(node, base, end.end_mark.index - 1)
            node.trailing = self._take_trailing(end.end_mark.index, limit)
        else:
            self._fill_block(node, event, base, lead)
        node.end = end.end_mark.index
        return node

    def _leaf(self, event: Event, base: int, limit: int) -> Leaf:
        start, end = event.start_mark.index, event.end_mark.index
        is_alias = isinstance(event, AliasEvent)
        leaf = Leaf(
            raw=self._text[start:end],
            text="" if is_alias else event.value,
            style="" if is_alias else event.style or "",
            tag=None if is_alias else event.tag,
            has_mark=bool(event.anchor) or not (is_alias or event.tag is None),
            is_alias=is_alias,
            base=base,
        )
        if leaf.style not in ("|", ">"):
            leaf.trailing = self._take_trailing(end, limit)
        return leaf

    def _collection(self, event: Event) -> Collection:
        start = event.start_mark.index
        end = self._ends[self._index - 1].end_mark.index
        match = _MARKS.match(self._text, start) if event.anchor or event.tag is not None else None
        is_one_line = self._lines.number(start) == self._lines.number(max(start, end - 1))
        return Collection(
            is_mapping=isinstance(event, MappingStartEvent),
            is_inline=bool(event.flow_style) and (is_one_line or self._ends[self._index - 1] is self._peek()),
            mark=match.group().strip() if match else "",
            has_marks=bool(event.anchor),
            is_closed=bool(event.flow_style),
        )

    def _peek(self) -> Event:
        return self._events[self._index]

    def _fill_block(self, node: Collection, event: Event, base: int, lead: list[str]) -> None:
        first = self._peek().start_mark.index if node.is_mapping else event.start_mark.index + len(node.mark)
        if node.mark and not node.is_mapping:
            first = self._text.index("-", first)
        column = first - self._lines.start(first)
        while not isinstance(self._peek(), CollectionEndEvent):
            node.children.append(self._child(node, column, len(self._text), lead if not node.children else []))
            lead.clear()
        self._next()
        node.has_marks = node.has_marks or any(_has_marks(child) for child in node.children)
        node.foot = lead_lines(self._take_foot(column, base))

    def _fill_flow(self, node: Collection, base: int, limit: int) -> None:
        while not isinstance(self._peek(), CollectionEndEvent):
            node.children.append(self._child(node, base, limit, []))
        self._next()
        node.has_marks = node.has_marks or any(_has_marks(child) for child in node.children)
        node.foot = [comment.text for comment in self._take_before(limit)]

    def _child(self, node: Collection, column: int, limit: int, lead: list[str]) -> Child:
        start = self._peek().start_mark.index
        above = self._take_before(start)
        child = Child(None, _NOTHING, self._lead(lead, above, start, is_first=not node.children), start=start)
        if node.is_mapping:
            event = self._next()
            child.key = self._leaf(event, column, limit)
            child.after_key, child.key.trailing = child.key.trailing, None
        between = self._take_before(self._peek().start_mark.index)
        below = lead_lines(between)
        child.value = self._node(column, limit, below)
        child.lead += below
        if isinstance(child.value, Collection) and not child.value.children:
            child.lead += child.value.foot
            child.value.foot = []
        return child

    def _lead(self, lead: list[str], above: list[Comment], start: int, *, is_first: bool) -> list[str]:
        """The lines above a child: of the first of a collection, no blank line but between comments and it."""
        is_blank = self._lines.has_blank_before(start)
        if not is_first:
            return lead_lines(above, ends_blank=is_blank)
        written = [*lead, *lead_lines(above)]
        while written and not written[0]:
            del written[0]
        return [*written, ""] if written and is_blank else written

    # Comments

    def _take_before(self, offset: int) -> list[Comment]:
        """The next comments that begin before *offset*."""
        first = self._taken
        while self._taken < len(self._comments) and self._comments[self._taken].start < offset:
            self._taken += 1
        return self._comments[first : self._taken]

    def _take_trailing(self, end: int, limit: int) -> Comment | None:
        """The comment on the line where something ended, if it begins before *limit*."""
        if self._taken == len(self._comments):
            return None
        comment = self._comments[self._taken]
        if comment.start >= limit or not comment.is_eol or self._lines.number(comment.start) != self._lines.number(end):
            return None
        between = self._text[end : comment.start].strip(" \t,:")
        if between:
            return None
        self._taken += 1
        return comment

    def _take_foot(self, column: int, base: int) -> list[Comment]:
        """The comments below a block's last child that are indented as it is, or more."""
        index = self._index
        while index < len(self._events) and isinstance(self._events[index], CollectionEndEvent):
            index += 1
        end = self._events[index].start_mark.index if index < len(self._events) else len(self._text)
        first = self._taken
        while self._taken < len(self._comments):
            comment = self._comments[self._taken]
            if comment.start >= end or comment.is_eol or comment.column < column or comment.column <= base:
                break
            self._taken += 1
        return self._comments[first : self._taken]


_NOTHING = Leaf("", "", "", None, has_mark=False, is_alias=False, base=0)


def _span(event: Event) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _has_marks(child: Child) -> bool:
    """An anchor, a tag or an alias is in it: its place among its neighbours may matter."""
    return any(
        node.has_marks if isinstance(node, Collection) else node.is_alias or node.has_mark
        for node in (child.key, child.value)
        if node is not None
    )


def _match_ends(events: list[Event]) -> dict[int, Event]:
    """For the index of each event that begins a collection, the event that ends it."""
    ends: dict[int, Event] = {}
    open_at: list[int] = []
    for index, event in enumerate(events):
        if isinstance(event, CollectionStartEvent):
            open_at.append(index)
        elif isinstance(event, CollectionEndEvent):
            ends[open_at.pop()] = event
    return ends
