"""Make the plan of one event again when its turn comes, rows included, and keep what later plans may pass over."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from hubevents_sync.apply.tally import Tally
from hubevents_sync.collector import collector_at_rest
from hubevents_sync.engine.desired.hashing import digest_files
from hubevents_sync.engine.desired.indexing import make_index
from hubevents_sync.engine.desired.kept import unpack_reading
from hubevents_sync.engine.desired.receipts import keep_receipts
from hubevents_sync.engine.desired.rosters import RosterReading, make_fingerprint, read_rosters
from hubevents_sync.engine.planning.plan import Planning
from hubevents_sync.engine.planning.shares import Moment, find_index, find_recorded
from hubevents_sync.errors import PlanMismatch
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.plan import EventPlan, EventSummary
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.plan.event import PlannedEvent, plan_event, replan_event
from hubevents_sync.state.writing import State


@dataclass(frozen=True, slots=True)
class _Loaded:
    reading: RosterReading
    recorded: RecordedEvent | None
    planned: PlannedEvent


@dataclass(frozen=True, slots=True)
class EventLoader:
    """Loads events of *planning*; several threads may each load another."""

    planning: Planning
    declarations: Mapping[EventKey, EventDeclaration]
    state: State
    moment: Moment
    _loaded: dict[EventKey, _Loaded] = field(default_factory=dict)

    def load(self, summary: EventSummary) -> EventPlan:
        """The event's plan again, with its rows. Raises PlanMismatch where it is not what was shown."""
        findings = FindingCollector()
        with collector_at_rest():
            loaded = self._plan(summary.key, findings, summary)
        planned = loaded.planned
        if findings.has_errors:
            first = findings.sorted()[0]
            raise PlanMismatch(
                f"the roster of {summary.key.external_event_id} changed after the plan was shown: {first.position}:"
                f" {first.message}",
                hint="none of its rows were sent; mend it and plan again",
            )
        if planned.summary is not summary and not self._is_shown(planned, summary):
            raise PlanMismatch(
                f"the roster of {summary.key.external_event_id} changed after the plan was shown",
                hint="none of its rows were sent; plan again",
            )
        self._loaded[summary.key] = loaded
        with collector_at_rest():
            return planned.plan

    def _is_shown(self, planned: PlannedEvent, summary: EventSummary) -> bool:
        # The event itself was upserted before its rows: its steps are those that were shown.
        digest = planned.digest(summary.action, summary.field_changes, digest_key=self.planning.digest_key)
        return digest == summary.digest

    def keep(self, summary: EventSummary, tally: Tally) -> None:
        """The event was worked on: put on record which entries of its rosters are at HubSpot whole.

        Not after a retry, which leaves out rows that are new.
        """
        self._keep(summary.key, self._loaded.pop(summary.key), failed=tally.failed_people)

    def keep_unchanged(self, summaries: Iterable[EventSummary]) -> None:
        """Do the same for those of *summaries* that have nothing to do and no index that says anything of their files.

        That is so once after each new version of this program, where a run was cut off behind an event's last row, and
        where a roster changed in nothing that HubSpot is told.
        """
        if self.moment.is_retry:  # what it read would not be kept
            return
        for summary in summaries:
            if not summary.is_empty or summary.key in self.planning.recalled or self._is_indexed(summary.key):
                continue
            findings = FindingCollector()
            with collector_at_rest():
                loaded = self._plan(summary.key, findings)
            if not findings.has_errors and not loaded.planned.missing:
                self._keep(summary.key, loaded, failed=())

    def keep_receipts(self) -> None:
        """Put on record which events have nothing to do from now on, so that the next plan can tell by their files."""
        planning = self.planning
        keep_receipts(
            self.state,
            self.moment,
            planning.manifest.declarations,
            digest_key=planning.digest_key,
            has_one=planning.recalled,
        )

    def _is_indexed(self, key: EventKey) -> bool:
        """There is an index of the very files, under the rules of now."""
        declaration, project = self.declarations[key], self.moment.project
        index = self.state.read_roster_index(key)
        if index is None or index.fingerprint != make_fingerprint(declaration, project, self.state.identity):
            return False
        return digest_files(declaration.roster_sources) == index.files

    def _keep(self, key: EventKey, loaded: _Loaded, *, failed: Collection[PersonId]) -> None:
        if self.moment.is_retry or (not loaded.reading.taken and not loaded.reading.passed):
            return
        index = make_index(
            loaded.reading,
            loaded.recorded,
            loaded.planned,
            failed=failed,
            rosters=self.declarations[key].roster_sources,
        )
        self.state.record_roster_index(key, index)

    def _plan(self, key: EventKey, findings: FindingCollector, summary: EventSummary | None = None) -> _Loaded:
        """The plan of one event; that of *summary* again, where its files are the very ones that it was made of.

        Then the rows are the same too: the record can't be another, for the state is the same and this run alone writes
        to it. So nothing is sent that was not shown, without a second look at each row.
        """
        declaration, state = self.declarations[key], self.state
        reading = self._take_kept(declaration) or self._read(declaration, findings)
        recorded = find_recorded(state, declaration, reading)
        leftovers = state.read_leftovers(key) if self.moment.is_retry else None
        now_ms = self.moment.now_ms
        if summary is not None and self._is_unchanged(key, reading):
            planned = replan_event(summary, recorded, reading.desired, now_ms=now_ms, leftovers=leftovers)
        else:
            digest_key = self.planning.digest_key
            planned = plan_event(recorded, reading.desired, now_ms=now_ms, digest_key=digest_key, leftovers=leftovers)
        return _Loaded(reading, recorded, planned)

    def _take_kept(self, declaration: EventDeclaration) -> RosterReading | None:
        """What the plan read of the event's rosters, where it is kept and still what the files say."""
        key = declaration.event.key
        kept = self.planning.kept.pop(key, None)
        if kept is None:
            return None
        return unpack_reading(
            kept,
            declaration,
            self.moment.project,
            identity=self.state.identity,
            digests=self.planning.file_digests[key],
            keeps_hashes=not self.moment.is_retry,
        )

    def _read(self, declaration: EventDeclaration, findings: FindingCollector) -> RosterReading:
        return read_rosters(
            declaration,
            self.moment.project,
            identity=self.state.identity,
            findings=findings,
            index=find_index(self.state, declaration, self.moment),
            keeps_hashes=not self.moment.is_retry,
        )

    def _is_unchanged(self, key: EventKey, reading: RosterReading) -> bool:
        """The rosters' files are, byte by byte, those that were planned. One that could not be read has no digest."""
        digests = reading.desired.file_digests
        return all(digests.values()) and digests == self.planning.file_digests.get(key)
