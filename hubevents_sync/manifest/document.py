"""A small document as plain values, typed by its schema, with the place of each."""

from collections.abc import Callable
from typing import Any

from hubevents_sync.manifest.expected import Expected, Schema
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.scalars import TEXT_TAGS, typed
from hubevents_sync.manifest.shielding import ShieldedSource, restoring
from hubevents_sync.manifest.source import Source, SourceStream
from hubevents_sync.manifest.tree import (
    Alias,
    Capture,
    Captured,
    Fields,
    Items,
    Node,
    Path,
    Scalar,
    resolve,
    tree_builder,
)
from hubevents_sync.manifest.yaml_events import read_yaml
from hubevents_sync.model.finding import Position

# Given a text of the file, its path and its position: what stands for it.
Substitute = Callable[[str, Path, Position], str]


class Document:
    """A file's *value* (dicts, lists and scalars) and where each part of it stands.

    What was captured (see ``tree.Capture``) is an empty list in *value*; ``captured(path)`` gives its content. *digest*
    is the SHA-256 of the very bytes that were read, in hex.
    """

    def __init__(self, file: str, root: Node, value: object, *, digest: str) -> None:
        self.file = file
        self.digest = digest
        self.value: Any = value  # Any: the JSON edge; its schema says what it is
        self._root = root

    def position(self, path: Path) -> Position:
        """Position of the value at *path*, or of its nearest ancestor that there is. Lines and columns count from 1."""
        return self._nearest(path).position

    def key_position(self, path: Path) -> Position:
        """Position of the key of the value at *path*; of the value itself in a list, or where it is not there."""
        parent = resolve(self._nearest(path[:-1]))
        if path and isinstance(parent, Fields) and path[-1] in parent.entries:
            return parent.entries[str(path[-1])].key_position
        return self.position(path)

    def has(self, path: Path) -> bool:
        """There is a value at *path*."""
        node: Node | None = self._root
        for step in path:
            node = _child(node, step) if node else None
        return node is not None

    def captured(self, path: Path) -> object | None:
        """What the capture made of the value at *path*; None where the value was not captured."""
        node = self._nearest(path)
        return node.content if isinstance(node, Captured) else None

    def text(self, path: Path) -> str | None:
        """The scalar at *path* as written, before any substitution; None where no scalar is there."""
        node = resolve(self._nearest(path))
        return node.text if isinstance(node, Scalar) else None

    def _nearest(self, path: Path) -> Node:
        node = self._root
        for step in path:
            below = _child(node, step)
            if below is None:
                break
            node = below
        return node


def read_document(
    source: Source,
    schema: Schema,
    findings: FindingCollector,
    *,
    capture: Capture | None = None,
    substitute: Substitute | None = None,
) -> Document:
    """The document in *source*, its plain scalars typed by *schema*, which it need not satisfy.

    Faults of single keys and values go to *findings*. Raises Unreadable where the file makes no sense.
    """
    build = tree_builder(source.file, capture)
    is_shielded = isinstance(source, ShieldedSource)
    streams: list[SourceStream] = []
    tree = read_yaml(
        source, lambda next_event: build(restoring(next_event) if is_shielded else next_event), opened=streams.append
    )
    digest = source.digest if isinstance(source, ShieldedSource) else streams[-1].digest()
    for finding in tree.findings:
        findings.add(finding)
    value = _value(tree.root, Expected.of(schema), (), substitute)
    return Document(source.file, tree.root, value, digest=digest)


def _value(node: Node, expected: Expected, path: Path, substitute: Substitute | None) -> object:
    match node:
        case Alias():
            return _value(node.target, expected, path, substitute)
        case Scalar():
            return _scalar(node, expected, path, substitute)
        case Items():
            item = expected.item()
            return [_value(below, item, (*path, index), substitute) for index, below in enumerate(node.items)]
        case Fields():
            return {
                name: _value(entry.node, expected.field(name), (*path, name), substitute)
                for name, entry in node.entries.items()
            }
        case Captured():
            return []


def _scalar(node: Scalar, expected: Expected, path: Path, substitute: Substitute | None) -> object:
    text = substitute(node.text, path, node.position) if substitute else node.text
    # In some editors' YAML a ${VAR} inside { } needs quotes, so what comes of it is typed as if there were none.
    is_text = node.tag in TEXT_TAGS or (not node.is_plain and text is node.text and node.tag is None)
    return text if is_text else typed(text, expected.types())


def _child(node: Node, step: str | int) -> Node | None:
    whole = resolve(node)
    if isinstance(whole, Fields) and isinstance(step, str):
        entry = whole.entries.get(step)
        return entry.node if entry else None
    if isinstance(whole, Items) and isinstance(step, int) and 0 <= step < len(whole.items):
        return whole.items[step]
    return None
