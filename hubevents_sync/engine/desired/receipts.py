"""Tell the plan of an event that has nothing to do from its receipt, unread; and put receipts on record after an apply.

A receipt says what the plan of an event was, and of what it was made. It is kept only where that plan has no step, now
or later, and where what is told from it equals what planning the event told. Every write to what is on record of the
event drops it.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from hubevents_sync.engine.desired.hashing import digest_files
from hubevents_sync.engine.desired.reading import declare_desired
from hubevents_sync.engine.desired.rosters import RosterReading, covers_all, make_fingerprint, read_by_index
from hubevents_sync.engine.planning.shares import EventOutcome, Moment, find_recorded
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.source import Source
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.plan import EventAction, EventSummary
from hubevents_sync.model.receipt import Receipt
from hubevents_sync.model.roster_index import RosterIndex
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.plan.digest import canonical, digest_event

if TYPE_CHECKING:
    from hubevents_sync.state.interface import PlanState
    from hubevents_sync.state.writing import State

RECEIPT_FORMAT = "hubevents-sync/receipt/1"


def recall_events(
    state: "PlanState | None", moment: Moment, declarations: Sequence[EventDeclaration], *, digest_key: bytes
) -> list[EventOutcome | None]:
    """The outcome of each of *declarations*, in their order, that has a receipt; None for those to be planned.

    Of the rosters nothing is read but their bytes, for their digests.
    """
    if state is None or moment.reads_all or moment.is_retry:
        return [None] * len(declarations)
    receipts = _read_receipts(state)
    digests = digest_files(
        source for each in declarations if each.event.key in receipts for source in _list_sources(each) or ()
    )

    def recall(declaration: EventDeclaration) -> EventOutcome | None:
        receipt = receipts.get(declaration.event.key)
        sources = _list_sources(declaration)
        if receipt is None or sources is None:
            return None
        found = {source.file: digests[source.file] or "" for source in sources}
        fingerprint = make_fingerprint(declaration, moment.project, state.identity)
        if receipt.digest != digest_inputs(declaration, fingerprint, found):
            return None
        summary = summarise(receipt, declaration, digest_key=digest_key)
        return EventOutcome(summary, b"", b"", {declaration.position.file: declaration.file_digest, **found})

    return [recall(each) for each in declarations]


def _read_receipts(state: "PlanState") -> Mapping[EventKey, Receipt]:
    """Those of events of which nothing is open. One that had any would have been dropped: twice is safe."""
    receipts = state.receipts()
    return {key: receipts[key] for key in receipts.keys() - {end.key for end in state.open_ends()}}


def keep_receipts(
    state: "State",
    moment: Moment,
    declarations: Iterable[EventDeclaration],
    *,
    digest_key: bytes,
    has_one: Collection[EventKey],
) -> None:
    """Put on record which of *declarations* have nothing to do any more, those aside of which one *has_one*."""
    passed_over = {*has_one, *(end.key for end in state.open_ends())}
    asked = {each.event.key: each for each in declarations if each.event.key not in passed_over}
    bare = state.list_bare_events() if asked else {}
    receipts = {}
    for key, index in state.read_roster_indexes(asked):
        declaration = asked[key]
        reading = _read_known(declaration, index, make_fingerprint(declaration, moment.project, state.identity))
        if reading is None:
            continue
        # Nobody to be looked at is what most events have: then there is nothing to ask for.
        recorded = bare.get(key) if reading.people == [] else find_recorded(state, declaration, reading)
        receipt = make_receipt(declaration, reading, recorded, now_ms=moment.now_ms, digest_key=digest_key)
        if receipt is not None:
            receipts[key] = receipt
    if receipts:
        state.record_receipts(receipts)


def _read_known(declaration: EventDeclaration, index: RosterIndex | None, fingerprint: str) -> RosterReading | None:
    """The event as the next plan will read it, by what is known of its rosters, as long as they don't change."""
    if not declaration.rosters:
        return RosterReading(declare_desired(declaration, digests={}), None, fingerprint)
    if index is None or index.fingerprint != fingerprint or not covers_all(index, declaration):
        return None
    return read_by_index(declaration, index, fingerprint)


def make_receipt(
    declaration: EventDeclaration,
    reading: RosterReading,
    recorded: RecordedEvent | None,
    *,
    now_ms: int,
    digest_key: bytes,
) -> Receipt | None:
    """The event's receipt; None where it has something to do. Planned here, it is what the next plan would find."""
    from hubevents_sync.plan.event import plan_event  # recalling an event plans nothing

    summary = plan_event(recorded, reading.desired, now_ms=now_ms, digest_key=digest_key).summary
    digests = {source.file: reading.desired.file_digests[source.file] for source in _list_sources(declaration) or ()}
    receipt = Receipt(
        digest_inputs(declaration, reading.fingerprint, digests),
        summary.people,
        summary.recorded_people,
        summary.left,
        summary.notes,
    )
    return receipt if summary == summarise(receipt, declaration, digest_key=digest_key) else None


def summarise(receipt: Receipt, declaration: EventDeclaration, *, digest_key: bytes) -> EventSummary:
    """What a plan says of an event that has *receipt*: that there is nothing to do, now or later."""
    event = declaration.event
    return EventSummary(
        key=event.key,
        name=event.name,
        position=declaration.position,
        action=EventAction.NONE,
        digest=digest_event(event.key, EventAction.NONE, (), (), None, digest_key=digest_key),
        people=receipt.people,
        recorded_people=receipt.recorded_people,
        left=receipt.left,
        notes=receipt.notes,
    )


def digest_inputs(declaration: EventDeclaration, fingerprint: str, digests: Mapping[str, str]) -> str:
    """SHA-256, in hex, over all that the event's plan is made of but what is on record of it.

    *fingerprint* is that of its entries' meaning, this program's version with it; *digests* are those of its rosters.
    """
    event, completion = declaration.event, declaration.completion
    parts = [
        RECEIPT_FORMAT,
        fingerprint,
        list(event.key),
        {name: value if isinstance(value, str | bool) else dict(value) for name, value in event.fields.items()},
        declaration.removals,
        None if completion is None else [completion.not_before_ms],
        sorted(digests.items()),
    ]
    return hashlib.sha256(canonical(parts)).hexdigest()


def _list_sources(declaration: EventDeclaration) -> list[Source] | None:
    """The files of the event's rosters; None where one of these is in no file of its own."""
    sources = declaration.roster_sources
    return sources if len(sources) == len(declaration.rosters) else None
