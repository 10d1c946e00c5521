"""Find, while a plan is made, what earlier runs left open and the plan does not settle by sending it again."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.record import OpenEnd
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.plan.leftovers import find_stranded

if TYPE_CHECKING:
    from hubevents_sync.plan.event import PlannedEvent
    from hubevents_sync.state.interface import PlanState


class OpenEnds:
    """Those of a state, event by event. The state has to stay open as long."""

    def __init__(self, state: "PlanState | None", ends: Iterable[OpenEnd]) -> None:
        self._state = state
        self._by_key = {end.key: end for end in ends}

    @classmethod
    def of(cls, state: "PlanState | None") -> Self:
        """Those of *state*; none where nothing was ever applied."""
        return cls(state, state.open_ends() if state else ())

    def compare(self, planned: "PlannedEvent", recorded: RecordedEvent | None) -> OpenEnd | None:
        """What the plan leaves of its event's. An upsert without an answer is sent again by it."""
        end = self._by_key.get(planned.event.key)
        if self._state is None or end is None:
            return None
        has_leftovers = recorded is not None and recorded.leftovers
        leftovers = self._state.read_leftovers(end.key) if has_leftovers else ()
        return replace(end, rows=find_stranded(leftovers, planned.plan, recorded), is_upsert_open=False)

    def find(self, forgotten: Iterable[EventKey]) -> Iterator[OpenEnd]:
        """All of the events that no file names any more."""
        for key in forgotten:
            end = self._by_key.get(key)
            if self._state is not None and end is not None:
                yield replace(end, rows=tuple(self._state.read_leftovers(key)))
