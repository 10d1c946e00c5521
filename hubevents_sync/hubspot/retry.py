"""Try again where that is safe and of use: the waits that HubSpot's documentation asks for, one table for all."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime

import httpx

from hubevents_sync.errors import DailyQuotaSpent, HubSpotError, NotSent
from hubevents_sync.hubspot.answers import parse_object, text_of
from hubevents_sync.hubspot.failures import correlation_id_of, describe_tries
from hubevents_sync.hubspot.reasons import say_answer, say_loss
from hubevents_sync.model.instant import to_epoch_ms
from hubevents_sync.model.waiting import OnWait, Wait, ignore_wait
from hubevents_sync.ports import CallGate, Clock

# Set to False on a request that must not reach HubSpot twice (complete).
REPEATABLE = "repeatable"
# What the request is for, in words that errors may show.
ACTION = "action"
# Where the response carries how often it was tried, and for how many seconds.
TRIES, TRIED_SECONDS = "tries", "tried_seconds"

# A longer Retry-After is not waited for: a migration between data centres asks for up to 24 hours.
LONGEST_WAIT_SECONDS = 60.0
# Waits grow by up to this share, so that threads that were refused together don't come back together.
_JITTER = 0.25


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often to try in all, and how long to wait: *first* seconds, doubled or added each time, up to a ceiling."""

    tries: int
    first: float
    doubles: bool = True
    ceiling: float = 30.0

    def wait_seconds(self, tries: int) -> float:
        """The wait after the try number *tries*, which counts from 1."""
        grown = self.first * 2 ** (tries - 1) if self.doubles else self.first * tries
        return min(grown, self.ceiling)

    def within(self, seconds: float) -> "Backoff":
        """The same, with no more tries than those whose waits fit into *seconds*."""
        tries, waited = 1, self.wait_seconds(1)
        while tries < self.tries and waited <= seconds:
            tries += 1
            waited += self.wait_seconds(tries)
        return replace(self, tries=tries)


# 10 s x attempt, as HubSpot's own Node client does: Retry-After is not documented on a 429.
RATE_LIMITED = Backoff(tries=8, first=10.0, doubles=False)
# "Wait at least 2 seconds": documentation, error handling, 423.
LOCKED = Backoff(tries=8, first=2.0)
# "Pause a few seconds": documentation, error handling, 502 to 504 and 521 to 524.
UNREACHABLE = Backoff(tries=6, first=2.0)

# Answers that say that the request was not taken: it may go out again, whatever it is.
_REFUSED = {423: LOCKED, 429: RATE_LIMITED, 477: UNREACHABLE}
# Answers that leave open whether it was: only what may arrive twice goes out again.
_UNCERTAIN = dict.fromkeys((502, 503, 504, 521, 523, 524), UNREACHABLE)
# The request can't have reached HubSpot.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# Trying again gives the same.
_HOPELESS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.DecodingError)


@dataclass(frozen=True, slots=True)
class _Tried:
    """What came of the try number *tries*: an answer, or the *error* that took its place."""

    tries: int
    response: httpx.Response | None = None
    error: httpx.RequestError | None = None


class RetryTransport(httpx.BaseTransport):
    """Sends a request again as the table above says, and reads every answer to its end.

    A request marked ``extensions={"repeatable": False}`` goes out again only where it can't have been taken.
    *hold* tells the throttle to keep all others back too, *gate* hears of requests that got no answer at all. Raises
    DailyQuotaSpent, and HubSpotError where no answer came; an answer that is still an error after the last try is
    returned. Where the run is stopped, the try before is the last; NotSent is raised where there was none.

    *tell* hears of every wait before it begins. A HubSpot that never answered yet is waited for *patience_seconds*, and
    one that has as the table says: somebody who looks wants to know soon that nobody is there.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        *,
        clock: Clock,
        hold: Callable[[float], None],
        gate: CallGate,
        tell: OnWait = ignore_wait,
        patience_seconds: float | None = None,
        seed: int | None = None,
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._hold = hold
        self._gate = gate
        self._tell = tell
        self._patience_seconds = patience_seconds
        self._has_answered = False
        self._random = random.Random(seed)  # noqa: S311  spreads waits; nothing secret hangs on it

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request*, again where that is safe, and return the last answer."""
        repeatable = request.extensions.get(REPEATABLE, True) is not False
        began = self._clock.monotonic()
        tried = self._try(request, 1)
        while (wait := self._wait_after(request, tried, began, repeatable=repeatable)) is not None:
            try:
                self._tell(wait)
                self._clock.sleep(wait.seconds)
                tried = self._try(request, tried.tries + 1)
            except NotSent:
                break  # the run is stopped: HubSpot may have got the tries before, so their end is what is known
        return self._end(request, tried, self._clock.monotonic() - began)

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()

    def _try(self, request: httpx.Request, number: int) -> _Tried:
        try:
            response = self._inner.handle_request(request)
            response.read()
        except (httpx.TransportError, httpx.DecodingError) as error:
            return _Tried(number, error=error)
        self._has_answered = True
        return _Tried(number, response)

    def _end(self, request: httpx.Request, tried: _Tried, seconds: float) -> httpx.Response:
        if tried.response is not None:
            tried.response.extensions[TRIES] = tried.tries
            tried.response.extensions[TRIED_SECONDS] = seconds
            return tried.response
        lost = _no_answer(request, tried.error, tried.tries, seconds)
        self._gate.note_loss(lost)
        raise lost from tried.error

    def _wait_after(self, request: httpx.Request, tried: _Tried, began: float, *, repeatable: bool) -> Wait | None:
        if tried.response is not None:
            return self._wait_after_answer(request, tried.response, tried.tries, repeatable=repeatable)
        return self._wait_after_loss(tried, began, repeatable=repeatable)

    def _wait_after_loss(self, tried: _Tried, began: float, *, repeatable: bool) -> Wait | None:
        error = tried.error
        if isinstance(error, _HOPELESS) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return None
        if not repeatable and not isinstance(error, _NOT_SENT):
            return None
        patience = None if self._has_answered else self._patience_seconds
        backoff = UNREACHABLE if patience is None else UNREACHABLE.within(patience)
        wait = backoff.wait_seconds(tried.tries)
        # A try that found nobody took its time too.
        if tried.tries >= backoff.tries or (
            patience is not None and self._clock.monotonic() - began + wait > patience * (1 + _JITTER)
        ):
            return None
        return Wait(say_loss(error), self._spread(wait), tried.tries + 1, backoff.tries)

    def _wait_after_answer(
        self, request: httpx.Request, response: httpx.Response, tries: int, *, repeatable: bool
    ) -> Wait | None:
        status = response.status_code
        if status == 429:
            _raise_if_daily(request, response)
        backoff = _REFUSED.get(status) or (_UNCERTAIN.get(status) if repeatable else None)
        if backoff is None or tries >= backoff.tries:
            return None
        asked = retry_after_seconds(response, now_ms=self._clock.now_ms())
        if asked is not None and asked > LONGEST_WAIT_SECONDS:
            return None
        floor = LOCKED.first if status == 423 else 0.0
        wait = self._spread(backoff.wait_seconds(tries) if asked is None else max(asked, floor))
        if status == 429:
            self._hold(wait)
        return Wait(say_answer(status), wait, tries + 1, backoff.tries)

    def _spread(self, seconds: float) -> float:
        return seconds * (1 + _JITTER * self._random.random())


def retry_after_seconds(response: httpx.Response, *, now_ms: int) -> float | None:
    """What Retry-After asks for, given in seconds or as a date; None where it is missing or unreadable."""
    written = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", written, re.ASCII):
        return float(written)
    try:
        return max(0.0, (to_epoch_ms(parsedate_to_datetime(written)) - now_ms) / 1000)
    except (ValueError, TypeError):
        # TypeError: a date without a zone ("-0000") comes back naive.
        return None


def _raise_if_daily(request: httpx.Request, response: httpx.Response) -> None:
    body = parse_object(response.content) or {}
    policy, message = text_of(body.get("policyName")) or "", text_of(body.get("message")) or ""
    spent = response.headers.get("X-HubSpot-RateLimit-Daily-Remaining") == "0"
    if policy.upper() == "DAILY" or "daily limit" in message.lower() or (not policy and spent):
        raise DailyQuotaSpent(
            f"{_action_of(request)}: HubSpot takes no more calls today, the account's daily quota is spent",
            hint="it is refilled at midnight in the HubSpot account's time zone; run the same command again then",
            status=429,
            category=text_of(body.get("category")) or text_of(body.get("errorType")),
            correlation_id=correlation_id_of(response, body),
        )


def _no_answer(request: httpx.Request, error: httpx.RequestError | None, tries: int, seconds: float) -> HubSpotError:
    # The text of httpx's errors holds no URL; what the operating system adds is an address and a reason.
    reason = str(error).strip() or type(error).__name__
    return HubSpotError(
        f"{_action_of(request)}: HubSpot gave no answer{describe_tries(tries, seconds)}: {reason}",
        hint="check the network, a proxy's settings, and hubspot.base_url; what HubSpot took is found by the next run",
    )


def _action_of(request: httpx.Request) -> str:
    return str(request.extensions.get(ACTION, "calling HubSpot"))
