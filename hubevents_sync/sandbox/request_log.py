"""What was asked of the sandbox: a bounded log with bounded bodies, and counts that are complete."""

import threading
from collections import Counter, deque
from dataclasses import dataclass, field

KEPT_REQUESTS = 10_000
KEPT_BODY_BYTES = 2_048


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request as it came. *path* is still percent-encoded; *rows* counts the entries of ``inputs``, if any.

    The bodies are cut to their first 2,048 bytes, hold what people sent, and stay out of the repr. *status* is 0 where
    the connection was cut in place of an answer; *faults* are the rules that struck.
    """

    number: int
    at_ms: int
    method: str
    path: str
    query: str
    status: int
    rows: int
    seconds: float
    correlation_id: str
    request_body: bytes = field(default=b"", repr=False)
    response_body: bytes = field(default=b"", repr=False)
    faults: tuple[str, ...] = ()


class RequestLog:
    """The last 10,000 requests, and how many there were by method. Safe to read from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[RecordedRequest] = deque(maxlen=KEPT_REQUESTS)
        self._counts: Counter[str] = Counter()

    def next_number(self) -> int:
        """The number of the next request, from 1."""
        with self._lock:
            return self._counts.total() + 1

    def add(self, request: RecordedRequest) -> None:
        """Keep *request* and count it."""
        with self._lock:
            self._kept.append(request)
            self._counts[request.method] += 1

    def clear(self) -> None:
        """Forget all of it; numbers begin at 1 again."""
        with self._lock:
            self._kept.clear()
            self._counts.clear()

    def kept(self) -> list[RecordedRequest]:
        """The requests still held, oldest first."""
        with self._lock:
            return list(self._kept)

    def counts(self) -> dict[str, int]:
        """How many requests there were since the start, by method."""
        with self._lock:
            return dict(self._counts)
