"""Count what becomes of the rows of one event, and keep the failures to name them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from threading import Lock

from hubevents_sync.model.batch import RowResults, columns_of_results
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import Participation, PersonId
from hubevents_sync.model.run import EventReport, RowFailure

MAX_FAILURES = 10_000  # of one event in a report; the counts are always of all


class Tally:
    """Filled by several threads while an event is worked on. It names *max_failures* rows; None names all."""

    def __init__(self, key: EventKey, name: str, *, max_failures: int | None = MAX_FAILURES) -> None:
        self.key = key
        self.name = name
        self.upserted = False
        self.completed = False
        self.held = 0
        self.waiting_for: str | None = None
        self.needs_approval = False
        self.error: str | None = None
        self.notes: list[str] = []
        self._max_failures = max_failures
        self._rows: Counter[Outcome] = Counter()
        self._failures: list[RowFailure] = []
        self._failed_people: set[PersonId] = set()
        self._lock = Lock()

    def add(self, results: Iterable[RowResult]) -> None:
        """Count *results*."""
        counted = results if isinstance(results, RowResults) else list(results)
        outcomes = columns_of_results(counted).outcome
        with self._lock:
            if outcomes and outcomes[0].is_at_hubspot and outcomes.count(outcomes[0]) == len(outcomes):
                self._rows[outcomes[0]] += len(outcomes)  # nearly every call: no look at each
                return
            for result in counted:
                self._rows[result.outcome] += 1
                if not result.outcome.is_at_hubspot:
                    self._keep_failure(result)

    def count(self, outcome: Outcome, number: int) -> None:
        """Count *number* rows without naming them: those of an event that was never read."""
        with self._lock:
            self._rows[outcome] += number

    def skip(self, rows: Iterable[Participation]) -> None:
        """Count *rows* as not attempted."""
        self.add(RowResult(row, Outcome.NOT_ATTEMPTED) for row in rows)

    def find_failed(self, rows: Sequence[Participation]) -> list[Participation]:
        """Those of *rows* whose person has failed."""
        return [row for row in rows if row.person in self._failed_people] if self._failed_people else []

    def has_failed(self, person: PersonId) -> bool:
        """An earlier interaction of *person* is not at HubSpot, so that a later one would come out of order."""
        return person in self._failed_people

    @property
    def failed_people(self) -> frozenset[PersonId]:
        """Of whom an interaction is not at HubSpot."""
        return frozenset(self._failed_people)

    @property
    def counted(self) -> int:
        """Rows that something became of."""
        return self._rows.total()

    @property
    def unsettled(self) -> int:
        """Rows that HubSpot has not confirmed."""
        return sum(count for outcome, count in self._rows.items() if not outcome.is_at_hubspot)

    def report(self) -> EventReport:
        """What was counted, with the failures in the order of the files."""
        return EventReport(
            key=self.key,
            name=self.name,
            upserted=self.upserted,
            completed=self.completed,
            rows={outcome: self._rows[outcome] for outcome in Outcome if self._rows[outcome]},
            held=self.held,
            waiting_for=self.waiting_for,
            needs_approval=self.needs_approval,
            error=self.error,
            failures=tuple(sorted(self._failures, key=lambda failure: (failure.file, failure.line))),
            notes=tuple(self.notes),
        )

    def _keep_failure(self, result: RowResult) -> None:
        row = result.row
        self._failed_people.add(row.person)
        if self._max_failures is None or len(self._failures) < self._max_failures:
            self._failures.append(
                RowFailure(
                    self.key, row.file, row.line, row.state, row.occurred_at_ms, result.outcome, result.rejection
                )
            )
