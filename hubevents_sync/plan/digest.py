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
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import CompletionStep, EventAction, FieldChange

DIGEST_FORMAT = "hubevents-sync/digest/2"
SEPARATOR = "\x1f"  # in no address: manifest refuses control characters
KEY_WITHOUT_STATE = b"hubevents-sync: no state yet"


def digest_event(
    key: EventKey,
    action: EventAction,
    field_changes: Sequence[FieldChange],
    missing: Iterable[Participation],
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
    return hashlib.sha256(_canonical(steps)).hexdigest()


def digest_plan(event_digests: Iterable[tuple[EventKey, str]], *, is_retry: bool = False) -> str:
    """SHA-256, in hex, over the digests of the events that have steps. A retry never has that of a whole plan."""
    ordered = sorted([*key, digest] for key, digest in event_digests)
    parts = [DIGEST_FORMAT, ordered, "retry"] if is_retry else [DIGEST_FORMAT, ordered]
    return hashlib.sha256(_canonical(parts)).hexdigest()


def _digest_rows(missing: Iterable[Participation], removals: Iterable[Participation], digest_key: bytes) -> str:
    """Of all rows, whatever their order, keyed as a whole: each row as a text, sorted, a million in under a second."""
    texts = [
        f"{email.casefold()}{SEPARATOR}{state}{SEPARATOR}{occurred}{SEPARATOR}{joined}{SEPARATOR}{left}"
        if email is not None and not properties
        else _spell_row(email, contact_id, properties, (state, occurred, joined, left))
        for _, state, occurred, joined, left, email, contact_id, properties, _, _ in missing
    ]
    texts += [f"removal{SEPARATOR}{row.person.hex()}" for row in removals]  # its time is that of the apply
    texts.sort()
    text = "\n".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, key=digest_key[:64], digest_size=32).hexdigest()


def _spell_row(
    email: str | None, contact_id: int | None, properties: Mapping[str, str] | None, said: tuple[object, ...]
) -> str:
    who = ("email", email.casefold()) if email is not None else ("vid", contact_id)
    # ASCII alone, so that nothing in a property can end a text or begin another.
    return ascii((who, [str(each) for each in said], sorted(properties.items()) if properties else []))


def _plain(value: FieldValue | None) -> Any:  # Any: JSON
    return dict(value) if isinstance(value, Mapping) else value


def _canonical(value: Any) -> bytes:  # Any: JSON
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
