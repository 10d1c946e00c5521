"""Look whether a state is whole: its storage, its header, and that every number in it leads somewhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, func, or_, select

from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.roster_index import ENTRY_BYTES
from hubevents_sync.state.identity import PERSON_BYTES, Identity
from hubevents_sync.state.place import Place
from hubevents_sync.state.tables import (
    OUTCOME_CODES,
    OUTCOMES,
    STATES,
    event,
    event_receipt,
    header,
    journal,
    lease,
    participation,
    roster_index,
    run,
    source_file,
)


@dataclass(frozen=True, slots=True)
class StateCheck:
    """What was found. *faults* must not be; *notes* are what an apply goes on from; *counts* are of rows by table."""

    faults: tuple[str, ...]
    notes: tuple[str, ...]
    counts: dict[str, int]


def check_state(connection: Connection, place: Place) -> StateCheck:
    """All that is wrong with the state, and what is open in it."""
    faults = [*place.find_damage(connection), *_check_single_rows(connection), *_check_numbers(connection)]
    tables = event, participation, run, journal, source_file
    return StateCheck(
        tuple(faults), tuple(_find_open(connection)), {each.name: _count(connection, each) for each in tables}
    )


def _count(connection: Connection, table: Table, *conditions: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


def _check_single_rows(connection: Connection) -> Iterator[str]:
    for table in (header, lease):
        found = _count(connection, table)
        if found != 1:
            yield f"the table {table.name} has {found} rows; it has 1 in a state"
    for key, fingerprint in connection.execute(select(header.c.identity_key, header.c.identity_fingerprint)):
        if key is not None and Identity(bytes(key)).fingerprint != fingerprint:
            yield "the identity key in the state is not the one that its fingerprint is of"


def _check_numbers(connection: Connection) -> Iterator[str]:
    owned = event.c.id == participation.c.event_id
    called = journal.c.id == participation.c.call_id
    checks: tuple[tuple[Table, ColumnElement[bool], str, str], ...] = (
        (participation, ~exists().where(owned), "row", "of an event that is not there"),
        (
            participation,
            and_(participation.c.file_id.is_not(None), ~exists().where(source_file.c.id == participation.c.file_id)),
            "row",
            "of a file that is not there",
        ),
        (
            participation,
            and_(participation.c.call_id.is_not(None), ~exists().where(called)),
            "row",
            "of a call that is not there",
        ),
        (
            participation,
            or_(participation.c.state.not_in(range(len(STATES))), participation.c.outcome.not_in(range(len(OUTCOMES)))),
            "row",
            "with a state or an outcome that this version does not know",
        ),
        (participation, func.length(participation.c.person) != PERSON_BYTES, "row", "of no person's hash"),
        (journal, ~exists().where(run.c.number == journal.c.run_number), "call", "of a run that is not there"),
        (
            journal,
            and_(journal.c.in_flight.is_not(None), journal.c.result.is_not(None)),
            "call",
            "with a result and rows in flight",
        ),
        (
            event,
            and_(event.c.upsert_call_id.is_not(None), ~exists().where(journal.c.id == event.c.upsert_call_id)),
            "event",
            "with an upsert that is not there",
        ),
        (
            event,
            and_(event.c.completed_at_ms.is_not(None), event.c.is_completion_intended),
            "event",
            "both complete and about to be completed",
        ),
        (
            roster_index,
            ~exists().where(event.c.id == roster_index.c.event_id),
            "list",
            "of known entries of an event that is not there",
        ),
        (
            event_receipt,
            ~exists().where(event.c.id == event_receipt.c.event_id),
            "receipt",
            "of an event that is not there",
        ),
        (
            roster_index,
            or_(
                func.length(roster_index.c.entries) % ENTRY_BYTES != 0,
                func.length(roster_index.c.watched) % PERSON_BYTES != 0,
            ),
            "list",
            "of known entries, cut off",
        ),
    )
    for table, condition, noun, what in checks:
        found = _count(connection, table, condition)
        if found:
            yield f"{found:,} {noun}{'' if found == 1 else 's'} {what}"


def _find_open(connection: Connection) -> Iterator[str]:
    holder = connection.execute(select(lease.c.run_id, lease.c.user, lease.c.host)).first()
    if holder is not None and holder.user is not None:
        yield f"run {holder.run_id} of {holder.user}@{holder.host} holds the lock, or died with it"
    unanswered = _count(connection, journal, journal.c.result.is_(None))
    if unanswered:
        calls = "1 call" if unanswered == 1 else f"{unanswered:,} calls"
        yield f"{calls} without a result: the next apply looks up what came of it"
    for outcome in (Outcome.INTENDED, Outcome.UNCONFIRMED, Outcome.REJECTED, Outcome.NOT_ATTEMPTED):
        found = _count(connection, participation, participation.c.outcome == OUTCOME_CODES[outcome])
        if found:
            yield f"{found:,} row{'' if found == 1 else 's'} {outcome.value}"
