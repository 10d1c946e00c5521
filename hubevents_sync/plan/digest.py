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
from itertools import chain, islice, repeat
from operator import eq, lt
from typing import Any, NamedTuple, TypeVar

from hubevents_sync.model.event import EventKey, FieldValue
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import CompletionStep, EventAction, FieldChange, PlanBasis
from hubevents_sync.model.roster import Roster, RosterBlock, StateColumns, take_state
from hubevents_sync.plan.rows import STATE_ORDER, occurred_at_of

T = TypeVar("T")
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
DIGEST_FORMAT = "hubevents-sync/digest/3"
NO_TIME = -(1 << 63)
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

    Those by e-mail are sorted and digested state by state, column by column, times as numbers of 64 bits.
    """
    blocks, rows = _take_apart(missing)
    by_email = [row for row in rows if row.email is not None]
    spelled = [_spell_row(row) for row in rows if row.email is None] if len(by_email) < len(rows) else []
    spelled += [f"removal {row.person.hex()}" for row in removals]
    keyed = hashlib.blake2b(key=digest_key[:64], digest_size=32)
    for state in STATE_ORDER:
        taken = [columns for block in blocks if (columns := take_state(block, state)) is not None]
        of_rows = [row for row in by_email if row.state is state]
        if taken or of_rows:
            for part in (state.value.encode(), *_pack(_join(taken, of_rows))):
                keyed.update(len(part).to_bytes(8, "little") + part)
    keyed.update("\n".join(sorted(spelled)).encode())
    return keyed.hexdigest()


def _take_apart(missing: Sequence[Participation]) -> tuple[list[RosterBlock], list[Participation]]:
    if not isinstance(missing, Roster):
        return [], list(missing)
    blocks = [part for part in missing.parts if isinstance(part, RosterBlock)]
    return blocks, [row for part in missing.parts if not isinstance(part, RosterBlock) for row in part]


class _Columns(NamedTuple):
    """Rows of one state. What a row does not have is NO_TIME, or an empty text; what none has is an empty column."""

    emails: list[str]
    occurred: "array[int]"
    joined: "array[int]"
    left: "array[int]"
    contacts: list[str]


def _join(blocks: Sequence[StateColumns], rows: Sequence[Participation]) -> _Columns:
    return _Columns(
        [*chain.from_iterable(block.emails for block in blocks), *(row.email or "" for row in rows)],
        _join_times([(len(block.emails), block.occurred) for block in blocks], list(map(occurred_at_of, rows))),
        _join_times([(len(block.emails), block.joined) for block in blocks], [row.joined_at_ms for row in rows]),
        _join_times([(len(block.emails), block.left) for block in blocks], [row.left_at_ms for row in rows]),
        _join_contacts(blocks, rows),
    )


def _join_times(of_blocks: Sequence[tuple[int, "array[int] | None"]], of_rows: Sequence[int | None]) -> "array[int]":
    """Those of blocks, each of so many rows, and those of rows."""
    joined = array("q")
    if any(times is not None for _, times in of_blocks) or of_rows.count(None) < len(of_rows):
        for count, times in of_blocks:
            joined += array("q", [NO_TIME]) * count if times is None else times
        joined.extend(NO_TIME if moment is None else moment for moment in of_rows)
    return joined


def _join_contacts(blocks: Sequence[StateColumns], rows: Sequence[Participation]) -> list[str]:
    if all(block.contacts is None for block in blocks) and not any(row.contact_properties for row in rows):
        return []
    of_blocks = (repeat(None, len(block.emails)) if block.contacts is None else block.contacts for block in blocks)
    joined = [_spell_contact(each) for each in chain(*of_blocks, (row.contact_properties for row in rows))]
    return joined if any(joined) else []


def _pack(columns: _Columns) -> Iterator[bytes]:
    """Sorted by the e-mail without regard to case, and where somebody stands twice by all there is."""
    text = "\n".join(columns.emails)
    folded = text.casefold()
    if folded != text:
        columns = columns._replace(emails=folded.split("\n"))
    if not all(map(lt, columns.emails, islice(columns.emails, 1, None))):
        columns = _sort(columns)
        folded = "\n".join(columns.emails)
    yield folded.encode("utf-8", "surrogatepass")
    for times in (columns.occurred, columns.joined, columns.left):
        numbers = times[:] if sys.byteorder == "big" else times
        if numbers is not times:
            numbers.byteswap()
        yield numbers.tobytes()
    yield "\n".join(columns.contacts).encode("ascii")


def _sort(columns: _Columns) -> _Columns:
    emails = columns.emails
    order = sorted(range(len(emails)), key=emails.__getitem__)
    arranged = _arrange(columns, order)
    if any(map(eq, arranged.emails, islice(arranged.emails, 1, None))):
        keys = list(zip(*(column or repeat("") for column in columns), strict=False))
        arranged = _arrange(columns, sorted(order, key=keys.__getitem__))
    return arranged


def _arrange(columns: _Columns, order: Sequence[int]) -> _Columns:
    def arrange(column: Sequence[T]) -> Iterable[T]:
        return map(column.__getitem__, order) if column else ()

    emails, occurred, joined, left, contacts = columns
    times = [array("q", arrange(column)) for column in (occurred, joined, left)]
    return _Columns(list(arrange(emails)), times[0], times[1], times[2], list(arrange(contacts)))


def _spell_contact(properties: Mapping[str, str] | None) -> str:
    """ASCII alone, so that nothing in a property can end a text or begin another."""
    return ascii(sorted(properties.items())) if properties else ""


def _spell_row(row: Participation) -> str:
    said = (row.contact_id, row.state.value, row.occurred_at_ms, row.joined_at_ms, row.left_at_ms)
    return f"{said} {_spell_contact(row.contact_properties)}"


def _plain(value: FieldValue | None) -> Any:  # Any: JSON
    return dict(value) if isinstance(value, Mapping) else value


def canonical(value: Any) -> bytes:  # Any: JSON
    """JSON of *value*: the same bytes for the same value, whatever the order of its names."""
    return _ENCODER.encode(value).encode()
