"""Read HubSpot back for rows that are known from the record alone: by a hash of the person, with no e-mail at hand."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from hubevents_sync.live.verify import PATIENCE_SECONDS, POLLS_AT_SECONDS, find_shown, read_back
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import LiveParticipation, Outcome, RowResult
from hubevents_sync.model.participation import Participation, PersonId
from hubevents_sync.ports import Clock, HubSpot

# The hash of somebody by e-mail or by contact id, as the state makes it.
Identify = Callable[[str | None, int | None], PersonId]


def find_recorded(
    hubspot: HubSpot,
    key: EventKey,
    rows: Sequence[Participation],
    *,
    identify: Identify,
    clock: Clock,
    patience_seconds: float = PATIENCE_SECONDS,
) -> list[RowResult]:
    """Look for *rows* at HubSpot; REPEATED or UNCONFIRMED, in their order.

    Where all of them have a contact id, these are looked up. Otherwise the whole event is read in pages, each person
    hashed as it goes by and forgotten: it takes one request for each 100 rows of the event, however many are wanted.
    """
    if all(row.contact_id is not None for row in rows):
        return read_back(hubspot, key, rows, clock=clock, patience_seconds=patience_seconds)
    found: dict[int, RowResult] = {}
    began = clock.monotonic()
    for poll_at in POLLS_AT_SECONDS:
        left = [index for index in range(len(rows)) if index not in found]
        if not left or poll_at > patience_seconds:
            break
        delay_seconds = began + poll_at - clock.monotonic()
        if delay_seconds > 0:
            clock.sleep(delay_seconds)
        live = _read_people(hubspot, key, [rows[index] for index in left], identify)
        for index in left:
            row = rows[index]
            shown = find_shown(row, live.get(row.person, []))
            if shown is not None:
                found[index] = RowResult(row, Outcome.REPEATED, shown.contact_id or row.contact_id)
    return [found.get(index) or RowResult(row, Outcome.UNCONFIRMED) for index, row in enumerate(rows)]


def _read_people(
    hubspot: HubSpot, key: EventKey, rows: Sequence[Participation], identify: Identify
) -> dict[PersonId, list[LiveParticipation]]:
    """The live rows of the people of *rows*; those of all others are let go at once."""
    wanted = {row.person for row in rows}
    by_contact = {row.contact_id: row.person for row in rows if row.contact_id is not None}
    live: dict[PersonId, list[LiveParticipation]] = defaultdict(list)
    for shown in hubspot.read_participations(key):
        names = {by_contact.get(shown.contact_id), identify(None, shown.contact_id)}
        if shown.email:
            names.add(identify(shown.email, None))
        for person in names:
            if person is not None and person in wanted:
                live[person].append(shown)
    return live
