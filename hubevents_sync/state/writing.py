"""Change what is on record otherwise than by a call: each method is one durable commit under the lease."""

from collections.abc import Sequence

from hubevents_sync.errors import StateError
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.observation import Observation
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.record import Settlement
from hubevents_sync.state.call_journal import CallJournal
from hubevents_sync.state.calls import abandon_calls
from hubevents_sync.state.events import (
    change_event,
    find_event,
    forget,
)
from hubevents_sync.state.observing import observe
from hubevents_sync.state.open_ends import close_cut_off, settle
from hubevents_sync.state.place import Place
from hubevents_sync.state.receipts import drop_receipt
from hubevents_sync.state.rows import discard
from hubevents_sync.state.transfer import copy_state


class State(CallJournal):
    """A state that is open for writing. Safe to use from several threads at once: they take turns.

    Each writing method raises StateMoved where another run took the lease or the file was replaced: nothing of that
    call is recorded then, nor of any later one.
    """

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
