"""Put a client together: connections, rate, retries and the token, as the settings say."""

from collections.abc import Mapping
from importlib import metadata

import httpx

from hubevents_sync.hubspot.address import check_base_url, open_connections
from hubevents_sync.hubspot.auth import Credentials
from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.hubspot.credentials import build_credentials
from hubevents_sync.hubspot.guard import OpenGate, ReadOnlyTransport
from hubevents_sync.hubspot.paths import OAUTH_INTROSPECT, TOKEN_INFO, paths_of
from hubevents_sync.hubspot.retry import RetryTransport
from hubevents_sync.hubspot.sending import RequestSender
from hubevents_sync.hubspot.throttle import RequestThrottle, ThrottleTransport
from hubevents_sync.hubspot.token_store import Warn
from hubevents_sync.model.project import HubSpotSettings
from hubevents_sync.model.waiting import OnWait, ignore_wait
from hubevents_sync.ports import CallGate, Clock

_CONNECT_SECONDS = 10.0
# HubSpot itself gives up after 100 seconds (524: documentation, error handling); its answer is worth waiting for.
_READ_SECONDS = 110.0


def _say_nothing(text: str) -> None:
    """Nobody listens."""


def open_hubspot(
    settings: HubSpotSettings,
    *,
    environ: Mapping[str, str],
    clock: Clock,
    gate: CallGate | None = None,
    read_only: bool = False,
    warn: Warn = _say_nothing,
    credentials: Credentials | None = None,
    tell: OnWait = ignore_wait,
    patience_seconds: float | None = None,
) -> HubSpotClient:
    """A client for *settings*, its secrets looked up in *environ*. Sends nothing yet.

    Every request passes *gate*; without one, all may begin. With *read_only* it can send nothing but GET, and look up
    its own token. *warn* hears what a user must know of a token that was renewed. *credentials* take the place of those
    that *settings* name. *tell* hears what is waited for. A HubSpot that never answers is given up on after about
    *patience_seconds*. Raises ConfigurationError and AuthenticationFailed.
    """
    base_url = check_base_url(settings.base_url)
    paths = paths_of(settings.api)
    credentials = credentials or build_credentials(settings, environ, clock, warn=warn)
    throttle = RequestThrottle(settings.requests, clock, tell=tell)
    gate = gate or OpenGate()
    transport: httpx.BaseTransport = ThrottleTransport(open_connections(base_url), throttle, clock=clock, gate=gate)
    transport = RetryTransport(
        transport, clock=clock, hold=throttle.hold, gate=gate, tell=tell, patience_seconds=patience_seconds
    )
    if read_only:
        prefix = httpx.URL(base_url).path.rstrip("/")
        lookups = [prefix + path for path in (TOKEN_INFO, OAUTH_INTROSPECT, paths.oauth_token)]
        transport = ReadOnlyTransport(transport, lookups=lookups)
    sender = RequestSender(
        transport,
        base_url=base_url,
        headers={"User-Agent": f"hubevents-sync/{_version()}", "Accept": "application/json"},
        timeout=_limit_connecting(patience_seconds),
    )
    return HubSpotClient(sender, paths=paths, credentials=credentials, throttle=throttle, clock=clock)


def _limit_connecting(patience_seconds: float | None) -> httpx.Timeout:
    """Who has little patience tries several times for a short while: a host that swallows all says nothing."""
    connect = _CONNECT_SECONDS if patience_seconds is None else min(_CONNECT_SECONDS, patience_seconds / 3)
    return httpx.Timeout(connect=connect, read=_READ_SECONDS, write=60.0, pool=None)


def _version() -> str:
    try:
        return metadata.version("hubevents-sync")
    except metadata.PackageNotFoundError:
        return "unknown"
