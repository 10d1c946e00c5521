"""What is kept of the events of a plan while it is made: counts and hashes, no rows."""

from dataclasses import dataclass, field

from hubevents_sync.model.plan import EventSummary
from hubevents_sync.plan.event import PlannedEvent
from hubevents_sync.plan.people import PeopleCount


@dataclass(frozen=True, slots=True)
class Tally:
    """Filled event by event."""

    summaries: list[EventSummary] = field(default_factory=list)
    people: PeopleCount = field(default_factory=PeopleCount)

    def add(self, planned: PlannedEvent) -> None:
        """Keep what the whole plan needs of *planned*."""
        self.summaries.append(planned.summary)
        self.people.add(planned.new_people, planned.joined_people)
