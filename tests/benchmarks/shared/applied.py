"""Apply a project to a HubSpot that says yes to everything at once: the real engine and state, and no network.

    python tests/benchmarks/shared/applied.py FOLDER

A process of its own, so that what it takes in memory is not counted with what is measured later.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

sys.path.insert(0, str(Path(__file__).parents[3]))

from hubevents_sync.engine.applying.apply import ApplyPorts, Approval, apply_project
from hubevents_sync.engine.workspace import SystemClock, Workspace
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import (
    AcceptedRow,
    AttendanceAnswer,
    AttendanceCounters,
    LiveParticipation,
    TokenInfo,
    UpsertAnswer,
    UpsertedEvent,
)
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.snapshot import EventSnapshot
from hubevents_sync.ports import SettingsApi, StopSwitch
from hubevents_sync.render.progress import SilentProgress


class AgreeableHubSpot:
    """Takes every event and every row, and keeps none. It has nothing to read."""

    requests_sent = 0

    @property
    def app_settings(self) -> SettingsApi:
        raise NotImplementedError

    def upsert_events(self, events: Sequence[MarketingEvent]) -> UpsertAnswer:
        return UpsertAnswer(tuple(self._take(event) for event in events))

    def put_event(self, event: MarketingEvent) -> str | None:
        return self._take(event).object_id

    def record_attendance(
        self, key: EventKey, state: AttendanceState, rows: Sequence[Participation]
    ) -> AttendanceAnswer:
        del key, state
        return AttendanceAnswer(tuple(AcceptedRow(int.from_bytes(row.person[:6]), row.email) for row in rows))

    def complete_event(self, key: EventKey, *, start: str, end: str) -> None:
        raise NotImplementedError

    def read_event(self, key: EventKey) -> EventSnapshot | None:
        raise NotImplementedError

    def read_counters(self, key: EventKey) -> AttendanceCounters:
        raise NotImplementedError

    def read_participations(self, key: EventKey, *, contact: str | None = None) -> Iterator[LiveParticipation]:
        raise NotImplementedError

    def read_token_info(self) -> TokenInfo:
        return TokenInfo(1, None, frozenset())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def _take(self, event: MarketingEvent) -> UpsertedEvent:
        number = event.key.external_event_id.rpartition("-")[2]
        return UpsertedEvent(event.name, event.key.external_event_id, f"9{number}")


def apply_in_memory(folder: Path) -> None:
    """Apply the project in *folder*. SystemExit where it did not end well."""
    ports = ApplyPorts(
        open_hubspot=lambda _settings, _gate: AgreeableHubSpot(),
        show=lambda _: None,
        agree=lambda _: Approval(),
        progress=SilentProgress(),
        stop=StopSwitch(),
    )
    environ = {**os.environ, "HUBSPOT_ACCESS_TOKEN": "pat-test-0000"}
    result = apply_project(Workspace(folder, environ, SystemClock()), ports)
    if result.report is None or result.report.run.exit_code:
        raise SystemExit(f"the apply ended with {result.fault or result.report}")


if __name__ == "__main__":
    apply_in_memory(Path(sys.argv[1]))
