"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

sandbox_option = click.option(
    "--sandbox",
    "on_sandbox",
    is_flag=True,
    help="Use the built-in HubSpot: its account in state/sandbox-account.db, with a state of its own.",
)
event_option = click.option(
    "--event", "only", multiple=True, metavar="ID", help="Only this event; repeatable. What is left out is listed."
)
allow_option = click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="LIMIT=N",
    help="Raise one limit: removals:EVENT=12, contacts_created=800 or events_cancelled=2; repeatable.",
)
deep_option = click.option(
    "--deep",
    "is_deep",
    is_flag=True,
    help="Read every row of every event: a request for each 100. Else only where HubSpot's counters differ.",
)
retry_option = click.option(
    "--retry", "is_retry", is_flag=True, help="Only what earlier runs left over: failed or unconfirmed; nothing new."
)


def _format_option(*formats: str) -> Callable[[Decorated], Decorated]:
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(formats),
        default="text",
        show_default=True,
        help="How to write the result.",
    )


format_option = _format_option("text", "json")
report_format_option = _format_option("text", "json", "markdown")
plan_format_option = _format_option("text", "json", "markdown", "html")
max_bytes_option = click.option(
    "--max-bytes",
    type=click.IntRange(min=16_000),
    default=60_000,
    show_default=True,
    help="The most that markdown may take, in bytes; what goes first are samples of rows.",
)
base_option = click.option(
    "--base", metavar="GITREF", help="Compare with the files of this commit, not with the state: needs git only."
)
lock_option = click.option(
    "--lock", "by_lock", is_flag=True, help="Compare with state/hubevents.lock.json, not with the state: in counts."
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Read rosters with N processes; else as many as there are processors, where there is work for them.",
)
executor_option = click.option(
    "--executor",
    "executor_address",
    metavar="ADDRESS",
    help="Read rosters with the workers of this Dask scheduler, as tcp://scheduler:8786: the extra dask.",
)
no_skip_option = click.option(
    "--no-skip",
    "reads_all",
    is_flag=True,
    help="Read every roster whole; else what HubSpot has as it stands is passed over.",
)
