"""What becomes of an app's settings, of whatever HubSpot answers, and what a fault of theirs stops."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from hubevents_sync.apply.settings import apply_settings
from hubevents_sync.errors import AuthenticationFailed, DailyQuotaSpent, HubSpotError, NotSent
from hubevents_sync.model.app_settings import AppSettings, SettingsChange, SettingsReport
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.ports import StopSwitch

URL = "https://my.event.app/%s"
WANTED = AppSettings(4711, URL)
Answer = AppSettings | None | HubSpotError


@dataclass
class FakeSettings:
    """Reads give *answers* in their order; a write raises *fault* where there is one."""

    answers: list[Answer]
    fault: HubSpotError | None = None
    written: list[AppSettings] = field(default_factory=list)

    def read(self, app_id: int) -> AppSettings | None:
        assert app_id == WANTED.app_id
        answer = self.answers.pop(0)
        if isinstance(answer, HubSpotError):
            raise answer
        return answer

    def write(self, settings: AppSettings) -> None:
        if self.fault is not None:
            raise self.fault
        self.written.append(settings)


@dataclass
class FakeJournal:
    """Notes what is written into it."""

    said: list[str] = field(default_factory=list)

    def intend_settings(self, settings: AppSettings) -> int:
        self.said.append(f"intend {settings.event_details_url}")
        return 7

    def record_settings(self, call_id: int, settings: AppSettings) -> None:
        self.said.append(f"record {call_id} {settings.event_details_url}")

    def fail_settings(
        self, call_id: int, error: str, *, status: int | None = None, correlation_id: str | None = None
    ) -> None:
        self.said.append(f"fail {call_id} {error} {status} {correlation_id}")


def carry_out(api: FakeSettings, journal: FakeJournal, stop: StopSwitch | None = None) -> SettingsReport:
    return apply_settings(SettingsChange(4711, None, URL), api, journal, stop or StopSwitch())


@pytest.mark.parametrize(
    ("answers", "outcome", "written"),
    [
        ([None, WANTED], Outcome.CONFIRMED, [WANTED]),
        ([AppSettings(4711, "https://other.example/%s"), WANTED], Outcome.CONFIRMED, [WANTED]),
        ([WANTED], Outcome.REPEATED, []),
    ],
)
def test_what_hubspot_shows_in_the_end_is_recorded(
    answers: list[Answer], outcome: Outcome, written: Sequence[AppSettings]
) -> None:
    api, journal = FakeSettings(list(answers)), FakeJournal()
    assert carry_out(api, journal) == SettingsReport(4711, URL, outcome)
    assert (api.written, journal.said) == (written, [f"intend {URL}", f"record 7 {URL}"])


@pytest.mark.parametrize("after", [None, AppSettings(4711, "https://other.example/%s")])
def test_a_yes_that_does_not_show_is_not_confirmed(after: AppSettings | None) -> None:
    journal, said = FakeJournal(), "HubSpot took the settings and does not show them"
    report = carry_out(FakeSettings([None, after]), journal)
    assert report == SettingsReport(4711, URL, Outcome.UNCONFIRMED, said)
    assert journal.said == [f"intend {URL}", f"fail 7 {said} None None"]


@pytest.mark.parametrize(
    ("fault", "outcome", "error"),
    [
        (HubSpotError("no", status=400, correlation_id="c-1"), Outcome.REJECTED, "no (correlation id c-1)"),
        (HubSpotError("no", status=500), Outcome.UNCONFIRMED, "no"),
        (HubSpotError("no"), Outcome.UNCONFIRMED, "no"),
        (AuthenticationFailed("no", status=401, hint="do this"), Outcome.REJECTED, "no; do this"),
        (NotSent("no"), Outcome.NOT_ATTEMPTED, "no"),
        (DailyQuotaSpent("no", status=429), Outcome.REJECTED, "no"),
    ],
)
def test_a_fault_is_told_and_journalled_and_only_a_spent_day_stops_the_run(
    fault: HubSpotError, outcome: Outcome, error: str
) -> None:
    for api in (FakeSettings([fault]), FakeSettings([None], fault)):
        journal, stop = FakeJournal(), StopSwitch()
        assert carry_out(api, journal, stop) == SettingsReport(4711, URL, outcome, error)
        assert journal.said == [f"intend {URL}", f"fail 7 no {fault.status} {fault.correlation_id}"]
        assert stop.reason is (fault if isinstance(fault, DailyQuotaSpent) else None)
