"""Find out what became of the rows of an attendance call: from its answer, and by reading HubSpot back.

A 2xx proves nothing. A repeat answers with empty results, the same as a silent drop (GUIDE and measured by others), so
a row that is in neither ``results`` nor ``errors`` is looked for in the event's participation breakdown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from hubevents_sync.errors import AuthenticationFailed, DailyQuotaSpent, HubSpotError, WrongPortal
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import (
    AttendanceAnswer,
    ItemError,
    LiveParticipation,
    Outcome,
    Rejection,
    RowResult,
    Verify,
)
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

_Person = str | int


@dataclass(frozen=True, slots=True)
class Classified:
    """What an answer says of its rows, both parts in the order of the rows.

    *missing* are in neither ``results`` nor ``errors``. *unnamed* are the errors that could not be laid at anybody's
    door.
    """

    settled: tuple[RowResult, ...] = ()
    missing: tuple[Participation, ...] = ()
    unnamed: tuple[ItemError, ...] = ()


def find_missing(rows: Sequence[Participation], answer: AttendanceAnswer) -> Classified:
    """Sort *rows* into those that *answer* settles and those that it leaves out.

    A row is matched by its e-mail, whatever its case, or by its contact id where it has no e-mail. An error outranks
    a result. An error that names nobody of this batch belongs to the one row that is left, where exactly one is left
    and it is the only such error. Where a person has several rows in the batch and not every one was accepted, the
    answer doesn't say which: all of them are missing.
    """
    named, unnamed = _sort_errors({_person_of(row) for row in rows}, answer.errors)
    in_batch = Counter(_person_of(row) for row in rows)
    accepted, contact_ids = _read_accepted(answer)
    settled: dict[int, RowResult] = {}
    for index, row in enumerate(rows):
        person = _person_of(row)
        error = named.get(person)
        if error is not None and in_batch[person] == 1:
            settled[index] = _rejected(row, error, answer)
        elif error is None and accepted[person] >= in_batch[person]:
            settled[index] = RowResult(row, Outcome.CONFIRMED, contact_ids[person])
    left = [index for index in range(len(rows)) if index not in settled]
    if len(left) == 1 and len(unnamed) == 1:
        settled[left[0]] = _rejected(rows[left[0]], unnamed[0], answer)
        left, unnamed = [], []
    return Classified(
        settled=tuple(settled[index] for index in sorted(settled)),
        missing=tuple(rows[index] for index in left),
        unnamed=tuple(unnamed),
    )


def settle(
    hubspot: HubSpot,
    key: EventKey,
    rows: Sequence[Participation],
    answer: AttendanceAnswer,
    *,
    verify: Verify,
    clock: Clock,
    patience_seconds: float = PATIENCE_SECONDS,
) -> list[RowResult]:
    """What became of each of *rows*, in their order, reading back as *verify* says.

    With ``none`` the missing rows are UNCONFIRMED. With ``all`` an accepted row that HubSpot doesn't show is
    UNCONFIRMED too: attendance of less than a second was seen to be accepted and not kept. An UNCONFIRMED row carries
    the first error of the answer that names nobody, as the best reason there is; or why it couldn't be read back. What
    ends a run (AuthenticationFailed, DailyQuotaSpent) is raised: the next run reads back.
    """
    classified = find_missing(rows, answer)
    if verify is Verify.NONE:
        unread = [_explain(RowResult(row, Outcome.UNCONFIRMED), classified, answer) for row in classified.missing]
        return _in_order(rows, [*classified.settled, *unread])
    wanted = list(classified.missing)
    if verify is Verify.ALL:
        wanted += [result.row for result in classified.settled if result.outcome is Outcome.CONFIRMED]
    read = _read_back_or_explain(hubspot, key, wanted, clock=clock, patience_seconds=patience_seconds)
    missing = [_explain(result, classified, answer) for result in read[: len(classified.missing)]]
    shown = {id(result.row): result for result in read[len(classified.missing) :]}
    settled = [_confirm(result, shown.get(id(result.row))) for result in classified.settled]
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
        if delay_seconds > 0:
            clock.sleep(delay_seconds)
        live = reader.read([rows[index] for index in left])
        for index in left:
            shown = _find(rows[index], live)
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

    def read(self, rows: Sequence[Participation]) -> dict[_Person, list[LiveParticipation]]:
        """The live rows of the people of *rows*, by e-mail in lower case and by contact id.

        One request a person, or the whole event in pages of 100, whichever is fewer. How many pages there are is
        guessed from the event's counters (one request, made once and only for more than a few people). They may lag,
        so reading whole pages ends where it would have cost as much as single look-ups.
        """
        wanted = {_person_of(row): _identifier(row) for row in rows}
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


def _by_person(live: Iterable[LiveParticipation]) -> dict[_Person, list[LiveParticipation]]:
    found: dict[_Person, list[LiveParticipation]] = defaultdict(list)
    for row in live:
        if row.email:
            found[row.email.lower()].append(row)
        if row.contact_id:
            found[row.contact_id].append(row)
    return found


def _find(row: Participation, live: dict[_Person, list[LiveParticipation]]) -> LiveParticipation | None:
    by_email = live.get(row.email.lower(), []) if row.email else []
    by_id = live.get(row.contact_id, []) if row.contact_id is not None else []
    theirs = by_email or by_id
    shown_as = _SHOWN_AS[row.state]
    for shown in theirs:
        if shown.occurred_at_ms == row.occurred_at_ms and shown.state in shown_as:
            return shown
    is_registration = row.state is AttendanceState.REGISTERED
    if is_registration and theirs and all(shown.state == "NO_SHOW" for shown in theirs):
        return theirs[0]
    return None


def _person_of(row: Participation) -> _Person:
    if row.email:
        return row.email.lower()
    return row.contact_id if row.contact_id is not None else row.person.hex()


def _identifier(row: Participation) -> str:
    # The id where it is known: it keeps the e-mail out of the URL.
    return str(row.contact_id) if row.contact_id is not None else row.email or ""


def _sort_errors(people: set[_Person], errors: Iterable[ItemError]) -> tuple[dict[_Person, ItemError], list[ItemError]]:
    named: dict[_Person, ItemError] = {}
    unnamed = []
    for error in errors:
        concerned = [person for person in (*error.emails, *error.contact_ids) if person in people]
        for person in concerned:
            named.setdefault(person, error)
        if not concerned:
            unnamed.append(error)
    return named, unnamed


def _read_accepted(answer: AttendanceAnswer) -> tuple[Counter[_Person], dict[_Person, int]]:
    accepted: Counter[_Person] = Counter()
    contact_ids: dict[_Person, int] = {}
    for row in answer.accepted:
        people: list[_Person] = [row.contact_id, *([row.email.lower()] if row.email else [])]
        for person in people:
            accepted[person] += 1
            contact_ids[person] = row.contact_id
    return accepted, contact_ids


def _rejected(row: Participation, error: ItemError, answer: AttendanceAnswer) -> RowResult:
    return RowResult(row, Outcome.REJECTED, row.contact_id, _rejection(error, answer))


def _rejection(error: ItemError, answer: AttendanceAnswer) -> Rejection:
    category = error.category or error.sub_category
    return Rejection(reason=error.message, category=category, correlation_id=answer.correlation_id)


def _explain(result: RowResult, classified: Classified, answer: AttendanceAnswer) -> RowResult:
    if result.outcome is Outcome.UNCONFIRMED and result.rejection is None and classified.unnamed:
        return replace(result, rejection=_rejection(classified.unnamed[0], answer))
    return result


def _confirm(result: RowResult, shown: RowResult | None) -> RowResult:
    if shown is None or shown.outcome.is_at_hubspot:
        return result
    return replace(result, outcome=Outcome.UNCONFIRMED, rejection=shown.rejection)


def _in_order(rows: Sequence[Participation], results: Iterable[RowResult]) -> list[RowResult]:
    by_row = {id(result.row): result for result in results}
    return [by_row[id(row)] for row in rows]
