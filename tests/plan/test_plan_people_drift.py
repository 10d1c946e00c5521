"""People on record against those that HubSpot shows: by their latest word, and by nothing that it may not keep."""

import pytest

from hubevents_sync.model.drift import LiveRow, PeopleDrift, RowChange
from hubevents_sync.model.outcome import AttendanceCounters
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.plan.people_drift import are_counters_equal, compare_people, count_recorded
from tests.builders import HOUR_MS, NOW_MS
from tests.desired import hash_person

REGISTERED, ATTENDED, CANCELLED = AttendanceState.REGISTERED, AttendanceState.ATTENDED, AttendanceState.CANCELLED
LATER = NOW_MS + HOUR_MS


def row(
    name: str = "ana", state: AttendanceState = REGISTERED, at: int = NOW_MS, *, contact_id: int | None = None
) -> Participation:
    return Participation(hash_person(name), state, at, contact_id=contact_id, file="r.csv", line=2)


def live(
    name: str = "ana", state: str = "REGISTERED", at: int = NOW_MS, *, created: int | None = None, contact_id: int = 7
) -> LiveRow:
    return LiveRow(contact_id, state, at, created or at + 2_400, (hash_person(name),))


def known(shown: LiveRow) -> LiveRow:
    """As it is kept where its person is on record: without the hashes."""
    return shown._replace(people=())


def compare(recorded: list[Participation], shown: list[LiveRow], *, is_over: bool = False) -> PeopleDrift:
    return compare_people(recorded, (), shown, is_over=is_over)


def test_a_person_whom_hubspot_shows_as_on_record_is_no_drift_and_the_contact_id_is_learned() -> None:
    assert compare([row()], [live()]) == PeopleDrift(contacts={hash_person("ana"): 7})


def test_a_person_of_whom_hubspot_shows_nothing_is_missing() -> None:
    assert compare([row(), row("ben")], [live("ben")]).missing == (row(),)


def test_people_are_told_in_the_order_of_their_files() -> None:
    lost, also_lost, one, other = (
        row(name)._replace(line=line) for name, line in zip(("ben", "ana", "dee", "cem"), (9, 2, 8, 3), strict=True)
    )
    assert (lost.person < also_lost.person, one.person < other.person) == (True, True)
    shown = [live(name, "CANCELLED", contact_id=number) for number, name in enumerate(("cem", "dee"), start=1)]
    found = compare([lost, also_lost, one, other], shown)
    assert found.missing == (also_lost, lost)
    assert [change.row for change in found.changed] == [other, one]


def test_a_contact_whom_no_row_on_record_names_is_unrecorded_once_by_the_newest_row() -> None:
    shown = [live("eve"), live("eve", "CANCELLED", LATER), live("fay", contact_id=3)]
    for order in (shown, shown[::-1]):
        assert compare([], order).unrecorded == (live("fay", contact_id=3), live("eve", "CANCELLED", LATER))


def test_a_person_is_found_by_the_contact_id_on_record_whatever_e_mail_hubspot_shows() -> None:
    assert compare([row(contact_id=7)], [live("ana-at-work")]).is_empty
    assert not compare([row()], [live("ana-at-work")]).is_empty


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        (row(), [live(), live(state="CANCELLED", at=LATER)]),
        (row(), [live(state="CANCELLED", at=LATER)]),
        (row(), [live(at=LATER)]),
        (row(state=ATTENDED), [live(state="NO_SHOW")]),
        (row(state=CANCELLED), [live(state="NO_SHOW")]),
        (row(), [live(state="CANCELLED")]),
    ],
)
def test_a_latest_row_that_nobody_here_sent_is_a_change(recorded: Participation, shown: list[LiveRow]) -> None:
    assert compare([recorded], shown, is_over=True).changed == (RowChange(recorded, known(shown[-1])),)


def test_a_row_of_ours_that_hubspot_lost_is_a_change_although_an_earlier_one_is_there() -> None:
    cancelled = row(state=CANCELLED, at=LATER)
    assert compare([row(), cancelled], [live()]).changed == (RowChange(cancelled, known(live())),)


def test_what_came_before_the_latest_word_may_be_gone() -> None:
    assert compare([row(), row(state=CANCELLED, at=LATER)], [live(state="CANCELLED", at=LATER)]).is_empty


def test_an_earlier_interaction_that_was_sent_last_is_no_drift() -> None:
    shown = [live(state="CANCELLED", at=LATER, created=LATER), live(created=LATER + 1)]
    assert compare([row(), row(state=CANCELLED, at=LATER)], shown).is_empty


@pytest.mark.parametrize("shown", [[live(), live(state="NO_SHOW", at=LATER)], [live(state="NO_SHOW", at=LATER)]])
def test_a_no_show_of_a_registration_is_expected_once_the_event_is_over_and_not_before(shown: list[LiveRow]) -> None:
    over, before = compare([row()], shown, is_over=True), compare([row()], shown)
    assert (over.is_empty, over.no_shows) == (True, 1)
    assert (before.no_shows, before.changed) == (0, (RowChange(row(), known(shown[-1])),))


@pytest.mark.parametrize("state", ["EMPTY", "", "SOMETHING_NEW"])
def test_a_state_that_says_nothing_is_unclear_and_no_drift(state: str) -> None:
    found = compare([row()], [live(state=state)])
    assert (found.is_empty, found.unclear) == (True, 1)
    assert compare([row()], [live(), live(state=state, at=LATER)]).unclear == 0


def test_rows_left_over_are_no_strangers_and_those_that_are_there_are_told() -> None:
    found = compare_people([], [row(), row("ben")], [live(), live("ben", "CANCELLED")], is_over=False)
    assert (found.unrecorded, found.left_over) == ((), (row(),))


def test_a_row_left_over_is_found_by_its_contact_id_or_not_at_all() -> None:
    by_id = row(contact_id=7)
    found = compare_people([], [by_id, row("ben")], [live("ana-at-work")], is_over=False)
    assert found == PeopleDrift(left_over=(by_id,))


def test_people_are_counted_by_their_latest_state() -> None:
    rows = [row(), row(state=CANCELLED, at=LATER), row("ben", ATTENDED), row("cleo")]
    assert count_recorded(rows) == AttendanceCounters(registered=1, attended=1, cancelled=1, no_shows=0)


@pytest.mark.parametrize(
    ("counted", "is_over", "is_equal"),
    [
        ((3, 1, 1, 0), False, True),
        ((1, 1, 1, 2), True, True),
        ((1, 1, 1, 2), False, False),
        ((3, 1, 0, 0), False, False),
        ((3, 0, 1, 1), True, False),
        ((4, 1, 1, 0), True, False),
    ],
)
def test_no_shows_count_as_registered_once_the_event_is_over(
    counted: tuple[int, int, int, int], *, is_over: bool, is_equal: bool
) -> None:
    recorded = AttendanceCounters(registered=3, attended=1, cancelled=1, no_shows=0)
    assert are_counters_equal(recorded, AttendanceCounters(*counted), is_over=is_over) is is_equal


def test_somebody_on_record_by_e_mail_and_by_id_is_found_under_both_names() -> None:
    by_id = row("contact 7", contact_id=7)
    for shown in (live(), live("ana-at-work")):
        found = compare([row(contact_id=7), by_id], [shown])
        assert (found.is_empty, found.contacts) == (True, {row().person: 7, by_id.person: 7})
