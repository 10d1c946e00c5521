"""Plan events one by one, here or in another process: what comes back is counts and hashes, no rows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hubevents_sync.collector import collector_at_rest
from hubevents_sync.engine.desired.kept import KeptReading, pack_reading
from hubevents_sync.engine.desired.rosters import RosterReading, read_rosters
from hubevents_sync.engine.keeping.recorded import glancing_at_state
from hubevents_sync.engine.planning.open_ends import OpenEnds
from hubevents_sync.engine.workspace import Sandbox, SystemClock, Workspace
from hubevents_sync.errors import ConfigurationError, StateMoved
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.rosters.interface import Spread
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Finding
from hubevents_sync.model.plan import EventSummary
from hubevents_sync.model.project import Project
from hubevents_sync.model.record import OpenEnd, RecordedRow
from hubevents_sync.model.roster_index import RosterIndex
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.plan.digest import KEY_WITHOUT_STATE
from hubevents_sync.state.identity import Identity

if TYPE_CHECKING:
    from hubevents_sync.engine.planning.elsewhere import Expected
    from hubevents_sync.engine.planning.pool import Helpers
    from hubevents_sync.state.interface import PlanState

# Which state it was: None where there was none.
Version = tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Moment:
    """What the plan of each event has to agree on with those of the others.

    With *reads_all* every entry of every roster is read, whatever is known of it. *founding* hashes people where there
    is no state yet and nobody gave a key: the state that comes to be gets it.
    """

    project: Project
    now_ms: int
    is_retry: bool = False
    reads_all: bool = False
    founding: Identity | None = None


class Timing(NamedTuple):
    """Seconds that one event took: to read its rosters, to read what is on record, to compare the two."""

    rosters: float = 0.0
    state: float = 0.0
    comparing: float = 0.0


class EventOutcome(NamedTuple):
    """What a plan keeps of one of its events. *kept* is what was read of its rosters, packed, for an apply."""

    summary: EventSummary
    new_people: bytes
    joined_people: bytes
    file_digests: Mapping[str, str]
    open_end: OpenEnd | None = None
    timing: Timing = Timing()
    kept: KeptReading | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Some events, for another process: all that it needs to plan them. *version* is that of the state to find.

    *keeps* are those whose rosters are told as they were read. Where it may be another machine's, *expected* is what
    has to be the same there.
    """

    directory: Path
    environ: Mapping[str, str] = field(repr=False)
    environment: str | None
    sandbox: Sandbox | None
    moment: Moment
    declarations: Sequence[EventDeclaration]
    version: Version
    keeps: Collection[EventKey] = ()
    expected: "Expected | None" = None


@dataclass(frozen=True, slots=True)
class ShareOutcome:
    """What became of a share. *findings* are those of its rosters."""

    events: list[EventOutcome]
    findings: tuple[Finding, ...]


def make_share(
    workspace: Workspace,
    moment: Moment,
    declarations: Sequence[EventDeclaration],
    version: Version,
    *,
    keeps: Collection[EventKey] = (),
) -> Share:
    """*declarations* with what planning them takes. The environment's variables open the state there as here."""
    environ, own = dict(workspace.environ), [each.event.key for each in declarations if each.event.key in keeps]
    return Share(
        workspace.directory, environ, workspace.environment, workspace.sandbox, moment, declarations, version, own
    )


def send_elsewhere(share: Share) -> Share:
    """*share* fit for another machine: nothing in it opens HubSpot, and it says what has to be found there."""
    from hubevents_sync.engine.planning.elsewhere import expect, leave_secrets

    project, environ = leave_secrets(share.moment.project, share.environ)
    moment = replace(share.moment, project=project)
    return replace(share, environ=environ, moment=moment, keeps=(), expected=expect(share.declarations))


@collector_at_rest()
def plan_share(share: Share) -> ShareOutcome:
    """Plan the events of *share*, in whatever process this is.

    Raises StateMoved where the state is not the one that the others are planned against, and ConfigurationError where
    something else is not as expected.
    """
    if share.expected is not None:
        share.expected.require()
    workspace = Workspace(share.directory, share.environ, SystemClock(), share.environment, share.sandbox)
    findings = FindingCollector()
    with glancing_at_state(workspace, share.moment.project) as state:
        if version_of(state) != share.version:
            if share.expected is not None and state is None:
                from hubevents_sync.engine.planning.elsewhere import name_machine

                raise ConfigurationError(
                    f"the worker on {name_machine()} finds no state at {share.moment.project.state}",
                    hint="keep the state in a database that all reach, or give the workers the project's folder",
                )
            raise StateMoved("the state was changed while the plan was made", hint="plan again")
        events = list(plan_events(workspace, state, share.moment, share.declarations, findings, keeps=share.keeps))
    return ShareOutcome(events, findings.sorted())


def plan_events(
    workspace: Workspace,
    state: "PlanState | None",
    moment: Moment,
    declarations: Sequence[EventDeclaration],
    findings: FindingCollector,
    *,
    helpers: "Helpers | None" = None,
    keeps: Collection[EventKey] = (),
) -> Iterator[EventOutcome]:
    """The outcome of each of *declarations*, planned against *state*. What is wrong with rosters goes to *findings*.

    With *helpers* others do what can be parted of it. Of the events that *keeps* names it is kept what was read.
    """
    from hubevents_sync.plan.event import plan_event  # not for a plan that has receipts of all

    identity, digest_key = choose_identity(workspace, state, founding=moment.founding)
    ends = OpenEnds.of(state)
    clock = workspace.clock
    for declaration in declarations:
        times = [clock.monotonic()]
        reading = read_rosters(
            declaration,
            moment.project,
            identity=identity,
            findings=findings,
            index=find_index(state, declaration, moment),
            spread=_choose_spread(state, declaration.event.key, helpers),
        )
        times.append(clock.monotonic())
        recorded = find_recorded(state, declaration, reading)
        times.append(clock.monotonic())
        leftovers = _find_leftovers(state, declaration.event.key) if moment.is_retry else None
        planned = plan_event(
            recorded,
            reading.desired,
            now_ms=moment.now_ms,
            digest_key=digest_key,
            leftovers=leftovers,
            carry_out=helpers.merge if helpers else map,
        )
        end = ends.compare(planned, recorded)
        times.append(clock.monotonic())
        yield EventOutcome(
            planned.summary,
            planned.new_people,
            planned.joined_people,
            planned.file_digests,
            end,
            Timing(*(after - before for before, after in pairwise(times))),
            pack_reading(reading) if declaration.event.key in keeps else None,
        )


def _choose_spread(state: "PlanState | None", key: EventKey, helpers: "Helpers | None") -> Spread | None:
    """Where something is on record of the event, what is desired is compared with it row by row."""
    if helpers is None:
        return None
    is_new = state is None or state.read_event(key, people=()) is None
    return helpers.read_and_tally if is_new else helpers.read


def find_index(state: "PlanState | None", declaration: EventDeclaration, moment: Moment) -> RosterIndex | None:
    """What is known of the event's rosters, where it may be used."""
    return state.read_roster_index(declaration.event.key) if state and not moment.reads_all else None


def find_recorded(
    state: "PlanState | None", declaration: EventDeclaration, reading: RosterReading
) -> RecordedEvent | None:
    """What is on record of the event, with those of its people that *reading* is to be compared with."""
    return state.read_event(declaration.event.key, people=reading.people) if state else None


def _find_leftovers(state: "PlanState | None", key: EventKey) -> Sequence[RecordedRow]:
    return state.read_leftovers(key) if state else ()


def choose_identity(
    workspace: Workspace, state: "PlanState | None", *, founding: Identity | None = None
) -> tuple[Identity, bytes]:
    """Who hashes people, and the key of the digest. *founding* hashes them where there is neither a state nor a key.

    Where nothing was ever applied there is no secret yet that two machines could share; a constant stands for it, so
    that the first plan has the same digest everywhere, and still has it when the apply has made the state. Raises
    StateError where the environment has another key than the state: by it everybody on record is a stranger.
    """
    given = Identity.from_environment(workspace.environ)
    if state is None:
        return (founding or Identity.public(), KEY_WITHOUT_STATE) if given is None else (given, given.digest_key())
    has_secret = given is not None or state.header.serial
    return state.identity, state.identity.digest_key() if has_secret else KEY_WITHOUT_STATE


def version_of(state: "PlanState | None") -> Version:
    """Which state it is, and how often it was changed."""
    return None if state is None else (state.header.lineage, state.header.serial)
