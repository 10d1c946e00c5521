"""The settings of a project: what ``hubevents.yaml`` says, for one environment."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from hubevents_sync.model.app_settings import AppSettings

DEFAULT_BASE_URL = "https://api.hubapi.com"
# Beside the state where that is a file; the one file of its folder that git does not ignore.
LOCK_FILE = "state/hubevents.lock.json"
DEFAULT_TOKEN = "${HUBSPOT_ACCESS_TOKEN}"  # noqa: S105  the name of a variable, not a token


@dataclass(frozen=True, slots=True)
class SecretReference:
    """A secret as written in the project file, ``${VAR}`` not yet looked up: plan and validate need no token."""

    template: str = field(repr=False)


class TokenStoreKind(StrEnum):
    """What keeps a refresh token between runs."""

    FILE = "file"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class TokenStoreReference:
    """Where the refresh token of ``auth login`` is kept. *path* is absolute, or None for the usual place.

    *slot* tells apart what one app holds for several accounts: the pinned account, or the environment.
    """

    kind: TokenStoreKind = TokenStoreKind.FILE
    path: Path | None = None
    slot: str = "default"


@dataclass(frozen=True, slots=True)
class OAuthReference:
    """An OAuth app's own secrets, and its refresh token: given by *refresh_token*, or else kept in *token_store*."""

    client_id: SecretReference
    client_secret: SecretReference
    refresh_token: SecretReference | None = None
    token_store: TokenStoreReference = TokenStoreReference()


@dataclass(frozen=True, slots=True)
class RequestBudget:
    """How many requests we may send: *per_10_seconds*, less the share *keep_free* (0 to 1) that is left to others."""

    per_10_seconds: int = 100
    keep_free: float = 0.2

    @property
    def usable_per_10_seconds(self) -> float:
        """At least one request a window, or nothing would ever be sent."""
        return max(1.0, self.per_10_seconds * (1 - self.keep_free))


@dataclass(frozen=True, slots=True)
class BatchSizes:
    """Rows in one call. HubSpot documents no cap for these endpoints; 100 is that of its CRM batches."""

    events: int = 100
    attendance: int = 100


@dataclass(frozen=True, slots=True)
class HubSpotSettings:
    """Where HubSpot is, which version of its API we speak, and how fast."""

    portal: int | None = None
    api: str = "v3"
    base_url: str = DEFAULT_BASE_URL
    token: SecretReference = SecretReference(DEFAULT_TOKEN)
    oauth: OAuthReference | None = None
    requests: RequestBudget = RequestBudget()
    batch: BatchSizes = BatchSizes()


@dataclass(frozen=True, slots=True)
class Limits:
    """More than this in one plan is refused. A float is a share (0 to 1), an int a count, None no limit."""

    removals: float | int | None = 0.1
    contacts_created: int | None = None
    events_cancelled: int | None = None


class Occasion(StrEnum):
    """What a webhook is told of. FINISHED: all that was due is done. PARTIAL: a run ended in any other way."""

    FINISHED = "finished"
    PARTIAL = "partial"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Whom to tell of runs. *url* may hold a secret of its own, so it too is looked up where it is needed only."""

    url: SecretReference
    secret: SecretReference
    occasions: frozenset[Occasion] = frozenset(Occasion)


@dataclass(frozen=True, slots=True)
class Project:
    """A project's settings after its environment's overrides.

    *directory* is absolute. *events* are glob patterns below it. *roster_roots* are the folders that rosters may lie
    in, *directory* first. *state* is a path, relative to *directory*, or the URL of a shared store, its
    ``${VAR}`` not yet looked up: there may be a password in it. With *lock* each apply writes a lock file. *settings*
    are those of the HubSpot app, None where they are managed elsewhere.
    """

    directory: Path
    environment: str | None = None
    account: str | None = None
    timezone: str | None = None
    events: tuple[str, ...] = ("events/*.yaml",)
    roster_roots: tuple[Path, ...] = ()
    state: str = field(default="state/hubevents.db", repr=False)
    hubspot: HubSpotSettings = HubSpotSettings()
    limits: Limits = Limits()
    lock: bool = False
    settings: AppSettings | None = None
    webhook: Webhook | None = None
