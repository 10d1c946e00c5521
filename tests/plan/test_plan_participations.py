"""Comparing the people of one event."""

from random import Random

from hypothesis import given
from hypothesis.strategies import randoms

from hubevents_sync.model.participation import Participation
from hubevents_sync.plan.participations import RosterDiff, diff_participations, latest_by_person
from tests.desired import CANCELLED, ROWS, build_attendance, build_participation


def test_a_row_that_is_not_on_record_is_missing() -> None:
    ana, ben = build_participation("ana"), build_participation("ben")
    assert diff_participations([ana], [ana, ben]) == RosterDiff(missing=(ben,))


def test_another_time_of_the_same_person_is_another_row() -> None:
    first, again = build_participation(at_ms=1), build_participation(at_ms=3)
    cancelled = build_participation(state=CANCELLED, at_ms=2)
    assert diff_participations([first, cancelled], [first, cancelled, again]) == RosterDiff(missing=(again,))


def test_a_changed_time_is_missing_and_what_was_recorded_is_undeclared() -> None:
    recorded, desired = build_participation(at_ms=1), build_participation(at_ms=2)
    assert diff_participations([recorded], [desired]) == RosterDiff(missing=(desired,), undeclared=1)


def test_a_row_of_another_state_at_the_same_time_is_unchangeable() -> None:
    recorded, desired = build_participation(at_ms=1), build_participation(state=CANCELLED, at_ms=1)
    assert diff_participations([recorded], [desired]) == RosterDiff(unchangeable=(desired,))


def test_attendance_of_another_length_at_the_same_time_is_unchangeable() -> None:
    recorded = build_attendance()
    desired = recorded._replace(left_at_ms=recorded.occurred_at_ms + 1000)
    assert diff_participations([recorded], [desired]) == RosterDiff(unchangeable=(desired,))


def test_contact_properties_and_lines_are_not_compared() -> None:
    desired = build_participation(properties={"firstname": "Ana"}, line=90)
    assert diff_participations([build_participation()], [desired]) == RosterDiff()


def test_who_left_is_named_once_by_the_latest_row() -> None:
    first, last = build_participation(at_ms=1), build_participation(state=CANCELLED, at_ms=5)
    middle = build_participation(at_ms=3)
    assert diff_participations([first, last, middle], []) == RosterDiff(left=(last,))


def test_who_came_back_after_a_removal_is_counted() -> None:
    registered, removed = build_participation(at_ms=1), build_participation(state=CANCELLED, at_ms=5)
    assert diff_participations([registered, removed], [registered]) == RosterDiff(undeclared=1, returned=1)


def test_who_came_back_and_registered_again_is_not_counted() -> None:
    registered, removed = build_participation(at_ms=1), build_participation(state=CANCELLED, at_ms=5)
    again = build_participation(at_ms=6)
    found = diff_participations([registered, removed], [registered, again])
    assert found == RosterDiff(missing=(again,), undeclared=1, returned=0)


@given(ROWS)
def test_the_diff_of_equal_rosters_is_empty(rows: list[Participation]) -> None:
    assert diff_participations(rows, rows[::-1]) == RosterDiff()


@given(ROWS, ROWS, randoms())
def test_the_order_of_rows_does_not_matter(
    recorded: list[Participation], desired: list[Participation], random: Random
) -> None:
    def sorted_parts(found: RosterDiff) -> tuple[object, ...]:
        parts = found.missing, found.left, found.unchangeable
        return *(sorted(rows, key=lambda row: row[:3]) for rows in parts), found.undeclared, found.returned

    mixed_recorded, mixed_desired = recorded[:], desired[:]
    random.shuffle(mixed_recorded)
    random.shuffle(mixed_desired)
    assert sorted_parts(diff_participations(mixed_recorded, mixed_desired)) == sorted_parts(
        diff_participations(recorded, desired)
    )


@given(ROWS, ROWS)
def test_every_recorded_row_is_matched_left_or_undeclared(
    recorded: list[Participation], desired: list[Participation]
) -> None:
    found = diff_participations(recorded, desired)
    matched = len(desired) - len(found.missing)
    left = {row.person for row in found.left}
    of_left = [row for row in recorded if row.person in left]
    assert matched + found.undeclared + len(of_left) == len(recorded)
    assert set(found.left) == set(latest_by_person(of_left).values())
