"""The control endpoints below ``/_sandbox``: faults, limits, the requests so far, the account, a fresh start.

For whoever runs the sandbox, not for its clients: no token, and only from this machine and not from another site's
page. Requests here are not counted, not logged and never struck by a fault.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from hubevents_sync.errors import UsageError
from hubevents_sync.sandbox.faults.book import FaultBook, RuleInForce
from hubevents_sync.sandbox.faults.grammar import parse_rule
from hubevents_sync.sandbox.limits import RateMeter
from hubevents_sync.sandbox.request_log import RecordedRequest, RequestLog
from hubevents_sync.sandbox.settings import Settings
from hubevents_sync.sandbox.store.database import Database, empty_account
from hubevents_sync.sandbox.store.view import AccountView
from hubevents_sync.sandbox.wire.times import write_instant

PREFIX = "/_sandbox/"
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_LARGEST_BODY_BYTES = 64 * 1024


class Denied(Exception):
    """The request is answered with *status* and a line of why."""

    def __init__(self, status: int, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Control:
    """What the control endpoints look at and change."""

    database: Database
    view: AccountView
    settings: Settings
    faults: FaultBook
    meter: RateMeter
    log: RequestLog

    async def answer(self, request: Request) -> Response:
        """Answer one request to a path below ``/_sandbox``."""
        values: Mapping[str, Any] = {}
        try:
            require_own_site(request.method, request.headers)
            values = await _read_values(request)
            return self._do(request, values)
        except Denied as denied:
            return _as_json({"message": denied.message, "hint": denied.hint}, denied.status)
        except UsageError as error:
            if _media_type(request.headers) == _FORM:
                # The page shows the rule again, with what is wrong with it, where the person can correct it.
                way_back = _way_back(request.headers).partition("?")[0]
                location = f"{way_back}?{urlencode({'rule': values.get('rule', '')})}"
                return Response(status_code=303, headers={"Location": location})
            return _as_json({"message": error.message, "hint": error.hint}, 400)

    def _do(self, request: Request, values: Mapping[str, Any]) -> Response:
        path, _, number = request.url.path.removeprefix(PREFIX).partition("/")
        if number and (request.method, path) != ("DELETE", "faults"):
            raise _no_such_path(request)
        match request.method, path:
            case "GET", "faults" | "requests" | "account" | "limits":
                return _as_json(self._show(request, path))
            case "DELETE", "faults":
                self._remove_fault(number) if number else self.faults.clear()
                return _as_json(self._show_faults())
            case "POST", "faults":
                self._change_faults(values)
                return _done(request, self._show_faults(), status=201)
            case "POST", "reset":
                self.reset()
                return _done(request, {"message": "the account is empty, as at the start"}, status=200)
        raise _no_such_path(request)

    def _show(self, request: Request, path: str) -> dict[str, Any]:
        match path:
            case "faults":
                return self._show_faults()
            case "requests":
                return {"requests": [_write_request(each) for each in self._choose_requests(request)]}
            case "account":
                return self._show_account()
        return self._show_limits()

    def reset(self) -> None:
        """As at the start, with an empty account: its rows, the log, what is used of the limits, the faults."""
        empty_account(self.database)
        self.log.clear()
        self.meter.reset()
        self.faults.reset()

    def _change_faults(self, values: Mapping[str, Any]) -> None:
        """``clear`` takes all away, ``remove`` one, ``rule`` or ``rules`` add; a bad one undoes all."""
        texts = values.get("rules", [values["rule"]] if "rule" in values else [])
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise Denied(400, "rules has to be an array of texts, each a rule")
        if not texts and not values.get("clear") and not values.get("remove"):
            raise Denied(400, "there is nothing to do in it", 'send {"rule": "attendance: drop every 9"}')
        rules = [parse_rule(text) for text in texts]
        if values.get("clear"):
            self.faults.clear()
        if values.get("remove"):
            self._remove_fault(str(values["remove"]))
        self.faults.add_all(rules)

    def _remove_fault(self, number: str) -> None:
        if not (number.isascii() and number.isdigit() and len(number) < 10 and self.faults.remove(int(number))):
            raise Denied(404, f"there is no fault of number {number}", f"GET {PREFIX}faults lists them")

    def _show_faults(self) -> dict[str, Any]:
        return {"seed": self.faults.seed, "faults": [_write_rule(rule) for rule in self.faults.in_force()]}

    def _show_account(self) -> dict[str, Any]:
        return {
            "portal_id": self.settings.portal_id,
            "events": self.view.events,
            "contacts": self.view.contacts,
            "participations": self.view.participations,
        }

    def _show_limits(self) -> dict[str, Any]:
        limits, usage = self.settings.limits, self.meter.usage(self.settings.clock())
        return {
            "enforced": limits.is_enforced,
            "window_milliseconds": limits.window_ms,
            "per_window": limits.per_window,
            "used_in_window": usage.in_window,
            "per_day": limits.per_day,
            "used_today": usage.today,
            "day_ends_at": write_instant(usage.resets_at_ms),
            "time_zone": self.settings.time_zone,
        }

    def _choose_requests(self, request: Request) -> list[RecordedRequest]:
        """``?after=N`` gives those with higher numbers only, for who follows along."""
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 19):
            raise Denied(400, f"after has to be the number of a request, not '{after}'")
        return [each for each in self.log.kept() if each.number > int(after)]


_PATHS = "there are GET, POST and DELETE faults, DELETE faults/N, GET requests, account and limits, POST reset"


def _no_such_path(request: Request) -> Denied:
    return Denied(404, f"there is no {request.method} {request.url.path}", _PATHS)


def _done(request: Request, body: Mapping[str, Any], *, status: int) -> Response:
    """Back to the page that a form was sent from; to a program, what there is now."""
    if _media_type(request.headers) != _FORM:
        return _as_json(body, status)
    return Response(status_code=303, headers={"Location": _way_back(request.headers)})


def require_own_site(method: str, headers: Headers) -> None:
    """Raise Denied unless the request was meant for this machine and, where it changes something, comes from no other
    site's page. A foreign name in Host is how a site on the internet would reach what listens on loopback."""
    host = headers.get("host", "")
    if _split(f"//{host}").hostname not in LOOPBACK_HOSTS:
        raise Denied(403, f"'{host}' is not this machine", f"use one of {', '.join(LOOPBACK_HOSTS)}")
    if method in ("GET", "HEAD"):
        return
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    is_foreign = site not in (None, "same-origin", "none")
    if is_foreign or (origin is not None and origin != f"http://{host}"):
        raise Denied(
            403, "this comes from another site's page", "send it from the sandbox's own page, or from a program"
        )


def _way_back(headers: Headers) -> str:
    """The path of the Referer where it is one of ours, and the page otherwise."""
    referer = _split(headers.get("referer", ""))
    if referer.netloc != headers.get("host") or not referer.path.startswith("/") or referer.path.startswith("//"):
        return "/"
    # Without a rule that could not be read: it has been corrected.
    query = "&".join(part for part in referer.query.split("&") if part and not part.startswith("rule="))
    return f"{referer.path}?{query}" if query else referer.path


def _split(address: str) -> SplitResult:
    """The parts of *address*; empty ones where it is none."""
    try:
        return urlsplit(address)
    except ValueError:  # half an IPv6 address
        return urlsplit("")


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


async def _read_values(request: Request) -> Mapping[str, Any]:
    """The JSON object or the form of a POST. No other type: a page elsewhere could send those without being asked."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_BODY_BYTES:
            raise Denied(413, f"the request is larger than {_LARGEST_BODY_BYTES} bytes")
    if request.method != "POST" or not body:
        return {}
    media_type = _media_type(request.headers)
    if media_type not in (_FORM, _JSON):
        raise Denied(415, f"'{media_type}' can't be read; allowed are {_JSON} and {_FORM}")
    try:
        values = dict(parse_qsl(body.decode(), keep_blank_values=True)) if media_type == _FORM else json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Denied(400, "the body can't be read as what it says it is") from error
    if not isinstance(values, dict):
        raise Denied(400, "the body has to be a JSON object")
    return values


def _write_rule(rule: RuleInForce) -> dict[str, Any]:
    return {"number": rule.number, "rule": rule.text, "seen": rule.seen, "struck": rule.struck}


def _write_request(request: RecordedRequest) -> dict[str, Any]:
    return {
        "number": request.number,
        "at": write_instant(request.at_ms),
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "status": request.status,
        "rows": request.rows,
        "seconds": round(request.seconds, 6),
        "correlation_id": request.correlation_id,
        "faults": list(request.faults),
        "request_body": request.request_body.decode(errors="replace"),
        "response_body": request.response_body.decode(errors="replace"),
    }


def _as_json(body: Mapping[str, Any], status: int = 200) -> Response:
    content = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    return Response(content, status, media_type="application/json", headers={"Cache-Control": "no-store"})
