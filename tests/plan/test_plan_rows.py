"""Rounds, and what is held."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import AddressKind, PlannedRow, RowCount
from hubevents_sync.plan.rows import arrange_rows, count_rows, find_held, number_rounds
from tests.builders import HOUR_MS, NOW_MS
from tests.desired import ATTENDED, CANCELLED, REGISTERED, ROWS, build_attendance, build_participation


def count(
    rows: Sequence[Participation], removals: Sequence[Participation] = (), *, now_ms: int = NOW_MS
) -> tuple[RowCount, ...]:
    return count_rows([], rows, removals, rounds=number_rounds(rows), held=find_held(rows, now_ms=now_ms))


def test_the_kth_interaction_of_a_person_goes_in_round_k_whatever_the_order_of_the_file() -> None:
    third, first, second = (
        build_participation(at_ms=3),
        build_participation(at_ms=1),
        build_participation(state=CANCELLED, at_ms=2),
    )
    assert arrange_rows([third, first, second], [], now_ms=NOW_MS) == (
        PlannedRow(first, 1, is_held=False),
        PlannedRow(second, 2, is_held=False),
        PlannedRow(third, 3, is_held=False),
    )


def test_rows_go_by_round_then_state_then_address() -> None:
    rows = [
        build_participation("ana", CANCELLED),
        build_participation(vid=7),
        build_participation("ben"),
        build_attendance("cem"),
    ]
    arranged = arrange_rows(rows, [], now_ms=NOW_MS)
    assert [(planned.row.state, planned.address_kind) for planned in arranged] == [
        (REGISTERED, AddressKind.CONTACT_ID),
        (REGISTERED, AddressKind.EMAIL),
        (ATTENDED, AddressKind.EMAIL),
        (CANCELLED, AddressKind.EMAIL),
    ]


def test_an_interaction_of_the_future_is_held_until_its_very_moment() -> None:
    row = build_participation(at_ms=NOW_MS)
    assert arrange_rows([row], [], now_ms=NOW_MS - 1)[0].is_held
    assert not arrange_rows([row], [], now_ms=NOW_MS)[0].is_held


def test_attendance_is_held_until_the_person_has_left() -> None:
    row = build_attendance(at_ms=NOW_MS - HOUR_MS + 1)
    assert arrange_rows([row], [], now_ms=NOW_MS)[0].is_held
    assert not arrange_rows([row], [], now_ms=NOW_MS + 1)[0].is_held


def test_what_follows_a_held_interaction_is_held_too() -> None:
    attended = build_participation(state=ATTENDED, at_ms=1, joined_at_ms=1, left_at_ms=NOW_MS + 1)
    cancelled = build_participation(state=CANCELLED, at_ms=2)
    assert [planned.is_held for planned in arrange_rows([attended, cancelled], [], now_ms=NOW_MS)] == [True, True]


def test_a_removal_is_never_held() -> None:
    removal = Participation(b"p" * 16, CANCELLED, 0, contact_id=7)
    assert arrange_rows([], [removal], now_ms=-1) == (PlannedRow(removal, 1, is_held=False, is_removal=True),)


def test_rows_are_counted_by_round_state_and_address_in_the_order_of_sending() -> None:
    rows = [
        build_participation("ana", at_ms=1),
        build_participation("ana", CANCELLED, at_ms=NOW_MS + 1),
        build_participation("ben", at_ms=1),
        build_participation("cem", at_ms=NOW_MS + 1),
        build_attendance("dee"),
        build_participation("eva", CANCELLED),
        build_participation(vid=7),
    ]
    assert count(rows) == (
        RowCount(1, REGISTERED, AddressKind.CONTACT_ID, ready=1, held=0),
        RowCount(1, REGISTERED, AddressKind.EMAIL, ready=2, held=1),
        RowCount(1, ATTENDED, AddressKind.EMAIL, ready=1, held=0),
        RowCount(1, CANCELLED, AddressKind.EMAIL, ready=1, held=0),
        RowCount(2, CANCELLED, AddressKind.EMAIL, ready=0, held=1),
    )


@given(ROWS, st.integers(0, 7))
def test_counting_and_arranging_agree(rows: list[Participation], now_ms: int) -> None:
    removals = [Participation(b"p" * 16, CANCELLED, 0, contact_id=7)]
    groups = Counter(
        (planned.round, planned.row.state, planned.address_kind, planned.is_held)
        for planned in arrange_rows(rows, removals, now_ms=now_ms)
    )
    assert groups == Counter(
        {
            (counted.round, counted.state, counted.address_kind, is_held): number
            for counted in count(rows, removals, now_ms=now_ms)
            for is_held, number in ((False, counted.ready), (True, counted.held))
            if number
        }
    )


@given(ROWS, st.integers(0, 7))
def test_held_rows_never_come_before_ready_ones_of_a_person(rows: list[Participation], now_ms: int) -> None:
    by_person: dict[bytes, list[PlannedRow]] = {}
    for planned in arrange_rows(rows, [], now_ms=now_ms):
        by_person.setdefault(planned.row.person, []).append(planned)
    for theirs in by_person.values():
        assert [planned.round for planned in theirs] == list(range(1, len(theirs) + 1))
        assert theirs == sorted(theirs, key=lambda planned: planned.row.occurred_at_ms)
        held = [planned.is_held for planned in theirs]
        assert held == sorted(held)


@given(ROWS)
def test_the_order_of_the_file_does_not_matter(rows: list[Participation]) -> None:
    assert arrange_rows(rows, [], now_ms=3) == arrange_rows(rows[::-1], [], now_ms=3)


def test_what_is_due_this_very_moment_is_not_held() -> None:
    now, later = build_participation("ana", at_ms=5), build_participation("ben", at_ms=6)
    assert find_held([now], now_ms=5) is None
    assert find_held([now, later], now_ms=5) == [False, True]


def test_of_no_rows_none_is_held_at_whatever_time() -> None:
    assert find_held([], now_ms=0) is None
