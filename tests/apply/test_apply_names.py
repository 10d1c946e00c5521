"""Every row that is not at HubSpot is named where that is asked for, also those of events that were never begun."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, current_thread
from typing import TYPE_CHECKING

from hubevents_sync.apply.tally import MAX_FAILURES
from hubevents_sync.errors import Interrupted, PlanMismatch
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.plan import EventPlan, EventSummary
from hubevents_sync.model.project import BatchSizes
from hubevents_sync.model.run import EventReport, RowFailure
from tests.builders import DAY_MS, NOW_MS, build_key
from tests.desired import REGISTERED, build_named, build_participation, build_roster
from tests.fakes import on

if TYPE_CHECKING:
    from tests.apply.conftest import Bench


def lines_of(report: EventReport) -> list[int]:
    return [failure.line for failure in report.failures]


def test_the_rows_of_an_event_that_a_stop_kept_from_being_begun_are_named(bench: "Bench") -> None:
    bench.names_every_row = True
    bench.stop.set(Interrupted("stopped"))
    later = build_participation("late", at_ms=NOW_MS + 1, line=9)
    _, reports = bench.apply(build_named("a", *build_roster(2), later))
    assert reports["a"].failures == tuple(
        RowFailure(build_key("a"), "rosters/cooking.csv", line, REGISTERED, NOW_MS - DAY_MS, Outcome.NOT_ATTEMPTED)
        for line in (2, 3)
    )
    assert (reports["a"].rows, reports["a"].held) == ({Outcome.NOT_ATTEMPTED: 2}, 1)


def test_rows_of_an_event_that_was_begun_are_named_once(bench: "Bench") -> None:
    bench.names_every_row = True
    bench.batch = BatchSizes(attendance=1)
    bench.hubspot.after = on("record_attendance", "a", bench.stop.set)
    _, reports = bench.apply(build_named("a", *build_roster(20)))
    done = reports["a"].rows[Outcome.CONFIRMED]
    assert reports["a"].rows == {Outcome.CONFIRMED: done, Outcome.NOT_ATTEMPTED: 20 - done}
    assert len(set(lines_of(reports["a"]))) == len(reports["a"].failures) == 20 - done


def test_an_event_without_a_row_that_is_due_is_not_read_to_name_its_rows(bench: "Bench") -> None:
    bench.names_every_row = True
    bench.stop.set(Interrupted("stopped"))
    loaded: list[tuple[str, str]] = []
    two_at_once, met = Barrier(2), []

    def load(summary: EventSummary) -> EventPlan:
        loaded.append((summary.name, current_thread().name))
        with suppress(BrokenBarrierError):
            met.append(two_at_once.wait(0.5))  # in vain, once: nobody else comes
        return bench.plan(desired[summary.name]).plan

    later = build_participation("late", at_ms=NOW_MS + 1)
    desired = {name: build_named(name, *build_roster(1)) for name in ("b", "d", "e")}
    desired |= {"a": build_named("a", later), "c": build_named("c")}
    bench.apply(*desired.values(), load=load)
    assert loaded == [("b", "name_0"), ("d", "name_0"), ("e", "name_0")]
    assert met == []  # one after the other, so that one roster at a time is held in memory


def test_however_many_rows_there_are_all_are_named(bench: "Bench") -> None:
    bench.names_every_row = True
    bench.stop.set(Interrupted("stopped"))
    _, reports = bench.apply(build_named("a", *build_roster(MAX_FAILURES + 1)))
    assert lines_of(reports["a"]) == list(range(2, MAX_FAILURES + 3))


def test_rows_that_can_not_be_read_any_more_are_counted_and_those_of_other_events_are_named(bench: "Bench") -> None:
    bench.names_every_row = True
    bench.stop.set(Interrupted("stopped"))
    readable = build_named("b", *build_roster(1))

    def load(summary: EventSummary) -> EventPlan:
        if summary.name == "a":
            raise PlanMismatch("the roster of a changed")
        return bench.plan(readable).plan

    applied, reports = bench.apply(build_named("a", *build_roster(2)), readable, load=load)
    assert applied.fault is None
    assert (reports["a"].rows, lines_of(reports["a"])) == ({Outcome.NOT_ATTEMPTED: 2}, [])
    assert (reports["b"].rows, lines_of(reports["b"])) == ({Outcome.NOT_ATTEMPTED: 1}, [2])


def test_unless_it_is_asked_for_rows_that_were_never_begun_are_counted_and_not_read(bench: "Bench") -> None:
    bench.stop.set(Interrupted("stopped"))

    def load(summary: EventSummary) -> EventPlan:
        raise AssertionError(summary)

    _, reports = bench.apply(build_named("a", *build_roster(2)), load=load)
    assert (reports["a"].rows, reports["a"].failures) == ({Outcome.NOT_ATTEMPTED: 2}, ())


def test_unless_it_is_asked_for_only_the_first_ten_thousand_of_an_event_are_named(bench: "Bench") -> None:
    desired = build_named("a", *build_roster(MAX_FAILURES + 1))

    def load(summary: EventSummary) -> EventPlan:
        bench.stop.set(Interrupted("stopped"))
        return bench.plan(desired).plan

    _, reports = bench.apply(desired, load=load)
    assert reports["a"].rows == {Outcome.NOT_ATTEMPTED: MAX_FAILURES + 1}
    assert len(reports["a"].failures) == MAX_FAILURES
