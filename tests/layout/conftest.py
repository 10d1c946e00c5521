"""Files as people write them: any order, quotes, indentation, brackets and comments, on purpose a mess."""

import random
from dataclasses import dataclass, field
from typing import Any

from hubevents_sync.manifest.layout.fmt import format_file
from hubevents_sync.manifest.layout.order import Kind

TIMES = ("2026-11-30T17:00:00+01:00", "2026-11-30 17:00:00.500+01:00", "2026-11-30t16:00z", "1796054400000")
TEXTS = (
    "Chef Joe",
    "no",
    "1234",
    "0x1F",
    "~",
    "2026-11-30",
    "a: b",
    "a #b",
    "it's",
    "it's me",
    'say "hi"',
    "größe · 漢字",
    "[draft]",
    "- x",
    "back\\slash",
    "1,2",
    "@home",
    "tail:",
    "a\u2028b",
    "two\nlines",
    "two\n  lines, indented",
    " edge ",
)
PEOPLE = ("ana@example.com", "Ben@example.com", "cyn@example.org")


def fmt(text: str, kind: Kind = Kind.EVENTS, *, file: str = "file.yaml", sorts: bool = False) -> str:
    """*text* in the one form."""
    return format_file(text.encode(), file, kind, sorts_people=sorts).after


def build_events(chance: random.Random) -> dict[str, Any]:
    """An event file's content."""
    return {"events": [build_event(chance, number) for number in range(chance.randint(1, 3))]}


def build_event(chance: random.Random, number: int) -> dict[str, Any]:
    """One event with some of the fields."""
    optional: dict[str, Any] = {
        "eventType": chance.choice(TEXTS),
        "startDateTime": chance.choice(TIMES),
        "eventDescription": chance.choice(TEXTS),
        "eventCancelled": chance.random() < 0.5,
        "customProperties": {f"key {n}": chance.choice(TEXTS) for n in range(chance.randint(1, 3))},
        "roster": ["a.csv", "b c.csv"] if chance.random() < 0.5 else "a.csv",
        "attendees": [build_person(chance, email) for email in PEOPLE[: chance.randint(1, 3)]],
        "complete": {"not_before": chance.choice(TIMES)} if chance.random() < 0.5 else True,
        "removals": "keep",
        "unknown": chance.choice(TEXTS),
    }
    chosen = {name: value for name, value in optional.items() if chance.random() < 0.5}
    return {"eventName": chance.choice(TEXTS), **chosen, "externalEventId": f"event-{number}"}


def build_person(chance: random.Random, email: str) -> dict[str, Any]:
    """An entry of a roster."""
    times: Any = chance.choice(TIMES) if chance.random() < 0.7 else [chance.choice(TIMES), TIMES[0]]
    entry = {"registered": times, "email": email}
    if chance.random() < 0.5:
        entry["contact"] = {"firstname": chance.choice(TEXTS)}
    if chance.random() < 0.5:
        entry["attended"] = {"leftAt": TIMES[0], "joinedAt": chance.choice(TIMES)}
    return entry


@dataclass
class Scribbler:
    """Writes values as YAML that means them, in one of very many ways."""

    chance: random.Random
    comments: list[str] = field(default_factory=list)

    def scribble(self, value: dict[str, Any]) -> str:
        """The text of a file."""
        lines = [*self.remarks(0), *self.block(value, 0), *self.remarks(0)]
        return self.chance.choice(("\n", "\n", "\r\n")).join([*lines, ""])

    def comment(self) -> str:
        """One that is like no other."""
        self.comments.append(f"#{self.chance.choice((' ', '', '  '))}c{len(self.comments)}: 'x {{")
        return self.comments[-1]

    def remarks(self, indent: int) -> list[str]:
        """Nothing, blank lines, and comments of any indentation."""
        lines: list[str] = []
        while self.chance.random() < 0.25:
            column = self.chance.choice((indent, indent, indent + 2, max(indent - 2, 0), 0))
            lines.append(" " * column + self.comment() if self.chance.random() < 0.6 else "")
        return lines

    def behind(self) -> str:
        """Nothing, or a comment behind the line."""
        return " " * self.chance.choice((1, 2, 3, 12)) + self.comment() if self.chance.random() < 0.2 else ""

    def block(self, value: Any, indent: int) -> list[str]:
        """A mapping or a list, an entry a line or more."""
        lines: list[str] = []
        entries = list(value.items()) if isinstance(value, dict) else [(None, item) for item in value]
        if isinstance(value, dict):
            self.chance.shuffle(entries)
        for number, (name, below) in enumerate(entries):
            lines += self.remarks(indent) if number else []
            lines += self.entry(name, below, indent)
        return lines

    def entry(self, name: str | None, value: Any, indent: int) -> list[str]:
        """One entry of a mapping, or with no name one item of a list."""
        head = " " * indent + ("-" if name is None else f"{self.text(name, in_brackets=False)}:")
        if isinstance(value, str) and " " in value and name is not None and self.chance.random() < 0.3:
            return self.several_lines(head, value, indent)
        if not isinstance(value, dict | list) or (self.is_flat(value) and self.chance.random() < 0.4):
            return [f"{head} {self.inline(value)}{self.behind()}"]
        if self.is_flat(value) and self.chance.random() < 0.2:
            return self.broken_brackets(head, value, indent)
        if name is None:
            nested = self.block(value, indent + 2)
            return [f"{head} {nested[0].lstrip()}", *nested[1:]]
        step = self.chance.choice((0, 2, 4)) if isinstance(value, list) else self.chance.choice((1, 2, 4))
        return [f"{head}{self.behind()}", *self.remarks(indent + step), *self.block(value, indent + step)]

    def several_lines(self, head: str, value: str, indent: int) -> list[str]:
        """A text that is broken: a block of its own, or a plain or quoted text that goes on in the next line."""
        space = " " * (indent + self.chance.choice((1, 2, 5)))
        first, *rest = value.split(" ")
        lines = [f"{space}{line}" for line in value.split("\n")]
        if self.chance.random() < 0.4 and value[0] != " " and "\u2028" not in value:
            return [f"{head} |-{self.behind()}", *lines, *self.chance.choice(([], [""]))]
        if self.chance.random() < 0.2 and value[0] != " " and "\u2028" not in value:
            return [f"{head} |{len(space) - indent}-", *lines]
        if value == "Chef Joe":
            return [
                f"{head} {first}",
                *(f"{space}{word}" for word in rest),
                *([] if self.chance.random() < 0.5 else [""]),
            ]
        if value == "it's me":
            return [f"{head} 'it''s", f"{space}me'{self.behind()}"]
        return [f"{head} {self.text(value, in_brackets=False)}"]

    def is_flat(self, value: Any) -> bool:
        """It can stand in brackets."""
        return len(str(value)) < 200

    def broken_brackets(self, head: str, value: Any, indent: int) -> list[str]:
        """Brackets over several lines."""
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        items = value.items() if isinstance(value, dict) else [(None, item) for item in value]
        parts = [
            self.inline(below, in_brackets=True)
            if name is None
            else f"{self.text(name, in_brackets=True)}: {self.inline(below, in_brackets=True)}"
            for name, below in items
        ]
        space = " " * (indent + 3)
        lines = [f"{space}{part},{self.behind()}" for part in parts]
        return [f"{head} {opening}{self.behind()}", *lines, f"{space}{closing}{self.behind()}"]

    def inline(self, value: Any, *, in_brackets: bool = False) -> str:
        """A value on one line."""
        if isinstance(value, dict):
            parts = [
                f"{self.text(name, in_brackets=True)}: {self.inline(value[name], in_brackets=True)}" for name in value
            ]
            return f"{{{', '.join(parts)}}}"
        if isinstance(value, list):
            return f"[{', '.join(self.inline(item, in_brackets=True) for item in value)}]"
        return str(value).lower() if isinstance(value, bool) else self.text(value, in_brackets=in_brackets)

    def text(self, text: str, *, in_brackets: bool) -> str:
        """In no quotes, where these texts can stand so, or in some."""
        styles = ["double"]
        if "\n" not in text and "\u2028" not in text:
            styles.append("single")
            if self.is_plain(text, in_brackets=in_brackets):
                styles.append("plain")
        match self.chance.choice(styles):
            case "plain":
                return text
            case "single":
                return "'" + text.replace("'", "''") + "'"
            case _:
                escaped = (
                    text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\u2028", "\\u2028")
                )
                return f'"{escaped}"'

    @staticmethod
    def is_plain(text: str, *, in_brackets: bool) -> bool:
        """Of the texts above."""
        if text in ("~", " edge ", "a: b", "a #b", "@home", "tail:", "- x", "[draft]"):
            return False
        return not (in_brackets and "," in text)
