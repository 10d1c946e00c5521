"""Planned rows become the fewest calls."""

from collections.abc import Sequence

from hubevents_sync.apply.calls import AttendanceCall, calls_by_round
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import AddressKind, PlannedRow
from hubevents_sync.plan.rows import arrange_rows
from tests.builders import NOW_MS, build_key
from tests.desired import CANCELLED, REGISTERED, build_participation, build_roster

KEY = build_key()


def calls_of(rows: Sequence[PlannedRow], *, batch_size: int = 100) -> list[list[AttendanceCall]]:
    return list(calls_by_round(KEY, rows, batch_size=batch_size, removed_at_ms=77))


def test_a_call_holds_one_round_state_and_kind_of_address() -> None:
    ana, again = build_participation("ana", at_ms=1), build_participation("ana", at_ms=3)
    left, by_id = build_participation("ana", CANCELLED, at_ms=2), build_participation(vid=7)
    planned = arrange_rows([ana, again, left, by_id], [], now_ms=NOW_MS)
    assert calls_of(planned) == [
        [
            AttendanceCall(KEY, 1, REGISTERED, AddressKind.CONTACT_ID, (by_id,)),
            AttendanceCall(KEY, 1, REGISTERED, AddressKind.EMAIL, (ana,)),
        ],
        [AttendanceCall(KEY, 2, CANCELLED, AddressKind.EMAIL, (left,))],
        [AttendanceCall(KEY, 3, REGISTERED, AddressKind.EMAIL, (again,))],
    ]


def test_batches_are_full_but_for_the_last() -> None:
    planned = arrange_rows(build_roster(7), [], now_ms=NOW_MS)
    assert [len(call.rows) for calls in calls_of(planned, batch_size=3) for call in calls] == [3, 3, 1]


def test_held_rows_are_left_out() -> None:
    planned = arrange_rows([build_participation(at_ms=NOW_MS + 1)], [], now_ms=NOW_MS)
    assert calls_of(planned) == []


def test_a_removal_gets_the_time_of_the_apply_or_the_one_it_was_sent_with_before() -> None:
    removals = [Participation(who * 16, CANCELLED, 0, contact_id=5) for who in (b"a", b"b")]
    planned = arrange_rows([], removals, now_ms=NOW_MS)
    ((call,),) = calls_by_round(KEY, planned, batch_size=9, removed_at_ms=77, removed_before={b"b" * 16: 33})
    assert [row.occurred_at_ms for row in call.rows] == [77, 33]
