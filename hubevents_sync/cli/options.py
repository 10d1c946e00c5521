"""Options that several commands share."""

import click

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
retry_option = click.option(
    "--retry", "is_retry", is_flag=True, help="Only what earlier runs left over: failed or unconfirmed; nothing new."
)
format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write the result.",
)
