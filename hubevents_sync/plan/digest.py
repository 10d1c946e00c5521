"""The digest of a plan: the same for the same files and state anywhere, and for no others.

It stands for every step, held ones included. The clock, the order of files and rows, the line a row stands in and the
size of batches are left out. People go in as keyed hashes, so that nobody can be guessed from a published digest; where
there is no state yet there is no key of its own either, and a constant stands for it.
"""

import hashlib
import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from hubevents_sync.model.event import EventKey, FieldValue
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.plan import CompletionStep, EventAction, FieldChange, PlanBasis

DIGEST_FORMAT = "hubevents-sync/digest/2"
STATE_CODES = {state: code for code, state in enumerate(AttendanceState)}
NO_TIME = -(1 << 63)
EMAIL, PROPERTIES = Participation._fields.index("email"), Participation._fields.index("contact_properties")
_WHAT_COUNTS = itemgetter(
    *(Participation._fields.index(name) for name in ("email", "state", "occurred_at_ms", "joined_at_ms", "left_at_ms"))
)
KEY_WITHOUT_STATE = b"hubevents-sync: no state yet"


def digest_event(
    key: EventKey,
    action: EventAction,
    field_changes: Sequence[FieldChange],
    missing: Sequence[Participation],
    completion: CompletionStep | None,
    *,
    digest_key: bytes,
    removals: Iterable[Participation] = (),
) -> str:
    """SHA-256, in hex, of one event's steps. *missing* and *removals* are its rows to send, held ones included."""
    steps = {
        "event": list(key),
        "action": action,
        "fields": [[change.path, _plain(change.before), _plain(change.after)] for change in field_changes],
        "rows": _digest_rows(missing, removals, digest_key),
        "complete": None if completion is None else [completion.start, completion.end, completion.due_at_ms],
    }
    return hashlib.sha256(canonical(steps)).hexdigest()


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
    return hashlib.sha256(canonical(parts)).hexdigest()


def _digest_rows(missing: Sequence[Participation], removals: Iterable[Participation], digest_key: bytes) -> str:
    """Of all rows, whatever their order, keyed as a whole.

    Most rows have an e-mail and no properties: they are sorted, and digested column by column, as numbers of 64 bits.
    """
    plain = [row for row in missing if row[EMAIL] is not None and not row[PROPERTIES]]
    others = [row for row in missing if row[EMAIL] is None or row[PROPERTIES]] if len(plain) < len(missing) else []
    spelled = [*map(_spell_row, others), *(f"removal {row.person.hex()}" for row in removals)]
    keyed = hashlib.blake2b(key=digest_key[:64], digest_size=32)
    for part in (*_pack_rows(plain), "\n".join(sorted(spelled)).encode()):
        keyed.update(len(part).to_bytes(8, "little") + part)
    return keyed.hexdigest()


def _pack_rows(rows: Sequence[Participation]) -> Iterator[bytes]:
    ordered = sorted(map(_WHAT_COUNTS, rows))
    if any(email != email.casefold() for email, *_ in ordered):
        ordered = sorted((email.casefold(), *rest) for email, *rest in ordered)
    emails, states, occurred, joined, left = zip(*ordered, strict=True) if ordered else ((), (), (), (), ())
    yield "\n".join(emails).encode("utf-8", "surrogatepass")
    yield bytes(map(STATE_CODES.__getitem__, states))
    for moments in (occurred, joined, left):
        numbers = array("q", [NO_TIME if moment is None else moment for moment in moments])
        if sys.byteorder == "big":
            numbers.byteswap()
        yield numbers.tobytes()


def _spell_row(row: Participation) -> str:
    who = ("email", row.email.casefold()) if row.email is not None else ("vid", row.contact_id)
    said = (row.state.value, row.occurred_at_ms, row.joined_at_ms, row.left_at_ms)
    # ASCII alone, so that nothing in a property can end a text or begin another.
    return ascii((who, said, sorted(row.contact_properties.items()) if row.contact_properties else []))


def _plain(value: FieldValue | None) -> Any:  # Any: JSON
    return dict(value) if isinstance(value, Mapping) else value


def canonical(value: Any) -> bytes:  # Any: JSON
    """JSON of *value*: the same bytes for the same value, whatever the order of its names."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
