"""Ask the state what it holds."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

from sqlalchemy import Connection, func, select

from hubevents_sync.errors import StateError
from hubevents_sync.model.app_settings import RecordedSettings
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.receipt import Receipt
from hubevents_sync.model.record import (
    CompletionRecord,
    EventOverview,
    JournalEntry,
    Lease,
    OpenEnd,
    RecordedRow,
    StateHeader,
)
from hubevents_sync.model.roster_index import RosterIndex
from hubevents_sync.model.run import Run
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.state.app_settings import find_settings
from hubevents_sync.state.audit import find_run, find_run_of_plan, read_journal, read_latest_run, read_runs
from hubevents_sync.state.belonging import require_environment, require_portal
from hubevents_sync.state.events import find_event, find_event_id, read_overviews, to_completion, to_recorded_event
from hubevents_sync.state.export import export_state
from hubevents_sync.state.header import read_header
from hubevents_sync.state.identity import Identity
from hubevents_sync.state.index import read_index, read_indexes
from hubevents_sync.state.lease import read_lease
from hubevents_sync.state.open_ends import find_last_intent, find_open_ends
from hubevents_sync.state.place import Place
from hubevents_sync.state.receipts import read_receipts
from hubevents_sync.state.rows import read_confirmed, read_rows
from hubevents_sync.state.tables import IS_LEFTOVER, OUTCOMES, event, journal, participation
from hubevents_sync.state.verify import StateCheck, check_state

# Each is as large as its rosters: 33 bytes a person.
INDEXES_AT_ONCE = 50


class StateReader:
    """The reading half of a state. Safe to use from several threads at once: they take turns."""

    def __init__(self, connection: Connection, location: Place, identity: Identity | StateError) -> None:
        self._connection = connection
        self._location = location
        self._identity = identity
        self._turn = RLock()

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._turn, self._location.faults_explained():
            yield self._connection

    @contextmanager
    def _read_rows(self, key: EventKey | None = None) -> Iterator[Connection]:  # noqa: ARG002  a writer asks
        """The same, where rows are looked at: those of the event *key*, or of all."""
        with self._read() as connection:
            yield connection

    @property
    def identity(self) -> Identity:
        """The key that people are known by here.

        Raises StateError where HUBEVENTS_IDENTITY_KEY is needed and does not hold it.
        """
        if isinstance(self._identity, StateError):
            raise self._identity
        return self._identity

    @property
    def header(self) -> StateHeader:
        """Which state this is."""
        with self._read() as connection:
            return read_header(connection)

    @property
    def lease(self) -> Lease | None:
        """Who holds the right to write, dead or alive."""
        with self._read() as connection:
            return read_lease(connection)

    def require(self, *, environment: str | None, portal: int | None) -> None:
        """Raise StateError unless the state is that of *environment* and *portal* (None: whichever)."""
        found = self.header
        require_environment(found, environment, self._location)
        require_portal(found, portal, self._location)

    def keys(self) -> list[EventKey]:
        """All events, sorted."""
        with self._read() as connection:
            rows = connection.execute(select(event.c.external_account_id, event.c.external_event_id))
            return sorted(EventKey(account, event_id) for account, event_id in rows)

    def read_event(self, key: EventKey, *, people: Collection[PersonId] | None = None) -> RecordedEvent | None:
        """What is recorded of an event; its participations in the order of person and time, or those of *people*."""
        with self._read_rows(key) as connection:
            row = find_event(connection, key)
            if row is None:
                return None
            counts = connection.execute(
                select(participation.c.outcome, func.count())
                .where(participation.c.event_id == row["id"], IS_LEFTOVER)
                .group_by(participation.c.outcome)
            )
            leftovers = {OUTCOMES[code]: count for code, count in counts}
            return to_recorded_event(row, read_confirmed(connection, row["id"], people), leftovers)

    def read_leftovers(self, key: EventKey) -> list[RecordedRow]:
        """The rows of an event that HubSpot is not known to have, with what became of them."""
        with self._read_rows(key) as connection:
            event_id = find_event_id(connection, key)
            return [] if event_id is None else read_rows(connection, participation.c.event_id == event_id, IS_LEFTOVER)

    def read_call_rows(self, call_id: int) -> list[RecordedRow]:
        """The rows that the call *call_id* left without an answer: what a recovery sends again, with the same times."""
        with self._read_rows() as connection:
            owner = select(journal.c.event_id).where(journal.c.id == call_id).scalar_subquery()
            conditions = participation.c.event_id == owner, participation.c.call_id == call_id, IS_LEFTOVER
            return read_rows(connection, *conditions)

    def read_completion(self, key: EventKey) -> CompletionRecord | None:
        """What is known of the event's completion; None where there is no such event."""
        with self._read() as connection:
            row = find_event(connection, key)
            return None if row is None else to_completion(row)

    def read_roster_index(self, key: EventKey) -> RosterIndex | None:
        """Which entries of the event's rosters are at HubSpot whole; None where that is not known any more."""
        with self._read() as connection:
            event_id = find_event_id(connection, key)
            return None if event_id is None else read_index(connection, event_id)

    def list_bare_events(self) -> dict[EventKey, RecordedEvent]:
        """What is recorded of all events, without their people and leftovers."""
        with self._read() as connection:
            rows = connection.execute(select(event)).mappings()
            found = [to_recorded_event(row, []) for row in rows]
        return {each.snapshot.event.key: each for each in found}

    def read_roster_indexes(self, keys: Collection[EventKey]) -> Iterator[tuple[EventKey, RosterIndex | None]]:
        """What ``read_roster_index`` says of each of *keys* that is on record; few are held at once."""
        with self._read() as connection:
            columns = event.c.id, event.c.external_account_id, event.c.external_event_id
            rows = connection.execute(select(*columns)).all()
        known = [(number, key) for number, *names in rows if (key := EventKey(*names)) in keys]
        for start in range(0, len(known), INDEXES_AT_ONCE):
            part = known[start : start + INDEXES_AT_ONCE]
            with self._read() as connection:
                found = read_indexes(connection, [number for number, _ in part])
            yield from ((key, found.get(number)) for number, key in part)

    def receipts(self) -> dict[EventKey, Receipt]:
        """The events that have nothing to do, as long as their files are those that the receipt is of."""
        with self._read() as connection:
            return read_receipts(connection)

    def read_settings(self, app_id: int) -> RecordedSettings | None:
        """What is recorded of an app's settings; None where nothing is."""
        with self._read() as connection:
            return find_settings(connection, app_id)

    def list_events(self) -> list[EventOverview]:
        """All events in counts, sorted by key. No row is loaded."""
        with self._read_rows() as connection:
            return read_overviews(connection)

    def find_person(self, person: PersonId) -> list[RecordedRow]:
        """All that is recorded of one person, over all events."""
        with self._read_rows() as connection:
            return read_rows(connection, participation.c.person == person)

    def runs(self) -> list[Run]:
        """All runs, the latest first."""
        with self._read() as connection:
            return read_runs(connection)

    def read_run(self, id_or_prefix: str) -> Run:
        """The one run whose id is, or begins with, *id_or_prefix*; StateError where there is none or several."""
        with self._read() as connection:
            return find_run(connection, id_or_prefix)

    def read_latest_run(self) -> Run | None:
        """The last run, where the state is as it left it, or as a recovery settled it; None where something else
        changed it since.
        """
        with self._read() as connection:
            return read_latest_run(connection)

    def find_run_of_plan(self, digest: str) -> Run | None:
        """The last run that carried out the plan *digest*, or the rest of it; None where there is none."""
        with self._read() as connection:
            return find_run_of_plan(connection, digest)

    def journal_of(self, run_id: str) -> list[JournalEntry]:
        """The calls of a run, in the order in which they were intended."""
        with self._read() as connection:
            return read_journal(connection, run_id=run_id)

    def open_ends(self) -> list[OpenEnd]:
        """The events of which earlier runs left something open, without rows: with nothing else open they are empty."""
        with self._read_rows() as connection:
            return find_open_ends(connection)

    def last_intent_ms(self) -> int | None:
        """When the last call of all was intended; None where there never was one."""
        with self._read() as connection:
            return find_last_intent(connection)

    def unfinished_calls(self) -> list[JournalEntry]:
        """The calls, of whichever run, that were intended and have no result: HubSpot may have got them or not."""
        with self._read() as connection:
            return read_journal(connection, is_unfinished=True)

    def check(self) -> StateCheck:
        """Whether the state is whole, and what is open in it."""
        with self._read_rows() as connection:
            return check_state(connection, self._location)

    def export(self, *, with_identity_key: bool = False) -> Iterator[dict[str, Any]]:
        """All that the state holds, line by line. The identity key only where it is asked for."""
        with self._read_rows() as connection:
            yield from export_state(connection, with_identity_key=with_identity_key)
