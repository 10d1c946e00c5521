"""Put the people of a roster in order: by e-mail, then contact ids by number, each by its first time."""

from hubevents_sync.manifest.layout.nodes import Child, Collection, Leaf, Node

# Where an entry without e-mail and id stands: behind those with an id.
_LAST = 1 << 64
SortKey = tuple[bool, str, int, str]


def rank_person(email: str, vid: str, time: str) -> SortKey:
    """What people are sorted by. E-mails compare as HubSpot compares them, without regard to case."""
    number = int(vid) if vid.isascii() and vid.isdigit() and len(vid) < 20 else _LAST
    return not email, email.strip().lower(), number, time


def arrange_people(children: list[Child]) -> list[Child]:
    """The entries of a list of attendees in order, with their comments. Equal ones keep theirs."""
    return sorted(children, key=_rank)


def _rank(child: Child) -> SortKey:
    if not isinstance(child.value, Collection):
        return rank_person("", "", "")
    found = {entry.key.text: _first_text(entry.value) for entry in child.value.children if entry.key is not None}
    return rank_person(found.get("email", ""), found.get("vid", ""), found.get("registered", ""))


def _first_text(node: Node) -> str:
    if isinstance(node, Leaf):
        return node.text
    return _first_text(node.children[0].value) if node.children else ""
