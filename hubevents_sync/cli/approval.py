"""Get a yes to a plan: from flags, or from somebody at a terminal. What can't be undone needs its own."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from hubevents_sync.cli.context import is_interactive
from hubevents_sync.errors import Refused, UsageError

if TYPE_CHECKING:
    from hubevents_sync.engine.applying.apply import Approval
    from hubevents_sync.engine.planning.plan import Planning
    from hubevents_sync.engine.reviewing.reviewed import Reviewed
    from hubevents_sync.model.event import EventKey

COMPLETE_PREFIX = "complete:"


def read_approvals(planning: "Planning", approvals: Sequence[str]) -> "frozenset[EventKey]":
    """The events that ``--approve complete:ID`` names. Raises UsageError for one that is not declared."""
    from hubevents_sync.engine.desired.reading import find_events

    named: set[EventKey] = set()
    for approval in approvals:
        if not approval.startswith(COMPLETE_PREFIX):
            raise UsageError(
                f"--approve takes complete:ID, found {approval}", hint="nothing else needs a yes of its own"
            )
        named.update(find_events(planning.manifest.events, approval.removeprefix(COMPLETE_PREFIX)))
    return frozenset(named)


def agree_by_flags(planning: "Planning", approvals: Sequence[str]) -> "Approval":
    """A yes to everything but the completions that *approvals* does not name."""
    from hubevents_sync.engine.applying.apply import Approval

    return Approval(read_approvals(planning, approvals))


def agree_by_review(
    planning: "Planning", approvals: Sequence[str], reviewed: "Reviewed", *, approves: bool, asks: bool
) -> "Approval":
    """A yes to everything that was reviewed. Completions need *approves* or their own; the rest is asked for if *asks*.

    Without a terminal nothing is asked, and what is not approved waits.
    """
    from hubevents_sync.engine.applying.apply import Approval

    named = read_approvals(planning, approvals)
    if approves:
        named |= reviewed.completions(planning.plan)
    if asks and is_interactive():
        named |= frozenset(_ask_for_completions(planning, named))
    return Approval(named)


def agree_at_terminal(planning: "Planning", approvals: Sequence[str]) -> "Approval":
    """Ask. Raises Refused on a no, and where nobody is there to be asked."""
    from hubevents_sync.engine.applying.apply import Approval

    named = read_approvals(planning, approvals)
    if not is_interactive():
        raise Refused(
            "there is no terminal to ask at", hint="read the plan, then add --auto-approve (it completes no event)"
        )
    click.echo(err=True)
    if not click.confirm("Apply this plan?", default=False, err=True):
        raise Refused("not applied: the answer was no")
    return Approval(named | frozenset(_ask_for_completions(planning, named)))


def _ask_for_completions(planning: "Planning", named: "frozenset[EventKey]") -> "Iterable[EventKey]":
    ids = Counter(key.external_event_id for key in planning.manifest.events)
    for event in planning.plan.events:
        if event.completion is None or not event.completion.is_due or event.key in named:
            continue
        is_unique = ids[event.key.external_event_id] == 1
        wanted = event.key.external_event_id if is_unique else str(event.key)
        click.echo(f"\nCompleting {event.name} of {event.key.external_account_id} can't be undone.", err=True)
        typed = click.prompt(
            f"Type {wanted} to complete it, or press Enter to leave it", default="", show_default=False, err=True
        )
        if typed.strip() == wanted:
            yield event.key
        else:
            click.echo("Left as it is.", err=True)
