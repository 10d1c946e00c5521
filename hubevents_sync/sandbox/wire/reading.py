"""Read request bodies and queries; whatever is not as HubSpot's OpenAPI has it becomes a 400."""

import json
from typing import Any
from urllib.parse import parse_qsl

from hubevents_sync.sandbox.refusals import Refusal, RefusalDetail, invalid, missing_fields, wrong_type
from hubevents_sync.sandbox.wire.times import read_instant

INT64 = range(-(2**63), 2**63)
INT32 = range(-(2**31), 2**31)
DEFAULT_PAGE = 10  # HubSpot's OpenAPI: "The default value is 10, the max number is 100".
LARGEST_PAGE = 100


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in *body*."""
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
        if b"\\u" in body:
            # Half a surrogate pair is legal JSON and no text: SQLite could not keep it.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise invalid("Invalid input JSON: the body is no JSON that can be read") from error
    return as_object(value, "the body")


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def as_object(value: object, name: str) -> dict[str, Any]:
    """*value*, if it is a JSON object."""
    if not isinstance(value, dict):
        raise wrong_type(name, "an object")
    return value


def read_inputs(body: bytes, *, cap: int | None) -> list[dict[str, Any]]:
    """The entries of a batch, at most *cap*. No cap on their number is documented: a switch sets one."""
    inputs = read_object(body).get("inputs")
    if inputs is None:
        raise missing_fields(["inputs"])
    if not isinstance(inputs, list):
        raise wrong_type("inputs", "an array")
    if cap is not None and len(inputs) > cap:
        raise invalid(f"inputs has {len(inputs)} entries; the most is {cap}", RefusalDetail("too many", "inputs"))
    return [as_object(entry, f"inputs[{index}]") for index, entry in enumerate(inputs)]


def require(values: dict[str, Any], names: tuple[str, ...], *, at: str = "") -> None:
    """Raise a 400 that names each of *names* that *values* lacks; null counts as lacking."""
    missing = [f"{at}{name}" for name in names if values.get(name) is None]
    if missing:
        raise missing_fields(missing)


def as_text(value: object, name: str) -> str:
    """*value*, if it is a string."""
    if not isinstance(value, str):
        raise wrong_type(name, "a string")
    return value


def as_flag(value: object, name: str) -> bool:
    """*value*, if it is a boolean."""
    if not isinstance(value, bool):
        raise wrong_type(name, "a boolean")
    return value


def as_int64(value: object, name: str) -> int:
    """*value*, if it is a whole number of 64 bits. HubSpot's OpenAPI: vid and interactionDateTime are int64."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in INT64:
        raise wrong_type(name, "an integer (int64)")
    return value


def as_int32(value: object, name: str) -> int:
    """*value*, if it is a whole number of 32 bits. HubSpot's OpenAPI: appId is int32."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in INT32:
        raise wrong_type(name, "an integer (int32)")
    return value


def as_instant(value: object, name: str) -> int:
    """Epoch milliseconds of *value*, if it is a date-time of RFC 3339."""
    at_ms = read_instant(value) if isinstance(value, str) else None
    if at_ms is None:
        raise wrong_type(name, "a date-time such as 2026-11-30T16:00:00Z")
    return at_ms


def as_texts(value: object, name: str) -> dict[str, str]:
    """A map of strings. Numbers and booleans become their text, as Java's JSON readers do it: our choice."""
    return {key: as_scalar_text(item, f"{name}.{key}") for key, item in as_object(value, name).items()}


def as_scalar_text(value: object, name: str) -> str:
    """*value* as text; null is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise wrong_type(name, "a string")


def read_limit(text: str | None, *, clamps: bool) -> int:
    """The query's ``limit``. More than 100 is a 400, or counts as 100 where the sandbox *clamps*."""
    limit = DEFAULT_PAGE if text is None else _whole_number(text)
    if limit is not None and clamps:
        limit = min(limit, LARGEST_PAGE)
    if limit is None or not 1 <= limit <= LARGEST_PAGE:
        raise _bad_query("limit", f"must be a whole number from 1 to {LARGEST_PAGE}")
    return limit


def read_after(text: str | None) -> int:
    """The query's ``after``, which is a row's id here; 0 where there is none."""
    after = 0 if text is None else _whole_number(text)
    if after is None:
        raise _bad_query("after", "must be a cursor of an earlier page")
    return after


def read_object_id(text: str, parameter: str) -> int:
    """A path's int64 id. The words of the 400 are measured."""
    number = _whole_number(text)
    if number is None:
        raise invalid(f"Unable to parse value for path parameter: {parameter}")
    return number


def _whole_number(text: str) -> int | None:
    # int() alone would also take "1_000", " 7 " and digits of other scripts.
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        return None
    number = int(text)
    return number if number in INT64 else None


def _bad_query(name: str, reason: str) -> Refusal:
    return invalid(f"Invalid query parameter {name}: {reason}", RefusalDetail(reason, name))


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form (``application/x-www-form-urlencoded``). Of a repeated name the first counts.

    JSON is taken as well, our choice: hubspot-sdk sends it, where HubSpot's OpenAPI describes a form.
    """
    if body.lstrip().startswith(b"{"):
        return as_texts(read_object(body), "the body")
    values: dict[str, str] = {}
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise invalid("the body is no form that can be read") from error
    for name, value in fields:
        values.setdefault(name, value)
    return values
