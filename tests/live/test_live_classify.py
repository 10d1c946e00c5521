"""Rows matched to an answer: confirmed, rejected, or missing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.live.classify import Classified, confirm_all, find_missing, sort_out
from hubevents_sync.model.outcome import AcceptedRow, AttendanceAnswer, ItemError, Outcome, Rejection, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation

NOON = 1_796_040_000_000
CONFIRMED, REJECTED = Outcome.CONFIRMED, Outcome.REJECTED


def row(name: str, at: int = NOON) -> Participation:
    return Participation(name.encode().ljust(16), AttendanceState.REGISTERED, at, email=f"{name}@example.com")


def row_by_id(contact_id: int) -> Participation:
    return Participation(contact_id.to_bytes(16, "big"), AttendanceState.REGISTERED, NOON, contact_id=contact_id)


def outcomes(results: Sequence[RowResult]) -> list[Outcome]:
    return [result.outcome for result in results]


def test_accepted_rows_are_confirmed_whatever_the_case_of_their_email() -> None:
    rows = [row("ana"), row("Bo"), row("cy")]
    answer = AttendanceAnswer((AcceptedRow(2, "bo@Example.com"), AcceptedRow(1, "ANA@example.com")))
    assert find_missing(rows, answer) == Classified(
        settled=(RowResult(rows[0], CONFIRMED, 1), RowResult(rows[1], CONFIRMED, 2)), missing=(rows[2],)
    )


def test_rows_by_contact_id_are_matched_by_it() -> None:
    rows = [row_by_id(5), row_by_id(6)]
    assert find_missing(rows, AttendanceAnswer((AcceptedRow(6),))) == Classified(
        settled=(RowResult(rows[1], CONFIRMED, 6),), missing=(rows[0],)
    )


def test_an_error_that_names_a_row_rejects_it_in_hubspots_words() -> None:
    rows = [row("ana"), row("bo"), row_by_id(9)]
    errors = (
        ItemError("too late", "VALIDATION_ERROR", "Sub", emails=frozenset({"bo@example.com"})),
        ItemError("no such contact", None, "NO_CONTACT", contact_ids=frozenset({9})),
    )
    answer = AttendanceAnswer((AcceptedRow(1, "ana@example.com"),), errors, "c-1")
    assert find_missing(rows, answer) == Classified(
        settled=(
            RowResult(rows[0], CONFIRMED, 1),
            RowResult(rows[1], REJECTED, None, Rejection("too late", "VALIDATION_ERROR", None, "c-1")),
            RowResult(rows[2], REJECTED, 9, Rejection("no such contact", "NO_CONTACT", None, "c-1")),
        )
    )


def test_an_error_outranks_a_result() -> None:
    error = ItemError("no", emails=frozenset({"ana@example.com"}))
    answer = AttendanceAnswer((AcceptedRow(1, "ana@example.com"),), (error,))
    assert outcomes(find_missing([row("ana")], answer).settled) == [REJECTED]


def test_an_error_that_names_nobody_belongs_to_the_one_row_that_is_left() -> None:
    rows = [row("ana"), row("bo")]
    stranger = ItemError("too late", emails=frozenset({"somebody@else.example"}))
    classified = find_missing(rows, AttendanceAnswer((AcceptedRow(1, "ana@example.com"),), (stranger,)))
    assert outcomes(classified.settled) == [CONFIRMED, REJECTED]
    assert (classified.missing, classified.unnamed) == ((), ())


@pytest.mark.parametrize(("left", "errors"), [(2, 1), (1, 2)])
def test_errors_that_name_nobody_settle_nothing_where_it_is_not_clear_whose_they_are(left: int, errors: int) -> None:
    rows = [row("ana"), row("bo")][:left]
    unnamed = tuple(ItemError(f"reason {number}") for number in range(errors))
    assert find_missing(rows, AttendanceAnswer((), unnamed)) == Classified((), tuple(rows), unnamed)


def test_a_person_with_several_rows_is_settled_only_where_all_were_accepted() -> None:
    rows = [row("ana"), row("ana", at=NOON + 1)]
    accepted = AcceptedRow(1, "ana@example.com")
    assert find_missing(rows, AttendanceAnswer((accepted,))).missing == tuple(rows)
    assert outcomes(find_missing(rows, AttendanceAnswer((accepted, accepted))).settled) == [CONFIRMED, CONFIRMED]
    error = ItemError("no", emails=frozenset({"ana@example.com"}))
    assert find_missing(rows, AttendanceAnswer((accepted,), (error,))).missing == tuple(rows)


def test_as_many_results_as_rows_are_theirs_even_under_another_email() -> None:
    rows = [row("ana"), row("second.address"), row("third.address")]
    primary = AcceptedRow(2, "primary@example.com")
    assert find_missing(rows[:2], AttendanceAnswer((AcceptedRow(1, "ana@example.com"), primary))).settled == (
        RowResult(rows[0], CONFIRMED, 1),
        RowResult(rows[1], CONFIRMED, 2),
    )
    both = find_missing(rows[1:], AttendanceAnswer((primary, AcceptedRow(3, "another@example.com"))))
    assert both.settled == (RowResult(rows[1], CONFIRMED, None), RowResult(rows[2], CONFIRMED, None))


def test_a_result_under_another_email_settles_nothing_where_rows_are_left_over() -> None:
    rows = [row("ana"), row("bo")]
    primary = AcceptedRow(2, "primary@example.com")
    assert find_missing(rows, AttendanceAnswer((primary,))).missing == tuple(rows)
    unnamed = ItemError("reason")
    assert find_missing(rows, AttendanceAnswer((primary, primary), (unnamed,))).missing == tuple(rows)


# Greek has a small letter for the end of a word: lower case of one address is not that of several in one text.
NAMES = st.sampled_from(["ana", "Ana", "bo", "BO", "cy", "ΝΙΚΟΣ", "νικος", "νικοσ", "İ"])
ROWS = st.lists(st.one_of(st.builds(row, NAMES), st.builds(row_by_id, st.integers(1, 3))), max_size=4)
ACCEPTED = st.lists(
    st.builds(AcceptedRow, st.integers(1, 4), st.none() | NAMES.map(lambda name: f"{name}@Example.com")), max_size=6
)


@given(rows=ROWS, accepted=ACCEPTED, errors=st.sampled_from([(), (ItemError("no", emails=frozenset({"ana@x"})),)]))
def test_where_all_are_confirmed_at_once_it_is_what_sorting_them_out_says(
    rows: list[Participation], accepted: list[AcceptedRow], errors: tuple[ItemError, ...]
) -> None:
    answer = AttendanceAnswer(tuple(accepted), errors)
    confirmed = confirm_all(rows, answer)
    sorted_out = sort_out(rows, answer)
    assert find_missing(rows, answer) == sorted_out
    assert confirmed is None or Classified(confirmed) == sorted_out
