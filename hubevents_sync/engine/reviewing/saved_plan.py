"""Read a plan that ``plan --out`` saved, and nothing else: what is edited, cut off, foreign or newer is refused."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hubevents_sync.engine.reviewing.read_plan import build_plan_of
from hubevents_sync.errors import PlanMismatch
from hubevents_sync.manifest.schema import find_errors, is_valid_value
from hubevents_sync.model.plan import Plan
from hubevents_sync.model.plan_format import PLAN_FORMAT, PLAN_VERSION, SEAL, seal_of
from hubevents_sync.plan.digest import digest_plan
from hubevents_sync.plan.settings import digest_with_settings

PLAN_SCHEMA = "plan"
LARGEST_BYTES = 64 * 1024 * 1024  # that of a plan of a hundred thousand events
_OUR_FORMAT = re.compile(r"hubevents-sync/[a-z-]{1,20}")
_HINT = "save one with hubevents-sync plan --out FILE, and have that reviewed"


def read_saved_plan(path: Path) -> Plan:
    """The plan in the file at *path*. Raises PlanMismatch for whatever is not a plan as it was saved.

    No content of the file is in the message: by a slip of the hand it may be a roster.
    """
    document = _parse(_read(path), path)
    _require_format(document, path)
    if SEAL not in document:
        raise _refuse(path, "was not saved by plan --out: it has no seal")
    if document[SEAL] != seal_of(document):
        raise _refuse(path, "was changed after it was saved: its seal is not that of what it says")
    _require_schema(document, path)
    try:
        plan = build_plan_of(document)
    except (ValueError, OverflowError) as error:
        raise _refuse(path, "is not what plan --out writes: a time in it makes no sense") from error
    digest = digest_plan(
        ((event.key, event.digest) for event in plan.events if not event.is_empty),
        is_retry=plan.is_retry,
        basis=plan.basis,
    )
    if digest_with_settings(digest, plan.settings) != plan.digest:
        raise _refuse(path, "contradicts itself: its digest is not that of its events")
    if (document["is_empty"], document["has_work_now"]) != (plan.is_empty, plan.has_work_now):
        raise _refuse(path, "contradicts itself: what it says of all events is not true of each")
    return plan


def _refuse(path: Path, what: str, hint: str = _HINT) -> PlanMismatch:
    return PlanMismatch(f"the plan {path} {what}", hint=hint)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise _refuse(path, f"can't be read: {(error.strerror or 'unknown reason').lower()}") from error
    if not content.strip():
        raise _refuse(path, "is empty")
    if len(content) > LARGEST_BYTES:
        raise _refuse(path, f"is larger than {LARGEST_BYTES:,} bytes, which no plan is")
    return content


def _parse(content: bytes, path: Path) -> dict[str, Any]:
    try:
        document = json.loads(content.decode(), parse_constant=_refuse_constant, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise _refuse(path, "is no JSON, or is cut off") from error
    if not isinstance(document, dict):
        raise _refuse(path, "is no plan of hubevents-sync")
    return document


def _refuse_constant(_: str) -> None:
    raise ValueError("JSON has no such number")


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are there once each: of two of a name some readers see the first, some the last."""
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name is there twice")
    return read


def _require_format(document: dict[str, Any], path: Path) -> None:
    found, version = document.get("format"), document.get("version")
    if found != PLAN_FORMAT:
        is_ours = isinstance(found, str) and _OUR_FORMAT.fullmatch(found)
        raise _refuse(path, f"is no plan of hubevents-sync{f', but {found}' if is_ours else ''}")
    if type(version) is not int or version < 1:
        raise _refuse(path, "is no plan of hubevents-sync: it has no version")
    if version > PLAN_VERSION:
        raise _refuse(
            path,
            f"is of format {version}, this version reads up to {PLAN_VERSION}: upgrade hubevents-sync",
            "pip install --upgrade hubevents-sync",
        )


def _require_schema(document: dict[str, Any], path: Path) -> None:
    if is_valid_value(PLAN_SCHEMA, document):
        return
    first = min((list(error.absolute_path) for error in find_errors(PLAN_SCHEMA, document)), key=str, default=[])
    place = "/".join(str(step) for step in first)
    raise _refuse(path, f"is not what plan --out writes{f': see {place}' if place else ''}")
