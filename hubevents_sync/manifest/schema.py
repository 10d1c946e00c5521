"""Hold a document against its JSON Schema: a fast yes or no, and where it is no, every reason in a person's words."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from hubevents_sync.manifest.document import Document
from hubevents_sync.manifest.expected import Expected, Schema
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.tree import Path
from hubevents_sync.resources import schemas_directory

PROJECT_SCHEMA = "project"
EVENTS_SCHEMA = "events"


@cache
def load_schema(name: str) -> Schema:
    """The schema *name* of the ``schemas`` folder, without what it says of rows in other files' words.

    A reference into another file is for editors: inline attendees are captured, and the roster part checks them.
    """
    with (schemas_directory() / f"{name}.schema.json").open(encoding="utf-8") as file:
        schema: Schema = json.load(file, object_hook=_without_foreign_reference)
    return schema


def expect(name: str) -> Expected:
    """What the schema *name* takes of a whole document."""
    return Expected.of(load_schema(name))


def check_schema(
    document: Document, name: str, findings: FindingCollector, *, is_open: Callable[[Path], bool] = lambda _: False
) -> frozenset[Path]:
    """The places where *document* does not satisfy the schema *name*, each with a finding; none where it does.

    A fault of a scalar that *is_open*, because a variable in it has no value yet, is passed over: who knows what it
    will be. A mapping or a list it won't be.
    """
    if is_valid_value(name, document.value):
        return frozenset()
    from hubevents_sync.manifest.explain import explain

    faults = [
        fault
        for fault in explain(find_errors(name, document.value), load_schema(name))
        if not (is_open(fault.path) and _takes_scalar(name, fault.path))
    ]
    for fault in faults:
        position = document.key_position(fault.path) if fault.is_key else document.position(fault.path)
        findings.error(position, fault.rule, fault.message, fault.hint)
    return frozenset(fault.path for fault in faults)


def _takes_scalar(name: str, path: Path) -> bool:
    expected = expect(name)
    for step in path:
        expected = expected.field(step) if isinstance(step, str) else expected.item()
    return not {"string", "integer", "number", "boolean"}.isdisjoint(expected.types())


def is_valid_value(name: str, value: object) -> bool:
    """The schema *name* takes *value*: the fast answer."""
    return _fast_validator(name).is_valid(value)


def find_errors(name: str, value: object) -> Iterator[Any]:
    """jsonschema's own errors of *value*: the slow answer, which must agree with the fast one."""
    errors: Iterator[Any] = _explaining_validator(name).iter_errors(value)
    return errors


@cache
def _fast_validator(name: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(dict(load_schema(name)))


@cache
def _explaining_validator(name: str) -> Any:
    # Late: it takes a tenth of a second to import, and valid files never need it.
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    # Its stubs leave `extend` untyped.
    validator: Any = extend(Draft202012Validator, {"pattern": _check_pattern})  # type: ignore[no-untyped-call]
    return validator(dict(load_schema(name)))


def _check_pattern(_: object, pattern: str, instance: object, __: object) -> Iterable[Any]:
    """``pattern`` as ECMA-262 has it: Python's ``$`` would also match before a last line feed."""
    from jsonschema import ValidationError

    strict = pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(strict, instance):
        yield ValidationError("does not match")


def _without_foreign_reference(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    return {} if isinstance(reference, str) and not reference.startswith("#") else schema
