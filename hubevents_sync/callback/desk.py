"""Decide what a request is answered. Given the request and the time, it asks nothing else.

    health → size → path → method → body → signature → ready → repeat → query → event

What a stranger can learn from the order: that the endpoint is there, and nothing of what it knows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from hubevents_sync.callback.address import PathTemplate, read_query
from hubevents_sync.callback.details import Catalogue
from hubevents_sync.callback.replay import ReplayMemory, Use
from hubevents_sync.callback.signature import Check, ClientSecret, SignedRequest, Verdict, check_signature
from hubevents_sync.model.event import EventKey

LARGEST_HEAD_BYTES = 16_384
LARGEST_BODY_BYTES = 4_096
METHODS = ("GET", "HEAD")
HEALTH, READINESS = b"/healthz", b"/readyz"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request as it came. Header names are in lower case; *body* None is one that is too large to be read."""

    method: str
    raw_path: bytes
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes | None = b""

    @property
    def target(self) -> bytes:
        """Path and query as they were sent."""
        return self.raw_path + b"?" + self.query if self.query else self.raw_path

    @property
    def head_bytes(self) -> int:
        """About how long request line and headers are."""
        return len(self.target) + sum(len(name) + len(value) + 4 for name, value in self.headers)


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and a JSON body; *asked*, *refusal* and *checked* are for the log, which has no health checks."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: EventKey | None = None
    refusal: str | None = None
    checked: str | None = None
    is_logged: bool = True


@dataclass(frozen=True, slots=True)
class Seal:
    """What signatures are checked with: the *secret*, and the *public_url* that HubSpot asks at."""

    secret: ClientSecret
    public_url: bytes


class Desk:
    """Answers requests from a catalogue.

    *seal* None checks no signature. *memory* None takes a signature more than once. *app_id* None takes any app's.
    """

    def __init__(
        self,
        template: PathTemplate,
        *,
        seal: Seal | None,
        memory: ReplayMemory | None = None,
        app_id: str | None = None,
    ) -> None:
        self._template = template
        self._seal = seal
        self._memory = memory
        self._app_id = app_id
        self._catalogue: Catalogue | None = None
        self._is_stale = False

    def publish(self, catalogue: Catalogue) -> None:
        """Answer from *catalogue* from now on."""
        self._catalogue = catalogue
        self._is_stale = False

    def mark_stale(self) -> None:
        """The files broke: what is answered is what they said before."""
        self._is_stale = True

    @property
    def events(self) -> int:
        """How many events can be asked about."""
        return len(self._catalogue.answers) if self._catalogue else 0

    def answer(self, request: Arrived, *, now_ms: int) -> Reply:
        """The reply to *request*."""
        if request.raw_path in (HEALTH, READINESS) and request.method in METHODS:
            return self._tell_health(request.raw_path)
        raw_id = self._template.find_id(request.raw_path)
        refusal = self._find_misfit(request, raw_id)
        if refusal is not None:
            return refusal
        if self._seal is not None:
            refusal = self._check(request, self._seal, now_ms)
            if refusal is not None:
                return refusal
        return self._tell_event(raw_id or b"", request.query)

    def _tell_health(self, path: bytes) -> Reply:
        if path == HEALTH:
            return Reply(200, _write(status="ok"), is_logged=False)
        if self._catalogue is None:
            return Reply(503, _write(status="loading"), {"Retry-After": "1"}, is_logged=False)
        return Reply(200, _write(status="ready", files="stale" if self._is_stale else "current"), is_logged=False)

    @staticmethod
    def _find_misfit(request: Arrived, raw_id: bytes | None) -> Reply | None:
        """What is refused to anybody, signed or not."""
        if request.head_bytes > LARGEST_HEAD_BYTES:
            return _refuse(431, "request header fields too large")
        if raw_id is None:
            return _refuse(404, "not found", "no such path")
        if request.method not in METHODS:
            return _refuse(405, "method not allowed", headers={"Allow": ", ".join(METHODS)})
        if request.body is None:
            return _refuse(413, "content too large")
        if request.body:
            # The address's last letters could pass for a body, under the same signature.
            return _refuse(400, "bad request", "a body, which HubSpot's requests don't have")
        return None

    def _check(self, request: Arrived, seal: Seal, now_ms: int) -> Reply | None:
        """What is refused for its signature."""
        uri = seal.public_url + request.target
        signed = SignedRequest(request.method, uri)
        check = check_signature(signed, request.headers, seal.secret, now_ms=now_ms)
        if check.verdict is not Verdict.GENUINE:
            return _refuse(401, "unauthorized", check.verdict.value, checked=uri.decode("ascii", "replace"))
        if self._catalogue is None:  # before the signature is used up: HubSpot may ask again
            return _refuse(503, "not ready", headers={"Retry-After": "1"})
        return self._use(check, now_ms)

    def _use(self, check: Check, now_ms: int) -> Reply | None:
        if self._memory is None:
            return None
        use = self._memory.use(check.signature, check.timestamp_ms, now_ms=now_ms)
        if use is Use.REPEATED:
            return _refuse(401, "unauthorized", "the signature was used before")
        if use is Use.UNKNOWN:
            return _refuse(503, "not ready", "too many signatures to remember", headers={"Retry-After": "60"})
        return None

    def _tell_event(self, raw_id: bytes, query: bytes) -> Reply:
        if self._catalogue is None:
            return _refuse(503, "not ready", headers={"Retry-After": "1"})
        wanted = read_query(raw_id, query)
        if wanted is None:
            return _refuse(400, "appId and externalAccountId are required, once each")
        asked = next(wanted.keys(), None)
        if self._app_id is not None and wanted.app_id != self._app_id:
            return _refuse(404, "not found", f"asked by app {wanted.app_id}", asked=asked)
        found = self._catalogue.find(wanted.keys())
        if found is None:
            return _refuse(404, "not found", "not declared", asked=asked)
        return Reply(200, found[1], asked=found[0])


def _write(**values: str) -> bytes:
    return json.dumps(values).encode()


def _refuse(
    status: int,
    error: str,
    refusal: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    asked: EventKey | None = None,
    checked: str | None = None,
) -> Reply:
    return Reply(status, _write(error=error), headers or {}, asked=asked, refusal=refusal or error, checked=checked)
