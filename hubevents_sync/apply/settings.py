"""Bring an app's settings to HubSpot: look, send where they differ, read back, and put on record."""

from hubevents_sync.apply.faults import describe, was_refused
from hubevents_sync.errors import DailyQuotaSpent, HubSpotError, NotSent
from hubevents_sync.model.app_settings import AppSettings, SettingsChange, SettingsReport
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.ports import SettingsApi, SettingsJournal, StopSwitch


def apply_settings(
    change: SettingsChange, api: SettingsApi, journal: SettingsJournal, stop: StopSwitch
) -> SettingsReport:
    """Make the change, and say what came of it. A fault of it does not keep the events from being applied.

    A 401 or 403 here says nothing of them: settings need scopes of their own, and once took a developer's key alone.
    That HubSpot takes no more calls today ends the run, and sets *stop*.
    """
    wanted = AppSettings(change.app_id, change.after)
    call_id = journal.intend_settings(wanted)
    try:
        outcome = _bring(wanted, api)
    except HubSpotError as error:
        journal.fail_settings(call_id, error.message, status=error.status, correlation_id=error.correlation_id)
        if isinstance(error, DailyQuotaSpent):
            stop.set(error)
        return _report(wanted, _outcome_of(error), _say(error))
    if outcome is Outcome.UNCONFIRMED:
        said = "HubSpot took the settings and does not show them"
        journal.fail_settings(call_id, said)
        return _report(wanted, outcome, said)
    journal.record_settings(call_id, wanted)
    return _report(wanted, outcome)


def _bring(wanted: AppSettings, api: SettingsApi) -> Outcome:
    if api.read(wanted.app_id) == wanted:
        return Outcome.REPEATED
    api.write(wanted)
    return Outcome.CONFIRMED if api.read(wanted.app_id) == wanted else Outcome.UNCONFIRMED


def _outcome_of(error: HubSpotError) -> Outcome:
    if isinstance(error, NotSent):
        return Outcome.NOT_ATTEMPTED
    return Outcome.REJECTED if was_refused(error) else Outcome.UNCONFIRMED


def _say(error: HubSpotError) -> str:
    return f"{describe(error)}; {error.hint}" if error.hint else describe(error)


def _report(wanted: AppSettings, outcome: Outcome, error: str | None = None) -> SettingsReport:
    return SettingsReport(wanted.app_id, wanted.event_details_url, outcome, error)
