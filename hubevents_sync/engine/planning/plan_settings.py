"""Put the settings of the project's app into its plan."""

from typing import TYPE_CHECKING

from hubevents_sync.model.app_settings import AppSettings, RecordedSettings
from hubevents_sync.model.plan import Plan
from hubevents_sync.model.project import Project
from hubevents_sync.plan.settings import add_settings, find_settings_change

if TYPE_CHECKING:
    from hubevents_sync.state.interface import PlanState


def plan_settings(plan: Plan, project: Project, state: "PlanState | None", *, is_partial: bool) -> Plan:
    """*plan* with the change of the app's settings, where the project file says what they are."""
    desired = project.settings
    recorded = state.read_settings(desired.app_id) if state is not None and desired is not None else None
    change = find_settings_change(recorded, desired, is_partial=is_partial, is_retry=plan.is_retry)
    return add_settings(plan, change, budget=project.hubspot.requests)


def compare_settings(plan: Plan, project: Project, base: AppSettings | None, *, is_partial: bool) -> Plan:
    """*plan* with what the project file changes in the settings of *base*, as if HubSpot had those."""
    desired = project.settings
    recorded = None
    if base is not None and desired is not None and base.app_id == desired.app_id:
        recorded = RecordedSettings(base.app_id, base.event_details_url)
    change = find_settings_change(recorded, desired, is_partial=is_partial, is_retry=plan.is_retry)
    return add_settings(plan, change, budget=project.hubspot.requests)
