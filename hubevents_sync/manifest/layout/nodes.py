"""A YAML file as nodes that know their comments and blank lines, which events of a parser leave out."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Comment:
    """*text* from its ``#``, at *start*. *gap* counts the spaces between it and what stands before it on its line.

    *is_eol* where something does. *column* and *indent*, that of the line, count from 0.
    """

    start: int
    text: str
    column: int
    indent: int
    gap: int
    is_eol: bool
    has_blank_before: bool


@dataclass(slots=True, eq=False)
class Leaf:
    """A scalar or an alias: *raw* as written, with anchor and tag where *has_mark*; *text* is what it says.

    *style* is that of YAML's events: ``"``, ``'``, ``|``, ``>``, or nothing for a plain one. *is_alias* tells what has
    no text. *base* is the column of the collection around it, which a block's indentation counts from.
    """

    raw: str
    text: str
    style: str
    tag: str | None
    has_mark: bool
    is_alias: bool
    base: int
    trailing: Comment | None = None


@dataclass(slots=True, eq=False)
class Child:
    """An entry of a mapping, or with no *key* an item of a list.

    *lead* holds the comments above it, a line each, and "" for a blank line. *after_key* is a comment behind the colon
    of a key whose value begins on a later line. It begins at *start*.
    """

    key: Leaf | None
    value: "Node"
    lead: list[str] = field(default_factory=list)
    after_key: Comment | None = None
    start: int = 0


@dataclass(slots=True, eq=False)
class Collection:
    """A mapping or a list. *foot* holds the comments below its last child.

    *is_inline* where it was written in brackets on one line; *mark* is its anchor and tag. *trailing* is a comment
    behind the closing bracket. *has_marks* where it, or anything inside, has an anchor or is an alias. It was written
    up to *end*: where *is_closed*, by a bracket, there it ends; else the next text begins there.
    """

    is_mapping: bool
    is_inline: bool
    mark: str
    children: list[Child] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)
    trailing: Comment | None = None
    has_marks: bool = False
    is_closed: bool = False
    end: int = 0


Node = Leaf | Collection


@dataclass(frozen=True, slots=True)
class Page:
    """A whole file. *preamble* is what stands before the document, up to its ``---``; *head* are the comments on top.

    *comments* are all there are, in their order.
    """

    root: Node
    preamble: tuple[str, ...]
    head: tuple[str, ...]
    comments: tuple[str, ...]
