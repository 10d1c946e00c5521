"""The digest of a plan: the same for the same files and state anywhere, and for no others.

It stands for every step, held ones included. The clock, the order of files and rows, the line a row stands in and the
size of batches are left out. People go in as keyed hashes, so that nobody can be guessed from a published digest; where
there is no state yet there is no key of its own either, and a constant stands for it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hubevents_sync.model.block_tally import SortedRows
from hubevents_sync.model.event import EventKey, FieldValue
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.plan import CompletionStep, EventAction, FieldChange, PlanBasis
from hubevents_sync.model.roster import Block, Roster, RosterBlock, SentBlock, take_state
from hubevents_sync.plan.merging import CarryOut, merge_rows
from hubevents_sync.plan.rows import STATES
from hubevents_sync.plan.sorting import sort_rows, spell_contact

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
DIGEST_FORMAT = "hubevents-sync/digest/3"
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
    carry_out: CarryOut = map,
) -> str:
    """SHA-256, in hex, of one event's steps. *missing* and *removals* are its rows to send, held ones included.

    Rows that were sorted elsewhere are merged by *carry_out*.
    """
    steps = {
        "event": list(key),
        "action": action,
        "fields": [[change.path, _plain(change.before), _plain(change.after)] for change in field_changes],
        "rows": _digest_rows(missing, removals, digest_key, carry_out),
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


def _digest_rows(
    missing: Sequence[Participation], removals: Iterable[Participation], digest_key: bytes, carry_out: CarryOut
) -> str:
    """Of all rows, whatever their order, keyed as a whole.

    Those by e-mail are sorted and digested state by state, column by column, times as numbers of 64 bits.
    """
    blocks, rows = _take_apart(missing)
    by_email = [row for row in rows if row.email is not None]
    spelled = [_spell_row(row) for row in rows if row.email is None] if len(by_email) < len(rows) else []
    spelled += [f"removal {row.person.hex()}" for row in removals]
    keyed = hashlib.blake2b(key=digest_key[:64], digest_size=32)
    runs = {state: _sort_state(state, blocks, by_email) for state in STATES}
    for state, merged in merge_rows({state: some for state, some in runs.items() if some}, carry_out):
        for part in (state.value.encode(), *merged):
            keyed.update(len(part).to_bytes(8, "little") + part)
    keyed.update("\n".join(sorted(spelled)).encode())
    return keyed.hexdigest()


def _take_apart(missing: Sequence[Participation]) -> tuple[list[Block], list[Participation]]:
    if not isinstance(missing, Roster):
        return [], list(missing)
    blocks = [part for part in missing.parts if isinstance(part, Block)]
    return blocks, [row for part in missing.parts if not isinstance(part, Block) for row in part]


def _sort_state(state: AttendanceState, blocks: Sequence[Block], rows: Sequence[Participation]) -> list[SortedRows]:
    """Runs of all rows of *state*: those that came sorted, and one of all others."""
    sent = [block.tally.sorted_rows.get(state) for block in blocks if isinstance(block, SentBlock)]
    read = [take_state(block, state) for block in blocks if isinstance(block, RosterBlock)]
    columns, of_state = [each for each in read if each is not None], [row for row in rows if row.state is state]
    others = [sort_rows(columns, of_state)] if columns or of_state else []
    return [*(run for run in sent if run is not None), *others]


def _spell_row(row: Participation) -> str:
    said = (row.contact_id, row.state.value, row.occurred_at_ms, row.joined_at_ms, row.left_at_ms)
    return f"{said} {spell_contact(row.contact_properties)}"


def _plain(value: FieldValue | None) -> Any:  # Any: JSON
    return dict(value) if isinstance(value, Mapping) else value


def canonical(value: Any) -> bytes:  # Any: JSON
    """JSON of *value*: the same bytes for the same value, whatever the order of its names."""
    return _ENCODER.encode(value).encode()
