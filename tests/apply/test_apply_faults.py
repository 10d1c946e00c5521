"""Which answers mean that nothing happened, and what of them is put on record."""

from typing import TYPE_CHECKING

from hubevents_sync.apply.faults import was_refused
from hubevents_sync.errors import NotSent
from tests.desired import build_desired, build_roster
from tests.fakes import fault, raising

if TYPE_CHECKING:
    from tests.apply.conftest import Bench


def test_only_a_no_of_hubspot_means_that_nothing_happened() -> None:
    statuses = [None, 200, 399, 400, 404, 407, 408, 409, 499, 500, 503]
    assert [status for status in statuses if was_refused(fault(status))] == [400, 404, 407, 409, 499]


def test_a_call_that_was_never_begun_did_nothing() -> None:
    assert was_refused(NotSent("the run is being stopped"))


def test_a_failed_call_is_on_record_with_its_status_and_the_id_for_hubspots_support(bench: "Bench") -> None:
    bench.create(build_desired())
    bench.hubspot.before = raising("record_attendance", fault(503, "not now"))
    bench.send(build_roster(1))
    entry = bench.state.journal_of("7f3c")[-1]
    assert (entry.round, entry.error, entry.status, entry.correlation_id) == (1, "not now", 503, "corr-9")
