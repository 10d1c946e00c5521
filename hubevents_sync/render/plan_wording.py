"""How one plan names its events, moments and values."""

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.plan import Plan
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.value_wording import ValueWording
from hubevents_sync.render.wording import say_moment


class PlanWording(ValueWording):
    """The words for *plan*, as seen from *now_ms* in *timezone* (UTC where the project names none)."""

    def __init__(self, plan: Plan, *, now_ms: int, timezone: str | None) -> None:
        super().__init__(timezone=timezone)
        keys = [event.key for event in plan.events] + [*plan.forgotten, *plan.left_out]
        self._names_account = len({key.external_account_id for key in keys}) > 1
        self._now_ms = now_ms

    def say_key(self, key: EventKey) -> str:
        """The event's id; with its account before it where the plan has several accounts."""
        return make_one_line(str(key) if self._names_account else key.external_event_id)

    def say_moment(self, epoch_ms: int) -> str:
        """When something falls due, for reading."""
        return say_moment(epoch_ms, now_ms=self._now_ms, timezone=self._timezone)
