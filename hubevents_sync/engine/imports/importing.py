"""Import events from HubSpot: write their files, and put them on record, so that the next plan has nothing to do."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hubevents_sync.engine.applying.actor import find_actor
from hubevents_sync.engine.comparing.survey import TASK, looking
from hubevents_sync.engine.desired.reading import identifier, read_manifest
from hubevents_sync.engine.imports.catalogue import Choice, Known, ListedHubSpot, find_all, find_named
from hubevents_sync.engine.imports.import_files import EventFiles, choose_files, write_new
from hubevents_sync.engine.keeping.recorded import reading_state, writing_state
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import UsageError
from hubevents_sync.manifest.composing import compose_event, compose_roster, keep_writable
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.rebuilding import Rebuilt, rebuild_roster
from hubevents_sync.manifest.rules.files import NO_EVENT_FILES
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.finding import Severity
from hubevents_sync.model.importing import Imported, ImportedEvent
from hubevents_sync.model.observation import Observation
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.project import Project
from hubevents_sync.model.run import Run, RunStatus
from hubevents_sync.model.snapshot import EventSnapshot
from hubevents_sync.ports import Progress
from hubevents_sync.state.writing import State


@dataclass(frozen=True, slots=True)
class Wish:
    """What to import: the events called *ids*, or all where there are none; of *account*. *folder* takes the files."""

    ids: tuple[str, ...] = ()
    account: str | None = None
    folder: Path | None = None


def import_events(workspace: Workspace, wish: Wish, *, progress: Progress) -> Imported:
    """Write the files of the events that are wished for, and put them on record.

    Raises before anything is written where a file is there already, or an event that is named can't be imported. An
    event's files come before its record: cut off in between, the next plan shows it as new, and HubSpot takes rows that
    it has for repeats.
    """
    findings = FindingCollector()
    manifest = read_manifest(workspace, findings)
    # What a broken file declares can't be told; a project that has no event files yet is what imports are for.
    faults = [each for each in findings.sorted() if each.severity is Severity.ERROR and each.rule != NO_EVENT_FILES.id]
    if faults:
        raise InvalidFiles(tuple(faults))
    project = manifest.project
    with reading_state(workspace, project) as state:
        known = Known(state.keys() if state else (), manifest.events)
        portal = state.header.portal if state else None
    with looking(workspace, project, of_state=portal) as (hubspot, _):
        choice = _choose(hubspot, wish, project, known)
        files = choose_files(project, wish.folder or project.directory, choice.keys)
        events = _import_all(workspace, project, hubspot, files, progress) if files else ()
        requests = hubspot.requests_sent
    return Imported(events, choice.passed_over, _note_undeclared(workspace, events), requests)


def _choose(hubspot: ListedHubSpot, wish: Wish, project: Project, known: Known) -> Choice:
    if not wish.ids:
        return find_all(hubspot, account=wish.account, known=known)
    accounts = [wish.account] if wish.account is not None else [project.account] if project.account is not None else []
    return find_named(hubspot, wish.ids, accounts=accounts, known=known)


def _import_all(
    workspace: Workspace,
    project: Project,
    hubspot: ListedHubSpot,
    files: dict[EventKey, EventFiles],
    progress: Progress,
) -> tuple[ImportedEvent, ...]:
    actor, run_id = find_actor(workspace.environ), secrets.token_hex(4)
    events: list[ImportedEvent] = []
    with writing_state(workspace, project, actor=actor, command="import", run_id=run_id) as state:
        run = Run(run_id, actor, workspace.clock.now_ms(), plan_digest="", command="import")
        state.begin_run(run)
        importer = _Importer(project, hubspot, state)
        progress.start(TASK, len(files))
        status: RunStatus = RunStatus.FAILED
        code: int | None = None
        try:
            for key, paths in files.items():
                events.append(importer.import_one(key, paths))
                progress.advance(TASK)
            status, code = RunStatus.DONE, 0
        finally:
            progress.finish(TASK)
            rows = {Outcome.REPEATED: count} if (count := sum(event.rows for event in events)) else {}
            ended = replace(run, status=status, exit_code=code, ended_at_ms=workspace.clock.now_ms(), rows=rows)
            state.end_run(replace(ended, requests=hubspot.requests_sent))
    return tuple(events)


@dataclass(frozen=True, slots=True)
class _Importer:
    project: Project
    hubspot: ListedHubSpot
    state: State

    def import_one(self, key: EventKey, files: EventFiles) -> ImportedEvent:
        live = self.hubspot.read_event(key)
        if live is None:
            raise UsageError(f"HubSpot shows this app no event {key}", hint="it was deleted a moment ago")
        fields, refused = keep_writable(live.event.fields)
        event = MarketingEvent(key, fields)
        roster_name = self._name(files.roster)
        rebuilt = rebuild_roster(
            self.hubspot.read_participations(key), identify=identifier(self.state.identity), file=roster_name
        )
        remarks = (
            *say_unreadable(rebuilt),
            *(f"left to HubSpot for its control characters: {name}" for name in refused),
        )
        self._write(event, live, files, rebuilt, remarks)
        self.state.record_observation(Observation(key, event, live.object_id, live.is_completed, rebuilt.rows))
        return ImportedEvent(
            key,
            event.name,
            self._name(files.event),
            roster_name if rebuilt.entries else None,
            people=len(rebuilt.entries),
            rows=len(rebuilt.rows),
            attended=rebuilt.attended,
            no_shows=rebuilt.no_shows,
            unclear=rebuilt.unclear,
            is_completed=live.is_completed,
        )

    def _write(
        self, event: MarketingEvent, live: EventSnapshot, files: EventFiles, rebuilt: Rebuilt, remarks: Sequence[str]
    ) -> None:
        if rebuilt.entries:
            write_new(files.roster, compose_roster(rebuilt.entries))
        has_times = "startDateTime" in event.fields and "endDateTime" in event.fields
        account = event.key.external_account_id
        text = compose_event(
            event,
            account=None if account == self.project.account else account,
            roster=files.roster_as_seen if rebuilt.entries else None,
            completes=live.is_completed and has_times,
            remarks=remarks,
        )
        write_new(files.event, text)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.project.directory.resolve()).as_posix()


def say_unreadable(rebuilt: Rebuilt) -> tuple[str, ...]:
    """What HubSpot does not tell of an event's people, for a comment in its file."""
    said: list[tuple[int, Callable[[int], str]]] = [
        (rebuilt.attended, _say_attended),
        (rebuilt.no_shows, lambda count: f"{count:,} no-shows of whom HubSpot shows no registration: left out"),
        (rebuilt.unclear, lambda count: f"{count:,} people without a state or a time at HubSpot: left out"),
    ]
    return tuple(say(count) for count, say in said if count)


def _say_attended(count: int) -> str:
    return f"attended at HubSpot: {count:,}; when they joined and left can't be read back, so no roster says it"


def _note_undeclared(workspace: Workspace, events: Sequence[ImportedEvent]) -> tuple[str, ...]:
    """What keeps the new files from being part of the project: patterns that don't reach them, and broken rules."""
    if not events:
        return ()
    findings = FindingCollector()
    declared = read_manifest(workspace, findings).events
    notes = []
    outside = [event.event_file for event in events if event.key not in declared]
    written = {event.event_file for event in events}
    broken = {each.position.file for each in findings.sorted() if each.severity is Severity.ERROR} & written
    if broken:
        notes.append(f"HubSpot has what a rule forbids: mend {', '.join(sorted(broken))}; validate says what")
    elif outside:
        folder = outside[0].rpartition("/")[0]
        notes.append(f'hubevents.yaml does not name these files: add "{folder}/*.yaml" under events')
    return tuple(notes)
