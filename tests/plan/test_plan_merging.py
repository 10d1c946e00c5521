"""Rows that were sorted in runs, cut into ranges and merged are as sorted at once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from hubevents_sync.model.block_tally import SortedRows
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.plan.merging import RANGE_ROWS, Merge, cut_runs, merge_range, merge_rows
from hubevents_sync.plan.sorting import sort_rows
from tests.desired import hash_person

ATTENDED, REGISTERED = AttendanceState.ATTENDED, AttendanceState.REGISTERED


def build_row(email: str, occurred_at_ms: int, joined_at_ms: int | None = None, name: str = "") -> Participation:
    contact = {"firstname": name} if name else None
    left_at_ms = None if joined_at_ms is None else joined_at_ms + 1000
    return Participation(hash_person(email), ATTENDED, occurred_at_ms, joined_at_ms, left_at_ms, email, None, contact)


ROWS = st.builds(
    build_row,
    st.text("abAB\u00e9\u0130\U0001f600.@", min_size=1, max_size=4),
    st.integers(-3, 3),
    st.sampled_from([None, None, 0, 7]),
    st.sampled_from(["", "", "Ana", "B\n\u00e9"]),
)
RUNS = st.lists(st.lists(ROWS, min_size=1, max_size=12), min_size=1, max_size=6)


@given(RUNS, st.integers(1, 12))
@example([[build_row("a@b", 1)], [build_row("a@b", 1, 7, "Ana")], [build_row("A@b", 0)]], 1)
@example([[build_row("b", 1), build_row("c", 1)], [build_row("a", 1)]], 1)
def test_ranges_of_runs_are_the_rows_sorted_at_once(some: list[list[Participation]], range_rows: int) -> None:
    runs = [sort_rows([], rows) for rows in some]
    ranges = cut_runs(runs, range_rows)
    emails = [[email for run in each for email in run.emails.split(b"\n")] for each in ranges]
    assert all(max(before) < min(after) for before, after in pairwise(emails))
    merged = list(map(merge_range, ranges))
    whole = sort_rows([], [row for rows in some for row in rows])
    assert sum(run.row_count for run in merged) == whole.row_count
    assert merge_range(merged) == whole


def test_a_large_roster_is_merged_in_several_ranges_state_by_state() -> None:
    rows = [build_row(f"guest{number}@example.com", number, number % 3 or None) for number in range(RANGE_ROWS * 2)]
    runs = [sort_rows([], rows[number::3]) for number in range(3)]
    sizes: list[int] = []

    def carry_out(merge: Merge, ranges: Iterable[Sequence[SortedRows]]) -> Iterator[SortedRows]:
        for each in ranges:
            merged = merge(each)
            sizes.append(merged.row_count)
            yield merged

    merged = dict(merge_rows({REGISTERED: runs[:1], ATTENDED: runs}, carry_out))
    assert merged == {REGISTERED: runs[0], ATTENDED: sort_rows([], rows)}
    assert len(sizes) == 4
    assert max(sizes[1:]) < RANGE_ROWS
