"""Read a project's files, event by event, into what is desired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import UsageError
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.events import read_events
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.fingerprint import FileDigests, digest_files
from hubevents_sync.manifest.project import read_project
from hubevents_sync.manifest.rosters.interface import Identify, RosterContext, Spread
from hubevents_sync.manifest.rosters.known import SeenEntries
from hubevents_sync.manifest.suggest import suggest
from hubevents_sync.manifest.times import find_zone
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.project import Project
from hubevents_sync.model.snapshot import DesiredEvent, EventSnapshot
from hubevents_sync.state.identity import Identity


@dataclass(frozen=True, slots=True)
class Manifest:
    """A project and its events as declared; the rosters are read when their event's turn comes.

    *file_digests* are those of the project's own file.
    """

    project: Project
    declarations: tuple[EventDeclaration, ...]
    file_digests: tuple[tuple[str, str], ...] = ()

    @property
    def events(self) -> dict[EventKey, MarketingEvent]:
        """The declared fields by key."""
        return {declaration.event.key: declaration.event for declaration in self.declarations}


def read_manifest(workspace: Workspace, findings: FindingCollector) -> Manifest:
    """The project file and all event files. Raises InvalidFiles where the project file is wrong."""
    digests = FileDigests()
    project = read_project(
        workspace.directory,
        environment=workspace.environment,
        environ=workspace.environ,
        findings=findings,
        digests=digests,
    )
    declared = read_events(project, findings=findings)
    return Manifest(workspace.retarget(project), tuple(declared), tuple(digests))


def digest_manifest(manifest: Manifest, digests: FileDigests, *, left_out: Sequence[EventKey], is_retry: bool) -> str:
    """The digest of the files behind a plan of *manifest*'s events, those read for them by their *digests*.

    Where only some of what the files say was planned, because ``--event`` or ``--retry`` said so, it is another one.
    """
    digests.update(manifest.file_digests)
    choice = [f"event {key}" for key in manifest.events] if left_out else []
    settings = (manifest.project.account, manifest.project.timezone)
    return digest_files(digests, settings=settings, choice=[*choice, *(["retry"] if is_retry else [])])


def read_desired(
    declaration: EventDeclaration,
    project: Project,
    *,
    identity: Identity,
    findings: FindingCollector,
    seen: SeenEntries | None = None,
    spread: Spread | None = None,
) -> DesiredEvent:
    """One event with its people. What is wrong with rosters goes to *findings*; *seen* passes over what it knows.

    With *spread* others read pieces of the rosters.
    """
    from hubevents_sync.manifest.rosters.read import read_participations  # most plans read few rosters, or none

    event = declaration.event
    context = RosterContext(event.key, declaration.start_ms, declaration.end_ms)
    timezone = find_zone(project.timezone)
    reading = read_participations(
        declaration.rosters,
        event=context,
        identify=identifier(identity),
        identify_all=identity.people,
        timezone=timezone,
        findings=findings,
        seen=seen,
        spread=spread,
    )
    return declare_desired(declaration, reading.participations, people=reading.people, digests=reading.digests)


def declare_desired(
    declaration: EventDeclaration,
    participations: Sequence[Participation] = (),
    *,
    people: int = 0,
    digests: Mapping[str, str],
) -> DesiredEvent:
    """The event of *declaration* with what was read of its rosters; *digests* are those of the rosters' files."""
    return DesiredEvent(
        EventSnapshot(declaration.event, participations),
        declaration.position,
        people=people,
        removals=declaration.removals,
        completion=declaration.completion,
        file_digests={declaration.position.file: declaration.file_digest, **digests},
    )


def identifier(identity: Identity) -> Identify:
    """*identity* in the form that reading a roster wants."""
    return lambda email, vid: identity.person(email=email, vid=vid)


def select_events(manifest: Manifest, wanted: Sequence[str]) -> tuple[Manifest, tuple[EventKey, ...]]:
    """The manifest with only the *wanted* events, and the keys of those left out. All of them where none is named.

    An event is named by its externalEventId, or by account/id where that is not enough.
    """
    if not wanted:
        return manifest, ()
    chosen: set[EventKey] = set()
    for name in wanted:
        chosen.update(find_events(manifest.events, name))
    kept = tuple(declaration for declaration in manifest.declarations if declaration.event.key in chosen)
    left_out = tuple(key for key in manifest.events if key not in chosen)
    return replace(manifest, declarations=kept), left_out


def find_events(known: Sequence[EventKey] | dict[EventKey, MarketingEvent], name: str) -> list[EventKey]:
    """The one event that *name* means. Raises UsageError where it is none or several."""
    found = [key for key in known if name == str(key)] or [key for key in known if name == key.external_event_id]
    if len(found) == 1:
        return found
    if found:
        accounts = ", ".join(str(key) for key in sorted(found))
        raise UsageError(f"several events are called {name}: {accounts}", hint="name it with its account")
    guess = suggest(name, [key.external_event_id for key in known])
    raise UsageError(f"no event is called {name}", hint=f"did you mean {guess}?" if guess else None)
