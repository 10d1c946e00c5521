"""HTTP to a forge's API: the token on every request, pages followed, faults explained, and no token in any of them."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from importlib import metadata
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from hubevents_sync.errors import ConfigurationError, ForgeError, ForgeUnavailable
from hubevents_sync.ports import Clock

PAGE_ROWS = 100  # the most that either forge gives at once
MOST_PAGES = 200
# A longer wait is not worth a runner's time: the error says when it is over.
LONGEST_WAIT_SECONDS = 90.0
_TIMEOUT = httpx.Timeout(30.0)
_LONGEST_SAID = 200
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class ForgeClient:
    """One forge's API. *name* is the forge's in messages, *hints* say what to do by status."""

    def __init__(
        self,
        base_url: str,
        *,
        name: str,
        token: str,
        headers: Mapping[str, str],
        hints: Mapping[int, str],
        clock: Clock,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._name = name
        self._token = token
        self._hints = hints
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        agent = f"hubevents-sync/{_version()}"
        # The environment's proxies are used, as by every other tool of a runner; loopback needs none.
        self._http = httpx.Client(
            headers={"User-Agent": agent, **headers},
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=not is_loopback(urlsplit(base_url).hostname or ""),
            transport=transport,
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def send(self, method: str, path: str, *, action: str, body: object = None, may: tuple[int, ...] = ()) -> "Answer":
        """Send one call. Raises ForgeError for a status that is neither 2xx nor one of *may*."""
        return self._send(method, self._base_url + path, action=action, body=body, may=may)

    def list_all(self, path: str, *, action: str) -> Iterator[dict[str, Any]]:
        """The objects of a list, over all its pages."""
        mark = "&" if "?" in path else "?"
        url: str | None = f"{self._base_url}{path}{mark}per_page={PAGE_ROWS}"
        for _ in range(MOST_PAGES):
            if url is None:
                return
            answer = self._send("GET", url, action=action)
            if not isinstance(answer.value, list):
                raise ForgeError(f"{action}: {self._name} answers with something else than a list")
            yield from (item for item in answer.value if isinstance(item, dict))
            url = self._check_next(answer.next_url, action)
        raise ForgeError(f"{action}: more than {MOST_PAGES} pages")

    def _check_next(self, url: str | None, action: str) -> str | None:
        """The next page's address: the token goes to no other host than the first one's."""
        if url is None:
            return None
        here, there = urlsplit(self._base_url), urlsplit(url)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise ForgeError(f"{action}: {self._name} names a next page on another host")
        return url

    def _send(self, method: str, url: str, *, action: str, body: object = None, may: tuple[int, ...] = ()) -> "Answer":
        try:
            response = self._http.request(method, url, json=body)
        except httpx.HTTPError as error:
            raise ForgeUnavailable(
                f"{action}: {self._name} gives no answer ({type(error).__name__})",
                hint="look at the network, and at the address of the API",
            ) from error
        # A 403 can be a rate limit's: that one is no answer.
        if response.is_success or (response.status_code in may and self._find_wait(response) is None):
            return Answer(response)
        raise self._explain(response, action)

    def _explain(self, response: httpx.Response, action: str) -> ForgeError:
        status = response.status_code
        said = self._clean(_message_of(response))
        text = f"{action}: {self._name} answers {status}{f': {said}' if said else ''}"
        wait = self._find_wait(response)
        if wait is not None:
            if wait <= LONGEST_WAIT_SECONDS:
                return ForgeUnavailable(text, hint="run it again", wait_seconds=wait)
            minutes = int(wait // 60) + 1
            return ForgeError(
                f"{action}: {self._name}'s rate limit is used up", hint=f"run it again in {minutes} minutes"
            )
        if status >= 500:
            return ForgeUnavailable(text, hint=f"run it again; is {self._name} in trouble?")
        return ForgeError(text, hint=self._hints.get(status))

    def _find_wait(self, response: httpx.Response) -> float | None:
        """How long a rate limit wants us to wait; None where the answer is no rate limit.

        GitHub says both 403 and 429 (REST, "Rate limits"), GitLab 429.
        """
        headers = response.headers
        used_up = "0" in (headers.get("x-ratelimit-remaining"), headers.get("ratelimit-remaining"))
        if response.status_code != 429 and not (response.status_code == 403 and (used_up or "retry-after" in headers)):
            return None
        if "retry-after" in headers:
            return self._read_retry_after(headers["retry-after"])
        reset = headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset") or ""
        return max(0.0, int(reset) - self._clock.now_ms() / 1000) if reset.isdigit() else LONGEST_WAIT_SECONDS

    def _read_retry_after(self, value: str) -> float:
        if value.isdigit():
            return float(value)
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return LONGEST_WAIT_SECONDS
        return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - self._clock.now_ms() / 1000)

    def _clean(self, text: str) -> str:
        line = _UNPRINTABLE.sub(" ", text).replace(self._token, "<hidden>").strip()
        return line[:_LONGEST_SAID]


class Answer:
    """What a forge said: *status*, the JSON *value* (None where it is none), and where the next page is."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.value: Any = _parse(response)
        self.next_url: str | None = response.links.get("next", {}).get("url")

    def text(self, *names: str) -> str:
        """A text of the object, or of one inside it; empty where it has none."""
        found = self.value
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, str) else ""


def check_api_url(url: str, variable: str) -> str:
    """*url*, which *variable* has, fit for a token: https, or http on loopback. Else ConfigurationError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigurationError(f"{variable} is no URL") from error
    if not host or parts.scheme not in ("http", "https") or parts.username is not None or parts.query:
        raise ConfigurationError(f"{variable} is no https URL of an API")
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(f"{variable} is http on {host}: the token would travel in the clear", hint="use https")
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether *host* is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _message_of(response: httpx.Response) -> str:
    value = _parse(response)
    if not isinstance(value, dict):
        return ""
    said = value.get("message") or value.get("error_description") or value.get("error")
    return said if isinstance(said, str) else ""


def _parse(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content) if response.content.strip() else None
    except ValueError:
        return None


def _version() -> str:
    try:
        return metadata.version("hubevents-sync")
    except metadata.PackageNotFoundError:
        return "unknown"
