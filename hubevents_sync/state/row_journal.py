"""The journal of an apply's rows: with their call before it is sent, and with what became of them after."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from hubevents_sync.model.batch import columns_of, columns_of_results
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.record import CallKind
from hubevents_sync.model.run import Run
from hubevents_sync.state.audit import insert_run, update_run
from hubevents_sync.state.calls import finish_call, insert_call
from hubevents_sync.state.events import ensure_event, touch_event
from hubevents_sync.state.holding import Opened
from hubevents_sync.state.in_flight import UnderWay, begin_call, has_cut_off, pack, put_down, unpack_cut_off
from hubevents_sync.state.keeping import KnowledgeKeeper
from hubevents_sync.state.lease import name_run
from hubevents_sync.state.open_ends import close_cut_off
from hubevents_sync.state.storing import columns_of_rows, insert_rows, make_columns, upsert_rows
from hubevents_sync.state.tables import STATE_CODES


class RowJournal(KnowledgeKeeper):
    """Runs, and what they send of rows. A call that was intended must be ended; see ``CallJournal``."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
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
        with super()._read_rows(key) as connection:
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
            call = begin_call(key, event_id, rows, self._files.ids_of(connection, columns_of(rows).file))
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
            self._knowledge.drop(connection, event_id)
        self._under_way[call_id] = call
        return call_id

    def record_attendance(
        self,
        call_id: int,
        results: Sequence[RowResult],
        *,
        status: int | None = None,
        correlation_id: str | None = None,
        may_wait: bool = False,
    ) -> None:
        """Store what became of the rows of a call. One of them that has no result is unconfirmed from now on.

        A row that HubSpot had before the call, and refuses to change, stays as HubSpot has it. What *may_wait* is
        committed with whatever comes next, be it an intent or the end: a kill before that leaves the call without a
        result, as one a moment earlier would have.
        """
        call, now_ms = self._take(call_id), self._clock.now_ms()

        def put(connection: Connection) -> None:
            finish_call(connection, call_id, now_ms=now_ms, status=status, correlation_id=correlation_id)
            self._put_results(connection, call_id, call, results)
            self._knowledge.drop_receipt(connection, call.event_id)
            touch_event(connection, call.event_id, now_ms=now_ms)

        self._write_later(call.key, put)
        if not may_wait:
            self.flush()

    def _put_results(self, connection: Connection, call_id: int, call: UnderWay, results: Sequence[RowResult]) -> None:
        rows, columns = columns_of_results(results).row, call.columns
        if rows != call.rows:
            put_down(connection, call_id, call, Outcome.UNCONFIRMED)
            columns = columns_of_rows(rows, self._files.ids_of(connection, columns_of(rows).file))
        upsert_rows(connection, make_columns(call.event_id, call_id, results, columns), len(rows))

    def _take(self, call_id: int) -> UnderWay:
        call = self._under_way.pop(call_id, None)
        if call is None:
            raise RuntimeError(f"call {call_id} is not waiting for a result")
        return call

    def record_unsent(self, key: EventKey, rows: Sequence[Participation]) -> None:
        """Store *rows* as not attempted: their turn came, and an earlier fault of their person or event left them out.

        A row that an earlier run sent, and that HubSpot may have, stays as it is.
        """
        now_ms = self._clock.now_ms()
        results = [RowResult(row, Outcome.NOT_ATTEMPTED) for row in rows]
        with self._write() as connection:
            event_id = ensure_event(connection, key, now_ms=now_ms)
            columns = columns_of_rows(rows, self._files.ids_of(connection, columns_of(rows).file))
            self._knowledge.drop(connection, event_id)
            insert_rows(connection, make_columns(event_id, None, results, columns), len(rows))
            touch_event(connection, event_id, now_ms=now_ms)

    def _need_run(self) -> int:
        if self._run_number is None:
            raise RuntimeError("a call belongs to a run: begin_run comes first")
        return self._run_number
