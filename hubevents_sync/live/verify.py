"""Read HubSpot back for rows that an answer leaves out: patiently, and by the fewest requests."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

from hubevents_sync.errors import AuthenticationFailed, DailyQuotaSpent, HubSpotError, NotSent, WrongPortal
from hubevents_sync.live.classify import Classified, Person, find_missing, person_of, rejection_of
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import AttendanceAnswer, LiveParticipation, Outcome, Rejection, RowResult, Verify
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.ports import Clock, HubSpot

# Seconds after the first look. Rows were seen to turn up after about a second, and were polled for at 0, 3 and 7.
POLLS_AT_SECONDS = (0.0, 1.0, 3.0, 7.0)
PATIENCE_SECONDS = 7.0
# Rows in a page of the breakdown: OpenAPI, "limit".
_PAGE_ROWS = 100
# With so few people, asking for each costs no more than finding out how many pages there are.
_FEW_PEOPLE = 2

# HubSpot turns a registration into NO_SHOW when the event ends without the person: it has been registered all the same.
_SHOWN_AS = {
    AttendanceState.REGISTERED: frozenset({"REGISTERED", "NO_SHOW"}),
    AttendanceState.ATTENDED: frozenset({"ATTENDED"}),
    AttendanceState.CANCELLED: frozenset({"CANCELLED"}),
}


def settle(
    hubspot: HubSpot,
    key: EventKey,
    rows: Sequence[Participation],
    answer: AttendanceAnswer,
    *,
    verify: Verify,
    clock: Clock,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Sequence[RowResult]:
    """What became of each of *rows*, in their order, reading back as *verify* says.

    With ``none`` the missing rows are UNCONFIRMED. With ``all`` an accepted row that HubSpot doesn't show is
    UNCONFIRMED too: attendance of less than a second was seen to be accepted and not kept. An UNCONFIRMED row carries
    the first error of the answer that names nobody, as the best reason there is; or why it couldn't be read back. What
    ends a run (AuthenticationFailed, DailyQuotaSpent) is raised: the next run reads back.
    """
    classified = find_missing(rows, answer)
    if not classified.missing and verify is not Verify.ALL:
        return classified.settled
    if verify is Verify.NONE:
        unread = [_explain(RowResult(row, Outcome.UNCONFIRMED), classified, answer) for row in classified.missing]
        return _in_order(rows, [*classified.settled, *unread])
    accepted = [one for one in classified.settled if verify is Verify.ALL and one.outcome is Outcome.CONFIRMED]
    wanted = [*classified.missing, *(_with_told_id(one) for one in accepted)]
    read = _read_back_or_explain(hubspot, key, wanted, clock=clock, patience_seconds=patience_seconds)
    missing = [_explain(one, classified, answer) for one in read[: len(classified.missing)]]
    doubted = {
        id(result.row): result._replace(outcome=Outcome.UNCONFIRMED, rejection=shown.rejection)
        for result, shown in zip(accepted, read[len(missing) :], strict=True)
        if not shown.outcome.is_at_hubspot
    }
    settled = [doubted.get(id(result.row), result) for result in classified.settled]
    return _in_order(rows, [*settled, *missing])


def read_back(
    hubspot: HubSpot,
    key: EventKey,
    rows: Sequence[Participation],
    *,
    clock: Clock,
    patience_seconds: float = PATIENCE_SECONDS,
) -> list[RowResult]:
    """Look for *rows* at HubSpot, several times over *patience_seconds*; REPEATED or UNCONFIRMED, in their order.

    A row is there if a live row of the same person has the time that was sent and the state that was wanted: the two
    together are what HubSpot tells interactions apart by. All rows of a person are looked at. NO_SHOW counts as
    REGISTERED; where NO_SHOW is all that HubSpot shows of a person, its time doesn't matter, as it can only stem from a
    registration and no other is in sight.

    A newer row of the wanted state, at another time, is not enough: another tool may have sent it, and ours may have
    been dropped. So a row is UNCONFIRMED too where HubSpot shows only a later state of the person.
    """
    reader = _Reader(hubspot, key)
    found: dict[int, RowResult] = {}
    began = clock.monotonic()
    for poll_at in POLLS_AT_SECONDS:
        left = [index for index in range(len(rows)) if index not in found]
        if not left or poll_at > patience_seconds:
            break
        delay_seconds = began + poll_at - clock.monotonic()
        try:
            if delay_seconds > 0:
                clock.sleep(delay_seconds)
            live = reader.read([rows[index] for index in left])
        except NotSent:
            break  # what an earlier look found is kept; the next run asks again
        for index in left:
            shown = find_shown(rows[index], _rows_of(rows[index], live))
            if shown is not None:
                found[index] = RowResult(rows[index], Outcome.REPEATED, shown.contact_id or rows[index].contact_id)
    return [found.get(index) or RowResult(row, Outcome.UNCONFIRMED) for index, row in enumerate(rows)]


def _read_back_or_explain(
    hubspot: HubSpot, key: EventKey, rows: Sequence[Participation], *, clock: Clock, patience_seconds: float
) -> list[RowResult]:
    """A read-back that fails must not lose what the answer did say of the other rows."""
    try:
        return read_back(hubspot, key, rows, clock=clock, patience_seconds=patience_seconds)
    except (AuthenticationFailed, WrongPortal, DailyQuotaSpent):
        raise
    except HubSpotError as error:
        reason = Rejection(f"not read back: {error.message}", error.category, error.status, error.correlation_id)
        return [RowResult(row, Outcome.UNCONFIRMED, row.contact_id, reason) for row in rows]


class _Reader:
    """Reads the live rows of some people with the fewest requests, and remembers how large the event is."""

    def __init__(self, hubspot: HubSpot, key: EventKey) -> None:
        self._hubspot = hubspot
        self._key = key
        self._pages: int | None = None

    def read(self, rows: Sequence[Participation]) -> dict[Person, list[LiveParticipation]]:
        """The live rows of the people of *rows*, by e-mail in lower case and by contact id.

        One request a person, or the whole event in pages of 100, whichever is fewer. How many pages there are is
        guessed from the event's counters (one request, made once and only for more than a few people). They may lag,
        so reading whole pages ends where it would have cost as much as single look-ups.
        """
        wanted = {person_of(row): _identifier(row) for row in rows}
        if len(wanted) <= _FEW_PEOPLE or self._count_pages() >= len(wanted):
            return _by_person(self._look_up(wanted.values()))
        everyone = self._hubspot.read_participations(self._key)
        return _by_person(islice(everyone, len(wanted) * _PAGE_ROWS))

    def _look_up(self, identifiers: Iterable[str]) -> Iterable[LiveParticipation]:
        for identifier in identifiers:
            yield from self._hubspot.read_participations(self._key, contact=identifier)

    def _count_pages(self) -> int:
        if self._pages is None:
            counters = self._hubspot.read_counters(self._key)
            people = counters.registered + counters.attended + counters.cancelled + counters.no_shows
            self._pages = 1 + people // _PAGE_ROWS
        return self._pages


def _by_person(live: Iterable[LiveParticipation]) -> dict[Person, list[LiveParticipation]]:
    found: dict[Person, list[LiveParticipation]] = defaultdict(list)
    for row in live:
        if row.email:
            found[row.email.lower()].append(row)
        if row.contact_id:
            found[row.contact_id].append(row)
    return found


def _rows_of(row: Participation, live: dict[Person, list[LiveParticipation]]) -> list[LiveParticipation]:
    by_email = live.get(row.email.lower(), []) if row.email else []
    by_id = live.get(row.contact_id, []) if row.contact_id is not None else []
    return by_email or by_id


def find_shown(row: Participation, theirs: Sequence[LiveParticipation]) -> LiveParticipation | None:
    """The one of *theirs*, all live rows of the person, that shows *row* to be there; None where none does."""
    shown_as = _SHOWN_AS[row.state]
    for shown in theirs:
        if shown.occurred_at_ms == row.occurred_at_ms and shown.state in shown_as:
            return shown
    is_registration = row.state is AttendanceState.REGISTERED
    if is_registration and theirs and all(shown.state == "NO_SHOW" for shown in theirs):
        return theirs[0]
    return None


def _identifier(row: Participation) -> str:
    # The id where it is known: it keeps the e-mail out of the URL.
    return str(row.contact_id) if row.contact_id is not None else row.email or ""


def _with_told_id(result: RowResult) -> Participation:
    return result.row if result.contact_id is None else result.row._replace(contact_id=result.contact_id)


def _explain(result: RowResult, classified: Classified, answer: AttendanceAnswer) -> RowResult:
    if result.outcome is Outcome.UNCONFIRMED and result.rejection is None and classified.unnamed:
        return result._replace(rejection=rejection_of(classified.unnamed[0], answer))
    return result


def _in_order(rows: Sequence[Participation], results: Iterable[RowResult]) -> list[RowResult]:
    by_row = {id(result.row): result for result in results}
    return [by_row[id(row)] for row in rows]
