"""Rows and results by column."""

from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.live.classify import find_missing
from hubevents_sync.model.batch import (
    AcceptedRows,
    ResultColumns,
    RowBatch,
    RowColumns,
    RowResults,
    columns_of,
    columns_of_results,
)
from hubevents_sync.model.outcome import AttendanceAnswer, Outcome, Rejection, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation

ROWS = st.lists(
    st.builds(
        Participation,
        person=st.binary(min_size=16, max_size=16),
        state=st.sampled_from(AttendanceState),
        occurred_at_ms=st.integers(0, 4_000_000_000_000),
        email=st.none() | st.emails(),
        contact_id=st.none() | st.integers(1, 10**15),
        contact_properties=st.none() | st.just({"firstname": "Ana"}),
        file=st.sampled_from(["a.csv", "b.csv"]),
        line=st.integers(1, 9),
    ),
    max_size=5,
)
RESULTS = ROWS.flatmap(
    lambda rows: st.tuples(
        *(
            st.builds(
                RowResult,
                st.just(row),
                st.sampled_from(Outcome),
                st.none() | st.integers(1, 9),
                st.none() | st.just(Rejection("no")),
            )
            for row in rows
        )
    )
)


def test_columns_are_named_as_the_fields_they_are_made_of_and_stand_in_their_order() -> None:
    assert RowColumns._fields == Participation._fields
    assert ResultColumns._fields == RowResult._fields


@given(rows=ROWS)
def test_a_batch_is_its_rows_and_parts_into_the_columns_that_they_part_into(rows: list[Participation]) -> None:
    batch = RowBatch.of(rows)
    assert batch == tuple(rows)
    assert columns_of(batch) == columns_of(rows)
    assert columns_of(batch) is columns_of(batch)
    for name, column in columns_of(batch)._asdict().items():
        assert column == tuple(getattr(row, name) for row in rows)


@given(rows=ROWS, start=st.integers(0, 5))
def test_a_batch_by_column_is_the_sequence_of_its_rows(rows: list[Participation], start: int) -> None:
    held = RowBatch(columns_of(rows))
    for part in (held[start:], RowBatch.of(rows)[start:]):
        assert part == rows[start:]
        assert list(part) == rows[start:]
        assert len(part) == len(rows[start:])
    assert held == RowBatch.of(rows) == tuple(rows) == held
    assert held.rows is held.rows
    assert [held[index] for index in range(len(held))] == rows
    assert held.by_person() == sorted(rows, key=lambda row: row.person)
    assert held != [*rows, Participation(b"p" * 16, AttendanceState.REGISTERED, 1)]
    assert held != 7


@given(results=RESULTS)
def test_results_by_column_are_the_results(results: tuple[RowResult, ...]) -> None:
    held = RowResults(columns_of_results(results))
    assert (len(held), list(held)) == (len(results), list(results))
    assert held == results
    assert held == list(results)
    assert [held[index] for index in range(len(held))] == list(results)
    assert held[1:] == results[1:]
    assert columns_of_results(held) is held.columns
    assert columns_of_results(held) == columns_of_results(results)


def test_results_are_no_others_and_nothing_else() -> None:
    row = Participation(b"p" * 16, AttendanceState.REGISTERED, 1)
    held = RowResults(ResultColumns((row,), (Outcome.CONFIRMED,), (7,), (None,)))
    assert held != [RowResult(row, Outcome.REPEATED, 7)]
    assert held != 7


@given(rows=ROWS, told=st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["a@example.com", "B@example.com", ""]))))
def test_accepted_rows_by_column_are_those_rows(rows: list[Participation], told: list[tuple[int, str]]) -> None:
    held = AcceptedRows(tuple(id_ for id_, _ in told), tuple(email for _, email in told))
    pairs = tuple(told)
    assert list(held) == told
    assert held == pairs
    assert held[1:] == pairs[1:]
    assert [held[index] for index in range(len(held))] == told
    assert held != [*told, (1, "c@example.com")]
    assert held != 7
    assert "example" not in repr(held)
    named = [row._replace(email=f"{'ab'[number % 2]}@Example.com") for number, row in enumerate(rows)]
    assert find_missing(named, AttendanceAnswer(held)) == find_missing(named, AttendanceAnswer(pairs))


def test_columns_show_nobody() -> None:
    row = Participation(b"p" * 16, AttendanceState.REGISTERED, 1, email="ana@example.com")
    assert repr(columns_of([row, row])) == "<RowColumns of 2 rows>"
    assert repr(RowBatch.of([row, row])) == "<RowBatch of 2 rows>"
