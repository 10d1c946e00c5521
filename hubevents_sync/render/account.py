"""Draw whom a token belongs to and what it may do."""

from hubevents_sync.model.account import REQUIRED_SCOPES, AccountReport, Quota
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.tables import render_facts
from hubevents_sync.render.wording import say_duration, say_list


def render_account_text(report: AccountReport, *, width: int, color: bool, unicode: bool = True) -> str:
    """A line for each fact; what HubSpot does not tell is left out."""
    info, facts = report.info, report.facts
    quota = facts.quota if facts is not None else Quota()
    held = sorted(info.scopes)
    life = info.expires_in_seconds
    lines = [
        ("token", report.kind.value),
        ("HubSpot account", str(info.portal_id)),
        ("kind of account", (facts.kind if facts else "") or ""),
        ("time zone", (facts.time_zone if facts else "") or ""),
        ("data hosting", (facts.hosting if facts else "") or ""),
        ("app", "" if info.app_id is None else str(info.app_id)),
        ("user", "" if info.user_id is None else str(info.user_id)),
        ("scopes held", say_list(held) if held else "HubSpot does not say"),
        ("scopes missing", say_list(report.missing_scopes) or ("none" if held else "")),
        ("expires", "" if life is None else f"in {say_duration(life)}, and is renewed before"),
        ("quota today", _say_left(quota.daily_left, quota.daily)),
        ("quota now", _say_left(quota.window_left, quota.window, quota.window_seconds)),
        ("API", f"{report.api}, which HubSpot supports until {report.support_ends}"),
    ]
    return render_facts([line for line in lines if line[1]], width=width, color=color, unicode=unicode)


def _say_left(left: int | None, of: int | None, seconds: float | None = None) -> str:
    if left is None:
        return ""
    words = f"{left:,} left" if of is None else f"{left:,} of {of:,} requests left"
    return words if seconds is None else f"{words} in {seconds:g} s"


def render_account_json(report: AccountReport) -> str:
    """The same for programs; what HubSpot does not tell is null."""
    info, facts, fault = report.info, report.facts, report.fault
    quota = facts.quota if facts is not None else Quota()
    return dump_json(
        {
            "format": "hubevents-sync/account",
            "version": 1,
            "token": {"kind": report.kind.name.lower(), "expires_in_seconds": info.expires_in_seconds},
            "portal": info.portal_id,
            "app": info.app_id,
            "user": info.user_id,
            "scopes": {
                "held": sorted(info.scopes),
                "required": list(REQUIRED_SCOPES),
                "missing": list(report.missing_scopes),
            },
            "account": None
            if facts is None
            else {"kind": facts.kind, "time_zone": facts.time_zone, "hosting": facts.hosting},
            "quota": {
                "daily": quota.daily,
                "daily_left": quota.daily_left,
                "window": quota.window,
                "window_left": quota.window_left,
                "window_seconds": quota.window_seconds,
            },
            "api": {"version": report.api, "support_ends": report.support_ends},
            "fault": None
            if fault is None
            else {"message": fault.message, "hint": fault.hint, "exit_code": int(fault.exit_code)},
        }
    )
