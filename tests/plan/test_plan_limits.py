"""Limits: refused with the numbers, and with the flag that raises just the one."""

from dataclasses import replace

import pytest

from hubevents_sync.errors import ExitCode, Refused
from hubevents_sync.model.plan import Allowance, Estimate, EventAction, EventSummary, Plan
from hubevents_sync.model.project import Limits
from hubevents_sync.plan.limits import Breach, find_breaches, refuse_breaches
from tests.builders import build_change, build_plan, build_summary

NO_LIMITS = Limits(removals=None)


def removing(count: int, *, of: int, left: int | None = None, event_id: str = "spring", account: str = "Co") -> Plan:
    return build_plan(leaving(count, of=of, left=left, event_id=event_id, account=account))


def leaving(
    count: int, *, of: int, left: int | None = None, event_id: str = "spring", account: str = "Co"
) -> EventSummary:
    people = of - count if left is None else left
    return replace(build_summary(event_id, account=account, removals=count, people=people), recorded_people=of)


def test_more_removals_than_the_share_are_refused() -> None:
    assert find_breaches(removing(412, of=900), Limits()) == (
        Breach("the plan removes 412 of 900 attendees of spring; the limit is 10%", "removals:spring=412"),
    )


@pytest.mark.parametrize(
    ("count", "of", "limit", "is_fine"),
    [
        (10, 100, 0.1, True),
        (11, 100, 0.1, False),
        (29, 100, 0.29, True),
        (377_430, 547_000, 0.69, True),
        (7, 100, 0.07, True),
        (1, 9, 0.1, False),
        (0, 9, 0.0, True),
        (1, 900, 0.0, False),
        (5, 900, 5, True),
        (6, 900, 5, False),
        (1, 900, 0, False),
        (900, 1000, None, True),
        (9, 10, 1.0, True),
    ],
)
def test_the_limit_itself_is_allowed(count: int, of: int, limit: float | None, is_fine: bool) -> None:  # noqa: FBT001  a case
    assert (find_breaches(removing(count, of=of), Limits(removals=limit)) == ()) is is_fine


def test_an_event_within_its_limit_hides_no_later_one() -> None:
    plan = build_plan(leaving(1, of=900, event_id="autumn"), leaving(412, of=900))
    assert [breach.flag for breach in find_breaches(plan, Limits())] == ["removals:spring=412"]


def test_a_limit_by_count_says_so() -> None:
    (breach,) = find_breaches(removing(6, of=900), Limits(removals=5))
    assert breach.message == "the plan removes 6 of 900 attendees of spring; the limit is 5"


@pytest.mark.parametrize("limits", [Limits(), NO_LIMITS, Limits(removals=1.0), Limits(removals=900)])
def test_an_emptied_roster_is_refused_whatever_the_limit(limits: Limits) -> None:
    assert find_breaches(removing(3, of=3), limits) == (
        Breach(
            "the plan removes 3 of 3 attendees of spring; that is everybody, and an emptied roster is refused whatever"
            " the limit",
            "removals:spring=3",
        ),
    )


def test_an_emptied_roster_that_cancels_nobody_is_no_breach() -> None:
    assert find_breaches(removing(0, of=3, left=0), Limits()) == ()


@pytest.mark.parametrize(
    ("allowance", "is_fine"),
    [
        (Allowance("removals", 412, "spring"), True),
        (Allowance("removals", 412, "Co/spring"), True),
        (Allowance("removals", 411, "spring"), False),
        (Allowance("removals", 412, "autumn"), False),
        (Allowance("removals", 412, "Other/spring"), False),
        (Allowance("removals", 412), False),
        (Allowance("contacts_created", 412, "spring"), False),
    ],
)
def test_an_allowance_raises_the_limit_of_its_event_alone(allowance: Allowance, is_fine: bool) -> None:  # noqa: FBT001  a case
    assert (find_breaches(removing(412, of=900), Limits(), frozenset({allowance})) == ()) is is_fine


def test_the_highest_allowance_counts() -> None:
    both = frozenset({Allowance("removals", 1, "spring"), Allowance("removals", 412, "spring")})
    assert find_breaches(removing(412, of=900), Limits(), both) == ()


def test_a_flag_names_the_account_where_the_id_is_not_enough() -> None:
    plan = build_plan(leaving(2, of=9, account="A"), leaving(3, of=9, account="B"))
    assert [breach.flag for breach in find_breaches(plan, Limits())] == ["removals:A/spring=2", "removals:B/spring=3"]


def creating(count: int) -> Plan:
    return replace(build_plan(), estimate=Estimate(new_contacts_at_most=count))


def test_more_new_contacts_than_allowed_are_refused() -> None:
    limits = replace(NO_LIMITS, contacts_created=5000)
    assert find_breaches(creating(5000), limits) == ()
    assert find_breaches(creating(5001), limits) == (
        Breach("the plan may create 5001 contacts; the limit is 5000", "contacts_created=5001"),
    )
    assert find_breaches(creating(5001), limits, frozenset({Allowance("contacts_created", 5001)})) == ()
    assert find_breaches(creating(5001), NO_LIMITS) == ()


def test_cancelling_live_events_is_counted_and_creating_cancelled_ones_is_not() -> None:
    cancelled = build_change("eventCancelled", before=False, after=True)
    plan = build_plan(
        build_summary("a", action=EventAction.UPDATE, field_changes=(cancelled,)),
        build_summary("b", action=EventAction.UPDATE, field_changes=(build_change(), cancelled)),
        build_summary("c", action=EventAction.CREATE, field_changes=(cancelled,)),
        build_summary("d", action=EventAction.UPDATE, field_changes=(build_change("eventCancelled", True, False),)),  # noqa: FBT003  before and after
    )
    assert find_breaches(plan, replace(NO_LIMITS, events_cancelled=1)) == (
        Breach("the plan cancels 2 events; the limit is 1", "events_cancelled=2"),
    )
    assert find_breaches(plan, replace(NO_LIMITS, events_cancelled=2)) == ()


def test_all_breaches_are_refused_together_with_flags_that_a_shell_takes() -> None:
    plan = replace(removing(412, of=900, event_id="spring gala"), estimate=Estimate(new_contacts_at_most=9))
    breaches = find_breaches(plan, Limits(contacts_created=8))
    with pytest.raises(Refused) as caught:
        refuse_breaches(breaches)
    assert caught.value.message == (
        "the plan removes 412 of 900 attendees of spring gala; the limit is 10%;"
        " the plan may create 9 contacts; the limit is 8"
    )
    assert caught.value.hint == "if that is meant, add --allow 'removals:spring gala=412' --allow contacts_created=9"
    assert caught.value.exit_code is ExitCode.REFUSED


def test_a_plan_within_its_limits_is_not_refused() -> None:
    refuse_breaches(())
