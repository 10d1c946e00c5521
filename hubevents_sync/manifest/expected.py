"""What a JSON Schema takes at a place of a document."""

from collections.abc import Iterator, Mapping
from typing import Any

# Any: a schema is JSON.
Schema = Mapping[str, Any]

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


class Expected:
    """The parts of *root* that speak of one place. None do where the schema does not know the place.

    What is asked for twice is the same object: the events of a list are all expected to be alike.
    """

    def __init__(self, root: Schema, parts: tuple[Schema, ...]) -> None:
        self._root = root
        self.parts = parts
        self._types: tuple[str, ...] | None = None
        self._fields: dict[str, Expected] = {}
        self._item: Expected | None = None

    @classmethod
    def of(cls, root: Schema) -> "Expected":
        """What *root* says of the whole document."""
        return cls(root, tuple(_alternatives(root, root)))

    def types(self) -> tuple[str, ...]:
        """JSON Schema's names of the types that are taken, in the schema's order."""
        if self._types is None:
            self._types = tuple(dict.fromkeys(kind for part in self.parts for kind in types_of(part)))
        return self._types

    def field(self, name: str) -> "Expected":
        """What is taken at the field *name*."""
        known = self._fields.get(name)
        if known is None:
            inner = (part.get("properties", {}).get(name, part.get("additionalProperties")) for part in self.parts)
            known = self._fields[name] = self._of_all(inner)
        return known

    def item(self) -> "Expected":
        """What is taken in the list."""
        if self._item is None:
            self._item = self._of_all(part.get("items") for part in self.parts)
        return self._item

    def _of_all(self, inner: Iterator[Schema | bool | None]) -> "Expected":
        schemas = [schema for schema in inner if isinstance(schema, Mapping)]
        return Expected(self._root, tuple(part for schema in schemas for part in _alternatives(schema, self._root)))


def types_of(schema: Schema) -> list[str]:
    """The types that *schema* itself takes, of its ``type``, ``const`` or ``enum``."""
    if "type" in schema:
        return [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return list(dict.fromkeys(_TYPES[type(value)] for value in values))


def dereferenced(schema: Schema, root: Schema) -> Schema:
    """*schema* with what its ``$ref`` names put in. Only references inside *root* are known."""
    while reference := schema.get("$ref"):
        target: Schema = root
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        schema = {**target, **{keyword: value for keyword, value in schema.items() if keyword != "$ref"}}
    return schema


def _alternatives(schema: Schema, root: Schema) -> Iterator[Schema]:
    whole = dereferenced(schema, root)
    yield whole
    for keyword in ("anyOf", "oneOf", "allOf"):
        for alternative in whole.get(keyword, ()):
            yield from _alternatives(alternative, root)
