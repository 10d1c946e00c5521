"""Type a plain scalar by what its place takes: YAML 1.2's core types, and text wherever text is wanted."""

import math
import re
from collections.abc import Sequence

_TAG = "tag:yaml.org,2002:"
# The tags of YAML 1.2's core schema, and the one that says "text". Any other could make an object of a program.
CORE_TAGS = frozenset(("!", *(f"{_TAG}{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map"))))
TEXT_TAGS = frozenset(("!", f"{_TAG}str"))

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED_INTEGER = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
# int() takes time that grows with the square of the digits, and refuses more than 4,300 of them.
_LONGEST_NUMBER = 40
# Stands for any number that is longer: the schemas have a maximum for every number, so it is always refused.
OUT_OF_RANGE = 10**_LONGEST_NUMBER

CoreValue = str | int | float | bool | None


def is_null(text: str) -> bool:
    """Plain *text* is YAML's null: nothing at all, ``~`` or ``null``."""
    return text in _NULL


def core_value(text: str) -> CoreValue:
    """Plain *text* by YAML 1.2's core schema: ``no`` and a date are text, ``0o17`` and ``0x1F`` are numbers.

    A number that is too long for any field, or infinite, or none, is OUT_OF_RANGE.
    """
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= _LONGEST_NUMBER else OUT_OF_RANGE
    if _BASED_INTEGER.fullmatch(text):
        return int(text, 0) if len(text) <= _LONGEST_NUMBER else OUT_OF_RANGE
    return _float(text) if _FLOAT.fullmatch(text) else text


def typed(text: str, types: Sequence[str]) -> CoreValue:
    """Plain *text* as the first of JSON Schema's *types* that it can be; by the core schema where it can be none.

    The order is the schema's own: ``[string, number]`` takes ``7`` as text, ``[number, string]`` as a number. Null is
    never text: a field with nothing after it was left unfinished.
    """
    if text in _NULL:
        return None
    if types and types[0] == "string":  # most fields
        return text
    value = core_value(text)
    for kind in types:
        if kind == "string":
            return text
        if _is_of(value, kind):
            return value
    return value


def _is_of(value: CoreValue, kind: str) -> bool:
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return False


def _float(text: str) -> float | int:
    value = float(text)
    return value if math.isfinite(value) and abs(value) < OUT_OF_RANGE else OUT_OF_RANGE
