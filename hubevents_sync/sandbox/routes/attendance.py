"""Attendance: register, attend and cancel, by e-mail or by contact id, for an external id or HubSpot's own."""

from dataclasses import dataclass, replace
from typing import Any

from hubevents_sync.sandbox.behaviour.attendance import (
    Fate,
    RowError,
    Verdict,
    duplicate_row,
    judge_older_row,
    judge_row,
    read_state,
    unknown_vid,
)
from hubevents_sync.sandbox.behaviour.no_show import is_over
from hubevents_sync.sandbox.known.attendance import (
    ATTENDANCE_CAP,
    ATTENDANCE_STATUS,
    DUPLICATE_IN_BATCH,
    OLDER_UNKNOWN_CONTACT,
    REPEAT_IN_OTHER_STATE,
    RESULT_EMAIL,
    UNKNOWN_VID,
    BadRow,
    Duplicate,
    EmailCase,
    OtherState,
)
from hubevents_sync.sandbox.refusals import invalid, not_found
from hubevents_sync.sandbox.routes.events_of_rows import find_or_ask
from hubevents_sync.sandbox.routes.finding import find_by_object_id
from hubevents_sync.sandbox.routing import WRITE, Route
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


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one request. *is_older*: by the older upsert, which makes no contact and nothing on the timeline."""

    state: str
    by: str
    entries: list[Entry]
    is_older: bool


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


def record_older_by_email(call: Call) -> Answer:
    """POST events/{externalEventId}/{subscriberState}/email-upsert."""
    return _record_older(call, by="email")


def record_older_by_vid(call: Call) -> Answer:
    """POST events/{externalEventId}/{subscriberState}/upsert."""
    return _record_older(call, by="vid")


def _record(call: Call, *, by: str, of_app: bool) -> Answer:
    """The order of the checks (state, account, body, event) is our choice, each answer is not."""
    batch = _read_batch(call, by=by, of_app=of_app, is_older=False)
    event = find_or_ask(call) if of_app else find_by_object_id(call)
    results, errors = ([], []) if event is None else _apply(call, event, batch)
    body = answers.write_batch(results, errors, now_ms=call.now_ms)
    return Answer(body, status=int(call.switches[ATTENDANCE_STATUS]), rows=len(batch.entries))


def _record_older(call: Call, *, by: str) -> Answer:
    """No success answer is described: 202 without a body, as events/delete answers, is our choice."""
    batch = _read_batch(call, by=by, of_app=True, is_older=True)
    event = find_or_ask(call)
    if event is not None:
        _apply(call, event, batch)
    return Answer(None, status=202, rows=len(batch.entries))


def _read_batch(call: Call, *, by: str, of_app: bool, is_older: bool) -> Batch:
    state = read_state(call.path["subscriberState"])
    if of_app:
        call.external_account_id()
    inputs = read_inputs(call.body, cap=call.switches[ATTENDANCE_CAP])
    entries = [
        _read_entry(values, state, by, at=f"inputs[{index}].", is_older=is_older) for index, values in enumerate(inputs)
    ]
    return Batch(state, by, entries, is_older)


def _read_entry(values: dict[str, Any], state: str, by: str, *, at: str, is_older: bool) -> Entry:
    """OpenAPI also requires ``properties`` and ``contactProperties``; users' calls go without: not enforced."""
    require(values, (by, "interactionDateTime"), at=at)
    contact = as_text(values["email"], f"{at}email") if by == "email" else str(as_int64(values["vid"], f"{at}vid"))
    interaction_ms = as_int64(values["interactionDateTime"], f"{at}interactionDateTime")
    properties = _read_texts(values, "properties", at)
    given = _read_texts(values, "contactProperties", at)
    if is_older:
        verdict = judge_older_row(interaction_ms=interaction_ms, contact=contact, by=by)
    else:
        verdict = judge_row(state=state, interaction_ms=interaction_ms, properties=properties, contact=contact, by=by)
    return Entry(contact, interaction_ms, given, verdict)


def _read_texts(values: dict[str, Any], name: str, at: str) -> dict[str, str]:
    return {} if values.get(name) is None else as_texts(values[name], f"{at}{name}")


def _apply(call: Call, event: EventRecord, batch: Batch) -> tuple[list[dict[str, Any]], list[RowError]]:
    """Store what is to be stored; the answer's results and errors."""
    ids = _find_contacts(call, batch)
    entries = [_judge_contact(call, entry, batch, ids) for entry in batch.entries]
    errors = [error for entry in entries if (error := _settle_bad_row(call, entry)) is not None]
    answered, doubled = _store_entries(call, event, replace(batch, entries=entries), ids)
    return [_write_result(call, entry, ids, batch.by) for entry in answered], [*errors, *doubled]


def _find_contacts(call: Call, batch: Batch) -> dict[str, int]:
    """Contact ids by what the entries call them. By e-mail, unknown contacts are made (documented).

    A row that is answered and not stored makes its contact too, so that the answer's vid is somebody's: our choice.
    """
    named = [entry for entry in batch.entries if entry.is_named]
    if batch.by == "vid":
        known = contacts.find_known_ids(call.connection, {int(entry.contact) for entry in named})
        return {str(contact_id): contact_id for contact_id in known}
    first: dict[str, dict[str, str]] = {}
    for entry in named:
        first.setdefault(contacts.normalise_email(entry.contact), entry.contact_properties)
    ids = contacts.find_ids_by_email(call.connection, first)
    if not batch.is_older:
        unknown = {email: properties for email, properties in first.items() if email not in ids}
        ids |= contacts.add_contacts(call.connection, unknown, now_ms=call.now_ms)
    found = {entry.contact: ids.get(contacts.normalise_email(entry.contact)) for entry in named}
    return {contact: contact_id for contact, contact_id in found.items() if contact_id is not None}


def _judge_contact(call: Call, entry: Entry, batch: Batch, ids: dict[str, int]) -> Entry:
    """*entry*, refused where it names a contact that is nobody."""
    if not entry.is_named or entry.contact in ids:
        return entry
    if batch.is_older and call.switches[OLDER_UNKNOWN_CONTACT] is BadRow.REFUSE:
        raise not_found(f"No contact '{entry.contact}'")
    if batch.by == "email":  # only the older upsert leaves an e-mail unknown, and has no body to tell it in
        return replace(entry, verdict=Verdict(Fate.DROPPED))
    error = unknown_vid(int(entry.contact))
    return replace(entry, verdict=Verdict(Fate.REFUSED, error=error, switch=UNKNOWN_VID))


def _settle_bad_row(call: Call, entry: Entry) -> RowError | None:
    """The entry of errors for a bad row, if its switch wants one; or the 400 for the batch."""
    verdict = entry.verdict
    fate = BadRow.ERROR if verdict.switch is None else call.switches[verdict.switch]
    if verdict.error is not None and fate is BadRow.REFUSE:
        raise invalid(verdict.error.message)
    return verdict.error if fate is BadRow.ERROR else None


def _store_entries(
    call: Call, event: EventRecord, batch: Batch, ids: dict[str, int]
) -> tuple[list[Entry], list[RowError]]:
    """Store what is to be stored: the entries that the answer's results name, and the errors of duplicates.

    A repeat of (contact, interactionDateTime) is in no list of the answer (measured), whatever its state unless the
    switch says otherwise.
    """
    named = [entry for entry in batch.entries if entry.is_named and entry.contact in ids]
    held = participations.find_held(call.connection, event.id, {ids[entry.contact] for entry in named})
    # Registering when the event is over is stored as NO_SHOW: measured.
    is_late = batch.state == "REGISTERED" and is_over(event, now_ms=call.now_ms, switches=call.switches)
    state = "NO_SHOW" if is_late else batch.state
    # Two keys are the same where contact and time are; with the switch, the state belongs to the key.
    has_states = call.switches[REPEAT_IN_OTHER_STATE] is OtherState.STORE
    stored_keys = held.keys_of(batch.state, state) if has_states else held.keys
    answered: list[Entry] = []
    doubled: list[RowError] = []
    rows: list[NewRow] = []
    batch_keys: set[tuple[int, int]] = set()
    for entry in named:
        key = (ids[entry.contact], entry.interaction_ms)
        if key in batch_keys:
            duplicate = call.switches[DUPLICATE_IN_BATCH]
            answered += [entry] if duplicate is Duplicate.ECHO else []
            doubled += [duplicate_row(entry.contact, batch.by)] if duplicate is Duplicate.ERROR else []
        elif key not in stored_keys:
            answered.append(entry)
            if entry.verdict.fate is Fate.STORED:
                batch_keys.add(key)
                rows.append(NewRow(key[0], state, key[1], entry.verdict.joined_ms, entry.verdict.left_ms))
    participations.add_rows(
        call.connection, event.id, rows, held=held, now_ms=call.now_ms, on_timeline=not batch.is_older
    )
    return answered, doubled


def _write_result(call: Call, entry: Entry, ids: dict[str, int], by: str) -> dict[str, Any]:
    """SubscriberEmailResponse or SubscriberVidResponse."""
    vid = ids[entry.contact]
    if by == "vid":
        return {"vid": vid}
    is_as_sent = call.switches[RESULT_EMAIL] is EmailCase.AS_SENT
    return {"vid": vid, "email": entry.contact if is_as_sent else contacts.normalise_email(entry.contact)}


ROUTES = (
    Route("POST", "attendance/{externalEventId}/{subscriberState}/create", record_by_vid, scope=WRITE),
    Route("POST", "attendance/{externalEventId}/{subscriberState}/email-create", record_by_email, scope=WRITE),
    Route("POST", "{objectId}/attendance/{subscriberState}/create", record_by_vid_of_object, scope=WRITE),
    Route("POST", "{objectId}/attendance/{subscriberState}/email-create", record_by_email_of_object, scope=WRITE),
    Route("POST", "events/{externalEventId}/{subscriberState}/upsert", record_older_by_vid, scope=WRITE),
    Route("POST", "events/{externalEventId}/{subscriberState}/email-upsert", record_older_by_email, scope=WRITE),
)
