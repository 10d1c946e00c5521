"""Look into a state's file by the driver alone: for a plan that has little to ask, SQLAlchemy takes longer to load.

What is rare is left to SQLAlchemy, and so is every file that is out of the ordinary: of another format, in WAL mode,
with calls that never were answered, or no state at all. It has the words for what is wrong.
"""

import contextlib
import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from hubevents_sync.collector import collector_at_rest
from hubevents_sync.errors import StateError
from hubevents_sync.model.app_settings import RecordedSettings
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.model.receipt import Receipt
from hubevents_sync.model.record import OpenEnd, RecordedRow, StateHeader
from hubevents_sync.model.roster_index import RosterIndex
from hubevents_sync.model.run import Run
from hubevents_sync.model.snapshot import EventSnapshot, RecordedEvent
from hubevents_sync.state.belonging import choose_identity, require_environment, require_portal
from hubevents_sync.state.copying import check_is_database, find_state, opened_by_driver
from hubevents_sync.state.driver import explain, faults_explained
from hubevents_sync.state.format_version import FORMAT_VERSION
from hubevents_sync.state.identity import Identity
from hubevents_sync.state.interface import PlanState
from hubevents_sync.state.stored_index import to_index
from hubevents_sync.state.stored_run import to_run

# The numbers that stand for words are those of the tables; that both readers say the same is tested.
STATES = tuple(AttendanceState)
PEOPLE_AT_ONCE = 500

_HEADER = "SELECT format_version, lineage, serial, environment, portal, identity_fingerprint, identity_key FROM header"
_UNANSWERED = "SELECT 1 FROM journal WHERE result IS NULL LIMIT 1"
_KEYS = "SELECT external_account_id, external_event_id FROM event"
_RECEIPTS = (
    "SELECT external_account_id, external_event_id, digest, people, recorded_people, people_left, notes"
    " FROM event_receipt JOIN event ON event.id = event_receipt.event_id"
)
_OPEN_ENDS = (
    "SELECT external_account_id, external_event_id, upsert_call_id, is_completion_intended, completed_at_ms FROM event"
    " WHERE upsert_call_id IS NOT NULL OR is_completion_intended = 1"
    " OR id IN (SELECT event_id FROM participation WHERE outcome > 1)"
)
_SETTINGS = "SELECT event_details_url, intended_url FROM app_settings WHERE app_id = ?"
_LAST_RUN = "SELECT * FROM run ORDER BY number DESC LIMIT 1"
_EVENT = (
    "SELECT id, object_id, fields, confirmed_at_ms, upsert_call_id, completed_at_ms FROM event"
    " WHERE external_account_id = ? AND external_event_id = ?"
)
_HAS_LEFTOVERS = "SELECT 1 FROM participation WHERE event_id = ? AND outcome > 1 LIMIT 1"
_ROWS = (
    "SELECT person, state, occurred_at_ms, joined_at_ms, left_at_ms, contact_id, file_id, line FROM participation"
    " WHERE event_id = ? AND outcome <= 1{} ORDER BY person, occurred_at_ms"
)
_FILES = "SELECT id, path FROM source_file"
_INDEX = (
    "SELECT fingerprint, files, people, entries, watched FROM roster_index WHERE event_id ="
    " (SELECT id FROM event WHERE external_account_id = ? AND external_event_id = ?)"
)


class Glance:
    """A state file as it was when it was opened. *read_whole* opens it by SQLAlchemy, for what is asked seldom."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        location: Path,
        header: StateHeader,
        identity: Identity | StateError,
        read_whole: Callable[[], PlanState],
    ) -> None:
        self.header = header
        self._connection = connection
        self._location = location
        self._identity = identity
        self._read_whole = read_whole

    @cached_property
    def _whole(self) -> PlanState:
        return self._read_whole()

    def _ask(self, statement: str, *values: object) -> list[Any]:  # Any: each column has a type of its own
        with faults_explained(self._location):
            return self._connection.execute(statement, values).fetchall()

    @property
    def identity(self) -> Identity:
        """The key that people are known by here. Raises StateError where it is missing."""
        if isinstance(self._identity, StateError):
            raise self._identity
        return self._identity

    def require(self, *, environment: str | None, portal: int | None) -> None:
        """Raise StateError unless the state is that of *environment* and *portal* (None: whichever)."""
        require_environment(self.header, environment, self._location)
        require_portal(self.header, portal, self._location)

    def keys(self) -> list[EventKey]:
        """All events, sorted."""
        return sorted(map(EventKey._make, self._ask(_KEYS)))

    def receipts(self) -> dict[EventKey, Receipt]:
        """The events that have nothing to do, as long as their files are those that the receipt is of."""
        return {
            EventKey(account, event_id): Receipt(digest, people, recorded, left, tuple(json.loads(notes)))
            for account, event_id, digest, people, recorded, left, notes in self._ask(_RECEIPTS)
        }

    def open_ends(self) -> list[OpenEnd]:
        """The events of which earlier runs left something open, without rows: with nothing else open they are empty."""
        ends = [
            OpenEnd(
                EventKey(account, event_id),
                is_upsert_open=upsert_call is not None,
                is_completion_open=bool(is_intended) and completed_at_ms is None,
            )
            for account, event_id, upsert_call, is_intended, completed_at_ms in self._ask(_OPEN_ENDS)
        ]
        return sorted(ends, key=lambda end: end.key)

    def read_settings(self, app_id: int) -> RecordedSettings | None:
        """What is recorded of an app's settings; None where nothing is."""
        return next(
            (
                RecordedSettings(app_id, url, is_open=intended is not None)
                for url, intended in self._ask(_SETTINGS, app_id)
            ),
            None,
        )

    def read_latest_run(self) -> Run | None:
        """The last run, where the state is as it left it; None where something else changed it since."""
        with faults_explained(self._location):
            cursor = self._connection.execute(_LAST_RUN)
            row = cursor.fetchone()
        if row is None:
            return None
        found = dict(zip([column[0] for column in cursor.description], row, strict=True))
        if found["serial"] != self.header.serial:
            return None
        return to_run({**found, "rows": json.loads(found["rows"]), "approvals": json.loads(found["approvals"])})

    def read_event(self, key: EventKey, *, people: Collection[PersonId] | None = None) -> RecordedEvent | None:
        """What is recorded of an event; its participations in the order of person and time, or those of *people*."""
        for number, object_id, fields, confirmed_at_ms, upsert_call, completed_at_ms in self._ask(_EVENT, *key):
            if self._ask(_HAS_LEFTOVERS, number):
                return self._whole.read_event(key, people=people)
            return RecordedEvent(
                EventSnapshot(
                    MarketingEvent(key, json.loads(fields)),
                    self._read_rows(number, people),
                    is_completed=completed_at_ms is not None,
                    object_id=object_id,
                ),
                is_event_confirmed=confirmed_at_ms is not None and upsert_call is None,
            )
        return None

    def _read_rows(self, event_id: int, people: Collection[PersonId] | None) -> list[Participation]:
        if people is None:
            return self._make_rows(self._ask(_ROWS.format(""), event_id))
        wanted = sorted(people)
        rows: list[Participation] = []
        for start in range(0, len(wanted), PEOPLE_AT_ONCE):
            part = wanted[start : start + PEOPLE_AT_ONCE]
            marks = ", ".join("?" * len(part))
            rows += self._make_rows(self._ask(_ROWS.format(f" AND person IN ({marks})"), event_id, *part))
        return rows

    def _make_rows(self, rows: list[Any]) -> list[Participation]:
        states, files = STATES, self._files
        with collector_at_rest():
            return [
                Participation(person, states[state], occurred, joined, left, None, contact, None, files[file], line)
                for person, state, occurred, joined, left, contact, file, line in rows
            ]

    @cached_property
    def _files(self) -> Mapping[int | None, str]:
        return {None: "", **dict(self._ask(_FILES))}

    def read_roster_index(self, key: EventKey) -> RosterIndex | None:
        """Which entries of the event's rosters are at HubSpot whole; None where that is not known any more."""
        for fingerprint, files, people, entries, watched in self._ask(_INDEX, *key):
            return to_index(fingerprint, json.loads(files), people, entries, watched)
        return None

    def read_leftovers(self, key: EventKey) -> list[RecordedRow]:
        """The rows of an event that HubSpot is not known to have, with what became of them."""
        return list(self._whole.read_leftovers(key))


@contextlib.contextmanager
def glancing(
    location: Path, *, environ: Mapping[str, str], read_whole: Callable[[], PlanState]
) -> Iterator[Glance | None]:
    """The state in the file at *location*; None where it is to be opened by SQLAlchemy.

    No byte is changed and no file made. A writer may have to wait for as long as it is open, so that *read_whole*, too,
    finds it as it was. Raises StateError as opening it by SQLAlchemy would.
    """
    path = find_state(location)
    if path is None:
        yield None
        return
    check_is_database(path)
    connection = row = None
    with contextlib.ExitStack() as stack:
        with _all_but_bugs_explained(path):
            connection = stack.enter_context(opened_by_driver(path))
            row = _read_header(connection) if connection is not None else None
        if connection is None or row is None:
            stack.close()
            yield None
            return
        version, lineage, serial, environment, portal, fingerprint, own_key = row
        header = StateHeader(version, lineage, serial, environment, portal, fingerprint, own_key is not None)
        identity = choose_identity(own_key, fingerprint, environ, path)
        yield Glance(connection, path, header, identity, read_whole)


@contextlib.contextmanager
def _all_but_bugs_explained(path: Path) -> Iterator[None]:
    """A database of something else lacks a table: SQLAlchemy will say so."""
    try:
        yield
    except sqlite3.Error as error:
        explained = explain(error, path)
        if explained is not None:
            raise explained from error


def _read_header(connection: sqlite3.Connection) -> tuple[Any, ...] | None:
    """The header's row; None where the state is out of the ordinary."""
    found: tuple[Any, ...] | None = connection.execute(_HEADER).fetchone()
    if found is None or found[0] != FORMAT_VERSION or connection.execute(_UNANSWERED).fetchone():
        return None
    return found
