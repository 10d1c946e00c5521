"""The digest of a plan: the same for the same files and state anywhere, and for no others.

It stands for every step, held ones included. The clock, the order of files and rows, the line a row stands in and the
size of batches are left out. People go in as keyed hashes, so that nobody can be guessed from a published digest; where
there is no state yet there is no key of its own either, and a constant stands for it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hubevents_sync.model.event import EventKey, FieldValue
from hubevents_sync.model.plan import CompletionStep, EventAction, FieldChange, PlanBasis, PlannedRow

DIGEST_FORMAT = "hubevents-sync/digest/1"
KEY_WITHOUT_STATE = b"hubevents-sync: no state yet"


def digest_event(
    key: EventKey,
    action: EventAction,
    field_changes: Sequence[FieldChange],
    rows: Iterable[PlannedRow],
    completion: CompletionStep | None,
    *,
    digest_key: bytes,
) -> str:
    """SHA-256, in hex, of one event's steps."""
    steps = {
        "event": list(key),
        "action": action,
        "fields": [[change.path, _plain(change.before), _plain(change.after)] for change in field_changes],
        "rows": _digest_rows(rows, digest_key),
        "complete": None if completion is None else [completion.start, completion.end, completion.due_at_ms],
    }
    return hashlib.sha256(_canonical(steps)).hexdigest()


def digest_plan(
    event_digests: Iterable[tuple[EventKey, str]], *, is_retry: bool = False, basis: PlanBasis = PlanBasis.STATE
) -> str:
    """SHA-256, in hex, over the digests of the events that have steps.

    A retry never has that of a whole plan, and a plan that was made without the state never that of one made with it:
    what a review of the one approves is no yes to the other.
    """
    ordered = sorted([*key, digest] for key, digest in event_digests)
    parts: list[object] = [DIGEST_FORMAT, ordered, *(["retry"] if is_retry else [])]
    if basis is not PlanBasis.STATE:
        parts.append({"basis": basis.value})
    return hashlib.sha256(_canonical(parts)).hexdigest()


def _digest_rows(rows: Iterable[PlannedRow], digest_key: bytes) -> str:
    """Of all rows, whatever their order."""
    digest = hashlib.sha256()
    keyed = hashlib.blake2b(key=digest_key[:64], digest_size=16)
    for token in sorted(_row_token(planned, keyed.copy()) for planned in rows):
        digest.update(token)
    return digest.hexdigest()


def _row_token(planned: PlannedRow, keyed: Any) -> bytes:  # Any: hashlib's objects have no public type
    row = planned.row
    if planned.is_removal:
        keyed.update(b"removal\0" + row.person)  # its time is that of the apply
    else:
        who = ("email", row.email.casefold()) if row.email is not None else ("vid", row.contact_id)
        properties = sorted(row.contact_properties.items()) if row.contact_properties else []
        said = (who, row.state.value, row.occurred_at_ms, row.joined_at_ms, row.left_at_ms, properties)
        keyed.update(repr(said).encode())
    digest: bytes = keyed.digest()
    return digest


def _plain(value: FieldValue | None) -> Any:  # Any: JSON
    return dict(value) if isinstance(value, Mapping) else value


def _canonical(value: Any) -> bytes:  # Any: JSON
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
