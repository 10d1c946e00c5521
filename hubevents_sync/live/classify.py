"""Sort the rows of an attendance call by what its answer says of them. Pure: nothing is asked of HubSpot.

A 2xx proves nothing. A repeat answers with empty results, the same as a silent drop (GUIDE and measured by others): a
row that is in neither ``results`` nor ``errors`` is missing, and has to be read back.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import cast

from hubevents_sync.model.batch import AcceptedRows, ResultColumns, RowColumns, RowResults, columns_of
from hubevents_sync.model.outcome import Accepted, AttendanceAnswer, ItemError, Outcome, Rejection, RowResult
from hubevents_sync.model.participation import Participation

# What a row is matched by: the e-mail in lower case, or the contact id.
Person = str | int
# What each row goes by, and the contact id that is told under that.
_Matched = tuple[Sequence[Person], tuple[int | None, ...]]


@dataclass(frozen=True, slots=True)
class Classified:
    """What an answer says of its rows, both parts in the order of the rows.

    *missing* are in neither ``results`` nor ``errors``. *unnamed* are the errors that could not be laid at anybody's
    door.
    """

    settled: Sequence[RowResult] = ()
    missing: tuple[Participation, ...] = ()
    unnamed: tuple[ItemError, ...] = ()


def find_missing(rows: Sequence[Participation], answer: AttendanceAnswer) -> Classified:
    """Sort *rows* into those that *answer* settles and those that it leaves out.

    A row is matched by its e-mail, whatever its case, or by its contact id where it has no e-mail. An error outranks
    a result. Where a person has several rows in the batch and not every one was accepted, the answer doesn't say
    which: all of them are missing. What is left after that is settled by counting, where it can be.
    """
    confirmed = confirm_all(rows, answer)
    return sort_out(rows, answer) if confirmed is None else Classified(confirmed)


def sort_out(rows: Sequence[Participation], answer: AttendanceAnswer) -> Classified:
    """What ``find_missing`` says, of any answer."""
    in_batch = Counter(person_of(row) for row in rows)
    named, unnamed = _sort_errors(in_batch.keys(), answer.errors)
    accepted = Counter(person for one in answer.accepted for person in _names_of(one))
    contact_ids = {person: one[0] for one in answer.accepted for person in _names_of(one)}
    settled: dict[int, RowResult] = {}
    for index, row in enumerate(rows):
        person = person_of(row)
        error = named.get(person)
        if error is not None and in_batch[person] == 1:
            settled[index] = _rejected(row, error, answer)
        elif error is None and accepted[person] >= in_batch[person]:
            settled[index] = RowResult(row, Outcome.CONFIRMED, contact_ids[person])
    left = {index: row for index, row in enumerate(rows) if index not in settled}
    counted = _settle_by_count(left, unnamed, in_batch.keys(), answer)
    settled.update(counted)
    return Classified(
        settled=tuple(settled[index] for index in sorted(settled)),
        missing=tuple(row for index, row in left.items() if index not in counted),
        unnamed=() if counted else tuple(unnamed),
    )


def confirm_all(rows: Sequence[Participation], answer: AttendanceAnswer) -> RowResults | None:
    """All of *rows* confirmed, where they are of as many people, each with a result, and there is no error; else None.

    So it is in nearly every call of a million rows.
    """
    if answer.errors:
        return None
    people, told = _match_by_email(columns_of(rows), answer) or _match_by_any(rows, answer)
    if None in told or len(set(people)) < len(people):
        return None
    number = len(rows)
    return RowResults(ResultColumns(rows, (Outcome.CONFIRMED,) * number, told, (None,) * number))


def _match_by_email(columns: RowColumns, answer: AttendanceAnswer) -> _Matched | None:
    """What the rows go by, and the contact ids that are told under that, where all rows and results have an e-mail."""
    if isinstance(answer.accepted, AcceptedRows):
        contact_ids, emails = answer.accepted.contact_ids, answer.accepted.emails
    else:
        contact_ids, emails = zip(*answer.accepted, strict=True) if answer.accepted else ((), ())
    if not all(columns.email) or not all(emails):
        return None
    people = _lower_all(cast("tuple[str, ...]", columns.email))
    if people == emails:  # each where it was sent: nothing to look up
        return people, contact_ids
    return people, tuple(map(dict(zip(_lower_all(emails), contact_ids, strict=True)).get, people))


def _lower_all(texts: tuple[str, ...]) -> Sequence[str]:
    """*texts* in lower case. They are already, mostly, which one look at all of them tells."""
    joined = "".join(texts)
    return texts if joined == joined.lower() else list(map(str.lower, texts))


def _match_by_any(rows: Sequence[Participation], answer: AttendanceAnswer) -> _Matched:
    contact_ids = {person: one[0] for one in answer.accepted for person in _names_of(one)}
    people = [person_of(row) for row in rows]
    return people, tuple(map(contact_ids.get, people))


def rejection_of(error: ItemError, answer: AttendanceAnswer) -> Rejection:
    """HubSpot's reason; its error has no correlation id of its own, so that of the whole answer."""
    category = error.category or error.sub_category
    return Rejection(reason=error.message, category=category, correlation_id=answer.correlation_id)


def person_of(row: Participation) -> Person:
    """What *row* goes by at HubSpot."""
    if row.email:
        return row.email.lower()
    return row.contact_id if row.contact_id is not None else row.person.hex()


def _settle_by_count(
    left: dict[int, Participation], unnamed: Sequence[ItemError], people: AbstractSet[Person], answer: AttendanceAnswer
) -> dict[int, RowResult]:
    """The rows that are *left*, where there is just one way to tell.

    The only error that names nobody of this batch belongs to the only row that is left. Without any error, as many
    results for strangers as rows are left mean that these were accepted: HubSpot knows the people by another e-mail,
    or by the id of the contact that theirs was merged into. Whose is whose is clear for one only.
    """
    if len(left) == len(unnamed) == 1:
        return {index: _rejected(row, unnamed[0], answer) for index, row in left.items()}
    strangers = [one[0] for one in answer.accepted if people.isdisjoint(_names_of(one))]
    if answer.errors or len(strangers) != len(left):
        return {}
    contact_id = strangers[0] if len(left) == 1 else None
    return {index: RowResult(row, Outcome.CONFIRMED, contact_id) for index, row in left.items()}


def _sort_errors(
    people: AbstractSet[Person], errors: Iterable[ItemError]
) -> tuple[dict[Person, ItemError], list[ItemError]]:
    named: dict[Person, ItemError] = {}
    unnamed = []
    for error in errors:
        names: list[Person] = [*error.emails, *error.contact_ids]
        concerned = [person for person in names if person in people]
        for person in concerned:
            named.setdefault(person, error)
        if not concerned:
            unnamed.append(error)
    return named, unnamed


def _names_of(one: Accepted) -> list[Person]:
    contact_id, email = one
    return [contact_id, email.lower()] if email else [contact_id]


def _rejected(row: Participation, error: ItemError, answer: AttendanceAnswer) -> RowResult:
    return RowResult(row, Outcome.REJECTED, row.contact_id, rejection_of(error, answer))
