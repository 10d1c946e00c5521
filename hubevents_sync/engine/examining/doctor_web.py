"""The checks of ``doctor`` that ask neither the files nor HubSpot: who is told of applies, and who HubSpot asks."""

from http import HTTPStatus
from urllib.parse import quote, urlsplit

from hubevents_sync.engine.examining.doctor_files import NO_PROJECT
from hubevents_sync.engine.examining.examination import Examination, find_fault
from hubevents_sync.errors import ConfigurationError
from hubevents_sync.manifest.variables import BadVariable, expand
from hubevents_sync.model.checkup import CheckResult, fail, ok, skip, warn

# An event that nobody declares: a right endpoint has nothing to tell of it, signature or not.
PROBE_ID = "hubevents-sync-doctor"
LOOKS_WRONG = "open the address from outside, and look at the log of what answers there"


def check_webhook(examination: Examination) -> CheckResult:
    """Somebody answers at the webhook's address. Nothing is told to it."""
    from hubevents_sync.notify.reach import ask

    if find_fault(lambda: examination.project) is not None:
        return skip(NO_PROJECT)
    webhook = examination.project.webhook
    if webhook is None:
        return skip("the project has no webhook")
    try:
        url = expand(webhook.url.template, examination.workspace.environ)
        expand(webhook.secret.template, examination.workspace.environ)
    except BadVariable as bad:
        return fail(ConfigurationError(bad.message, hint="set the variable that webhook: in hubevents.yaml names"))
    host = urlsplit(url).hostname or ""
    answer = ask(url, method="HEAD")
    if isinstance(answer, str):
        return warn(f"nobody answers at the webhook of {host}: {answer}", LOOKS_WRONG)
    # Who takes POST alone may answer 501 to this.
    if answer >= HTTPStatus.INTERNAL_SERVER_ERROR and answer != HTTPStatus.NOT_IMPLEMENTED:
        return warn(f"the webhook of {host} answers {answer}", LOOKS_WRONG)
    return ok(f"somebody answers at {host}; whether the secret is right, only a message tells")


def check_callback(examination: Examination) -> CheckResult:
    """The event-details endpoint answers at settings.eventDetailsUrl, and not to everybody."""
    from hubevents_sync.notify.reach import ask

    if find_fault(lambda: examination.project) is not None:
        return skip(NO_PROJECT)
    settings = examination.project.settings
    if settings is None:
        return skip("the project has no settings.eventDetailsUrl")
    account = examination.project.account or "none"
    address = settings.event_details_url.replace("%s", PROBE_ID, 1)
    query = f"appId={settings.app_id}&externalAccountId={quote(account, safe='')}"
    answer = ask(f"{address}{'&' if '?' in address else '?'}{query}", method="GET")
    host = urlsplit(address).hostname or ""
    if isinstance(answer, str):
        return warn(f"nobody answers at {host}, where HubSpot asks for events: {answer}", LOOKS_WRONG)
    if answer == HTTPStatus.UNAUTHORIZED:
        return ok(f"{host} answers, and refuses who has no signature")
    if answer == HTTPStatus.NOT_FOUND:
        return warn(f"{host} answers {answer} to a request without a signature", "it should be 401: see docs/serve.md")
    return warn(f"{host} answers {answer} to a request without a signature, not 401", LOOKS_WRONG)
