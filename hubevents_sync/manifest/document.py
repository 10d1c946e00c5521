"""A small document as plain values, typed by its schema, with the place of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hubevents_sync.manifest.expected import Expected
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
from hubevents_sync.manifest.yaml_events import position_at, read_yaml
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
        return position_at(self._nearest(path).mark, self.file)

    def key_position(self, path: Path) -> Position:
        """Position of the key of the value at *path*; of the value itself in a list, or where it is not there."""
        parent = resolve(self._nearest(path[:-1]))
        if path and isinstance(parent, Fields) and path[-1] in parent.keys:
            return position_at(parent.keys[str(path[-1])], self.file)
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
    expected: Expected,
    findings: FindingCollector,
    *,
    capture: Capture | None = None,
    substitute: Substitute | None = None,
) -> Document:
    """The document in *source*, its plain scalars typed by what is *expected*, which it need not satisfy.

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
    value = _Typing(source.file, substitute).value(tree.root, expected, ())
    return Document(source.file, tree.root, value, digest=digest)


@dataclass(frozen=True, slots=True)
class _Typing:
    """Makes plain values of a tree of *file*."""

    file: str
    substitute: Substitute | None

    def value(self, node: Node, expected: Expected, path: Path) -> object:
        match node:
            case Scalar():
                return self._scalar(node, expected, path)
            case Fields():
                return {
                    name: self.value(below, expected.field(name), (*path, name)) for name, below in node.nodes.items()
                }
            case Items():
                item = expected.item()
                return [self.value(below, item, (*path, index)) for index, below in enumerate(node.items)]
            case Alias():
                return self.value(node.target, expected, path)
            case Captured():
                return []

    def _scalar(self, node: Scalar, expected: Expected, path: Path) -> object:
        text = node.text
        if self.substitute:
            text = self.substitute(text, path, position_at(node.mark, self.file))
        # In some editors' YAML a ${VAR} inside { } needs quotes, so what comes of it is typed as if there were none.
        is_text = node.tag in TEXT_TAGS or (not node.is_plain and text is node.text and node.tag is None)
        return text if is_text else typed(text, expected.types())


def _child(node: Node, step: str | int) -> Node | None:
    whole = resolve(node)
    if isinstance(whole, Fields) and isinstance(step, str):
        return whole.nodes.get(step)
    if isinstance(whole, Items) and isinstance(step, int) and 0 <= step < len(whole.items):
        return whole.items[step]
    return None
