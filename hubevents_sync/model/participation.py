"""One person's interaction with one event: registered, attended or cancelled, at a time."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import repeat
from typing import NamedTuple

# A keyed BLAKE2b of 16 bytes: what a person is known by in state, plans and logs.
PersonId = bytes


class AttendanceState(StrEnum):
    """What people read and write. NO_SHOW is missing on purpose: HubSpot alone derives it."""

    REGISTERED = "REGISTERED"
    ATTENDED = "ATTENDED"
    CANCELLED = "CANCELLED"


class Participation(NamedTuple):
    """One interaction. Desired, recorded and live ones have this same shape; what a source can't tell is None.

    *occurred_at_ms* is half of HubSpot's idempotency key, (contact, interactionDateTime). *joined_at_ms* and
    *left_at_ms* belong to ATTENDED. *email* is known of a desired row that names one, and never leaves memory but for
    the call to HubSpot; *contact_id* is HubSpot's id of the contact (``vid`` in a roster). *file* and *line* say where
    a desired row stands. A tuple rather than a dataclass: a million of these are made in a plan.
    """

    person: PersonId
    state: AttendanceState
    occurred_at_ms: int
    joined_at_ms: int | None = None
    left_at_ms: int | None = None
    email: str | None = None
    contact_id: int | None = None
    contact_properties: Mapping[str, str] | None = None
    file: str = ""
    line: int = 0

    def __repr__(self) -> str:
        """Without the e-mail and the properties, so that no log or error can leak them."""
        where = f" {self.file}:{self.line}" if self.file else ""
        return f"<Participation {self.person.hex()} {self.state} {self.occurred_at_ms}{where}>"

    @property
    def due_at_ms(self) -> int:
        """When all of it has happened: nothing is sent of the future."""
        return max(self.occurred_at_ms, self.left_at_ms or 0)


def make_participations(fields: Iterable[tuple[object, ...]]) -> Iterator[Participation]:
    """One of each of *fields*, all of them in order: what the type's own constructor ends in, without its defaults."""
    return map(tuple.__new__, repeat(Participation), fields)
