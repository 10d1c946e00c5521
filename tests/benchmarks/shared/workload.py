"""A project of any size on disk: made, changed and applied."""

from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.shared.people import WRITERS, make_rows

EVENT = """  - externalEventId: event-{number:05}
    eventName: Event {number}
    eventOrganizer: Chef Joe
    startDateTime: 2026-05-30T16:00:00Z
    endDateTime: 2026-05-30T17:30:00Z
    roster: ../rosters/{number:05}.{form}
"""
SETTINGS = """version: 1
account: CookingCo
limits: {{contacts_created: 1000000000}}
hubspot:
  base_url: {base_url}
  requests: {{per_10_seconds: {per_10_seconds}, keep_free: 0%}}
  batch: {{events: {batch}, attendance: {batch}}}
"""
FASTEST = 1000  # requests in ten seconds: the most that the schema of the project file lets through
LARGEST = 1000  # rows in a call, likewise


@dataclass(frozen=True, slots=True)
class Workload:
    """A project in *folder* of *people* in *events*, with a roster in the format *form* for each event.

    *is_plain*: all people did is register, so that there is one row to send for each.
    """

    folder: Path
    form: str
    events: int
    people: int
    is_plain: bool = False

    def write(self) -> None:
        """All files, of a project that nothing was applied of yet."""
        for name in ("events", "rosters"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.write_settings()
        with (self.folder / "events/all.yaml").open("w", encoding="utf-8") as file:
            file.write("events:\n")
            file.writelines(EVENT.format(number=number, form=self.form) for number in range(self.events))
        self.write_rosters(self.events, is_changed=False)

    def write_settings(
        self, *, base_url: str = "http://127.0.0.1:9", per_10_seconds: int = FASTEST, batch: int = LARGEST
    ) -> None:
        """The project file; nobody answers at the default *base_url*, and no plan asks."""
        text = SETTINGS.format(base_url=base_url, per_10_seconds=per_10_seconds, batch=batch)
        (self.folder / "hubevents.yaml").write_text(text, encoding="utf-8")

    def write_rosters(self, count: int, *, is_changed: bool) -> None:
        """The first *count* rosters, as they were at first or with one in a hundred people replaced."""
        share = self.people // self.events
        for number in range(count):
            path = self.folder / "rosters" / f"{number:05}.{self.form}"
            rows = make_rows(number * share, share, is_changed=is_changed, is_plain=self.is_plain)
            WRITERS[self.form](path, rows)
