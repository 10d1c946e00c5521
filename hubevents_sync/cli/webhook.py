"""Tell the project's webhook how a command ended."""

from typing import TYPE_CHECKING

from hubevents_sync.cli.signals import stopping_on_signals
from hubevents_sync.ports import StopSwitch

if TYPE_CHECKING:
    from hubevents_sync.engine.applying.apply import ApplyResult
    from hubevents_sync.engine.planning.due import DueView
    from hubevents_sync.engine.workspace import Workspace


def tell_of_run(workspace: "Workspace", result: "ApplyResult", stop: StopSwitch) -> None:
    """Tell how the run of *result* ended. That it can't be told is a warning: the run ended as it did."""
    webhook = result.planning.manifest.project.webhook
    if webhook is None or result.report is None:
        return
    from hubevents_sync.engine.applying.notify import tell_webhook
    from hubevents_sync.engine.planning.due import find_due_after
    from hubevents_sync.render.notice import write_run_notice

    notice = write_run_notice(result.report, find_due_after(result.planning), now_ms=workspace.clock.now_ms())
    with stopping_on_signals(stop):
        fault = tell_webhook(workspace, webhook, notice.occasion, message_id=notice.id, body=notice.body, stop=stop)
    if fault is not None:
        workspace.warn(fault)


def tell_of_due(workspace: "Workspace", view: "DueView") -> str | None:
    """Tell what is due, if anything is. Why it could not be told; None for nothing."""
    from hubevents_sync.engine.applying.notify import tell_webhook
    from hubevents_sync.model.project import Occasion
    from hubevents_sync.render.notice import write_due_notice

    webhook = view.project.webhook
    if webhook is None:
        return "--notify has nobody to tell: hubevents.yaml has no webhook"
    if Occasion.DUE not in webhook.occasions:
        return "--notify has nobody to tell: due is not among webhook.events"
    if not view.due.is_something:
        return None
    notice = write_due_notice(view.due, now_ms=view.now_ms)
    return tell_webhook(workspace, webhook, notice.occasion, message_id=notice.id, body=notice.body, stop=StopSwitch())
