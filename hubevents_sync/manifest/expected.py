"""What a JSON Schema takes at a place of a document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Any: a schema is JSON.
Schema = Mapping[str, Any]

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


@dataclass(frozen=True, slots=True)
class Expected:
    """The parts of *root* that speak of one place. None do where the schema does not know the place."""

    root: Schema
    parts: tuple[Schema, ...]

    @classmethod
    def of(cls, root: Schema) -> "Expected":
        """What *root* says of the whole document."""
        return cls(root, tuple(_alternatives(root, root)))

    def types(self) -> list[str]:
        """JSON Schema's names of the types that are taken, in the schema's order."""
        found: dict[str, None] = {}
        for part in self.parts:
            found.update(dict.fromkeys(types_of(part)))
        return list(found)

    def field(self, name: str) -> "Expected":
        """What is taken at the field *name*."""
        inner = (part.get("properties", {}).get(name, part.get("additionalProperties")) for part in self.parts)
        return self._of_all(inner)

    def item(self) -> "Expected":
        """What is taken in the list."""
        return self._of_all(part.get("items") for part in self.parts)

    def _of_all(self, inner: Iterator[Schema | bool | None]) -> "Expected":
        schemas = [schema for schema in inner if isinstance(schema, Mapping)]
        return Expected(self.root, tuple(part for schema in schemas for part in _alternatives(schema, self.root)))


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
