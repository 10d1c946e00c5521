"""HubSpot's marketing-events API as the port ``HubSpot``: one method a call, over one throttled connection pool."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from hubevents_sync.errors import AuthenticationFailed
from hubevents_sync.hubspot import answers, wire
from hubevents_sync.hubspot.account import read_account
from hubevents_sync.hubspot.app_settings import AppSettingsCalls
from hubevents_sync.hubspot.auth import Credentials, Form, Secret
from hubevents_sync.hubspot.failures import correlation_id_of, failure_of, unreadable
from hubevents_sync.hubspot.paging import walk_pages
from hubevents_sync.hubspot.paths import OAUTH_INTROSPECT, TOKEN_INFO, ApiPaths
from hubevents_sync.hubspot.sending import RequestSender
from hubevents_sync.hubspot.throttle import RequestThrottle
from hubevents_sync.hubspot.token_endpoint import TokenEndpoint
from hubevents_sync.model.account import AccountFacts
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.observation import ListedEvent
from hubevents_sync.model.outcome import (
    AttendanceAnswer,
    AttendanceCounters,
    LiveParticipation,
    TokenInfo,
    UpsertAnswer,
)
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.snapshot import EventSnapshot
from hubevents_sync.ports import Clock

# The most that HubSpot gives at once: OpenAPI, "limit".
PAGE_ROWS = 100


class HubSpotClient:
    """The port ``HubSpot`` over HTTP. Safe to call from several threads at once; close it at the end."""

    def __init__(
        self,
        sender: RequestSender,
        *,
        paths: ApiPaths,
        credentials: Credentials,
        throttle: RequestThrottle,
        clock: Clock,
    ) -> None:
        self._sender = sender
        self._endpoint = TokenEndpoint(sender, paths.oauth_token)
        self._clock = clock
        self._paths = paths
        self._credentials = credentials
        self._throttle = throttle

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._sender.close()

    @property
    def requests_sent(self) -> int:
        """How many requests went out so far, repeated ones included."""
        return self._throttle.requests_granted

    @property
    def app_settings(self) -> AppSettingsCalls:
        """The calls about an app's settings."""
        return AppSettingsCalls(self._send, self._paths)

    def upsert_events(self, events: Sequence[MarketingEvent]) -> UpsertAnswer:
        """Create or update *events* in one batch; without any, nothing is sent."""
        if not events:
            return UpsertAnswer()
        action = f"upserting {_counted(len(events), 'event')}"
        response = self._send("POST", self._paths.upsert, action=action, json=wire.upsert_body(events))
        return answers.read_upsert(_object_or_nothing(response, action), correlation_id_of(response, {}))

    def put_event(self, event: MarketingEvent) -> str | None:
        """Create or update one event; its object id, where HubSpot tells it."""
        action = f"writing the event {event.key}"
        response = self._send("PUT", self._paths.put_event(event.key), action=action, json=wire.event_input(event))
        return answers.text_of(_object_or_nothing(response, action).get("objectId"))

    def record_attendance(
        self, key: EventKey, state: AttendanceState, rows: Sequence[Participation]
    ) -> AttendanceAnswer:
        """Record *rows* in one batch; without any, nothing is sent."""
        if not rows:
            return AttendanceAnswer()
        by_email = wire.is_by_email(state, rows)
        hidden = wire.PersonalValues(rows)
        action = f"recording {_counted(len(rows), 'row')} of {key} as {state}"
        path = self._paths.attendance(key, wire.VERBS[state], by_email=by_email)
        body = wire.attendance_body(rows, by_email=by_email)
        response = self._send("POST", path, action=action, json=body, hidden=hidden)
        answer = _object_or_nothing(response, action)
        return answers.read_attendance(answer, correlation_id_of(response, {}), hidden=hidden)

    def complete_event(self, key: EventKey, *, start: str, end: str) -> None:
        """Mark the event complete. It can't be undone; it is never sent again where it may have arrived."""
        action = f"completing the event {key}"
        body = wire.complete_body(start=start, end=end)
        response = self._send("POST", self._paths.complete(key), action=action, json=body, repeatable=False)
        _object_or_nothing(response, action)

    def read_event(self, key: EventKey) -> EventSnapshot | None:
        """The event's fields as HubSpot has them; None where this app has no such event."""
        action = f"reading the event {key}"
        response = self._send("GET", self._paths.event(key), action=action, missing_is_fine=True)
        return None if response.status_code == 404 else answers.read_event(_object(response, action), key)

    def read_counters(self, key: EventKey) -> AttendanceCounters:
        """The event's counters."""
        action = f"reading the counters of {key}"
        return answers.read_counters(_object(self._send("GET", self._paths.counters(key), action=action), action))

    def read_participations(self, key: EventKey, *, contact: str | None = None) -> Iterator[LiveParticipation]:
        """The event's participation rows. A page is asked for when the one before it is used up."""
        # No e-mail here: the action goes into messages.
        action = f"reading the participations of {key}"
        hidden = () if contact is None else (contact,)

        def fetch(after: str | None) -> answers.Json:
            path = self._paths.breakdown(key, limit=PAGE_ROWS, after=after, contact=contact)
            return _object(self._send("GET", path, action=action, hidden=hidden), action)

        rows = map(answers.read_participation, walk_pages(fetch, action=action))
        yield from (row for row in rows if row is not None)

    def list_events(self) -> Iterator[ListedEvent]:
        """All events of the account, page by page."""
        action = "listing the account's events"

        def fetch(after: str | None) -> answers.Json:
            return _object(self._send("GET", self._paths.listing(limit=PAGE_ROWS, after=after), action=action), action)

        yield from map(answers.read_listed, walk_pages(fetch, action=action))

    def find_keys(self, external_event_id: str) -> list[EventKey]:
        """The keys of this app's events of that id, one an account; HubSpot finds a new one after minutes only."""
        action = f"looking for the event {external_event_id}"
        answer = _object(self._send("GET", self._paths.search(external_event_id), action=action), action)
        return [key for key in answers.read_found_keys(answer) if key.external_event_id == external_event_id]

    def read_token_info(self) -> TokenInfo:
        """Whom the token belongs to."""
        action = "looking up the token"
        token = self._credentials.access_token(self._endpoint.exchange)
        form = self._credentials.introspection(token)
        if form is not None:
            answer = _object(self._send("POST", OAUTH_INTROSPECT, action=action, form=form), action)
        else:
            # The token goes into the body and into the header: the tokens of EU accounts need both.
            body = {"tokenKey": token.reveal()}
            hidden = (token.reveal(),)
            answer = _object(self._send("POST", TOKEN_INFO, action=action, json=body, hidden=hidden), action)
        info = answers.read_token_info(answer)
        if info is None or answer.get("active") is False:
            raise AuthenticationFailed(
                f"{action}: HubSpot does not say which account it belongs to, or that it is still active",
                hint="check that the token is an access token of a private app, a service key, or of hubspot.oauth",
            )
        return info

    def revoke(self, form: Form) -> None:
        """End the token that *form* names."""
        self._endpoint.revoke(form)

    def read_account(self) -> AccountFacts:
        """What the account is, what is left of its quota, and HubSpot's own time."""
        action = "reading the account"
        began = self._clock.monotonic()
        response = self._send("GET", self._paths.account, action=action)
        took = self._clock.monotonic() - began
        return read_account(_object(response, action), response.headers, took_seconds=took)

    def read_property_names(self) -> frozenset[str]:
        """The properties that the account defines for marketing events."""
        action = "reading the property definitions"
        answer = _object(self._send("GET", self._paths.properties, action=action), action)
        names = (answers.text_of(item.get("name")) for item in answers.objects_of(answer.get("results")))
        return frozenset(name for name in names if name)

    def _send(
        self,
        method: str,
        path: str,
        *,
        action: str,
        json: Mapping[str, Any] | bytes | None = None,
        form: Form | None = None,
        hidden: Iterable[str] = (),
        repeatable: bool = True,
        missing_is_fine: bool = False,
    ) -> httpx.Response:
        """Send one call and return its 2xx, or a 404 of HubSpot's own where *missing_is_fine*.

        *json* may be encoded already. A 401 means that nothing was taken: with a token that can be renewed the call is
        sent once more.
        """
        body = wire.encode_body(json) if isinstance(json, Mapping) else json

        def send(token: Secret) -> httpx.Response:
            return self._sender.send(
                method, path, action=action, json=body, form=form, token=token, repeatable=repeatable
            )

        token = self._credentials.access_token(self._endpoint.exchange)
        response = send(token)
        if response.status_code == 401:
            renewed = self._credentials.renewed_token(token, self._endpoint.exchange)
            if renewed is not None:
                token = renewed
                response = send(token)
        if response.is_success:
            return response
        # A 404 that is no JSON comes from something else than HubSpot: it does not prove that the event is missing.
        if missing_is_fine and response.status_code == 404 and answers.parse_object(response.content) is not None:
            return response
        raise failure_of(response, action=action, hidden=(*hidden, token.reveal(), *(form or {}).values()))


def _object(response: httpx.Response, action: str) -> answers.Json:
    found = answers.parse_object(response.content)
    if found is None:
        raise unreadable(response, action=action)
    return found


def _object_or_nothing(response: httpx.Response, action: str) -> answers.Json:
    # A 204 says yes and no more: what is missing from an answer is read back anyway.
    return _object(response, action) if response.content.strip() else {}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
