"""Find the events that an import is about: by their ids, or all that HubSpot lists and this app may manage."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hubevents_sync.engine.access.connect import CountedHubSpot
from hubevents_sync.errors import UsageError
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.importing import PassedOver
from hubevents_sync.ports import EventCatalogue


class ListedHubSpot(CountedHubSpot, EventCatalogue, Protocol):
    """A HubSpot that tells which events it has, too."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The events to import, and how many were passed over for what reason."""

    keys: tuple[EventKey, ...]
    passed_over: Mapping[PassedOver, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What needs no import: events *on_record*, and those that are *declared* in the files."""

    on_record: Collection[EventKey]
    declared: Collection[EventKey]

    def find_reason(self, key: EventKey) -> PassedOver | None:
        """Why *key* is not to be imported; None where it is."""
        if key in self.on_record:
            return PassedOver.ON_RECORD
        return PassedOver.DECLARED if key in self.declared else None


def find_named(hubspot: ListedHubSpot, ids: Sequence[str], *, accounts: Sequence[str], known: Known) -> Choice:
    """The events called *ids*, of the account that *accounts* has first, or of the one account that has each.

    Where HubSpot's search finds none, which takes it minutes after an event is made, *accounts* are tried. Raises
    UsageError for an id that is none of this app's, that several accounts have, or that is known already.
    """
    keys = []
    for event_id in dict.fromkeys(ids):
        key = _find_one(hubspot, event_id, accounts)
        reason = known.find_reason(key)
        if reason is not None:
            hint = "refresh brings the record up to date" if reason is PassedOver.ON_RECORD else "apply takes it over"
            raise UsageError(f"the event {key} is {reason}", hint=f"{hint}; nothing was imported")
        keys.append(key)
    return Choice(tuple(keys))


def _find_one(hubspot: ListedHubSpot, event_id: str, accounts: Sequence[str]) -> EventKey:
    found = hubspot.find_keys(event_id)
    chosen = [key for key in found if key.external_account_id in accounts] if len(found) > 1 else found
    if not chosen and not found:
        tried = [EventKey(account, event_id) for account in accounts]
        chosen = [key for key in tried if hubspot.read_event(key) is not None]
    if len(chosen) == 1:
        return chosen[0]
    if found:
        names = ", ".join(str(key) for key in found)
        raise UsageError(f"several accounts have an event {event_id}: {names}", hint="say which by --account")
    raise UsageError(
        f"HubSpot shows this app no event {event_id}",
        hint="it finds a new event after some minutes, and one of another app never; --account NAME finds it at once",
    )


def find_all(hubspot: ListedHubSpot, *, account: str | None, known: Known) -> Choice:
    """All events that HubSpot lists and this app may manage, of *account* or of any; the others are counted."""
    passed_over: Counter[PassedOver] = Counter()
    ids: dict[str, None] = {}
    for listed in hubspot.list_events():
        if listed.external_event_id is None:
            passed_over[PassedOver.NO_ID] += 1
        else:
            ids[listed.external_event_id] = None
    keys = []
    for event_id in ids:
        found = hubspot.find_keys(event_id)
        passed_over[PassedOver.OTHER_APP] += not found
        for key in found:
            reason = known.find_reason(key)
            if account is not None and key.external_account_id != account:
                reason = PassedOver.OTHER_ACCOUNT
            if reason is None:
                keys.append(key)
            else:
                passed_over[reason] += 1
    return Choice(tuple(sorted(keys)), {reason: count for reason, count in passed_over.items() if count})
