"""What the checks of ``doctor`` look at: each thing is fetched once, when the first check asks for it."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from hubevents_sync.engine.access.connect import connect_quietly
from hubevents_sync.engine.desired.reading import Manifest, read_manifest
from hubevents_sync.engine.keeping.recorded import reading_state
from hubevents_sync.engine.keeping.records import read_settings
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import ConfigurationError, HubSpotError, StateError
from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.model.account import AccountFacts
from hubevents_sync.model.outcome import TokenInfo
from hubevents_sync.model.project import Project
from hubevents_sync.model.record import Lease, StateHeader

# Who does not answer for this long is not there: a run would wait for minutes, somebody who looks does not.
PATIENCE_SECONDS = 10.0
# What a check may meet. Anything else is a bug, and shows its traceback.
Fault = InvalidFiles | ConfigurationError | StateError | HubSpotError
FAULTS = (InvalidFiles, ConfigurationError, StateError, HubSpotError)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StateFacts:
    """What is told of a state."""

    header: StateHeader
    events: int
    lease: Lease | None


@dataclass(frozen=True, slots=True)
class ClockReading:
    """HubSpot's time and ours at the same moment; HubSpot's is cut to whole seconds, and *took_seconds* old at most."""

    server_ms: int
    own_ms: int
    took_seconds: float


class Examination:
    """One project under examination. A property raises, each time, the fault that kept it from being fetched."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.findings = FindingCollector()
        self._open = ExitStack()
        self._fetched: dict[str, Any] = {}  # each as it is, or the fault that kept it from being fetched

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def is_rehearsal(self) -> bool:
        """It is the built-in HubSpot that is looked at."""
        return self.workspace.sandbox is not None

    @property
    def project(self) -> Project:
        """The settings. Raises InvalidFiles."""
        return self._fetch("project", lambda: read_settings(self.workspace))

    @property
    def manifest(self) -> Manifest:
        """The project with its events; what is wrong with them goes to *findings*. Raises InvalidFiles."""
        return self._fetch("manifest", lambda: read_manifest(self.workspace, self.findings))

    @property
    def state(self) -> StateFacts | None:
        """The state; None where nothing was ever applied. Raises StateError and ConfigurationError."""
        return self._fetch("state", self._read_state)

    @property
    def hubspot(self) -> HubSpotClient:
        """HubSpot, with the token that the settings name. Raises AuthenticationFailed and ConfigurationError."""
        return self._fetch("hubspot", self._connect)

    @property
    def token(self) -> TokenInfo:
        """Whom the token belongs to. Raises HubSpotError."""
        return self._fetch("token", self._read_token)

    @property
    def account(self) -> tuple[AccountFacts, ClockReading | None]:
        """What HubSpot says of the account, and the two clocks. Raises HubSpotError."""
        return self._fetch("account", self._read_account)

    @property
    def property_names(self) -> frozenset[str]:
        """The custom properties that the account defines. Raises HubSpotError."""
        return self._fetch("property names", self._read_property_names)

    def _fetch(self, name: str, make: Callable[[], T]) -> T:
        """What *make* gives, or raises: once. A HubSpot that does not answer is not waited for twice."""
        if name not in self._fetched:
            try:
                self._fetched[name] = make()
            except FAULTS as fault:
                self._fetched[name] = fault
        found = self._fetched[name]
        if isinstance(found, FAULTS):
            raise found
        return cast("T", found)

    def _read_state(self) -> StateFacts | None:
        with reading_state(self.workspace, self.project) as state:
            return None if state is None else StateFacts(state.header, len(state.keys()), state.lease)

    def _connect(self) -> HubSpotClient:
        client = connect_quietly(self.workspace, self.project.hubspot, may_take_seconds=PATIENCE_SECONDS)
        return self._open.enter_context(client)

    def _read_token(self) -> TokenInfo:
        return self.hubspot.read_token_info()

    def _read_property_names(self) -> frozenset[str]:
        return self.hubspot.read_property_names()

    def _read_account(self) -> tuple[AccountFacts, ClockReading | None]:
        facts = self.hubspot.read_account()
        own_ms = self.workspace.clock.now_ms()
        if facts.server_time_ms is None:
            return facts, None
        return facts, ClockReading(facts.server_time_ms, own_ms, facts.took_seconds)


def find_fault(look: Callable[[], object]) -> Fault | None:
    """What keeps *look* from being answered; None where nothing does."""
    try:
        look()
    except FAULTS as fault:
        return fault
    return None
