"""Decide whether an event may be completed, which can't be undone. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hubevents_sync.model.outcome import AttendanceCounters, Outcome
from hubevents_sync.model.participation import AttendanceState, Participation

NEXT_RUN = "the next run: this one was stopped"
AFTER_ERROR = "the event's error to be mended"


@dataclass(frozen=True, slots=True)
class Verdict:
    """May the event be completed? *waiting_for* says what is missing if not, *note* what to know if so."""

    waiting_for: str | None = None
    needs_approval: bool = False
    note: str | None = None

    @property
    def is_open(self) -> bool:
        """Nothing is missing."""
        return self.waiting_for is None


def judge_rows(*, unsettled: int, held: int, error: str | None, is_approved: bool) -> Verdict:
    """Look at what we know ourselves, before HubSpot is asked.

    *unsettled* counts rows that this run sent or meant to send and that are not confirmed, *held* those whose time has
    not come; *error* is what went wrong with the event otherwise. With none of these every row that the files name is
    confirmed: one that is not on record is in every plan.
    """
    if error is not None:
        return Verdict(AFTER_ERROR)
    if unsettled:
        return Verdict(f"{_rows(unsettled)} that HubSpot has not confirmed")
    if held:
        return Verdict(f"{_rows(held)} not due yet")
    if not is_approved:
        return Verdict("an approval of its own", needs_approval=True)
    return Verdict()


def judge_counters(expected: AttendanceCounters, live: AttendanceCounters) -> Verdict:
    """Compare what was recorded with what HubSpot counts.

    A registration reads as NO_SHOW once the event is over, so the two are counted as one.
    """
    pairs = (
        ("registered", expected.registered, live.registered + live.no_shows),
        ("attended", expected.attended, live.attended),
        ("cancelled", expected.cancelled, live.cancelled),
    )
    differing = [f"{live_count} {word} (recorded: {count})" for word, count, live_count in pairs if count != live_count]
    return Verdict(f"equal counts: HubSpot has {', '.join(differing)}") if differing else Verdict()


def note_leftovers(leftovers: Mapping[Outcome, int]) -> str | None:
    """What to say of the rows on record that HubSpot did not confirm, once every row that the files name is.

    They don't stand in the way: nothing could ever settle what nobody wishes for any more. If HubSpot has one of them
    after all, it is mostly its counters that tell, and they are compared.
    """
    count = sum(leftovers.values())
    if not count:
        return None
    return f"completed with {_rows(count)} of earlier runs that HubSpot did not confirm and the files no longer name"


def count_people(rows: Iterable[Participation]) -> AttendanceCounters:
    """How many people are in each state by their last interaction, as HubSpot's counters see them.

    Rows by e-mail and by contact id are of one person where HubSpot told us the same contact.
    """
    contacts: dict[bytes, int] = {}
    listed = list(rows)
    for row in listed:
        if row.contact_id is not None:
            contacts[row.person] = row.contact_id
    latest: dict[int | bytes, Participation] = {}
    for row in listed:
        who = contacts.get(row.person, row.person)
        had = latest.get(who)
        if had is None or had.occurred_at_ms < row.occurred_at_ms:
            latest[who] = row
    states = Counter(row.state for row in latest.values())
    return AttendanceCounters(
        registered=states[AttendanceState.REGISTERED],
        attended=states[AttendanceState.ATTENDED],
        cancelled=states[AttendanceState.CANCELLED],
        no_shows=0,
    )


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"
