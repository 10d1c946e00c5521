"""The journal of an apply: each call is put on record before it is sent, and its result after."""

from collections.abc import Sequence

from hubevents_sync.model.app_settings import AppSettings
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.record import CallKind
from hubevents_sync.state.app_settings import confirm, intend
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
from hubevents_sync.state.in_flight import put_down
from hubevents_sync.state.row_journal import RowJournal


class CallJournal(RowJournal):
    """Runs and their calls. A call that was intended must be ended by ``record_…`` or ``fail_call``.

    One that never is shows in ``unfinished_calls`` until the next run begins.
    """

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
                put_down(connection, call_id, self._take(call_id), outcome)
                self._knowledge.drop_receipt(connection, call.event_id)
                touch_event(connection, call.event_id, now_ms=now_ms)
            elif outcome is not Outcome.UNCONFIRMED and call.kind is CallKind.UPSERT:
                withdraw_events(connection, call_id)
            elif outcome is not Outcome.UNCONFIRMED:
                change_event(connection, call.event_id, now_ms=now_ms, is_completion_intended=False)
