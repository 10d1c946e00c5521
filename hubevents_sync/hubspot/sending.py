"""Put a request together and hand it to the transports: what ``httpx.Client`` does, less what no call of ours wants."""

from collections.abc import Mapping
from functools import lru_cache

import httpx

from hubevents_sync.hubspot.auth import Form, Secret
from hubevents_sync.hubspot.retry import ACTION, REPEATABLE

# An event's batches go to one address each state, one after the other.
_KEPT_URLS = 256


class RequestSender:
    """Sends requests to *base_url* through *transport*, which reads an answer to its end. Safe between threads.

    No redirect is followed, for the token is for one address; no cookie is kept; and nothing is logged, for a query can
    hold an e-mail. Of the CPU that 500 rows take at httpx, its client's ways to do these things took a quarter. It also
    tied an answer to its stream and the stream to it, with all that was sent: only the collector would find that.
    """

    def __init__(
        self, transport: httpx.BaseTransport, *, base_url: str, headers: Mapping[str, str], timeout: httpx.Timeout
    ) -> None:
        self._transport = transport
        self._base_url = base_url
        self._headers = [*headers.items(), ("Accept-Encoding", "gzip, deflate"), ("Connection", "keep-alive")]
        self._timeout = timeout.as_dict()
        self._locate = lru_cache(_KEPT_URLS)(self._join)

    def send(
        self,
        method: str,
        path: str,
        *,
        action: str,
        json: bytes | None = None,
        form: Form | None = None,
        token: Secret | None = None,
        repeatable: bool = True,
    ) -> httpx.Response:
        """The answer, whatever its status. *path* is encoded already; *action* is what errors say that this was."""
        headers = self._headers.copy()
        if json is not None:
            headers.append(("Content-Type", "application/json"))
        if token is not None:
            headers.append(("Authorization", f"Bearer {token.reveal()}"))
        request = httpx.Request(
            method,
            self._locate(path),
            headers=headers,
            content=json,
            data=None if form is None else dict(form),
            extensions={"timeout": self._timeout, ACTION: action, REPEATABLE: repeatable},
        )
        return self._transport.handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def _join(self, path: str) -> httpx.URL:
        return httpx.URL(self._base_url + path)
