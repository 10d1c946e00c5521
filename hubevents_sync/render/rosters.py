"""What a plan does to the rosters: who joined and left, as counts by event and by e-mail domain."""

from collections.abc import Iterable

from hubevents_sync.model.plan import DomainCount, EventSummary, Plan
from hubevents_sync.render.outline import Entry, Mark, RosterLine, Section, SectionKind
from hubevents_sync.render.plan_wording import PlanWording
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_count, say_list

MOST_ROSTERS = 3  # before the rest is counted
SMALL_DOMAINS = "small domains"  # counted together, so that none of them tells who it is


def outline_rosters(plan: Plan, wording: PlanWording, *, is_verbose: bool) -> Section | None:
    """The rosters that change. In short only those of events that had people before: of others the rows say it all."""
    is_shown = _has_changed if is_verbose else _has_moved
    shown = [outline_roster(event, wording) for event in plan.events if is_shown(event)]
    entries = list(_say_rosters(shown, is_verbose=is_verbose))
    if plan.shared_people:
        joins = "joins" if plan.shared_people == 1 else "join"
        text = f"{say_count(plan.shared_people, 'person', 'people')} {joins} several events"
        entries.append(Entry(Mark.QUIET, "", text))
    return Section(SectionKind.ROSTERS, "Rosters", entries=tuple(entries), rosters=tuple(shown)) if entries else None


def outline_roster(event: EventSummary, wording: PlanWording) -> RosterLine:
    """The roster of *event* in figures."""
    domains = [each._replace(domain=make_one_line(each.domain) or SMALL_DOMAINS) for each in event.review.domains]
    domains.sort(key=lambda each: (-each.joined - each.left - each.changed, each.domain))
    return RosterLine(
        event=wording.say_key(event.key),
        people=event.people,
        before=_count_before(event),
        joined=event.review.joined,
        left=event.left,
        changed=event.review.changed,
        domains=tuple(domains),
    )


def _count_before(event: EventSummary) -> int:
    """The people who were on the roster; who cancelled was too, whom *recorded_people* leaves out."""
    was_known = event.recorded_people or event.left
    return event.people - event.review.joined + event.left if was_known else 0


def _has_changed(event: EventSummary) -> bool:
    """Somebody is new, gone, or did something else since."""
    return bool(event.review.joined or event.left or event.review.changed)


def _has_moved(event: EventSummary) -> bool:
    return bool(event.recorded_people and (event.review.joined or event.left))


def _say_rosters(lines: list[RosterLine], *, is_verbose: bool) -> Iterable[Entry]:
    most = len(lines) if is_verbose or len(lines) <= MOST_ROSTERS + 1 else MOST_ROSTERS
    for line in lines[:most]:
        yield Entry(Mark.QUIET, line.event, say_size(line), say_moves(line))
        if is_verbose:
            for domain in line.domains:
                yield Entry(Mark.QUIET, line.event, domain.domain, say_moves(domain))
    if len(lines) > most:
        joined, left = sum(line.joined for line in lines[most:]), sum(line.left for line in lines[most:])
        more = say_count(len(lines) - most, "more roster")
        yield Entry(Mark.QUIET, "", f"and {more}: {joined:,} joined, {left:,} left")


def say_size(line: RosterLine) -> str:
    """How many people are on the roster, and how many were: ``412 people, 388 before (+24)``."""
    people = say_count(line.people, "person", "people")
    return f"{people}, {line.before:,} before ({say_difference(line)})" if line.before else people


def say_difference(line: RosterLine) -> str:
    """By how many the roster grew, with its sign."""
    difference = line.people - line.before
    return f"{difference:+,}" if difference else "±0"


def say_moves(line: RosterLine | DomainCount) -> str:
    """Who came and went, in counts: ``30 joined, 6 left, 12 changed``; what nobody did is left out."""
    counts = ((line.joined, "joined"), (line.left, "left"), (line.changed, "changed"))
    return say_list(f"{count:,} {verb}" for count, verb in counts if count)
