"""What is kept of the events of a plan while it is made: counts and hashes, no rows."""

from dataclasses import dataclass, field

from hubevents_sync.model.plan import EventSummary
from hubevents_sync.plan.event import PlannedEvent


@dataclass(frozen=True, slots=True)
class Tally:
    """Filled event by event."""

    summaries: list[EventSummary] = field(default_factory=list)
    new_people: list[bytes] = field(default_factory=list)
    joined_people: list[bytes] = field(default_factory=list)

    def add(self, planned: PlannedEvent) -> None:
        """Keep what the whole plan needs of *planned*."""
        self.summaries.append(planned.summary)
        self.new_people.append(planned.new_people)
        self.joined_people.append(planned.joined_people)
