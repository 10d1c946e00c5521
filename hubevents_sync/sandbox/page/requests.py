"""The pages about requests: the log with its filters, one request with its bodies, and how full the limits are."""

from collections.abc import Callable

from hubevents_sync.sandbox.page.asked import Asked, View, not_here
from hubevents_sync.sandbox.page.paging import PAGE_SIZE, Pager
from hubevents_sync.sandbox.request_log import KEPT_BODY_BYTES, KEPT_REQUESTS, RecordedRequest

REFRESH_SECONDS = 5
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
STATUSES: dict[str, Callable[[int], bool]] = {
    "2xx": lambda status: 200 <= status < 300,
    "4xx": lambda status: 400 <= status < 500,
    "429": lambda status: status == 429,
    "5xx": lambda status: status >= 500,
    "cut": lambda status: status == 0,
}


def show_requests(asked: Asked) -> View:
    """The newest requests first; ``q`` is looked for in the path, ``status`` and ``method`` choose some."""
    status, method = asked.word("status", allowed=STATUSES), asked.word("method", allowed=METHODS)
    text = asked.text("q")
    kept = asked.sources.log.kept()
    found = [one for one in reversed(kept) if _fits(one, text=text, status=status, method=method)]
    first = (asked.page_number - 1) * PAGE_SIZE
    is_live = asked.word("refresh", allowed=("on",)) == "on"
    values = {
        "requests": found[first : first + PAGE_SIZE],
        "gauges": asked.sources.read_gauges(asked.now_ms),
        "counts": asked.sources.log.counts(),
        "methods": METHODS,
        "statuses": STATUSES,
        "text": text,
        "status": status,
        "method": method,
        "kept_requests": KEPT_REQUESTS,
        "pager": Pager(len(found), asked.page_number, asked.place),
        "refresh_seconds": REFRESH_SECONDS if is_live else 0,
        "refresh_address": asked.place.having(refresh=None if is_live else "on"),
    }
    return View("requests.html", "Requests", "requests", values)


def _fits(request: RecordedRequest, *, text: str, status: str, method: str) -> bool:
    if status and not STATUSES[status](request.status):
        return False
    if method and request.method != method:
        return False
    return not text or text.lower() in f"{request.path} {request.correlation_id}".lower()


def show_request(asked: Asked) -> View:
    """One request with what was sent and what was answered, as far as that is kept."""
    (number,) = asked.arguments
    request = next((one for one in asked.sources.log.kept() if one.number == number), None)
    if request is None:
        return not_here(f"request {number} is not in the log, which keeps the last {KEPT_REQUESTS:,}")
    parts = (("What was sent", request.request_body), ("What was answered", request.response_body))
    bodies = [(name, body, len(body) >= KEPT_BODY_BYTES) for name, body in parts]
    values = {"request": request, "bodies": bodies, "kept_bytes": KEPT_BODY_BYTES}
    return View("request.html", f"Request {number}", "requests", values)
