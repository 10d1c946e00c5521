"""The times that cancellations of people who left were sent under before."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from hubevents_sync.apply.removals import find_earlier_removals
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import PlannedRow
from hubevents_sync.model.record import RecordedRow
from hubevents_sync.model.snapshot import RecordedEvent
from tests.builders import build_key
from tests.desired import CANCELLED, build_participation, build_recorded, hash_person

ANA = hash_person("ana")


@dataclass
class Record:
    """What a state has of an event: *confirmed* rows in any order, for no database promises one, and *left* ones."""

    confirmed: Sequence[Participation] = ()
    left: Sequence[Participation] = ()

    def read_event(self, key: EventKey) -> RecordedEvent:
        assert key == build_key()
        return build_recorded(*self.confirmed)

    def read_leftovers(self, key: EventKey) -> list[RecordedRow]:
        return [RecordedRow(key, row, Outcome.UNCONFIRMED) for row in self.left]


def find(*confirmed: Participation, left: Sequence[Participation]) -> dict[bytes, int]:
    """The earlier times where ana is being removed."""
    removal = PlannedRow(Participation(ANA, CANCELLED, 0, contact_id=7), 1, is_held=False, is_removal=True)
    record = Record(confirmed, left)
    return dict(find_earlier_removals(record, build_key(), [removal]))  # type: ignore[arg-type]  # no more is asked of it


def row(at_ms: int, *, name: str = "ana") -> Participation:
    return build_participation(name, at_ms=at_ms)


def cancelled(at_ms: int, *, name: str = "ana") -> Participation:
    return build_participation(name, CANCELLED, at_ms=at_ms)


@pytest.mark.parametrize("at_ms", [1, 5_000])
def test_a_cancellation_that_was_never_confirmed_lends_its_time_however_old(at_ms: int) -> None:
    assert find(left=[cancelled(at_ms)]) == {ANA: at_ms}


@pytest.mark.parametrize("confirmed_at_ms", [(1_000, 6_000), (6_000, 1_000), (5_000, 1_000)])
def test_one_that_is_not_later_than_all_that_is_confirmed_belongs_to_an_earlier_leaving(
    confirmed_at_ms: tuple[int, int],
) -> None:
    assert find(*map(row, confirmed_at_ms), left=[cancelled(5_000)]) == {}


def test_other_people_and_other_states_lend_no_time() -> None:
    assert find(row(1_000), left=[row(5_000), cancelled(5_000, name="ben")]) == {}


def test_what_others_did_since_does_not_matter() -> None:
    assert find(row(1_000), row(6_000, name="ben"), left=[cancelled(5_000)]) == {ANA: 5_000}
