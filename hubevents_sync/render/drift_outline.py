"""What drift is there, as an outline that text and markdown draw: a section an event, then what holds for all."""

from collections import Counter
from collections.abc import Iterable, Sequence

from hubevents_sync.model.drift import Drift, EventDrift, LiveRow, PeopleDrift, RowChange
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import Participation
from hubevents_sync.render.outline import Entry, Mark, Outline, Section, SectionKind
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.value_wording import ValueWording
from hubevents_sync.render.wording import say_count, say_list

PLACES = 3
PLACES_VERBOSE = 50
MOST_IDS = 12
SHORT_PERSON = 12
UNREADABLE = (
    "when people joined and left, what their contacts were created with, and what came before a person's latest state:"
    " HubSpot doesn't tell"
)


def outline_drift(drift: Drift, *, is_verbose: bool, timezone: str | None) -> Outline:
    """*drift* in sections. With *is_verbose* more people are named: by file and line, or by contact id."""
    wording = DriftWording(drift, is_verbose=is_verbose, timezone=timezone)
    shown = [event for event in drift.events if event.has_drift or event.error or event.notes]
    rest = [event for event in drift.events if event not in shown]
    sections = [_outline_event(event, wording) for event in shown]
    sections += [section for section in (_outline_rest(rest, wording), _outline_unknown(drift)) if section]
    if drift.notes:
        entries = tuple(Entry(Mark.CHANGE, "", make_one_line(note)) for note in drift.notes)
        sections.append(Section(SectionKind.NOTES, "Worth knowing", entries=entries))
    if drift.left_out:
        ids = say_list(map(wording.say_key, drift.left_out), at_most=None if is_verbose else MOST_IDS)
        entry = Entry(Mark.QUIET, "", f"{say_count(len(drift.left_out), 'event')}: {ids}")
        sections.append(Section(SectionKind.LEFT_OUT, "Left out", "by --event", entries=(entry,)))
    return Outline(*_say_headline(drift), tuple(sections))


class DriftWording(ValueWording):
    """How a drift names its events and people."""

    def __init__(self, drift: Drift, *, is_verbose: bool, timezone: str | None) -> None:
        super().__init__(timezone=timezone)
        keys = [*(event.key for event in drift.events), *drift.left_out]
        self._names_account = len({key.external_account_id for key in keys}) > 1
        self.is_verbose = is_verbose

    def say_key(self, key: EventKey) -> str:
        """The event's id; with its account before it where there are several accounts."""
        return make_one_line(str(key) if self._names_account else key.external_event_id)

    def say_some(self, items: Sequence[str]) -> str:
        """As many of *items* as a reader wants to see."""
        return say_list(items, at_most=PLACES_VERBOSE if self.is_verbose else PLACES)

    def say_place(self, row: Participation) -> str:
        """Where *row* stands: file and line; else the contact id, or the beginning of the person's hash."""
        if row.file:
            return make_one_line(f"{row.file}:{row.line}")
        return f"contact {row.contact_id}" if row.contact_id is not None else row.person.hex()[:SHORT_PERSON]

    def say_change(self, change: RowChange) -> str:
        """Where it stands, and both states; their times too where the state is the same."""
        before, after = change.row.state.value, _say_state(change.live)
        if before == after:
            before = f"{before} at {self.say_instant(change.row.occurred_at_ms)}"
            after = self.say_instant(change.live.occurred_at_ms)
        return f"{self.say_place(change.row)} {before} → {after}"


def _say_headline(drift: Drift) -> tuple[str, str]:
    place = f" in {make_one_line(drift.environment)}" if drift.environment else ""
    looked = f"{say_count(len(drift.events), 'event')} looked at in {say_count(drift.requests, 'request')}"
    failed = sum(event.error is not None for event in drift.events)
    unread = f", {failed:,} could not be read" if failed else ""
    drifted = sum(event.has_drift for event in drift.events)
    if not drifted:
        return f"{'No drift found' if failed else 'No drift'}{place}", f"{looked}{unread}"
    return f"Drift{place}", f"{drifted:,} of {say_count(len(drift.events), 'event')} not as on record{unread}; {looked}"


def _outline_event(event: EventDrift, wording: DriftWording) -> Section:
    entries = tuple(_list_entries(event, wording))
    name = "" if event.name == event.key.external_event_id else make_one_line(event.name)
    return Section(SectionKind.CHANGES, wording.say_key(event.key), name, entries=entries)


def _list_entries(event: EventDrift, wording: DriftWording) -> Iterable[Entry]:
    if event.error is not None:
        yield Entry(Mark.DANGER, "", f"could not be read: {make_one_line(event.error)}")
    if event.is_missing:
        yield Entry(Mark.REMOVE, "event", "HubSpot shows this app no such event: deleted there, or another app's")
    for change in event.fields:
        before, after = wording.say_values(change)
        text = f"{before or '(not on record)'} → {after or '(gone)'}"
        yield Entry(Mark.CHANGE, make_one_line(change.path), text)
    if event.is_completed_elsewhere:
        yield Entry(Mark.DANGER, "completion", "complete at HubSpot, and by no run on record; it can't be undone")
    if event.is_reopened:
        yield Entry(Mark.DANGER, "completion", "on record as complete, and not complete at HubSpot")
    if event.people is not None:
        yield from _list_people(event.people, wording)
    if event.no_shows:
        yield _say_no_shows(event.no_shows)
    for note in event.notes:
        yield Entry(Mark.QUIET, "", make_one_line(note))


def _list_people(people: PeopleDrift, wording: DriftWording) -> Iterable[Entry]:
    if people.missing:
        places = wording.say_some([wording.say_place(row) for row in people.missing])
        text = f"{say_count(len(people.missing), 'person', 'people')} on record whom HubSpot doesn't show: {places}"
        yield Entry(Mark.REMOVE, "people", text)
    if people.changed:
        changes = wording.say_some([wording.say_change(change) for change in people.changed])
        text = f"{say_count(len(people.changed), 'person', 'people')} otherwise than on record: {changes}"
        yield Entry(Mark.CHANGE, "people", text)
    if people.unrecorded:
        text = f"{say_count(len(people.unrecorded), 'contact')} at HubSpot, not on record: {_say_states(people)}"
        ids = wording.say_some([f"{row.contact_id}" for row in people.unrecorded])
        yield Entry(Mark.ADD, "people", f"{text}; contact ids {ids}" if wording.is_verbose else text)


def _say_states(people: PeopleDrift) -> str:
    counts = Counter(_say_state(row) for row in people.unrecorded)
    return say_list(f"{count:,} {state}" for state, count in sorted(counts.items()))


def _say_state(row: LiveRow) -> str:
    return make_one_line(row.state) or "no state"


def _say_no_shows(count: int) -> Entry:
    said = say_count(count, "registration")
    return Entry(Mark.QUIET, "no-shows", f"{said} that HubSpot made no-shows after the end: expected, and no drift")


def _outline_rest(events: Sequence[EventDrift], wording: DriftWording) -> Section | None:
    if not events:
        return None
    ids = say_list((wording.say_key(event.key) for event in events), at_most=None if wording.is_verbose else MOST_IDS)
    entries = [Entry(Mark.QUIET, "", f"{say_count(len(events), 'event')}: {ids}")]
    no_shows = sum(event.no_shows for event in events)
    entries += [_say_no_shows(no_shows)] if no_shows else []
    return Section(SectionKind.NOTES, "As on record", entries=tuple(entries))


def _outline_unknown(drift: Drift) -> Section:
    entries = [Entry(Mark.QUIET, "", UNREADABLE)]
    counted = sum(event.people is None and event.live_counters is not None for event in drift.events)
    if counted:
        said = say_count(counted, "event")
        text = f"who the people of {said} are: as many are in each state as on record; --deep compares each"
        entries.append(Entry(Mark.QUIET, "", text))
    return Section(SectionKind.UNKNOWN, "What was not compared", entries=tuple(entries))
