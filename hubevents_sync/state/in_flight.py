"""The rows of a call that has no result yet: packed with the call, a single value, until it is known what they became.

A million rows are on their way once each; written down one by one, they cost twice what their results do. So a row has
no place among the participations before its call ends. What a run that was cut off left packed is unpacked by whoever
opens the state next, before anything else: under the lease for good, for a reader in a copy of its own. So everybody
else finds it among the participations, as intended.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from hubevents_sync.errors import StateError
from hubevents_sync.model.batch import RowBatch
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.moments import pack_times, unpack_times
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import Participation
from hubevents_sync.state.identity import PERSON_BYTES
from hubevents_sync.state.storing import Columns, columns_of_rows, upsert_rows
from hubevents_sync.state.tables import OUTCOME_CODES, journal

# Each is 8 bytes a row. What a column holds is told by a byte before it.
_NUMBERS = ("occurred_at_ms", "joined_at_ms", "left_at_ms", "contact_id", "file_id", "line")
_NUMBER_BYTES = 8
_NONE, _ALIKE, _EACH, _SOME = range(4)
_IS_PACKED = journal.c.result.is_(None), journal.c.in_flight.is_not(None)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The rows of a call that this run has sent, or is about to, and where they belong."""

    key: EventKey
    event_id: int
    rows: RowBatch
    columns: Columns


def begin_call(key: EventKey, event_id: int, rows: Sequence[Participation], file_ids: Mapping[str, int]) -> UnderWay:
    """*rows*, all of one state, that are about to be sent. They are numbered so in the state: the event, the files."""
    batch = RowBatch.of(rows)
    return UnderWay(key, event_id, batch, columns_of_rows(batch, file_ids))


def put_down(connection: Connection, call_id: int, call: UnderWay, outcome: Outcome) -> None:
    """Give the rows of a call their place among the participations, all with the same *outcome*."""
    _put_down(connection, call.columns, len(call.rows), event_id=call.event_id, call_id=call_id, outcome=outcome)


def has_cut_off(connection: Connection) -> bool:
    """There are packed rows."""
    return connection.execute(select(journal.c.id).where(*_IS_PACKED).limit(1)).first() is not None


def unpack_cut_off(connection: Connection) -> None:
    """Give all packed rows their place among the participations, as intended."""
    found = select(journal.c.id, journal.c.event_id, journal.c.state, journal.c.in_flight).where(*_IS_PACKED)
    for call_id, event_id, state, packed in connection.execute(found.order_by(journal.c.id)).all():
        try:
            columns, count = unpack(packed)
        except (ValueError, IndexError) as error:
            raise StateError(
                f"the state is damaged: the rows of call {call_id}, which was cut off, make no sense",
                hint="restore a backup; or name another place: all is sent again then, which HubSpot takes for repeats",
            ) from error
        columns["state"] = state
        _put_down(connection, columns, count, event_id=event_id, call_id=call_id, outcome=Outcome.INTENDED)
    connection.execute(update(journal).where(*_IS_PACKED).values(in_flight=None))


def _put_down(
    connection: Connection, columns: Columns, count: int, *, event_id: int, call_id: int, outcome: Outcome
) -> None:
    where = {"event_id": event_id, "call_id": call_id, "outcome": OUTCOME_CODES[outcome]}
    upsert_rows(connection, {**columns, **where}, count)


def pack(call: UnderWay) -> bytes | None:
    """The rows of *call* as they are kept with it; None where it has none. Their state is the call's.

    A hash, times, a contact id, a file's number and a line: nothing else of anybody. The lowest byte stands first.
    """
    if not call.rows:
        return None
    numbers = (_pack_numbers(call.columns[name]) for name in _NUMBERS)
    return b"".join((len(call.rows).to_bytes(4, "little"), *call.columns["person"], *numbers))


def _pack_numbers(values: Any) -> bytes:
    if values is None:
        return bytes([_NONE])
    if not isinstance(values, tuple):
        return bytes([_ALIKE]) + _to_bytes([values])
    try:
        return bytes([_EACH]) + _to_bytes(values)
    except TypeError:  # there is a None, hardly ever
        pass
    is_there = bytes(value is not None for value in values)
    return bytes([_SOME]) + is_there + _to_bytes([value or 0 for value in values])


def unpack(packed: bytes) -> tuple[dict[str, Any], int]:
    """The columns that were packed, and the number of their rows. ValueError or IndexError where they make no sense."""
    count = int.from_bytes(packed[:4], "little")
    end = 4 + count * PERSON_BYTES
    columns: dict[str, Any] = {
        "person": tuple(packed[start : start + PERSON_BYTES] for start in range(4, end, PERSON_BYTES))
    }
    for name in _NUMBERS:
        columns[name], end = _unpack_numbers(packed, end, count)
    if end != len(packed):
        raise ValueError("not of the length that it tells")
    return columns, count


def _unpack_numbers(packed: bytes, start: int, count: int) -> tuple[object, int]:
    """A column, and where the next one begins."""
    kind, start = packed[start], start + 1
    if kind == _NONE:
        return None, start
    is_there, start = (packed[start : start + count], start + count) if kind == _SOME else (b"", start)
    end = start + _NUMBER_BYTES * (1 if kind == _ALIKE else count)
    numbers = _from_bytes(packed[start:end])
    if kind == _ALIKE:
        return numbers[0], end
    if kind == _EACH:
        return numbers, end
    return tuple(number if there else None for number, there in zip(numbers, is_there, strict=True)), end


def _to_bytes(values: Iterable[int]) -> bytes:
    return pack_times(array("q", values))


def _from_bytes(packed: bytes) -> tuple[int, ...]:
    """ValueError where they are not whole numbers."""
    return tuple(unpack_times(packed))
