"""The one walk over a plan: turn it into an outline, which every format draws."""

import shlex
from collections.abc import Sequence
from typing import assert_never

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.plan import EventAction, Plan, PlanBasis, RequestCount
from hubevents_sync.render.app_settings import outline_settings
from hubevents_sync.render.changes import are_whole, outline_blocks, outline_whole
from hubevents_sync.render.fold import count_rounds, count_rows_by_state
from hubevents_sync.render.held import list_held
from hubevents_sync.render.outline import Detail, Entry, Mark, Outline, Section, SectionKind
from hubevents_sync.render.plan_wording import PlanWording
from hubevents_sync.render.rosters import outline_rosters
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_count, say_duration, say_list, say_share

MOST_ENTRIES = 6  # of one section, before the rest is counted
MOST_COMPLETIONS_APART = 5  # with a flag to copy each; more of them are a list
MOST_IDS = 12
SHORT_COMMIT = 12


def walk_plan(plan: Plan, *, detail: Detail = Detail.AUTOMATIC, now_ms: int, timezone: str | None) -> Outline:
    """*plan* in sections, in the order in which a reviewer asks; sections that have nothing to say are left out."""
    wording = PlanWording(plan, now_ms=now_ms, timezone=timezone)
    shown = _outline_sections(plan, wording, is_verbose=detail is Detail.EVERYTHING)
    is_shortened = detail is not Detail.EVERYTHING and _is_shortened(shown, plan, wording)
    subject, summary = _say_empty(plan) if plan.is_empty else _say_work(plan)
    idle = [event for event in plan.events if not event.has_work_now] if detail is Detail.EVERYTHING else []
    return Outline(subject, summary, shown, is_shortened=is_shortened, resting=tuple(outline_whole(idle, wording)))


def _is_shortened(shown: tuple[Section, ...], plan: Plan, wording: PlanWording) -> bool:
    """Detail.EVERYTHING says more than *shown*. Of many events the first that is not shown whole is enough to know."""
    blocks = next((section.blocks for section in shown if section.kind is SectionKind.CHANGES), ())
    if not are_whole(blocks, [event for event in plan.events if event.has_work_now], wording):
        return True
    return shown != _outline_sections(plan, wording, is_verbose=True)


def _outline_sections(plan: Plan, wording: PlanWording, *, is_verbose: bool) -> tuple[Section, ...]:
    found = [
        outline_settings(plan),
        _outline_changes(plan, wording, is_verbose=is_verbose),
        outline_rosters(plan, wording, is_verbose=is_verbose),
        _outline_irreversible(plan, wording, is_verbose=is_verbose),
        _outline_held(plan, wording, is_verbose=is_verbose),
        _outline_leftovers(plan, wording, is_verbose=is_verbose),
        _outline_unknowns(plan),
        _outline_notes(plan, wording, is_verbose=is_verbose),
        _outline_keys(SectionKind.FORGOTTEN, "No longer in the files", plan.forgotten, wording, is_verbose=is_verbose),
        _outline_keys(SectionKind.LEFT_OUT, "Left out of this plan", plan.left_out, wording, is_verbose=is_verbose),
        _outline_cost(plan),
    ]
    told = tuple(section for section in found if section is not None)
    return (*told, _outline_digest(plan)) if told else ()


def _say_place(plan: Plan) -> str:
    parts = [make_one_line(plan.environment)] if plan.environment else []
    parts += [f"HubSpot account {plan.portal}"] if plan.portal is not None else []
    compared = _say_basis(plan)
    place = f" for {', '.join(parts)}" if parts else ""
    return f"{place}{',' if place and compared else ''}{compared and f' {compared}'}"


def _say_basis(plan: Plan) -> str:
    match plan.basis:
        case PlanBasis.STATE:
            return ""
        case PlanBasis.LOCK_FILE:
            return "compared with the lock file"
        case PlanBasis.COMMIT:
            base = make_one_line(plan.base or "")
            is_digest = len(base) > SHORT_COMMIT and not base.strip("0123456789abcdef")
            return f"compared with commit {base[:SHORT_COMMIT] if is_digest else base}".rstrip()
    assert_never(plan.basis)


def _say_empty(plan: Plan) -> tuple[str, str]:
    if plan.is_retry:
        return f"Nothing to retry{_say_place(plan)}", "earlier runs left nothing over that the files still name"
    people = sum(event.people for event in plan.events)
    compared = f"{say_count(len(plan.events), 'event')} and {say_count(people, 'person', 'people')}"
    same = "the same on both sides" if plan.basis is PlanBasis.COMMIT else "all as recorded"
    return f"Nothing to do{_say_place(plan)}", f"{compared} compared, {same}"


def _say_held(plan: Plan) -> tuple[str, str]:
    rows = sum(event.rows_held for event in plan.events)
    completions = sum(event.completion is not None for event in plan.events)
    parts = [(rows, say_count(rows, "row")), (completions, say_count(completions, "completion"))]
    held = say_list(text for count, text in parts if count)
    return f"Nothing to do now{_say_place(plan)}", f"all that is due is as recorded; held until due: {held}"


def _say_work(plan: Plan) -> tuple[str, str]:
    if not plan.has_work_now:
        return _say_held(plan)
    actions = [event.action for event in plan.events]
    rows = sum(event.rows_ready for event in plan.events)
    held = sum(event.rows_held for event in plan.events)
    completions = sum(event.completion is not None and event.completion.is_due for event in plan.events)
    unchanged = sum(event.is_empty for event in plan.events)
    parts = [
        (plan.changes_settings, "change the app's settings"),
        (actions.count(EventAction.CREATE), f"create {say_count(actions.count(EventAction.CREATE), 'event')}"),
        (actions.count(EventAction.UPDATE), f"update {say_count(actions.count(EventAction.UPDATE), 'event')}"),
        (rows, f"send {say_count(rows, 'row')}"),
        (completions, f"complete {say_count(completions, 'event')}"),
        (held, f"hold {say_count(held, 'row')}"),
        (unchanged, f"leave {say_count(unchanged, 'event')} alone"),
    ]
    said = ", ".join(text for count, text in parts if count)
    what = "Retry of what earlier runs left over" if plan.is_retry else "Plan"
    return f"{what}{_say_place(plan)}", said or "nothing is due yet"


def _outline_changes(plan: Plan, wording: PlanWording, *, is_verbose: bool) -> Section | None:
    changed = [event for event in plan.events if event.has_work_now]
    if not changed:
        return None
    held = sum(event.is_held for event in plan.events)
    unchanged = sum(event.is_empty for event in plan.events)
    entries = []
    if held:
        entries.append(Entry(Mark.QUIET, "", f"{say_count(held, 'event')} with nothing due yet: see below"))
    if unchanged:
        entries.append(Entry(Mark.QUIET, "", f"{say_count(unchanged, 'event')} unchanged"))
    summary = f"{len(changed):,} of {say_count(len(plan.events), 'event')}"
    blocks = outline_blocks(changed, wording, is_verbose=is_verbose)
    return Section(SectionKind.CHANGES, "What changes", summary, tuple(blocks), tuple(entries))


def _outline_irreversible(plan: Plan, wording: PlanWording, *, is_verbose: bool) -> Section | None:
    entries = _say_completions(plan, wording, is_verbose=is_verbose)
    senders = [event for event in plan.events if event.rows_ready]
    rows = sum(event.rows_ready for event in senders)
    if rows:
        states = say_list(f"{count:,} {state.lower()}" for state, count in count_rows_by_state(senders).items())
        where = (
            f"in {say_count(len(senders), 'event')}" if len(senders) > 1 else f"in {wording.say_key(senders[0].key)}"
        )
        entries.append(Entry(Mark.DANGER, "", f"{say_count(rows, 'attendance row')} recorded {where}: {states}"))
    if plan.estimate.new_contacts_at_most:
        contacts = say_count(plan.estimate.new_contacts_at_most, "new contact")
        entries.append(Entry(Mark.DANGER, "", f"at most {contacts} created: people HubSpot may not know by e-mail yet"))
    return Section(SectionKind.IRREVERSIBLE, "What can't be undone", entries=tuple(entries)) if entries else None


def _say_completions(plan: Plan, wording: PlanWording, *, is_verbose: bool) -> list[Entry]:
    due = [event for event in plan.events if event.completion is not None and event.completion.is_due]
    if is_verbose or len(due) <= MOST_COMPLETIONS_APART:
        return [
            Entry(Mark.DANGER, shown_id, "completed for good", say_approval(shown_id))
            for shown_id in (wording.say_key(event.key) for event in due)
        ]
    ids = say_list((wording.say_key(event.key) for event in due), at_most=MOST_IDS)
    text = f"{say_count(len(due), 'event')} completed for good: {ids}"
    return [Entry(Mark.DANGER, "", text, "--approve complete:ID for each")]


def say_approval(shown_id: str) -> str:
    """The flag that approves the event's completion, quoted for a shell where that is needed."""
    return f"--approve {shlex.quote(make_one_line(f'complete:{shown_id}'))}"


def _outline_held(plan: Plan, wording: PlanWording, *, is_verbose: bool) -> Section | None:
    found = sorted((each for event in plan.events for each in list_held(event, wording)), key=lambda each: each[0])
    entries = _shorten([entry for _, entry in found], is_verbose=is_verbose, noun="step")
    return Section(SectionKind.HELD, "What is held until it is due", entries=entries) if entries else None


def _outline_leftovers(plan: Plan, wording: PlanWording, *, is_verbose: bool) -> Section | None:
    entries = [
        Entry(
            Mark.CHANGE,
            wording.say_key(event.key),
            say_list(f"{count:,} {outcome}" for outcome, count in sorted(event.leftovers.items()) if count),
        )
        for event in plan.events
        if any(event.leftovers.values())
    ]
    ends = [
        Entry(Mark.CHANGE, wording.say_key(key), make_one_line(said))
        for key, told in sorted(plan.open_ends.items())
        for said in told
    ]
    if not entries and not ends:
        return None
    shown = (
        *_shorten(entries, is_verbose=is_verbose, noun="event"),
        *_shorten(ends, is_verbose=is_verbose, noun="of these"),
    )
    summary = "not confirmed by HubSpot, planned again" if entries and not ends else ""
    return Section(SectionKind.LEFTOVERS, "Left over from earlier runs", summary, entries=shown)


def _outline_unknowns(plan: Plan) -> Section | None:
    entries = tuple(Entry(Mark.CHANGE, "", make_one_line(said)) for said in plan.unknowns)
    return Section(SectionKind.UNKNOWN, "What this plan can't know", entries=entries) if entries else None


def _outline_notes(plan: Plan, wording: PlanWording, *, is_verbose: bool) -> Section | None:
    told_by: dict[str, list[str]] = {}
    for event in plan.events:
        for note in event.notes:
            told_by.setdefault(make_one_line(note), []).append(wording.say_key(event.key))
    entries = [
        Entry(Mark.CHANGE, say_list(ids, at_most=None if is_verbose else 2), note) for note, ids in told_by.items()
    ]
    shown = _shorten(entries, is_verbose=is_verbose, noun="note")
    return Section(SectionKind.NOTES, "Worth knowing", entries=shown) if shown else None


def _outline_keys(
    kind: SectionKind, title: str, keys: Sequence[EventKey], wording: PlanWording, *, is_verbose: bool
) -> Section | None:
    if not keys:
        return None
    ids = say_list((wording.say_key(key) for key in sorted(keys)), at_most=None if is_verbose else MOST_IDS)
    is_forgotten = kind is SectionKind.FORGOTTEN
    summary = "left alone at HubSpot and on record" if is_forgotten else "by --event"
    aside = "forget EVENT drops the record" if is_forgotten else ""
    text = f"{say_count(len(keys), 'event')}: {ids}"
    mark = Mark.REMOVE if is_forgotten else Mark.QUIET
    return Section(kind, title, summary, entries=(Entry(mark, "", text, aside),))


def _outline_cost(plan: Plan) -> Section | None:
    if not plan.has_work_now:
        return None
    estimate = plan.estimate
    quota = f"{estimate.daily_quota:,} of HubSpot's smallest tier"
    contacts = estimate.new_contacts_at_most
    share = say_share(estimate.requests.total, estimate.daily_quota)
    rounds = max(map(count_rounds, plan.events), default=0)
    entries = [
        Entry(Mark.QUIET, "requests", say_requests(estimate.requests, rounds=rounds)),
        Entry(Mark.QUIET, "time", f"{say_duration(estimate.seconds)} at the configured rate"),
        Entry(Mark.QUIET, "daily quota", f"{share} of the {quota}"),
        Entry(Mark.QUIET, "contacts", f"at most {contacts:,} new" if contacts else "none new"),
    ]
    return Section(SectionKind.COST, "What it costs", entries=tuple(entries))


def say_requests(requests: RequestCount, *, rounds: int = 1) -> str:
    """The total and its kinds: ``14: 1 upsert, 12 attendance in up to 2 rounds, 1 completion``."""
    in_rounds = f" in up to {rounds} rounds" if rounds > 1 else ""
    kinds = [
        (requests.upserts, say_count(requests.upserts, "upsert")),
        (requests.attendance, f"{requests.attendance:,} attendance{in_rounds}"),
        (requests.completions, say_count(requests.completions, "completion")),
        (requests.settings, say_count(requests.settings, "change of settings", "changes of settings")),
        (requests.reads, say_count(requests.reads, "look-up")),
    ]
    said = ", ".join(text for count, text in kinds if count)
    return f"{requests.total:,}: {said}" if said else "0"


def _outline_digest(plan: Plan) -> Section:
    return Section(SectionKind.DIGEST, "Digest", entries=(Entry(Mark.QUIET, "", make_one_line(plan.digest)),))


def _shorten(entries: list[Entry], *, is_verbose: bool, noun: str) -> tuple[Entry, ...]:
    if is_verbose or len(entries) <= MOST_ENTRIES:
        return tuple(entries)
    hidden = len(entries) - MOST_ENTRIES + 1
    return (*entries[: MOST_ENTRIES - 1], Entry(Mark.QUIET, "", f"and {say_count(hidden, f'more {noun}')}"))
