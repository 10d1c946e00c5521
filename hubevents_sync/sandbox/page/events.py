"""The pages about events: all of them, and one with its attendees over time."""

from hubevents_sync.sandbox.page.asked import Asked, View, not_here
from hubevents_sync.sandbox.page.chart import NARROW, WIDE, count_totals, describe, draw_chart
from hubevents_sync.sandbox.page.paging import PAGE_SIZE, Pager
from hubevents_sync.sandbox.store import overview, timeline
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.store.overview import EventQuery
from hubevents_sync.sandbox.store.participations import count_states

ROW_STATES = ("REGISTERED", "ATTENDED", "CANCELLED", "NO_SHOW")


def show_events(asked: Asked) -> View:
    """All events with their counters; searched by ``q``, filtered by ``state``, sorted by ``sort`` and ``order``."""
    sort = asked.word("sort", allowed=overview.SORTS, default="start")
    order = asked.word("order", allowed=("asc", "desc"), default=natural_order(sort))
    state = asked.word("state", allowed=overview.STATES)
    query = EventQuery(asked.text("q"), state, sort, is_descending=order == "desc")
    offset = (asked.page_number - 1) * PAGE_SIZE
    with asked.sources.open_account(asked.now_ms) as account:
        account.settle_all()
        counts = overview.count_events(account.connection, query, now_ms=asked.now_ms)
        found = overview.find_events(account.connection, query, now_ms=asked.now_ms, offset=offset, limit=PAGE_SIZE)
    total = counts[state] if state else counts.total()
    values = {
        "events": found,
        "counts": counts,
        "states": overview.STATES,
        "query": query,
        "order": order,
        "columns": _write_columns(asked, sort, order),
        "pager": Pager(total, asked.page_number, asked.place),
        "gauges": asked.sources.read_gauges(asked.now_ms),
        "is_empty_account": not counts.total() and not query.text,
    }
    return View("events.html", "Events", "events", values)


def natural_order(sort: str) -> str:
    """How a column is sorted at the first click: the newest and the most first, names from A."""
    return "desc" if sort == "start" or sort in overview.COUNTS else "asc"


def _write_columns(asked: Asked, sort: str, order: str) -> list[dict[str, str]]:
    """Each sortable column: its name, the address that sorts by it, and its ``aria-sort``."""
    columns = []
    for name in overview.SORTS:
        is_sorted = name == sort
        turned = "asc" if order == "desc" else "desc"
        address = asked.place.having(sort=name, order=turned if is_sorted else natural_order(name))
        spoken = ("descending" if order == "desc" else "ascending") if is_sorted else ""
        columns.append({"name": name, "address": address, "aria_sort": spoken})
    return columns


def show_event(asked: Asked) -> View:
    """One event: its fields, its counters, its attendees over time, and its participations page by page."""
    (event_id,) = asked.arguments
    state = asked.word("state", allowed=ROW_STATES)
    offset = (asked.page_number - 1) * PAGE_SIZE
    with asked.sources.open_account(asked.now_ms) as account:
        event = account.get_event(event_id)
        if event is None:
            return not_here(f"no event has the object id {event_id}")
        connection = account.connection
        counts = count_states(connection, event_id)
        series = timeline.read_series(connection, event_id)
        total, rows = timeline.read_rows(
            connection, event_id, state=state, text=asked.text("q"), offset=offset, limit=PAGE_SIZE
        )
    values = {
        "event": event,
        "state": tell_state(event, now_ms=asked.now_ms),
        "counts": counts,
        "rows": rows,
        "row_states": ROW_STATES,
        "row_state": state,
        "text": asked.text("q"),
        "series": series,
        "pager": Pager(total, asked.page_number, asked.place),
        **_draw(event, series),
    }
    return View("event.html", event.name or event.external_id, "events", values)


def _draw(event: EventRecord, series: timeline.Series) -> dict[str, object]:
    if not series.stretches:
        return {"charts": [], "totals": {}, "description": ""}
    return {
        "charts": [draw_chart(series, frame, start_ms=event.start_ms, end_ms=event.end_ms) for frame in (WIDE, NARROW)],
        "totals": count_totals(series),
        "description": describe(series),
    }


def tell_state(event: EventRecord, *, now_ms: int) -> str:
    """One of ``overview.STATES``, by the same rule as the list's SQL: a test compares them."""
    if event.cancelled or event.completed:
        return "cancelled" if event.cancelled else "complete"
    if event.end_ms is not None and event.end_ms <= now_ms:
        return "over"
    return "live" if event.start_ms is not None and event.start_ms <= now_ms else "upcoming"
