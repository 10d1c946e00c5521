"""What a plan says of rosters, of what it was compared with, and of what it can't know."""

import pytest

from hubevents_sync.model.plan import DomainCount, EventAction, Plan, PlanBasis, RosterReview
from hubevents_sync.render.outline import ChangeKind, Detail, Entry, Mark, SectionKind
from hubevents_sync.render.walk import walk_plan
from tests.builders import NOW_MS, build_completion, build_plan, build_rows, build_summary


def say_rosters(plan: Plan, *, detail: Detail = Detail.AUTOMATIC) -> list[tuple[str, str, str]]:
    section = walk_plan(plan, detail=detail, now_ms=NOW_MS, timezone=None).find(SectionKind.ROSTERS)
    return [(entry.subject, entry.text, entry.aside) for entry in section.entries] if section else []


def say_headline(plan: Plan) -> str:
    return walk_plan(plan, now_ms=NOW_MS, timezone=None).headline


def test_a_roster_is_told_by_its_size_now_and_before() -> None:
    event = build_summary(
        "spring-conf", people=412, recorded_people=388, left=6, review=RosterReview(joined=30, changed=12)
    )
    assert say_rosters(build_plan(event)) == [
        ("spring-conf", "412 people, 388 before (+24)", "30 joined, 6 left, 12 changed")
    ]


def test_who_cancelled_was_on_the_roster_too() -> None:
    """Two people left, one of whom had cancelled: what is on record of those who did not is a limit's business."""
    event = build_summary("gala", people=0, recorded_people=1, left=2)
    assert say_rosters(build_plan(event)) == [("gala", "0 people, 2 before (-2)", "2 left")]


def test_in_short_a_roster_is_told_only_where_its_rows_do_not_say_it_all() -> None:
    new = build_summary("new", people=9, review=RosterReview(joined=9))
    attended = build_summary("attended", people=9, recorded_people=9, review=RosterReview(changed=9))
    assert say_rosters(build_plan(new, attended)) == []
    assert say_rosters(build_plan(new, attended), detail=Detail.EVERYTHING) == [
        ("new", "9 people", "9 joined"),
        ("attended", "9 people, 9 before (±0)", "9 changed"),
    ]


def test_domains_come_most_people_first_and_the_small_ones_have_no_name() -> None:
    review = RosterReview(joined=7, domains=(DomainCount("", 2), DomainCount("a.example", 1, 1, 3)))
    event = build_summary("e", people=7, recorded_people=3, left=3, review=review)
    assert say_rosters(build_plan(event), detail=Detail.EVERYTHING)[1:] == [
        ("e", "a.example", "1 joined, 3 left, 1 changed"),
        ("e", "small domains", "2 joined"),
    ]


def test_many_rosters_are_counted_after_the_first_ones() -> None:
    events = [
        build_summary(f"e{number}", people=9, recorded_people=8, left=1, review=RosterReview(joined=2))
        for number in range(9)
    ]
    assert say_rosters(build_plan(*events))[3:] == [("", "and 6 more rosters: 12 joined, 6 left", "")]


def test_people_who_join_several_events_are_counted() -> None:
    assert say_rosters(build_plan(build_summary(), shared_people=1)) == [("", "1 person joins several events", "")]


@pytest.mark.parametrize(
    ("basis", "base", "said"),
    [
        (PlanBasis.STATE, None, " for staging"),
        (PlanBasis.LOCK_FILE, None, " for staging, compared with the lock file"),
        (PlanBasis.COMMIT, "abc123" * 6, " for staging, compared with commit abc123abc123"),
        (PlanBasis.COMMIT, "origin/main", " for staging, compared with commit origin/main"),
    ],
)
def test_the_headline_says_what_it_was_compared_with(basis: PlanBasis, base: str | None, said: str) -> None:
    event = build_summary(action=EventAction.CREATE)
    assert (
        say_headline(build_plan(event, environment="staging", basis=basis, base=base)) == f"Plan{said}: create 1 event."
    )


def test_without_an_environment_the_comparison_stands_alone() -> None:
    plan = build_plan(basis=PlanBasis.LOCK_FILE)
    assert say_headline(plan).startswith("Nothing to do compared with the lock file: ")


def test_what_a_plan_cannot_know_is_said_even_where_nothing_changes() -> None:
    outline = walk_plan(build_plan(unknowns=("who\nleft",)), now_ms=NOW_MS, timezone=None)
    assert [section.kind for section in outline.sections] == [SectionKind.UNKNOWN, SectionKind.DIGEST]
    assert outline.sections[0].entries == (Entry(Mark.CHANGE, "", "who↵left"),)


def test_every_event_has_a_block_with_the_kinds_of_its_changes() -> None:
    events = (
        build_summary("done", completion=build_completion()),
        build_summary("later", row_counts=(build_rows(held=3),), next_due_ms=NOW_MS),
        build_summary("new", action=EventAction.CREATE, row_counts=(build_rows(ready=1, held=1),)),
        build_summary("same"),
    )
    outline = walk_plan(build_plan(*events), detail=Detail.EVERYTHING, now_ms=NOW_MS, timezone=None)
    changes = outline.find(SectionKind.CHANGES)
    assert changes is not None
    assert {block.ids[0]: block.kinds for block in (*changes.blocks, *outline.resting)} == {
        "done": (ChangeKind.COMPLETED,),
        "later": (ChangeKind.HELD,),
        "new": (ChangeKind.CREATED, ChangeKind.ROWS, ChangeKind.HELD),
        "same": (ChangeKind.UNCHANGED,),
    }
