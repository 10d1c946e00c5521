"""Events in the state: found by key, turned into values, counted, and changed as calls begin and end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, RowMapping, bindparam, delete, exists, func, insert, select, update

from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.record import CompletionRecord, EventOverview
from hubevents_sync.model.snapshot import EventSnapshot, RecordedEvent
from hubevents_sync.state.index import drop_index
from hubevents_sync.state.prepared import Prepared
from hubevents_sync.state.receipts import drop_receipt
from hubevents_sync.state.tables import IS_AT_HUBSPOT, OUTCOMES, STATES, event, participation

Confirmed = tuple[MarketingEvent, str | None]

_FIND_ID = Prepared(
    lambda _: select(event.c.id).where(
        event.c.external_account_id == bindparam("account"), event.c.external_event_id == bindparam("name")
    )
)
_TOUCH = Prepared(
    lambda _: update(event).where(event.c.id == bindparam("of_event")).values(updated_at_ms=bindparam("at_ms"))
)


def find_event(connection: Connection, key: EventKey) -> RowMapping | None:
    """The event's row; None where there is none."""
    return (
        connection.execute(
            select(event).where(
                event.c.external_account_id == key.external_account_id,
                event.c.external_event_id == key.external_event_id,
            )
        )
        .mappings()
        .one_or_none()
    )


def find_event_id(connection: Connection, key: EventKey) -> int | None:
    """The event's number; None where there is none. A fifth of the time that its whole row takes."""
    found = _FIND_ID.find(connection, account=key.external_account_id, name=key.external_event_id)
    return None if found is None else int(found[0])


def ensure_event(connection: Connection, key: EventKey, *, now_ms: int) -> int:
    """The number of the event, which is made, unconfirmed, where it is missing."""
    found = find_event_id(connection, key)
    if found is not None:
        return found
    made = insert(event).values(
        external_account_id=key.external_account_id,
        external_event_id=key.external_event_id,
        fields={},
        roster_digests={},
        updated_at_ms=now_ms,
    )
    return int(connection.execute(made.returning(event.c.id)).scalar_one())


def to_marketing_event(row: RowMapping) -> MarketingEvent:
    """The event's key and its fields as HubSpot confirmed them last."""
    return MarketingEvent(EventKey(row["external_account_id"], row["external_event_id"]), row["fields"])


def to_recorded_event(
    row: RowMapping, participations: Sequence[Participation], leftovers: Mapping[Outcome, int] | None = None
) -> RecordedEvent:
    """What *row* says of the event, with what is recorded of its people."""
    return RecordedEvent(
        EventSnapshot(
            to_marketing_event(row),
            participations,
            is_completed=row["completed_at_ms"] is not None,
            object_id=row["object_id"],
        ),
        is_event_confirmed=row["confirmed_at_ms"] is not None and row["upsert_call_id"] is None,
        leftovers=leftovers or {},
    )


def to_completion(row: RowMapping) -> CompletionRecord:
    """What is known of the event's completion."""
    return CompletionRecord(
        is_intended=row["is_completion_intended"],
        completed_at_ms=row["completed_at_ms"],
        plan_digest=row["completion_plan_digest"],
        approved_by=row["completion_approved_by"],
    )


def change_event(connection: Connection, event_id: int, *, now_ms: int, **values: object) -> None:
    """Set columns of an event, and when that was."""
    drop_receipt(connection, event_id)
    connection.execute(update(event).where(event.c.id == event_id).values(updated_at_ms=now_ms, **values))


def touch_event(connection: Connection, event_id: int, *, now_ms: int) -> None:
    """Note that something of the event has changed, of which there is no receipt."""
    _TOUCH.run(connection, of_event=event_id, at_ms=now_ms)


def intend_events(connection: Connection, keys: Iterable[EventKey], call_id: int, *, now_ms: int) -> None:
    """Note that the answer to the upsert *call_id* of these events is not known. Their fields stay as confirmed."""
    for key in keys:
        event_id = ensure_event(connection, key, now_ms=now_ms)
        drop_receipt(connection, event_id)
        connection.execute(update(event).where(event.c.id == event_id).values(upsert_call_id=call_id))


def confirm_events(connection: Connection, confirmed: Sequence[Confirmed], *, now_ms: int) -> None:
    """Store the fields that HubSpot took. An object id that it does not tell stays as it was."""
    for sent, object_id in confirmed:
        event_id = ensure_event(connection, sent.key, now_ms=now_ms)
        drop_receipt(connection, event_id)
        connection.execute(
            update(event)
            .where(event.c.id == event_id)
            .values(
                fields=_plain(sent),
                object_id=func.coalesce(object_id, event.c.object_id),
                confirmed_at_ms=now_ms,
                upsert_call_id=None,
                updated_at_ms=now_ms,
            )
        )


def _plain(sent: MarketingEvent) -> dict[str, object]:
    return {name: value if isinstance(value, str | bool) else dict(value) for name, value in sent.fields.items()}


def withdraw_events(connection: Connection, call_id: int, keys: Sequence[EventKey] | None = None) -> None:
    """HubSpot did not take the upsert *call_id* of *keys* (None: of all): they stay as they were before it."""
    mine = event.c.upsert_call_id == call_id
    numbers = [
        row.id
        for row in connection.execute(
            select(event.c.id, event.c.external_account_id, event.c.external_event_id).where(mine)
        )
        if keys is None or (row.external_account_id, row.external_event_id) in keys
    ]
    has_rows = exists().where(participation.c.event_id == event.c.id)
    for number in numbers:
        drop_receipt(connection, number)
        is_new = event.c.confirmed_at_ms.is_(None), ~has_rows
        if connection.execute(delete(event).where(event.c.id == number, *is_new)).rowcount:
            drop_index(connection, number)
        connection.execute(update(event).where(event.c.id == number).values(upsert_call_id=None))


def forget(connection: Connection, event_id: int) -> None:
    """Drop the event and its participations. The journal keeps its calls."""
    connection.execute(delete(participation).where(participation.c.event_id == event_id))
    drop_index(connection, event_id)
    connection.execute(delete(event).where(event.c.id == event_id))


def read_overviews(connection: Connection) -> list[EventOverview]:
    """All events in counts, sorted by key."""
    rows, leftovers = _count_rows(connection)
    people = _count_people(connection)
    overviews = [
        EventOverview(
            key=(found := to_marketing_event(row)).key,
            name=found.name,
            object_id=row["object_id"],
            is_confirmed=row["confirmed_at_ms"] is not None and row["upsert_call_id"] is None,
            is_completed=row["completed_at_ms"] is not None,
            is_completion_intended=row["is_completion_intended"],
            people=people.get(row["id"], 0),
            updated_at_ms=row["updated_at_ms"],
            rows=rows.get(row["id"], {}),
            leftovers=leftovers.get(row["id"], {}),
        )
        for row in connection.execute(select(event)).mappings()
    ]
    return sorted(overviews, key=lambda overview: overview.key)


def _count_people(connection: Connection) -> dict[int, int]:
    # Grouped twice: the inner one follows the order of the primary key, where count(distinct) would sort every row.
    each = (
        select(participation.c.event_id, participation.c.person)
        .where(IS_AT_HUBSPOT)
        .group_by(participation.c.event_id, participation.c.person)
        .subquery()
    )
    counted = connection.execute(select(each.c.event_id, func.count()).group_by(each.c.event_id))
    return dict(counted.all())


RowsByState = dict[int, dict[AttendanceState, int]]
LeftoversByOutcome = dict[int, dict[Outcome, int]]


def _count_rows(connection: Connection) -> tuple[RowsByState, LeftoversByOutcome]:
    """Rows by event: the confirmed by state, the others by outcome."""
    rows: RowsByState = defaultdict(lambda: defaultdict(int))
    leftovers: LeftoversByOutcome = defaultdict(lambda: defaultdict(int))
    columns = participation.c.event_id, participation.c.state, participation.c.outcome
    for event_id, state, outcome, count in connection.execute(select(*columns, func.count()).group_by(*columns)):
        if OUTCOMES[outcome].is_at_hubspot:
            rows[event_id][STATES[state]] += count
        else:
            leftovers[event_id][OUTCOMES[outcome]] += count
    return rows, leftovers
