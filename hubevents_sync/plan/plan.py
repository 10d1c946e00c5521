"""Put the plans of events together into one, with its digest and what it costs. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.plan import Estimate, EventAction, EventSummary, Plan, PlanBasis, RequestCount
from hubevents_sync.model.project import BatchSizes, HubSpotSettings
from hubevents_sync.plan.digest import digest_plan
from hubevents_sync.plan.people import PeopleCount


def build_plan(
    summaries: Iterable[EventSummary],
    *,
    settings: HubSpotSettings,
    people: PeopleCount | None = None,
    environment: str | None = None,
    lineage: str | None = None,
    serial: int = 0,
    forgotten: Iterable[EventKey] = (),
    left_out: Iterable[EventKey] = (),
    open_ends: Mapping[EventKey, tuple[str, ...]] | None = None,
    is_retry: bool = False,
    files_digest: str | None = None,
    basis: PlanBasis = PlanBasis.STATE,
) -> Plan:
    """One plan of all events, the unchanged ones too. *people* counts those of the events."""
    events = tuple(sorted(summaries, key=lambda summary: summary.key))
    people = people or PeopleCount()
    digests = ((event.key, event.digest) for event in events if not event.is_empty)
    return Plan(
        digest=digest_plan(digests, is_retry=is_retry, basis=basis),
        events=events,
        estimate=estimate_cost(events, settings=settings, new_contacts=people.new_contacts),
        environment=environment,
        portal=settings.portal,
        lineage=lineage,
        serial=serial,
        forgotten=tuple(sorted(forgotten)),
        left_out=tuple(sorted(left_out)),
        open_ends=dict(open_ends or {}),
        is_retry=is_retry,
        files_digest=files_digest,
        basis=basis,
        shared_people=people.shared,
    )


def estimate_cost(events: Sequence[EventSummary], *, settings: HubSpotSettings, new_contacts: int = 0) -> Estimate:
    """What the steps that are due cost. Time is that of the configured rate; HubSpot's own may be lower."""
    requests = count_requests(events, settings.batch)
    seconds = requests.total * 10 / settings.requests.usable_per_10_seconds
    return Estimate(requests, seconds, new_contacts_at_most=new_contacts)


def count_requests(events: Sequence[EventSummary], batch: BatchSizes) -> RequestCount:
    """The calls of the steps that are due. Events are upserted in batches over all; rows in batches of an event."""
    upserts = sum(event.action is not EventAction.NONE for event in events)
    attendance = sum(ceil(count.ready / batch.attendance) for event in events for count in event.row_counts)
    completions = sum(event.completion is not None and event.completion.is_due for event in events)
    # Before each completion a look at the event and one at its counters.
    return RequestCount(ceil(upserts / batch.events), attendance, completions, reads=2 * completions)
