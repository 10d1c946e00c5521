"""Which lines of a file people stand on: nobody's log is to hold them."""

from hubevents_sync.manifest.layout.comments import Lines
from hubevents_sync.manifest.layout.nodes import Child, Collection, Page


def find_personal_lines(page: Page, text: str) -> frozenset[int]:
    """The lines of *page*, an event file, that hold attendees and comments on them, counted from 1."""
    lines = Lines(text)
    found: set[int] = set()
    for event in _children(page.root, "events"):
        for child in event.value.children if isinstance(event.value, Collection) else ():
            if child.key is not None and child.key.text == "attendees":
                found.update(range(lines.number(child.start) + 1, _last_line(child, lines, len(text)) + 1))
    return frozenset(found)


def _children(root: object, name: str) -> list[Child]:
    entries = root.children if isinstance(root, Collection) else []
    values = [entry.value for entry in entries if entry.key is not None and entry.key.text == name]
    return [child for value in values if isinstance(value, Collection) for child in value.children]


def _last_line(child: Child, lines: Lines, length: int) -> int:
    """The line before the one where the next field begins; a block reaches up to there, comments and all."""
    if not isinstance(child.value, Collection):
        return lines.number(child.start) + 1
    end = child.value.end
    return lines.number(end) + 1 if child.value.is_closed or end >= length else lines.number(end)
