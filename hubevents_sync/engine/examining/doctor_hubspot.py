"""The checks of ``doctor`` that ask HubSpot: is it there, what may the token do, and what does the account know?"""

from datetime import date, timedelta

from hubevents_sync.engine.access.account import SUPPORT_ENDS, explain_scopes, find_kind, find_missing_scopes
from hubevents_sync.engine.access.connect import explain_portal
from hubevents_sync.engine.examining.doctor_files import NO_PROJECT
from hubevents_sync.engine.examining.examination import Examination, find_fault
from hubevents_sync.errors import AuthenticationFailed, HubSpotError
from hubevents_sync.model.account import TokenKind
from hubevents_sync.model.checkup import CheckResult, CheckStatus, fail, ok, skip, warn
from hubevents_sync.model.instant import EPOCH

NO_CONNECTION = "HubSpot can't be asked"
# Steps fall due by our clock and HubSpot files by its own; a signature older than five minutes is refused.
TOLERATED_SKEW_SECONDS = 30
LARGEST_SKEW_SECONDS = 300
# A version that ends sooner than this should be left.
LAST_CALL = timedelta(days=183)
LITTLE_QUOTA = 0.1


def check_connection(examination: Examination) -> CheckResult:
    """HubSpot answers at hubspot.base_url, whatever it says to the token."""
    if find_fault(lambda: examination.project) is not None:
        return skip(NO_PROJECT)
    url = examination.project.hubspot.base_url
    fault = find_fault(lambda: examination.hubspot) or find_fault(lambda: examination.token)
    if isinstance(fault, HubSpotError) and fault.status is not None:
        fault = None  # it said no, so it is there
    if isinstance(fault, AuthenticationFailed):
        return skip("there is no token to ask with")
    if fault is not None:
        return fail(fault)
    return ok(f"{url} answers")


def _why_not(examination: Examination) -> CheckResult | None:
    """Why HubSpot can't be asked; None where it can."""
    if find_fault(lambda: examination.project) is not None:
        return skip(NO_PROJECT)
    if find_fault(lambda: examination.hubspot) or find_fault(lambda: examination.token):
        return skip(NO_CONNECTION)
    return None


def check_token(examination: Examination) -> CheckResult:
    """The token is good, and of the account that the project and the state name."""
    if find_fault(lambda: examination.project) is not None:
        return skip(NO_PROJECT)
    fault = find_fault(lambda: examination.hubspot) or find_fault(lambda: examination.token)
    if isinstance(fault, AuthenticationFailed):
        return fail(fault)
    if fault is not None:
        return skip(NO_CONNECTION)
    info, settings = examination.token, examination.project.hubspot
    state = None if find_fault(lambda: examination.state) else examination.state
    wrong = explain_portal(info.portal_id, settings, of_state=state.header.portal if state is not None else None)
    if wrong is not None:
        return fail(wrong)
    kind = find_kind(settings)
    life = info.expires_in_seconds
    more = "" if life is None else f", good for {life // 60} min and renewed before"
    return ok(f"{kind} of HubSpot account {info.portal_id}{more}")


def check_scopes(examination: Examination) -> CheckResult:
    """The token may do what an apply needs."""
    if (skipped := _why_not(examination)) is not None:
        return skipped
    info = examination.token
    if not info.scopes:
        return skip("HubSpot does not say which scopes the token has")
    fault = explain_scopes(find_missing_scopes(info))
    return fail(fault) if fault is not None else ok("marketing events may be read and written")


def check_quota(examination: Examination) -> CheckResult:
    """There is enough left of the day's requests."""
    if (skipped := _why_not(examination)) is not None:
        return skipped
    fault = find_fault(lambda: examination.account)
    if fault is not None:
        return _skip_unless_refused(fault, "the account")
    quota = examination.account[0].quota
    if quota.daily is None or quota.daily_left is None:
        what = "for OAuth apps" if find_kind(examination.project.hubspot) is TokenKind.OAUTH else "here"
        return skip(f"HubSpot does not say {what} what is left of the day's requests")
    message = f"{quota.daily_left:,} of {quota.daily:,} requests left today"
    if quota.daily_left < quota.daily * LITTLE_QUOTA:
        return warn(message, "an apply stops cleanly when they are used up, and the next run goes on")
    return ok(message)


def _skip_unless_refused(fault: object, what: str) -> CheckResult:
    if isinstance(fault, HubSpotError) and fault.status not in (403, 404):
        return fail(fault)
    return skip(f"this token may not read {what}")


def check_clock(examination: Examination) -> CheckResult:
    """This machine's clock and HubSpot's agree."""
    if (skipped := _why_not(examination)) is not None:
        return skipped
    if find_fault(lambda: examination.account) is not None:
        return skip("HubSpot's time is not known")
    reading = examination.account[1]
    if reading is None:
        return skip("HubSpot's answer has no Date header")
    ahead_ms = reading.own_ms - reading.server_ms
    # HubSpot's time is cut to the second, and older by the time that the answer took.
    ahead_seconds = ahead_ms / 1000 - (1 + reading.took_seconds) / 2
    off = abs(round(ahead_seconds))
    if off <= TOLERATED_SKEW_SECONDS:
        return ok("agrees with HubSpot's")
    message = f"this machine's clock is {off:,} s {'ahead of' if ahead_seconds > 0 else 'behind'} HubSpot's"
    remedy = "set it by NTP: steps fall due by it, and HubSpot's signatures are good for five minutes only"
    return CheckResult(CheckStatus.ERROR if off > LARGEST_SKEW_SECONDS else CheckStatus.WARNING, message, remedy)


def check_version(examination: Examination) -> CheckResult:
    """HubSpot supports the API version for a while yet."""
    if find_fault(lambda: examination.project) is not None:
        return skip(NO_PROJECT)
    version = examination.project.hubspot.api
    ends = date.fromisoformat(SUPPORT_ENDS[version])
    today = (EPOCH + timedelta(milliseconds=examination.workspace.clock.now_ms())).date()
    later = [name for name, end in SUPPORT_ENDS.items() if date.fromisoformat(end) > ends]
    remedy = f"set hubspot.api to {later[-1]}" if later else "look for a newer hubevents-sync"
    if today >= ends:
        return warn(f"HubSpot supports {version} no longer, since {ends}", remedy)
    if ends - today < LAST_CALL:
        return warn(f"HubSpot supports {version} until {ends} only", remedy)
    return ok(f"{version}, which HubSpot supports until {ends}")


def check_properties(examination: Examination) -> CheckResult:
    """The custom properties that the files name are defined: HubSpot drops others in silence."""
    if (skipped := _why_not(examination)) is not None:
        return skipped
    named = _name_properties(examination)
    if not named:
        return ok("the files name none")
    if examination.is_rehearsal:
        return skip("the built-in HubSpot takes any")
    fault = find_fault(lambda: examination.property_names)
    if fault is not None:
        return _skip_unless_refused(fault, "property definitions")
    unknown = sorted(named - examination.property_names)
    if unknown:
        remedy = (
            "define them in HubSpot under Settings, Properties, Marketing event; until then it drops them in silence"
        )
        return warn(f"not defined at HubSpot: {', '.join(unknown)}", remedy)
    return ok(f"all {len(named)} are defined at HubSpot")


def _name_properties(examination: Examination) -> set[str]:
    """Of the events that can be read; what is wrong with the others is another check's."""
    found: set[str] = set()
    for declaration in examination.manifest.declarations:
        declared = declaration.event.fields.get("customProperties")
        if isinstance(declared, dict):
            found.update(declared)
    return found
