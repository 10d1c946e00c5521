"""What a plan says of an event that has nothing to do: kept, so that it need not be found out again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """*digest* stands for all that the event's plan was made of, but for what is on record of it.

    As long as that is the same and nobody wrote to the record, the plan of the event has no step, now or at any later
    time, and these counts and notes, which are those of an ``EventSummary``.
    """

    digest: str
    people: int
    recorded_people: int
    left: int = 0
    notes: tuple[str, ...] = ()
