"""Plan an app's settings: one more step of the plan, before all events. Pure."""

import hashlib
from dataclasses import replace

from hubevents_sync.model.app_settings import AppSettings, RecordedSettings, SettingsChange
from hubevents_sync.model.plan import Plan
from hubevents_sync.model.project import RequestBudget
from hubevents_sync.plan.digest import canonical

READS = 2  # what HubSpot has, before and after


def find_settings_change(
    recorded: RecordedSettings | None, desired: AppSettings | None, *, is_partial: bool, is_retry: bool
) -> SettingsChange | None:
    """How *desired* differs from what is on record; None where it does not, or nothing is desired.

    Settings that leave the project file are left alone: HubSpot has no call that takes them away. A plan of single
    events (*is_partial*) leaves the change out, and so does a retry, unless an earlier run sent it in vain.
    """
    if desired is None:
        return None
    before = recorded.event_details_url if recorded else None
    is_open = recorded is not None and recorded.is_open
    if before == desired.event_details_url and not is_open:
        return None
    is_left_out = is_partial or (is_retry and not is_open)
    return SettingsChange(desired.app_id, before, desired.event_details_url, is_left_out=is_left_out)


def add_settings(plan: Plan, change: SettingsChange | None, *, budget: RequestBudget) -> Plan:
    """*plan* with *change*, in its digest and its cost too. A plan without keeps the digest that it has."""
    told = replace(plan, settings=change)
    if change is None or not told.changes_settings:
        return told
    requests = replace(plan.estimate.requests, settings=1, reads=plan.estimate.requests.reads + READS)
    seconds = requests.total * 10 / budget.usable_per_10_seconds
    estimate = replace(plan.estimate, requests=requests, seconds=seconds)
    return replace(told, digest=digest_with_settings(plan.digest, change), estimate=estimate)


def digest_with_settings(digest: str, change: SettingsChange | None) -> str:
    """SHA-256, in hex, over the digest of all other steps and the change; *digest* itself where that is no step."""
    if change is None or change.is_left_out:
        return digest
    said = [digest, "settings", change.app_id, change.before, change.after]
    return hashlib.sha256(canonical(said)).hexdigest()
