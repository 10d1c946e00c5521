"""Settle what earlier runs left open and no plan would ever touch again: read HubSpot back, and put that on record.

Nothing is sent but GET. What the plan sends again anyway is left to it: the same person and time a second time does no
harm, and the answer tells.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from hubevents_sync.apply.faults import ENDS_THE_RUN, describe
from hubevents_sync.errors import HubSpotError, NotSent
from hubevents_sync.live.recorded import Identify, find_recorded
from hubevents_sync.live.verify import PATIENCE_SECONDS, POLLS_AT_SECONDS
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.record import OpenEnd, Settlement
from hubevents_sync.model.snapshot import EventSnapshot
from hubevents_sync.ports import Clock, HubSpot, StopSwitch

_MAY_BE_THERE = (Outcome.INTENDED, Outcome.UNCONFIRMED)


class SettlementLog(Protocol):
    """Where it is written down what became of open ends."""

    def record_settlement(self, settlement: Settlement) -> None:
        """Put on record what HubSpot shows, and let go of what it does not."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of one event's open end, in words for the plan."""

    key: EventKey
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recoverer:
    """Settles open ends, one event after the other, each in one durable commit.

    *hubspot* may be None where no end needs a look. *sent_ago_seconds* is how long ago the last call was sent: what was
    just written is looked for with patience.
    """

    hubspot: HubSpot | None
    log: SettlementLog
    clock: Clock
    identify: Identify
    stop: StopSwitch
    sent_ago_seconds: float

    def settle(self, ends: Iterable[OpenEnd]) -> list[Recovery]:
        """What became of each. One that HubSpot can't tell of now stays open. Raises what ends a run, and a stop."""
        return list(self._settle_each(ends))

    def _settle_each(self, ends: Iterable[OpenEnd]) -> Iterator[Recovery]:
        for end in ends:
            if self.stop.reason is not None:
                raise self.stop.reason
            try:
                settlement = self._look(end)
            except (NotSent, *ENDS_THE_RUN):
                raise
            except HubSpotError as error:
                yield Recovery(end.key, (f"not settled, the next run asks again: {describe(error)}",))
                continue
            self.log.record_settlement(settlement)
            yield Recovery(end.key, say_settlement(settlement))

    def _look(self, end: OpenEnd) -> Settlement:
        unknown = [kept.row for kept in end.rows if kept.outcome in _MAY_BE_THERE]
        lost = [kept.row for kept in end.rows if kept.outcome not in _MAY_BE_THERE]
        if not end.needs_look or self.hubspot is None:
            return Settlement(end, dropped=tuple(lost))
        live = self._look_at_event(self.hubspot, end)
        results: Sequence[RowResult] = ()
        if live is not None and unknown:
            results = find_recorded(
                self.hubspot,
                end.key,
                unknown,
                identify=self.identify,
                clock=self.clock,
                patience_seconds=self._patience_seconds,
            )
        found = tuple(result for result in results if result.outcome.is_at_hubspot)
        there = {id(result.row) for result in found}
        missing = [row for row in unknown if id(row) not in there]
        return Settlement(end, live, found, (*lost, *missing))

    def _look_at_event(self, hubspot: HubSpot, end: OpenEnd) -> EventSnapshot | None:
        """The event as HubSpot has it, once it shows what was sent or patience ends."""
        began = self.clock.monotonic()
        live = None
        for poll_at in POLLS_AT_SECONDS:
            if poll_at > self._patience_seconds:
                break
            delay_seconds = began + poll_at - self.clock.monotonic()
            if delay_seconds > 0:
                self.clock.sleep(delay_seconds)
            live = hubspot.read_event(end.key)
            if live is not None and (live.is_completed or not end.is_completion_open):
                break
        return live

    @property
    def _patience_seconds(self) -> float:
        # Negative by a clock that goes otherwise: then there is patience for every look.
        return max(0.0, PATIENCE_SECONDS - self.sent_ago_seconds)


def say_settlement(settlement: Settlement) -> tuple[str, ...]:
    """What became of it, in words for the plan."""
    end, live = settlement.end, settlement.live
    said = []
    if end.is_completion_open:
        is_complete = live is not None and live.is_completed
        said.append(
            "a run was cut off while it completed the event: "
            + ("it is complete at HubSpot, and on record now" if is_complete else "HubSpot did not get that")
        )
    if end.is_upsert_open:
        said.append(
            "a run was cut off while it sent the event: "
            + ("HubSpot has it, and that is on record now" if live is not None else "HubSpot does not have it")
        )
    if settlement.found:
        said.append(f"{_rows(len(settlement.found))} that no file names any more, at HubSpot and on record now")
    if settlement.dropped:
        said.append(f"{_rows(len(settlement.dropped))} that no file names any more, not at HubSpot and dropped here")
    return tuple(said)


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
