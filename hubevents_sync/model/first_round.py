"""Rows to send of which nothing is to be said one by one."""

from collections.abc import Sequence
from typing import overload

from hubevents_sync.model.batch import RowBatch
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import PlannedRow


class FirstRound(Sequence[PlannedRow]):
    """*rows* that all go in round 1, are due, and stand for nobody's leaving, in the order in which they are sent.

    Each is planned when somebody asks for it. Nearly nobody does: an apply of a million rows takes half a second less
    than where each of them is a PlannedRow too.
    """

    __slots__ = ("rows",)

    def __init__(self, rows: Sequence[Participation]) -> None:
        self.rows = RowBatch.of(rows)

    def __len__(self) -> int:
        """How many."""
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> PlannedRow: ...

    @overload
    def __getitem__(self, index: slice) -> "FirstRound": ...

    def __getitem__(self, index: int | slice) -> "PlannedRow | FirstRound":
        """One of them as it is planned, or some."""
        return FirstRound(self.rows[index]) if isinstance(index, slice) else PlannedRow(self.rows[index], 1)

    def __eq__(self, other: object) -> bool:
        """The other one has the same rows, planned already or not."""
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a list's: a row may hold a mapping
