"""The journal of an apply: each call is put on record before it is sent, and its result after."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from hubevents_sync.model.app_settings import AppSettings
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.record import CallKind
from hubevents_sync.model.run import Run
from hubevents_sync.ports import Clock
from hubevents_sync.state.app_settings import confirm, intend
from hubevents_sync.state.audit import insert_run, update_run
from hubevents_sync.state.calls import finish_call, insert_call
from hubevents_sync.state.events import (
    Confirmed,
    change_event,
    confirm_events,
    ensure_event,
    intend_events,
    touch_event,
    withdraw_events,
)
from hubevents_sync.state.holding import Holding
from hubevents_sync.state.identity import Identity
from hubevents_sync.state.in_flight import UnderWay, begin_call, has_cut_off, pack, put_down, unpack_cut_off
from hubevents_sync.state.index import drop_index
from hubevents_sync.state.keeping import KnowledgeKeeper
from hubevents_sync.state.lease import name_run
from hubevents_sync.state.open_ends import close_cut_off
from hubevents_sync.state.place import Place
from hubevents_sync.state.storing import FILE, insert_rows, make_columns, upsert_rows
from hubevents_sync.state.tables import STATE_CODES


class CallJournal(KnowledgeKeeper):
    """Runs and their calls. A call that was intended must be ended by ``record_…`` or ``fail_call``.

    One that never is shows in ``unfinished_calls`` until the next run begins.
    """

    def __init__(
        self,
        connection: Connection,
        location: Place,
        identity: Identity,
        *,
        holding: Holding,
        serial: int,
        clock: Clock,
    ) -> None:
        super().__init__(connection, location, identity, holding=holding, serial=serial, clock=clock)
        self._run_number: int | None = None
        self._under_way: dict[int, UnderWay] = {}

    @contextmanager
    def _read_rows(self, key: EventKey | None = None) -> Iterator[Connection]:
        """What is under way is put down first: it has no place among the rows until it has a result."""
        calls = [(number, call) for number, call in list(self._under_way.items()) if key in (None, call.key)]
        if calls:
            with self._write(is_change=False) as connection:
                for number, call in calls:
                    put_down(connection, number, call, Outcome.INTENDED)
        with self._read() as connection:
            yield connection

    def unpack_cut_off(self) -> None:
        """Give the rows of calls that were cut off their place. Once, before anything else: the calls are nobody's."""
        with self._write(is_change=False) as connection:
            if has_cut_off(connection):
                unpack_cut_off(connection)

    def begin_run(self, run: Run) -> None:
        """Add *run* to the audit log; the calls that follow are its. What a killed run left running is closed."""
        with self._write(is_change=False) as connection:
            close_cut_off(connection, now_ms=self._clock.now_ms())
            number = insert_run(connection, run, command=self._holding.claim.command, serial=self._serial)
            name_run(connection, run.id)
        self._run_number = number
        self._is_of_run = True

    def end_run(self, run: Run) -> None:
        """Store how *run*, the one that was begun, ended."""
        with self._write(is_change=False) as connection:
            update_run(connection, self._need_run(), run)

    def intend_upsert(self, events: Sequence[MarketingEvent]) -> int:
        """Note that *events* are about to be upserted, in one call; the call's id."""
        keys, now_ms = [wanted.key for wanted in events], self._clock.now_ms()
        with self._write() as connection:
            call_id = insert_call(connection, self._need_run(), CallKind.UPSERT, keys, now_ms=now_ms)
            intend_events(connection, keys, call_id, now_ms=now_ms)
        return call_id

    def record_upsert(
        self,
        call_id: int,
        confirmed: Sequence[Confirmed],
        failed: Sequence[EventKey] = (),
        *,
        status: int | None = None,
        correlation_id: str | None = None,
    ) -> None:
        """Store which events HubSpot has now, each with its object id where that is known, and which it refused.

        One that is in neither list stays unconfirmed.
        """
        now_ms = self._clock.now_ms()
        with self._write() as connection:
            finish_call(connection, call_id, now_ms=now_ms, status=status, correlation_id=correlation_id)
            confirm_events(connection, confirmed, now_ms=now_ms)
            withdraw_events(connection, call_id, failed)

    def intend_attendance(
        self,
        key: EventKey,
        round: int,  # noqa: A002  the plan's word for it
        state: AttendanceState,
        rows: Sequence[Participation],
    ) -> int:
        """Note that *rows*, all of *state*, are about to be sent, in one call; the call's id.

        A row that HubSpot has already stays as it is until the result comes.
        """
        now_ms = self._clock.now_ms()
        with self._write() as connection:
            event_id = ensure_event(connection, key, now_ms=now_ms)
            call = begin_call(key, event_id, rows, self._files.ids_of(connection, map(FILE, rows)))
            call_id = insert_call(
                connection,
                self._need_run(),
                CallKind.RECORD,
                [key],
                now_ms=now_ms,
                event_id=event_id,
                round_number=round,
                state_code=STATE_CODES[state],
                row_count=len(rows),
                in_flight=pack(call),
            )
            drop_index(connection, event_id)
        self._under_way[call_id] = call
        return call_id

    def record_attendance(
        self,
        call_id: int,
        results: Sequence[RowResult],
        *,
        status: int | None = None,
        correlation_id: str | None = None,
    ) -> None:
        """Store what became of the rows of a call. One of them that has no result is unconfirmed from now on.

        A row that HubSpot had before the call, and refuses to change, stays as HubSpot has it.
        """
        now_ms = self._clock.now_ms()
        with self._write() as connection:
            call = finish_call(connection, call_id, now_ms=now_ms, status=status, correlation_id=correlation_id)
            rows = [result.row for result in results]
            if rows != self._under_way[call_id].rows:
                put_down(connection, call_id, self._under_way[call_id], Outcome.UNCONFIRMED)
            file_ids = self._files.ids_of(connection, map(FILE, rows))
            upsert_rows(connection, make_columns(call.event_id, call_id, results, file_ids), len(rows))
            touch_event(connection, call.event_id, now_ms=now_ms)
        del self._under_way[call_id]

    def record_unsent(self, key: EventKey, rows: Sequence[Participation]) -> None:
        """Store *rows* as not attempted: their turn came, and an earlier fault of their person or event left them out.

        A row that an earlier run sent, and that HubSpot may have, stays as it is.
        """
        now_ms = self._clock.now_ms()
        results = [RowResult(row, Outcome.NOT_ATTEMPTED) for row in rows]
        with self._write() as connection:
            event_id = ensure_event(connection, key, now_ms=now_ms)
            file_ids = self._files.ids_of(connection, map(FILE, rows))
            drop_index(connection, event_id)
            insert_rows(connection, make_columns(event_id, None, results, file_ids), len(rows))
            touch_event(connection, event_id, now_ms=now_ms)

    def intend_completion(self, key: EventKey) -> int:
        """Note that the event is about to be completed; the call's id."""
        now_ms = self._clock.now_ms()
        with self._write() as connection:
            event_id = ensure_event(connection, key, now_ms=now_ms)
            call_id = insert_call(
                connection, self._need_run(), CallKind.COMPLETE, [key], now_ms=now_ms, event_id=event_id
            )
            change_event(connection, event_id, now_ms=now_ms, is_completion_intended=True)
        return call_id

    def record_completion(self, call_id: int, plan_digest: str, approved_by: str) -> None:
        """Store that the event is complete at HubSpot, on which plan, and who said yes to it."""
        now_ms = self._clock.now_ms()
        with self._write() as connection:
            call = finish_call(connection, call_id, now_ms=now_ms)
            change_event(
                connection,
                call.event_id,
                now_ms=now_ms,
                is_completion_intended=False,
                completed_at_ms=now_ms,
                completion_plan_digest=plan_digest,
                completion_approved_by=approved_by,
            )

    def intend_settings(self, settings: AppSettings) -> int:
        """Note that *settings* are about to be made the app's; the call's id."""
        now_ms = self._clock.now_ms()
        with self._write() as connection:
            call_id = insert_call(connection, self._need_run(), CallKind.SETTINGS, [], now_ms=now_ms)
            intend(connection, settings, now_ms=now_ms)
        return call_id

    def record_settings(self, call_id: int, settings: AppSettings) -> None:
        """Store that HubSpot has *settings*."""
        now_ms = self._clock.now_ms()
        with self._write() as connection:
            finish_call(connection, call_id, now_ms=now_ms)
            confirm(connection, settings, now_ms=now_ms)

    def fail_settings(
        self, call_id: int, error: str, *, status: int | None = None, correlation_id: str | None = None
    ) -> None:
        """Store that the call failed. The settings that it was about stay open, and are planned again."""
        now_ms = self._clock.now_ms()
        with self._write() as connection:
            finish_call(connection, call_id, now_ms=now_ms, error=error, status=status, correlation_id=correlation_id)

    def fail_call(
        self,
        call_id: int,
        error: str,
        *,
        outcome: Outcome,
        status: int | None = None,
        correlation_id: str | None = None,
    ) -> None:
        """Store that a call failed, and *outcome* for all it was about.

        UNCONFIRMED: HubSpot may have got it. An event stays unconfirmed, a completion intended: read them back.
        REJECTED or NOT_ATTEMPTED: it has not, and things are as before the call.
        """
        if outcome.is_at_hubspot:
            raise ValueError(f"a failed call has no {outcome} rows")
        now_ms = self._clock.now_ms()
        with self._write() as connection:
            call = finish_call(
                connection, call_id, now_ms=now_ms, error=error, status=status, correlation_id=correlation_id
            )
            if call.kind is CallKind.RECORD:
                put_down(connection, call_id, self._under_way[call_id], outcome)
                touch_event(connection, call.event_id, now_ms=now_ms)
            elif outcome is not Outcome.UNCONFIRMED and call.kind is CallKind.UPSERT:
                withdraw_events(connection, call_id)
            elif outcome is not Outcome.UNCONFIRMED:
                change_event(connection, call.event_id, now_ms=now_ms, is_completion_intended=False)
        self._under_way.pop(call_id, None)

    def _need_run(self) -> int:
        if self._run_number is None:
            raise RuntimeError("a call belongs to a run: begin_run comes first")
        return self._run_number
