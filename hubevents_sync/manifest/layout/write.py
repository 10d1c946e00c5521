"""Write nodes as YAML in the one form: two spaces a level, keys in the schema's order, comments where they belong."""

import re
from collections.abc import Callable, Iterable
from typing import TypeGuard

from hubevents_sync.manifest.expected import Expected
from hubevents_sync.manifest.layout.comments import measure_indent
from hubevents_sync.manifest.layout.nodes import Child, Collection, Comment, Leaf, Node, Page
from hubevents_sync.manifest.layout.order import Kind, rank_keys, schema_of
from hubevents_sync.manifest.layout.scalars import write_scalar, write_text

STEP = 2
# A comment this near to its line was not put into a column with those of other lines.
NEAR = 2
# What the path to an item of a list goes on with.
ITEM = "-"
_EXPLICIT_INDENT = re.compile(r"(?<=[|>])([+-]?)([1-9])")
# Where people stand.
PEOPLE = {Kind.EVENTS: ("events", ITEM, "attendees"), Kind.ROSTER: ("attendees",)}
# Puts the people of a list in order.
Arrange = Callable[[list[Child]], list[Child]]
Path = tuple[str, ...]


def write_page(page: Page, kind: Kind, arrange: Arrange | None = None) -> str | None:
    """The text of *page*; None where it is no mapping or list of several lines, and has no form.

    *arrange* puts the people of each list of attendees in order; without it they stay as they are.
    """
    if not _is_block(page.root):
        return None
    body = _Writer(kind, arrange).block(page.root, Expected.of(schema_of(kind)), 0, ())
    mark = [page.root.mark] if page.root.mark else []
    lines = [*page.preamble, *page.head, *mark, *body]
    return "\n".join(lines).strip("\n") + "\n"


class _Writer:
    def __init__(self, kind: Kind, arrange: Arrange | None) -> None:
        self._kind = kind
        self._arrange = arrange
        self._is_open = kind is Kind.PROJECT

    # Blocks

    def block(self, node: Collection, expected: Expected, indent: int, path: Path) -> list[str]:
        """The lines of *node*, all of them indented by *indent* or more."""
        is_events = self._kind is Kind.EVENTS and path == ("events",)
        lines: list[str] = []
        for number, child in enumerate(self._sorted(node, expected, path)):
            # Blank lines at the end of a text after |+ are part of it: one more would be too.
            is_spaced = not number or lines[-1] == ""
            lead = _without_first_blanks(child.lead) if is_spaced or is_events else child.lead
            lines += [""] if is_events and not is_spaced else []
            lines += _indented(lead, indent)
            if child.key is None:
                lines += self._item(child, expected.item(), indent, path)
            else:
                lines += self._entry(child, child.key, expected, indent, path)
        return [*lines, *_indented(node.foot, indent)]

    def _entry(self, child: Child, key: Leaf, expected: Expected, indent: int, path: Path) -> list[str]:
        inner = expected.field(key.text)
        head = f"{' ' * indent}{self._key(key, in_brackets=False)}:"
        above, behind = _place_comments(child)
        if not _is_block(child.value):
            first, *rest = self._lines(child.value, inner, indent, (*path, key.text))
            return [*_indented(above, indent), *_with_comment([f"{head} {first}".rstrip(" "), *rest], behind)]
        head = f"{head} {child.value.mark}".rstrip(" ")
        nested = self.block(child.value, inner, indent + STEP, (*path, key.text))
        return [*_indented(above, indent), *_with_comment([head], behind), *nested]

    def _item(self, child: Child, expected: Expected, indent: int, path: Path) -> list[str]:
        dash = f"{' ' * indent}-"
        above, behind = _place_comments(child)
        if not _is_block(child.value):
            first, *rest = self._lines(child.value, expected, indent, (*path, ITEM))
            return [*_indented(above, indent), *_with_comment([f"{dash} {first}".rstrip(" "), *rest], behind)]
        nested = self.block(child.value, expected, indent + STEP, (*path, ITEM))
        above += [behind.text] if behind else []
        if child.value.mark:
            return [*_indented(above, indent), f"{dash} {child.value.mark}", *nested]
        # Comments above an item's first line stand above its dash.
        count = next(number for number, line in enumerate(nested) if line and not line.lstrip(" ").startswith("#"))
        above += [line.lstrip(" ") for line in nested[:count]]
        return [*_indented(above, indent), f"{dash} {nested[count][indent + STEP :]}", *nested[count + 1 :]]

    # Values

    def _lines(self, node: Node, expected: Expected, indent: int, path: Path) -> list[str]:
        """The lines of what begins behind a key or dash at *indent*: one, or a text as its author broke it."""
        if isinstance(node, Collection) or "\n" not in node.raw:
            return [self._one_line(node, expected, path, in_brackets=False)]
        first, *rest = node.raw.split("\n")
        if node.style in ("|", ">"):
            return _write_literal(first, rest, node.base, indent + STEP)
        return [first.rstrip(" \t"), *_indented((line.strip(" \t") for line in rest), indent + STEP)]

    def _one_line(self, node: Node, expected: Expected, path: Path, *, in_brackets: bool) -> str:
        if isinstance(node, Leaf):
            return write_scalar(node, expected, in_brackets=in_brackets, is_open=self._is_open)
        parts = ", ".join(self._in_brackets(child, expected, path) for child in self._sorted(node, expected, path))
        written = f"{{{parts}}}" if node.is_mapping else f"[{parts}]"
        return f"{node.mark} {written}" if node.mark else written

    def _in_brackets(self, child: Child, expected: Expected, path: Path) -> str:
        if child.key is None:
            return self._one_line(child.value, expected.item(), (*path, ITEM), in_brackets=True)
        name = child.key.text
        value = self._one_line(child.value, expected.field(name), (*path, name), in_brackets=True)
        return f"{self._key(child.key, in_brackets=True)}: {value}"

    def _key(self, key: Leaf, *, in_brackets: bool) -> str:
        return key.raw if key.is_alias or key.has_mark else write_text(key.text, in_brackets=in_brackets)

    # Order

    def _sorted(self, node: Collection, expected: Expected, path: Path) -> list[Child]:
        if node.has_marks:  # an alias must stay behind its anchor
            return node.children
        if node.is_mapping:
            ranks = rank_keys(expected)
            return sorted(node.children, key=lambda child: ranks.get(child.key.text if child.key else "", len(ranks)))
        return self._arrange(node.children) if self._arrange and path == PEOPLE.get(self._kind) else node.children


def _is_block(node: Node) -> TypeGuard[Collection]:
    return isinstance(node, Collection) and not node.is_inline and bool(node.children)


def _place_comments(child: Child) -> tuple[list[str], Comment | None]:
    """Of a comment behind the key and one behind the value, which may now share a line: those above it, that behind."""
    first, second = child.after_key, child.value.trailing
    return ([second.text] if first and second else []), first or second


def _with_comment(lines: list[str], comment: Comment | None) -> list[str]:
    """*lines* with *comment* behind the last: in its column where it had one, else as near as it was."""
    if comment is None:
        return lines
    *before, last = lines
    column = len(last) + max(comment.gap, 1)
    if comment.gap > NEAR:
        shift = measure_indent(last) - comment.indent
        column = max(comment.column + shift, len(last) + 1)
    return [*before, f"{last:<{column}}{comment.text}"]


def _write_literal(head: str, body: list[str], base: int, indent: int) -> list[str]:
    """A text after ``|`` or ``>``, moved to *indent*; *base* is the column of the collection that it stood in."""
    explicit = _EXPLICIT_INDENT.search(head)
    first = next((line for line in body if line.strip(" ")), "")
    cut = max(base, 0) + int(explicit[2]) if explicit else len(first) - len(first.lstrip(" "))
    lines = [f"{' ' * indent}{line[cut:]}" if line[cut:] else "" for line in body]
    if "+" in head.partition("#")[0]:  # blank lines at the end are part of the text
        return [_EXPLICIT_INDENT.sub(rf"\g<1>{STEP}", head), *lines[:-1]]
    while lines and not lines[-1]:
        del lines[-1]
    return [_EXPLICIT_INDENT.sub(rf"\g<1>{STEP}", head), *lines]


def _indented(lines: Iterable[str], indent: int) -> list[str]:
    return [f"{' ' * indent}{line}" if line else "" for line in lines]


def _without_first_blanks(lines: list[str]) -> list[str]:
    return lines[1:] if lines[:1] == [""] else lines
