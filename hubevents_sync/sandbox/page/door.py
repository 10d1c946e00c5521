"""Where the page meets the server: a request comes in, the account and its log are looked at, a response goes out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from hubevents_sync.errors import UsageError
from hubevents_sync.sandbox.behaviours import SECTIONS
from hubevents_sync.sandbox.faults.book import FaultBook
from hubevents_sync.sandbox.faults.grammar import WHATS, WHERES, parse_rule
from hubevents_sync.sandbox.limits import RateMeter
from hubevents_sync.sandbox.page.asked import BehaviourShown, FaultInForce, FaultsShown, Gauge, Sources
from hubevents_sync.sandbox.page.wording import tell_moment
from hubevents_sync.sandbox.request_log import RequestLog
from hubevents_sync.sandbox.settings import Settings
from hubevents_sync.sandbox.store.account import Account
from hubevents_sync.sandbox.store.database import Database
from hubevents_sync.sandbox.switches import NO_NUMBER, Behaviour

if TYPE_CHECKING:
    from hubevents_sync.sandbox.page.site import Site


@dataclass(frozen=True)
class PageDoor:
    """The page, and what it looks at. It is read by people: no limit counts it, no log has it, no fault strikes it."""

    database: Database
    settings: Settings
    faults: FaultBook
    meter: RateMeter
    log: RequestLog

    def answer(self, request: Request) -> Response:
        """Answer a request for the page."""
        answer = self._site.answer(
            request.method,
            request.scope["raw_path"].decode("latin-1"),
            request.scope["query_string"].decode("latin-1"),
            host=request.headers.get("host", ""),
            now_ms=self.settings.clock(),
        )
        return Response(answer.body, answer.status, answer.headers, answer.media_type)

    @cached_property
    def _site(self) -> "Site":
        # Made when somebody looks: the templates' engine is of no use to a run without a reader.
        from hubevents_sync.sandbox.page.site import Site

        return Site(
            Sources(
                self._open_account,
                self.log,
                self._read_gauges,
                self.settings.portal_id,
                self._read_faults,
                self._read_behaviours,
            )
        )

    @contextmanager
    def _open_account(self, now_ms: int) -> Iterator[Account]:
        with self.database.transaction() as connection:
            yield Account(connection, self.settings.app_id, now_ms, self.settings.switches)

    def _read_gauges(self, now_ms: int) -> list[Gauge]:
        limits, usage = self.settings.limits, self.meter.usage(now_ms)
        window = f"Requests in {limits.window_ms / 1000:g} s"
        rule = "more are refused with 429" if limits.is_enforced else "counted, more are not refused"
        ends = f"until {tell_moment(usage.resets_at_ms)}"
        return [
            Gauge(window, usage.in_window, limits.per_window, rule),
            Gauge("Requests today", usage.today, limits.per_day, ends),
        ]

    def _read_faults(self) -> FaultsShown:
        in_force = [FaultInForce(each.number, each.text, each.seen, each.struck) for each in self.faults.in_force()]
        return FaultsShown(self.faults.seed, in_force, WHERES, WHATS, _complain)

    def _read_behaviours(self) -> dict[str, list[BehaviourShown]]:
        return {name: list(map(self._show_behaviour, behaviours)) for name, behaviours in SECTIONS.items()}

    def _show_behaviour(self, behaviour: Behaviour) -> BehaviourShown:
        switch, shown = behaviour.switch, (behaviour.id, behaviour.statement, behaviour.evidence, behaviour.source)
        if switch is None:
            return BehaviourShown(*shown)
        position = self.settings.switches.positions.get(switch.name, switch.default)
        text = NO_NUMBER if position is None else str(position)
        return BehaviourShown(*shown, switch=switch.name, position=text, default=switch.default_text)


def _complain(rule: str) -> str:
    """What is wrong with *rule*; "" where nothing is."""
    try:
        parse_rule(rule)
    except UsageError as error:
        return f"{error.message}; {error.hint}" if error.hint else error.message
    return ""
