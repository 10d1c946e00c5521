"""Put a JSON Schema's errors in a person's words: what was found, what is allowed, what was probably meant."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hubevents_sync.manifest.expected import Schema, dereferenced, types_of
from hubevents_sync.manifest.hints import hint_for_unknown_field, hint_for_value
from hubevents_sync.manifest.suggest import did_you_mean
from hubevents_sync.manifest.tree import Path
from hubevents_sync.manifest.wording import counted, describe, describe_kind, listed, named

# A value of these is a secret, or may hold one: a store's URL has a password in it.
SECRET_FIELDS = frozenset(("token", "client_id", "client_secret", "refresh_token", "state"))
# Any: jsonschema types each attribute of its ValidationError as possibly unset.
JsonSchemaError = Any
_NOUNS = {
    "string": "text",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of names to values",
    "null": "nothing",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong at *path*, or with its key where *is_key*."""

    path: Path
    rule: str
    message: str
    hint: str | None = None
    is_key: bool = False


def explain(errors: Iterable[JsonSchemaError], root: Schema) -> list[Fault]:
    """Every fault that *errors* speak of, each once."""
    faults = dict.fromkeys(fault for error in errors for fault in _explain(error, root))
    return _without_followers(list(faults))


def noun(schema: Schema, root: Schema) -> str:
    """What *schema* takes, so that it completes "must be …"."""
    schema = dereferenced(schema, root)
    if "anyOf" in schema:
        return listed(dict.fromkeys(noun(alternative, root) for alternative in schema["anyOf"]))
    if "patternErrorMessage" in schema:
        return str(schema["patternErrorMessage"]).removeprefix("must be ")
    if "enum" in schema:
        return listed(str(allowed) for allowed in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("required"):
        return f"{{{', '.join(f'{name}: …' for name in schema['required'])}}}"
    return listed(_noun_of_type(kind, schema) for kind in types_of(schema)) or "something else"


def place(path: Path) -> str:
    """The value at *path* by name: ``eventName``, ``entry 2 of roster``, ``the file``."""
    if not path:
        return "the file"
    last = path[-1]
    if isinstance(last, str):
        return named(last)
    return f"entry {last + 1} of {place(path[:-1])}"


def _explain(error: JsonSchemaError, root: Schema) -> Iterator[Fault]:
    path: Path = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        name = str(error.instance)
        must = noun(error.schema, root) if error.validator == "pattern" else "of 1 to 255 characters"
        yield Fault((*path, name), "bad-name", f"the name {named(name)} must be {must}", is_key=True)
        return
    if error.instance is None:
        yield _no_value(path)
        return
    explainer = _EXPLAINERS.get(str(error.validator), _wrong_value)
    yield from explainer(error, path, root)


def _no_value(path: Path) -> Fault:
    if not path:
        return Fault(path, "empty-file", "the file has nothing in it but comments")
    hint = "write a value after it, or remove it"
    return Fault(path, "no-value", f"{place(path)} has no value", hint, is_key=isinstance(path[-1], str))


def _unknown_fields(error: JsonSchemaError, path: Path, _: Schema) -> Iterator[Fault]:
    known = tuple(error.schema.get("properties", ()))
    for name in error.instance:
        if name not in known:
            hint = hint_for_unknown_field(name, path, known)
            yield Fault((*path, name), "unknown-field", f"unknown field {named(name)}", hint, is_key=True)


def _missing_fields(error: JsonSchemaError, path: Path, root: Schema) -> Iterator[Fault]:
    missing = [name for name in error.validator_value if name not in error.instance]
    for name in missing:
        example = dereferenced(error.schema["properties"][name], root).get("examples", [None])[0]
        hint = f"add {name}: {example}" if isinstance(example, str | int) else f"add {name}:"
        yield Fault(path, "missing-field", f"{_whole(path)} lacks {name}", hint)


def _whole(path: Path) -> str:
    return "the event" if len(path) == 2 and path[0] == "events" else place(path)


def _wrong_value(error: JsonSchemaError, path: Path, root: Schema) -> Iterator[Fault]:
    allowed = noun(error.schema, root)
    rule = _RULES.get(str(error.validator), "wrong-type")
    yield _must_be(allowed, error.instance, path, rule, _hint(error.instance, error.schema, path))


def _must_be(allowed: str, found: object, path: Path, rule: str, hint: str | None) -> Fault:
    shown = describe_kind(found) if path and path[-1] in SECRET_FIELDS else describe(found)
    return Fault(path, rule, f"{place(path)} must be {allowed}, found {shown}", hint)


def _wrong_length(error: JsonSchemaError, path: Path, _: Schema) -> Iterator[Fault]:
    if error.validator in ("minLength", "minItems"):
        message = f"{place(path)} must not be empty"
        yield Fault(path, "length", message, "write a value, or remove the field")
        return
    unit = {"maxLength": ("character", None), "maxItems": ("entry", "entries")}.get(str(error.validator))
    amount = counted(len(error.instance), *(unit or ("entry", "entries")))
    yield Fault(path, "length", f"{place(path)} has {amount}; at most {error.validator_value} are allowed")


def _no_alternative(error: JsonSchemaError, path: Path, root: Schema) -> Iterator[Fault]:
    """The faults of the one alternative that was meant; where that is open, all that is allowed."""
    branches: dict[int, list[JsonSchemaError]] = {}
    for inner in error.context or ():
        branches.setdefault(int(inner.relative_schema_path[0]), []).append(inner)
    meant = [inner for inner in branches.values() if not any(_is_about_kind(fault) for fault in inner)]
    if len(meant) == 1:
        for inner_error in meant[0]:
            yield from _explain(inner_error, root)
        return
    hint = _hint(error.instance, error.schema, path)
    yield _must_be(noun(error.schema, root), error.instance, path, "wrong-type" if not meant else "not-allowed", hint)


def _is_about_kind(error: JsonSchemaError) -> bool:
    """The alternative takes another kind of value, so it is not the one that was meant."""
    if error.relative_path:
        return False
    if error.validator in ("const", "enum"):
        return True
    return error.validator == "type" and not (error.validator_value == "integer" and isinstance(error.instance, float))


def _hint(found: object, schema: Schema, path: Path) -> str | None:
    words = [str(word) for word in schema.get("enum", ())]
    guess = did_you_mean(found, words) if isinstance(found, str) and words else None
    return guess or hint_for_value(found, schema, path)


def _noun_of_type(kind: str, schema: Schema) -> str:
    if kind not in ("integer", "number"):
        return _NOUNS[kind]
    what = "a whole number" if kind == "integer" else "a number"
    if "string" in types_of(schema):
        return what
    below = schema.get("exclusiveMaximum")
    top = f"below {below}" if below is not None else f"to {schema['maximum']}"
    return f"{what} from {schema['minimum']} {top}"


def _without_followers(faults: list[Fault]) -> list[Fault]:
    """*faults* without what only follows from another: a file of one bare event, or of a roster, lacks ``events``,
    and half an event is no number at all, not one that is too small.
    """
    is_misplaced = any(fault.rule == "unknown-field" and len(fault.path) == 1 for fault in faults)
    mistyped = {fault.path for fault in faults if fault.rule == "wrong-type"}
    return [
        fault
        for fault in faults
        if not (is_misplaced and fault.rule == "missing-field" and not fault.path)
        and not (fault.path in mistyped and fault.rule in ("out-of-range", "length"))
    ]


Explainer = Callable[[JsonSchemaError, Path, Schema], Iterator[Fault]]
_EXPLAINERS: Mapping[str, Explainer] = {
    "additionalProperties": _unknown_fields,
    "required": _missing_fields,
    "anyOf": _no_alternative,
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "maxProperties"), _wrong_length),
}
_RULES: Mapping[str, str] = {
    "enum": "not-allowed",
    "const": "not-allowed",
    "pattern": "not-allowed",
    **dict.fromkeys(("minimum", "maximum", "exclusiveMaximum"), "out-of-range"),
}
