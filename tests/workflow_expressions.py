"""The expressions of GitHub's workflows that this project uses: contexts, texts, comparisons, and status functions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(r"\s*(?:(==|!=|&&|\|\||[!(),])|'((?:[^']|'')*)'|([A-Za-z_][\w-]*(?:\.[\w-]+)*))")
HOLE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)

Functions = Mapping[str, Callable[..., object]]


@dataclass
class _Reader:
    """One expression, read from the left. A name that no context has is null, as on GitHub."""

    text: str
    contexts: Mapping[str, Any]
    functions: Functions
    at: int = 0

    def peek(self) -> "re.Match[str] | None":
        return TOKEN.match(self.text, self.at)

    def take(self, *symbols: str) -> str | None:
        found = self.peek()
        if found is None or found[1] not in symbols:
            return None
        self.at = found.end()
        return found[1]

    def either(self) -> object:
        left = self.both()
        while self.take("||"):
            right = self.both()
            left = left if is_true(left) else right
        return left

    def both(self) -> object:
        left = self.compare()
        while self.take("&&"):
            right = self.compare()
            left = right if is_true(left) else left
        return left

    def compare(self) -> object:
        left = self.single()
        while (sign := self.take("==", "!=")) is not None:
            is_same = as_text(left).lower() == as_text(self.single()).lower()
            left = is_same if sign == "==" else not is_same
        return left

    def single(self) -> object:
        if self.take("!"):
            return not is_true(self.single())
        if self.take("("):
            inner = self.either()
            assert self.take(")"), self.text
            return inner
        found = self.peek()
        assert found is not None, f"not understood: {self.text[self.at :]!r} of {self.text!r}"
        self.at = found.end()
        if found[2] is not None:
            return found[2].replace("''", "'")
        assert found[3] is not None, f"not understood: {self.text!r}"
        return self.call(found[3]) if self.take("(") else self.look_up(found[3])

    def call(self, name: str) -> object:
        arguments = []
        while not self.take(")"):
            arguments.append(self.either())
            self.take(",")
        return self.functions[name](*arguments)

    def look_up(self, name: str) -> object:
        if name in ("true", "false"):
            return name == "true"
        first, *rest = name.split(".")
        assert first in self.contexts, f"no context {first} in {self.text!r}"
        value = self.contexts[first]
        for part in rest:
            value = value.get(part) if isinstance(value, Mapping) else None
        return value


def evaluate(text: str, contexts: Mapping[str, Any], functions: Functions) -> object:
    """The value of the expression *text*, without its braces."""
    reader = _Reader(text.strip(), contexts, functions)
    value = reader.either()
    assert reader.at == len(reader.text), f"not understood: {reader.text[reader.at :]!r} of {reader.text!r}"
    return value


def fill(text: object, contexts: Mapping[str, Any], functions: Functions) -> str:
    """*text* with the value of each expression in its place."""
    return HOLE.sub(lambda hole: as_text(evaluate(hole[1], contexts, functions)), as_text(text))


def is_true(value: object) -> bool:
    """What counts as a yes."""
    return value not in (None, False, "", 0)


def as_text(value: object) -> str:
    """A value as a workflow writes it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
