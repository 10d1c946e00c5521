"""Record what an apply intends and what came of it: each method is one durable commit under the lease."""

from collections.abc import Sequence

from hubevents_sync.errors import StateError
from hubevents_sync.model.app_settings import AppSettings
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.observation import Observation
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.record import CallKind, Settlement
from hubevents_sync.model.run import Run
from hubevents_sync.state.app_settings import confirm, intend
from hubevents_sync.state.audit import insert_run, update_run
from hubevents_sync.state.calls import abandon_calls, finish_call, insert_call, settle_intended
from hubevents_sync.state.events import (
    Confirmed,
    change_event,
    confirm_events,
    ensure_event,
    find_event,
    forget,
    intend_events,
    touch_event,
    withdraw_events,
)
from hubevents_sync.state.index import drop_index
from hubevents_sync.state.keeping import KnowledgeKeeper
from hubevents_sync.state.lease import name_run
from hubevents_sync.state.observing import observe
from hubevents_sync.state.open_ends import close_cut_off, settle
from hubevents_sync.state.place import Place
from hubevents_sync.state.receipts import drop_receipt
from hubevents_sync.state.rows import discard, insert_rows, make_intended, make_results, upsert_rows
from hubevents_sync.state.tables import STATE_CODES
from hubevents_sync.state.transfer import copy_state


class State(KnowledgeKeeper):
    """A state that is open for writing. Safe to use from several threads at once: they take turns.

    Each writing method raises StateMoved where another run took the lease or the file was replaced: nothing of that
    call is recorded then, nor of any later one. A call that was intended must be ended by ``record_…`` or
    ``fail_call``; one that never is shows in ``unfinished_calls`` until the next run begins.
    """

    _run_number: int | None = None

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
            )
            drop_index(connection, event_id)
            file_ids = self._files.ids_of(connection, (row.file for row in rows))
            upsert_rows(connection, make_intended(event_id, call_id, rows, file_ids))
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
            file_ids = self._files.ids_of(connection, (result.row.file for result in results))
            upsert_rows(connection, make_results(call.event_id, call_id, results, file_ids))
            settle_intended(connection, call_id, call.event_id, Outcome.UNCONFIRMED)
            touch_event(connection, call.event_id, now_ms=now_ms)

    def record_unsent(self, key: EventKey, rows: Sequence[Participation]) -> None:
        """Store *rows* as not attempted: their turn came, and an earlier fault of their person or event left them out.

        A row that an earlier run sent, and that HubSpot may have, stays as it is.
        """
        now_ms = self._clock.now_ms()
        results = [RowResult(row, Outcome.NOT_ATTEMPTED) for row in rows]
        with self._write() as connection:
            event_id = ensure_event(connection, key, now_ms=now_ms)
            file_ids = self._files.ids_of(connection, (row.file for row in rows))
            drop_index(connection, event_id)
            insert_rows(connection, make_results(event_id, None, results, file_ids))
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
                settle_intended(connection, call_id, call.event_id, outcome)
                touch_event(connection, call.event_id, now_ms=now_ms)
            elif outcome is not Outcome.UNCONFIRMED and call.kind is CallKind.UPSERT:
                withdraw_events(connection, call_id)
            elif outcome is not Outcome.UNCONFIRMED:
                change_event(connection, call.event_id, now_ms=now_ms, is_completion_intended=False)

    def record_settlement(self, settlement: Settlement) -> None:
        """Store what became of what an earlier run left open, and close the calls that were cut off."""
        now_ms = self._clock.now_ms()
        self._is_of_run = True  # what a run left open is that run's, whoever settles it
        with self._write() as connection:
            close_cut_off(connection, now_ms=now_ms)
            settle(connection, settlement, now_ms=now_ms)

    def record_observation(self, seen: Observation) -> None:
        """Store what was seen of an event at HubSpot, by a look and not by a call."""
        with self._write() as connection:
            observe(connection, seen, self._files, now_ms=self._clock.now_ms())

    def forget_event(self, key: EventKey) -> bool:
        """Drop an event and its people from the state; HubSpot keeps them. False where there is no such event."""
        with self._write() as connection:
            row = find_event(connection, key)
            if row is not None:
                abandon_calls(connection, row["id"], now_ms=self._clock.now_ms())
                forget(connection, row["id"])
            return row is not None

    def rename_event(self, key: EventKey, to: EventKey) -> None:
        """Keep the record of *key* under *to* from now on; the journal goes on telling of it as it was.

        StateError where there is no such event, or one of the other name.
        """
        with self._write() as connection:
            row = find_event(connection, key)
            if row is None:
                raise StateError(f"no event {key} is on record", hint="nothing was changed")
            if find_event(connection, to) is not None:
                raise StateError(f"an event {to} is on record already", hint="forget one of the two first")
            change_event(
                connection,
                row["id"],
                now_ms=self._clock.now_ms(),
                external_account_id=to.external_account_id,
                external_event_id=to.external_event_id,
            )

    def copy_to(self, target: Place) -> None:
        """Put all of this state at *target*, its lineage, serial and identity key with it. Nothing here is changed."""
        with self._read() as connection:
            copy_state(connection, target, self._holding.claim, now_ms=self._clock.now_ms())

    def discard_leftovers(self, key: EventKey, rows: Sequence[Participation]) -> None:
        """Drop those of *rows*, by person and time, that HubSpot is not known to have: nobody wishes for them now."""
        with self._write() as connection:
            found = find_event(connection, key)
            if found is not None:
                drop_receipt(connection, found["id"])
                discard(connection, found["id"], rows)

    def _need_run(self) -> int:
        if self._run_number is None:
            raise RuntimeError("a call belongs to a run: begin_run comes first")
        return self._run_number
