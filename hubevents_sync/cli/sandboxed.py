"""The built-in HubSpot for commands that only look: its account as it is, and none made where there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hubevents_sync.cli.context import AppContext

if TYPE_CHECKING:
    from hubevents_sync.engine.workspace import Workspace


@contextmanager
def looking_at(app: AppContext, *, on_sandbox: bool) -> "Iterator[Workspace]":
    """The workspace, with the built-in HubSpot running where it is asked for. An account that is not there is empty."""
    if not on_sandbox:
        yield app.workspace()
        return
    from hubevents_sync.engine.workspace import Sandbox, sandbox_account
    from hubevents_sync.sandbox.server import running_sandbox

    account = app.directory / sandbox_account(app.environment)
    with running_sandbox(data=account if account.exists() else None) as server:
        yield app.workspace(Sandbox(server.base_url))
