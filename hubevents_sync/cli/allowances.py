"""Read ``--allow LIMIT[:EVENT]=COUNT``."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hubevents_sync.errors import UsageError

if TYPE_CHECKING:
    from hubevents_sync.model.plan import Allowance

PER_EVENT = frozenset({"removals"})
PER_PLAN = frozenset({"contacts_created", "events_cancelled"})
WRITTEN = re.compile(r"(?P<limit>[a-z_]+)(?::(?P<event>.+))?=(?P<count>[0-9]{1,9})", re.DOTALL)


def read_allowances(written: Sequence[str]) -> "frozenset[Allowance]":
    """The limits that are raised by hand. Raises UsageError for what is not of the form."""
    return frozenset(_read(each) for each in written)


def _read(written: str) -> "Allowance":
    from hubevents_sync.model.plan import Allowance

    parts = WRITTEN.fullmatch(written)
    limit, event = (parts["limit"], parts["event"]) if parts else ("", None)
    if parts is None or (limit in PER_EVENT) is (event is None) or limit not in PER_EVENT | PER_PLAN:
        raise UsageError(
            f"--allow {written} says nothing that can be allowed",
            hint="--allow removals:EVENT=12, --allow contacts_created=800 or --allow events_cancelled=2",
        )
    return Allowance(limit, int(parts["count"]), event)
