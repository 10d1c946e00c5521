"""Tell the project's webhook what happened; that it can't be told is no fault of what happened."""

from urllib.parse import urlsplit

from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.manifest.addresses import is_loopback, webhook_url_faults
from hubevents_sync.manifest.variables import BadVariable, expand
from hubevents_sync.model.project import Occasion, Webhook
from hubevents_sync.ports import StopSwitch


def tell_webhook(
    workspace: Workspace, webhook: Webhook | None, occasion: Occasion, *, message_id: str, body: str, stop: StopSwitch
) -> str | None:
    """Send *body* where the project wants to hear of *occasion*. What went wrong, for a warning; None for nothing.

    What happens on the built-in HubSpot is told to this machine only: a rehearsal alarms nobody.
    """
    if webhook is None or occasion not in webhook.occasions:
        return None
    try:
        url = expand(webhook.url.template, workspace.environ)
        secret = expand(webhook.secret.template, workspace.environ)
    except BadVariable as bad:
        return f"the webhook was not told of this ({occasion}): {bad.message}"
    fault = _find_fault(url, secret)
    if fault is not None:
        return f"the webhook was not told of this ({occasion}): {fault}"
    host = urlsplit(url).hostname or ""
    if workspace.sandbox is not None and not is_loopback(host):
        return None
    from hubevents_sync.notify.post import Message, post
    from hubevents_sync.notify.signature import read_secret

    message = Message(message_id, body.encode(), url=url, key=read_secret(secret))
    fault = post(message, clock=workspace.clock, stop=stop)
    return None if fault is None else f"the webhook at {host} was not told of this ({occasion}): {fault}"


def _find_fault(url: str, secret: str) -> str | None:
    from hubevents_sync.notify.signature import read_secret

    for _, message, _ in webhook_url_faults(url):
        return message
    if not secret.strip():
        return "webhook.secret is empty"
    try:
        read_secret(secret)
    except ValueError as error:
        return f"webhook.secret: {error}"
    return None
