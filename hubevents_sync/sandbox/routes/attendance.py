"""Attendance: register, attend and cancel, by e-mail or by contact id, for an external id or HubSpot's own."""

from dataclasses import dataclass
from typing import Any

from hubevents_sync.sandbox.behaviour.attendance import Fate, RowError, Verdict, judge_row, read_state, unknown_vid
from hubevents_sync.sandbox.behaviour.no_show import is_over
from hubevents_sync.sandbox.routes.events import find_by_object_id, find_external
from hubevents_sync.sandbox.routing import Route
from hubevents_sync.sandbox.store import contacts, participations
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.store.participations import NewRow
from hubevents_sync.sandbox.wire import answers
from hubevents_sync.sandbox.wire.call import Answer, Call
from hubevents_sync.sandbox.wire.reading import as_int64, as_text, as_texts, read_inputs, require


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a batch. *contact* is the e-mail as sent, or the vid as text."""

    contact: str
    interaction_ms: int
    contact_properties: dict[str, str]
    verdict: Verdict

    @property
    def is_named(self) -> bool:
        """Its contact has to be known: the row is stored, or answered as if it were."""
        return self.verdict.fate in (Fate.STORED, Fate.PHANTOM)


def record_by_email(call: Call) -> Answer:
    """POST attendance/{externalEventId}/{subscriberState}/email-create."""
    return _record(call, by="email", of_app=True)


def record_by_vid(call: Call) -> Answer:
    """POST attendance/{externalEventId}/{subscriberState}/create."""
    return _record(call, by="vid", of_app=True)


def record_by_email_of_object(call: Call) -> Answer:
    """POST {objectId}/attendance/{subscriberState}/email-create."""
    return _record(call, by="email", of_app=False)


def record_by_vid_of_object(call: Call) -> Answer:
    """POST {objectId}/attendance/{subscriberState}/create."""
    return _record(call, by="vid", of_app=False)


def _record(call: Call, *, by: str, of_app: bool) -> Answer:
    """The order of the checks (state, account, body, event) is our choice, each answer is not.

    An unknown event is a 404; HubSpot would first ask the app's eventDetailsUrl for it, and there is none.
    """
    state = read_state(call.path["subscriberState"])
    if of_app:
        call.external_account_id()
    inputs = read_inputs(call.body)
    entries = [_read_entry(values, state, by, at=f"inputs[{index}].") for index, values in enumerate(inputs)]
    event = find_external(call) if of_app else find_by_object_id(call)
    ids = _find_contacts(call, entries, by)
    errors = [error for entry in entries if (error := _find_error(entry, ids)) is not None]
    results = [_write_result(entry, ids, by) for entry in _store_entries(call, event, state, entries, ids)]
    return Answer(answers.write_batch(results, errors, now_ms=call.now_ms), rows=len(inputs))


def _read_entry(values: dict[str, Any], state: str, by: str, *, at: str) -> Entry:
    """OpenAPI also requires ``properties`` and ``contactProperties``; users' calls go without: not enforced."""
    require(values, (by, "interactionDateTime"), at=at)
    contact = as_text(values["email"], f"{at}email") if by == "email" else str(as_int64(values["vid"], f"{at}vid"))
    interaction_ms = as_int64(values["interactionDateTime"], f"{at}interactionDateTime")
    properties = _read_texts(values, "properties", at)
    verdict = judge_row(state=state, interaction_ms=interaction_ms, properties=properties, contact=contact, by=by)
    given = _read_texts(values, "contactProperties", at)
    return Entry(contact, interaction_ms, given, verdict)


def _read_texts(values: dict[str, Any], name: str, at: str) -> dict[str, str]:
    return {} if values.get(name) is None else as_texts(values[name], f"{at}{name}")


def _find_contacts(call: Call, entries: list[Entry], by: str) -> dict[str, int]:
    """Contact ids by what the entries call them. By e-mail, unknown contacts are made (documented).

    A row that is answered and not stored makes its contact too, so that the answer's vid is somebody's: our choice.
    """
    connection = call.account.connection
    named = [entry for entry in entries if entry.is_named]
    if by == "vid":
        known = contacts.find_known_ids(connection, {int(entry.contact) for entry in named})
        return {str(contact_id): contact_id for contact_id in known}
    first: dict[str, dict[str, str]] = {}
    for entry in named:
        first.setdefault(contacts.normalise_email(entry.contact), entry.contact_properties)
    ids = contacts.find_ids_by_email(connection, first)
    unknown = {email: properties for email, properties in first.items() if email not in ids}
    ids |= contacts.add_contacts(connection, unknown, now_ms=call.now_ms)
    return {entry.contact: ids[contacts.normalise_email(entry.contact)] for entry in named}


def _find_error(entry: Entry, ids: dict[str, int]) -> RowError | None:
    if entry.is_named and entry.contact not in ids:
        return unknown_vid(int(entry.contact))
    return entry.verdict.error


def _store_entries(
    call: Call, event: EventRecord, state: str, entries: list[Entry], ids: dict[str, int]
) -> list[Entry]:
    """Store what is to be stored; the entries that the answer's results name.

    A repeat of (contact, interactionDateTime) is in no list of the answer (measured), whatever its state. The second
    of two equal keys in one batch counts as a repeat: our choice.
    """
    connection = call.account.connection
    named = [entry for entry in entries if entry.is_named and entry.contact in ids]
    held = participations.find_held(connection, event.id, {ids[entry.contact] for entry in named})
    # Registering when the event is over is stored as NO_SHOW: measured.
    stored_state = "NO_SHOW" if state == "REGISTERED" and is_over(event, now_ms=call.now_ms) else state
    answered: list[Entry] = []
    rows: list[NewRow] = []
    for entry in named:
        key = (ids[entry.contact], entry.interaction_ms)
        if key in held.keys:
            continue
        answered.append(entry)
        if entry.verdict.fate is Fate.STORED:
            held.keys.add(key)
            rows.append(NewRow(key[0], stored_state, key[1], entry.verdict.joined_ms, entry.verdict.left_ms))
    participations.add_rows(connection, event.id, rows, held=held, now_ms=call.now_ms)
    return answered


def _write_result(entry: Entry, ids: dict[str, int], by: str) -> dict[str, Any]:
    """SubscriberEmailResponse or SubscriberVidResponse; the e-mail as the account keeps it: our choice."""
    vid = ids[entry.contact]
    return {"vid": vid} if by == "vid" else {"vid": vid, "email": contacts.normalise_email(entry.contact)}


ROUTES = (
    Route("POST", "attendance/{externalEventId}/{subscriberState}/create", record_by_vid),
    Route("POST", "attendance/{externalEventId}/{subscriberState}/email-create", record_by_email),
    Route("POST", "{objectId}/attendance/{subscriberState}/create", record_by_vid_of_object),
    Route("POST", "{objectId}/attendance/{subscriberState}/email-create", record_by_email_of_object),
)
