"""The settings of an app: as a section of a plan, as what a run did, and as HubSpot has them."""

from typing import assert_never

from hubevents_sync.model.app_settings import DETAILS_URL, AppSettings, RecordedSettings, SettingsChange, SettingsReport
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.plan import Plan
from hubevents_sync.render.canvas import STYLES, Canvas
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.outline import Entry, Mark, Section, SectionKind
from hubevents_sync.render.safe import make_one_line

NONE = "none"


def outline_settings(plan: Plan) -> Section | None:
    """How the app's settings change."""
    change = plan.settings
    if change is None:
        return None
    after = make_one_line(change.after)
    mark, text = Mark.ADD, after
    if change.before == change.after:
        mark, text = Mark.CHANGE, f"{after}, sent before and not confirmed"
    elif change.before is not None:
        mark, text = Mark.CHANGE, f"{make_one_line(change.before)} → {after}"
    if change.is_left_out:
        why = "left out of this retry: not sent before" if plan.is_retry else "left out by --event"
        return Section(SectionKind.SETTINGS, "App settings", why, entries=(Entry(Mark.QUIET, DETAILS_URL, text),))
    return Section(
        SectionKind.SETTINGS, "App settings", f"app {change.app_id}", entries=(Entry(mark, DETAILS_URL, text),)
    )


def shape_settings_change(change: SettingsChange | None) -> dict[str, object] | None:
    """The change as plain values, by HubSpot's names."""
    if change is None:
        return None
    return {
        "appId": change.app_id,
        DETAILS_URL: {"before": change.before, "after": change.after},
        "is_left_out": change.is_left_out,
    }


def shape_settings_report(report: SettingsReport | None) -> dict[str, object] | None:
    """What a run did to the settings, as plain values."""
    if report is None:
        return None
    return {
        "appId": report.app_id,
        DETAILS_URL: report.event_details_url,
        "outcome": report.outcome.value,
        "error": report.error,
    }


def say_settings_outcome(report: SettingsReport) -> str:
    """What became of the settings, in a few words."""
    match report.outcome:
        case Outcome.CONFIRMED:
            said = "set"
        case Outcome.REPEATED:
            said = "set before"
        case Outcome.UNCONFIRMED | Outcome.INTENDED:
            said = "not confirmed"
        case Outcome.REJECTED:
            said = "refused"
        case Outcome.NOT_ATTEMPTED:
            said = "not attempted"
        case _:
            assert_never(report.outcome)
    return f"settings of app {report.app_id} {said}"


def draw_settings_report(canvas: Canvas, report: SettingsReport | None) -> None:
    """What a run did to the settings, as a block of its own."""
    if report is None:
        return
    canvas.blank()
    canvas.paragraph((), ("App settings", "bold"))
    sign, mark = ("✓", Mark.ADD) if report.outcome.is_at_hubspot else ("!", Mark.DANGER)
    said = f"{say_settings_outcome(report)}: {DETAILS_URL} {make_one_line(report.event_details_url)}"
    canvas.paragraph((("  ", ""), (f"{sign} ", STYLES[mark])), (said, ""))
    if report.error is not None:
        canvas.paragraph((("      error: ", "bold red"),), (make_one_line(report.error), ""))


def render_settings_text(
    desired: AppSettings,
    recorded: RecordedSettings | None,
    live: AppSettings | None,
    *,
    width: int,
    color: bool,
    unicode: bool = True,
) -> str:
    """The app's settings in the project file, on record and at HubSpot, and whether they agree."""
    canvas = Canvas(width=width, color=color, unicode=unicode)
    canvas.paragraph((), (f"App {desired.app_id}, {DETAILS_URL}", "bold"))
    rows = (
        ("HubSpot", live.event_details_url if live else NONE),
        ("files", desired.event_details_url),
        ("recorded", (recorded.event_details_url if recorded else None) or NONE),
    )
    for name, url in rows:
        canvas.paragraph(((f"  {name.ljust(10)}", "dim"),), (make_one_line(url), ""))
    canvas.paragraph((("Next  ", "bold"),), (_advise(desired, recorded, live), ""))
    return canvas.to_text()


def _advise(desired: AppSettings, recorded: RecordedSettings | None, live: AppSettings | None) -> str:
    is_recorded = recorded is not None and recorded.event_details_url == desired.event_details_url
    if live == desired:
        return "nothing: HubSpot has what the files say" if is_recorded else "apply puts on record that HubSpot has it"
    if is_recorded:
        return "somebody changed it at HubSpot; change it in the files and apply, or set it back at HubSpot"
    return "apply sets it"


def render_settings_json(desired: AppSettings, recorded: RecordedSettings | None, live: AppSettings | None) -> str:
    """The same as JSON; null where there is none."""
    return dump_json(
        {
            "format": "hubevents-sync/settings",
            "version": 1,
            "appId": desired.app_id,
            DETAILS_URL: {
                "desired": desired.event_details_url,
                "recorded": recorded.event_details_url if recorded else None,
                "live": live.event_details_url if live else None,
            },
            "is_as_desired": live == desired,
        }
    )
