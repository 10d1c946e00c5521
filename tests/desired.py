"""Builders of what the files say and what is on record, for the tests of plan and apply."""

import hashlib
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from hubevents_sync.model.event import CompletionPolicy, FieldValue, MarketingEvent, RemovalPolicy
from hubevents_sync.model.finding import Position
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.snapshot import DesiredEvent, EventSnapshot, RecordedEvent
from tests.builders import DAY_MS, HOUR_MS, NOW_MS, build_key

REGISTERED, ATTENDED, CANCELLED = AttendanceState
FIELDS: dict[str, FieldValue] = {
    "eventName": "Virtual cooking class",
    "eventOrganizer": "Chef Joe",
    "startDateTime": "2026-11-30T08:00:00Z",
    "endDateTime": "2026-11-30T09:30:00Z",
}
DIGEST_KEY = b"a key for the digests of tests"


def hash_person(name: str) -> bytes:
    """Sixteen bytes that stand for somebody."""
    return hashlib.blake2b(name.encode(), digest_size=16).digest()


def build_participation(
    name: str = "ana",
    state: AttendanceState = REGISTERED,
    *,
    at_ms: int = NOW_MS - DAY_MS,
    vid: int | None = None,
    joined_at_ms: int | None = None,
    left_at_ms: int | None = None,
    properties: Mapping[str, str] | None = None,
    line: int = 2,
) -> Participation:
    """A row of the roster: by e-mail, or by contact id where *vid* is given."""
    return Participation(
        person=hash_person(name if vid is None else f"vid {vid}"),
        state=state,
        occurred_at_ms=at_ms,
        joined_at_ms=joined_at_ms,
        left_at_ms=left_at_ms,
        email=f"{name}@example.com" if vid is None else None,
        contact_id=vid,
        contact_properties=properties,
        file="rosters/cooking.csv",
        line=line,
    )


def build_attendance(name: str = "ana", *, at_ms: int = NOW_MS - 2 * HOUR_MS, line: int = 2) -> Participation:
    """An hour of attendance."""
    return build_participation(name, ATTENDED, at_ms=at_ms, joined_at_ms=at_ms, left_at_ms=at_ms + HOUR_MS, line=line)


def build_roster(count: int) -> list[Participation]:
    """So many people who registered."""
    return [build_participation(f"guest{number}", line=number + 2) for number in range(count)]


def build_event(event_id: str = "cooking", *, account: str = "CookingCo", **fields: FieldValue) -> MarketingEvent:
    """An event that is over, with *fields* in place of its own."""
    return MarketingEvent(build_key(event_id, account=account), {**FIELDS, **fields})


def build_desired(
    *rows: Participation,
    event: MarketingEvent | None = None,
    removals: RemovalPolicy = RemovalPolicy.KEEP,
    completion: CompletionPolicy | None = None,
) -> DesiredEvent:
    """What the files say."""
    return DesiredEvent(
        EventSnapshot(event or build_event(), rows),
        Position("events/cooking.yaml", 2, 5),
        people=len({row.person for row in rows}),
        removals=removals,
        completion=completion,
    )


def build_named(event_id: str, *rows: Participation, completes: bool = False, **fields: str) -> DesiredEvent:
    """What the files say of an event that is called by its id."""
    declared = build_event(event_id, eventName=event_id, **fields)
    return build_desired(*rows, event=declared, completion=CompletionPolicy() if completes else None)


def build_recorded(
    *rows: Participation,
    event: MarketingEvent | None = None,
    is_completed: bool = False,
    object_id: str | None = "9000",
    is_event_confirmed: bool = True,
    leftovers: Mapping[Outcome, int] | None = None,
) -> RecordedEvent:
    """What is on record: rows without an e-mail, as the state keeps them."""
    kept = [row._replace(email=None, contact_properties=None) for row in rows]
    snapshot = EventSnapshot(event or build_event(), kept, is_completed, object_id)
    return RecordedEvent(snapshot, is_event_confirmed, leftovers or {})


def reached(desired: DesiredEvent, *, contact_ids: bool = True) -> RecordedEvent:
    """What is on record once all of *desired* is at HubSpot."""
    rows: Sequence[Participation] = desired.snapshot.participations
    told = [
        row._replace(contact_id=row.contact_id or int.from_bytes(row.person[:6], "big") if contact_ids else None)
        for row in rows
    ]
    return build_recorded(*told, event=desired.snapshot.event, is_completed=desired.completion is not None)


# Rows of a few people at a few times, no two of one person at one time.
PEOPLE = st.sampled_from(["ana", "ben", "cem", "dee"])
ROWS = st.lists(
    st.builds(
        lambda name, state, at: build_participation(name, state, at_ms=at),
        PEOPLE,
        st.sampled_from([REGISTERED, ATTENDED, CANCELLED]),
        st.integers(1, 6),
    ),
    unique_by=lambda row: (row.person, row.occurred_at_ms),
    max_size=12,
)
