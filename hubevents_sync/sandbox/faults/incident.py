"""What befalls one request: the sum of the rules that strike it."""

import json
from dataclasses import dataclass, replace
from functools import cached_property

from hubevents_sync.sandbox.faults.rule import Cut, ErrorAnswer, RowFault, Truncate

Ending = ErrorAnswer | Cut | Truncate


class Asked:
    """A request as rules see it."""

    def __init__(self, *, method: str, raw_path: str, query: str, body: bytes) -> None:
        self.method = method
        self.raw_path = raw_path
        self.query = query
        self.body = body

    @cached_property
    def inputs(self) -> list[object] | None:
        """The entries of a batch; None where the body is none."""
        try:
            values = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        inputs = values.get("inputs") if isinstance(values, dict) else None
        return inputs if isinstance(inputs, list) else None

    @property
    def row_count(self) -> int:
        """The rows of a batch; any other request counts as one."""
        return 1 if self.inputs is None else len(self.inputs)


@dataclass(frozen=True, slots=True)
class PickedRows:
    """Rows of a batch, by their place from 0, that *fault* befalls."""

    fault: RowFault
    rows: frozenset[int]


@dataclass(frozen=True, slots=True)
class Incident:
    """*instead*: what comes in place of handling the request. *afterwards*: what comes in place of its answer."""

    before_seconds: float = 0.0
    after_seconds: float = 0.0
    instead: Ending | None = None
    afterwards: Ending | None = None
    picked: tuple[PickedRows, ...] = ()
    stores_nothing: bool = False
    shows_nothing: bool = False
    status: int | None = None
    rules: tuple[str, ...] = ()

    def rows(self, fault: RowFault) -> frozenset[int]:
        """The rows that *fault* befalls."""
        return frozenset().union(*(picked.rows for picked in self.picked if picked.fault is fault))

    @property
    def touches_rows(self) -> bool:
        """The operation is not to be handled as it came."""
        return bool(self.picked) or self.stores_nothing or self.shows_nothing or self.status is not None

    def noting(self, rule: str) -> "Incident":
        """With *rule* in the list of those that struck."""
        return replace(self, rules=(*self.rules, rule))

    def slower(self, seconds: float, *, is_after: bool) -> "Incident":
        """With one more wait."""
        if is_after:
            return replace(self, after_seconds=self.after_seconds + seconds)
        return replace(self, before_seconds=self.before_seconds + seconds)

    def ending_in(self, ending: Ending, *, is_after: bool) -> "Incident":
        """With *ending*, where there is none yet."""
        if is_after:
            return replace(self, afterwards=self.afterwards or ending)
        return replace(self, instead=self.instead or ending)

    def emptied(self, *, is_after: bool) -> "Incident":
        """With no results; and with nothing stored, unless *is_after*."""
        return replace(self, shows_nothing=True, stores_nothing=self.stores_nothing or not is_after)

    def answered_with(self, status: int) -> "Incident":
        """With another status where the answer is a success."""
        return replace(self, status=status)

    def with_rows(self, picked: PickedRows) -> "Incident":
        """With *picked* rows."""
        return replace(self, picked=(*self.picked, picked))
