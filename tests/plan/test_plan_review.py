"""What a plan says of a roster: who joined, changed or left, as counts that tell of nobody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.model.event import RemovalPolicy
from hubevents_sync.model.instant import format_day
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.plan import DayCount, DomainCount, EventSummary, RosterReview
from hubevents_sync.model.project import HubSpotSettings
from hubevents_sync.model.record import RecordedRow
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.plan.event import PlannedEvent, plan_event
from hubevents_sync.plan.people import PeopleCount
from hubevents_sync.plan.plan import build_plan
from hubevents_sync.plan.review import FEWEST_OF_A_DOMAIN, MOST_DOMAINS
from tests.builders import DAY_MS, NOW_MS
from tests.desired import (
    ATTENDED,
    CANCELLED,
    DIGEST_KEY,
    REGISTERED,
    ROWS,
    build_attendance,
    build_desired,
    build_participation,
    build_recorded,
    build_roster,
)

TODAY = NOW_MS // DAY_MS


def plan(
    recorded: RecordedEvent | None, *rows: Participation, removals: RemovalPolicy = RemovalPolicy.KEEP
) -> PlannedEvent:
    return plan_event(recorded, build_desired(*rows, removals=removals), now_ms=NOW_MS, digest_key=DIGEST_KEY)


def review(recorded: RecordedEvent | None, *rows: Participation) -> RosterReview:
    return plan(recorded, *rows).summary.review


def at(domain: str, count: int, *, first: int = 0) -> list[Participation]:
    """*count* people of *domain*."""
    guests = [build_participation(f"guest{number}-{domain}") for number in range(first, first + count)]
    return [row._replace(email=f"guest{number}@{domain}") for number, row in enumerate(guests, start=first)]


def test_everybody_on_a_new_roster_has_joined() -> None:
    assert review(None, *build_roster(7)) == RosterReview(joined=7, domains=(DomainCount("example.com", joined=7),))


def test_somebody_with_several_rows_joins_once() -> None:
    assert review(None, build_participation("ana"), build_attendance("ana")).joined == 1


def test_who_cancels_or_attends_has_changed_and_who_is_as_before_has_not() -> None:
    rows = [build_participation(name) for name in ("ana", "ben", "cem")]
    later = build_participation("ana", CANCELLED, at_ms=NOW_MS - 5)
    assert review(build_recorded(*rows), *rows, later, build_attendance("ben")) == RosterReview(
        changed=2, domains=(DomainCount("", changed=2),)
    )


def test_who_registers_once_more_or_earlier_has_not_changed() -> None:
    rows = [build_participation("ana"), build_participation("ben", CANCELLED)]
    again = build_participation("ana", at_ms=NOW_MS - 5)
    earlier = build_participation("ben", at_ms=NOW_MS - 9 * DAY_MS)
    assert review(build_recorded(*rows), *rows, again, earlier) == RosterReview()


def test_nothing_is_said_of_a_roster_that_is_as_recorded() -> None:
    summary = plan(build_recorded(*build_roster(9)), *build_roster(9)).summary
    assert (summary.review, summary.days) == (RosterReview(), ())


def test_a_domain_of_few_people_is_not_named() -> None:
    people = [*at("few.example", FEWEST_OF_A_DOMAIN - 1), *at("Many.example", FEWEST_OF_A_DOMAIN)]
    assert review(None, *people).domains == (
        DomainCount("", joined=FEWEST_OF_A_DOMAIN - 1),
        DomainCount("many.example", joined=FEWEST_OF_A_DOMAIN),
    )


def test_a_domain_is_the_same_in_whatever_case() -> None:
    people = [*at("example.org", 3), *at("EXAMPLE.org", 3, first=3)]
    assert review(None, *people).domains == (DomainCount("example.org", joined=6),)


def test_who_is_known_by_contact_id_has_no_domain() -> None:
    assert review(None, build_participation(vid=7)) == RosterReview(joined=1)


def test_only_so_many_domains_are_named_and_the_others_are_counted() -> None:
    sizes = {f"d{number:03d}.example": 5 + number for number in range(MOST_DOMAINS + 2)}
    domains = review(None, *(row for domain, size in sizes.items() for row in at(domain, size))).domains
    assert len(domains) == MOST_DOMAINS + 1
    assert domains[0] == DomainCount("", joined=5 + 6)
    assert domains[1] == DomainCount("d002.example", joined=7)
    assert sum(each.joined for each in domains) == sum(sizes.values())


def test_of_domains_of_one_size_those_are_named_that_come_first_in_the_alphabet() -> None:
    names = [f"d{number:03d}.example" for number in reversed(range(MOST_DOMAINS + 1))]
    domains = review(None, *(row for name in names for row in at(name, FEWEST_OF_A_DOMAIN))).domains
    assert [each.domain for each in domains] == ["", *sorted(names)[:-1]]


def test_who_left_is_counted_by_domain_where_the_other_side_has_addresses() -> None:
    rows = at("example.org", 6)
    recorded = build_recorded()
    known = RecordedEvent(type(recorded.snapshot)(recorded.snapshot.event, rows))
    assert review(known, *rows[:1]).domains == (DomainCount("example.org", left=5),)
    assert review(build_recorded(*rows), *rows[:1]).domains == ()


def test_days_count_the_rows_to_send_and_those_that_wait() -> None:
    rows = [
        build_participation("ana"),
        build_participation("ben"),
        build_participation("cem", at_ms=NOW_MS + 2 * DAY_MS),
        build_attendance("dee"),
    ]
    days = plan(None, *rows).summary.days
    assert days == (
        DayCount(TODAY - 1, REGISTERED, 2),
        DayCount(TODAY + 2, REGISTERED, 1),
        DayCount(TODAY, ATTENDED, 1),
    )
    assert format_day(days[0].day) == "2026-11-29"


def test_a_removal_has_no_day_and_is_nobody_who_joined_or_changed() -> None:
    known = build_participation("ana")._replace(contact_id=7)
    cancelled = build_participation("ben", CANCELLED)
    summary = plan(build_recorded(known), cancelled, removals=RemovalPolicy.CANCEL).summary
    assert summary.removals == 1
    assert summary.review == RosterReview(joined=1, domains=(DomainCount("", joined=1),))
    assert summary.days == (DayCount(TODAY - 1, CANCELLED, 1),)


def _last_words(rows: Sequence[Participation]) -> dict[bytes, AttendanceState]:
    return {row.person: row.state for row in sorted(rows, key=lambda row: row.occurred_at_ms)}


@given(ROWS, ROWS)
def test_the_counts_are_those_of_comparing_person_by_person(
    before: list[Participation], now: list[Participation]
) -> None:
    had = _last_words(before)
    times = {(row.person, row.occurred_at_ms) for row in before}
    # HubSpot keeps what it has, and takes another row at the same time for a repeat.
    kept = [*before, *(row for row in now if (row.person, row.occurred_at_ms) not in times)]
    words = _last_words(kept)
    wanted = {row.person for row in now}
    summary = plan(build_recorded(*before), *now).summary
    assert summary.review.joined == len(wanted - set(had))
    assert summary.review.changed == sum(words[person] is not state for person, state in had.items())
    assert summary.left == len(set(had) - wanted)
    by_day = Counter({(each.day, each.state): each.rows for each in summary.days})
    assert by_day == Counter((row.occurred_at_ms // DAY_MS, row.state) for row in kept[len(before) :])


@given(st.lists(ROWS, max_size=4))
def test_a_plan_says_how_many_people_join_several_events(rosters: list[list[Participation]]) -> None:
    planned = [plan(None, *rows) for rows in rosters]
    summaries: list[EventSummary] = [each.summary for each in planned]
    people = PeopleCount()
    for each in planned:
        people.add(each.new_people, each.joined_people)
    whole = build_plan(summaries, settings=HubSpotSettings(), people=people)
    events = Counter(person for rows in rosters for person in {row.person for row in rows})
    assert whole.shared_people == sum(count > 1 for count in events.values())


def test_who_joins_is_known_by_a_hash_also_without_an_e_mail() -> None:
    ana, ben = build_participation("ana"), build_participation(vid=7)
    assert plan(None, ben).joined_people == ben.person[:8]
    assert sorted(plan(None, ana, ben).joined_people[start : start + 8] for start in (0, 8)) == sorted(
        [ana.person[:8], ben.person[:8]]
    )
    assert len(plan(None, ana, ben).joined_people) == 16


def test_who_is_on_record_without_a_contact_id_does_not_join_again() -> None:
    known, late = build_participation("ana", at_ms=1), build_participation("ben", at_ms=1)
    again = build_participation("ana", at_ms=2)
    planned = plan(build_recorded(known), known, again, late)
    assert len(planned.new_people) == 16  # HubSpot told no contact of either
    assert planned.joined_people == late.person[:8]


def test_a_domain_stands_behind_the_last_at_sign() -> None:
    people = [row._replace(email=f'"{number}@home"@example.org') for number, row in enumerate(at("x.example", 5))]
    assert review(None, *people).domains == (DomainCount("example.org", joined=5),)


def test_who_left_is_counted_by_domain_where_the_record_has_one_and_never_in_a_retry() -> None:
    left = at("left.example", FEWEST_OF_A_DOMAIN)
    recorded = build_recorded()
    with_emails = replace(recorded, snapshot=replace(recorded.snapshot, participations=left))

    def domains(leftovers: list[RecordedRow] | None) -> tuple[DomainCount, ...]:
        planned = plan_event(with_emails, build_desired(), now_ms=NOW_MS, digest_key=DIGEST_KEY, leftovers=leftovers)
        return planned.summary.review.domains

    assert domains(None) == (DomainCount("left.example", left=FEWEST_OF_A_DOMAIN),)
    assert domains([]) == ()
