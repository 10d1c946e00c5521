"""What an apply was told that somebody reviewed: a saved plan, a digest, or both."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubevents_sync.errors import PlanMismatch, UsageError

if TYPE_CHECKING:
    from hubevents_sync.engine.reviewing.reviewed import Reviewed

_DIGEST = re.compile(r"[0-9a-f]{64}")


def read_expected(_: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The digest of ``--expect``, in lower case. Raises UsageError for anything that is none.

    A variable that is set to nothing counts as given: a pipeline that lost its digest must not apply all.
    """
    names = (option.envvar,) if isinstance(option.envvar, str) else tuple(option.envvar or ())
    if value is None and not any(name in os.environ for name in names):
        return None
    written = (value or "").strip().lower()
    if not _DIGEST.fullmatch(written):
        raise UsageError(
            f"--expect takes the 64 hex digits of a plan's digest, found {len(written)} characters",
            hint="nothing was sent; plan shows the digest at its end",
        )
    return written


def read_reviewed(file: Path | None, expected: str | None, *, approves: bool) -> "Reviewed | None":
    """What was reviewed; None where nothing was named. Raises PlanMismatch for a file that is no plan as it was saved.

    *approves* is ``--approve-reviewed``, which makes no sense without.
    """
    if file is None and expected is None:
        if approves:
            raise UsageError(
                "--approve-reviewed needs something that was reviewed",
                hint="name a saved plan, or its digest with --expect",
            )
        return None
    from hubevents_sync.engine.reviewing.reviewed import Reviewed
    from hubevents_sync.engine.reviewing.saved_plan import read_saved_plan

    if file is None:
        return Reviewed(expected or "")
    plan = read_saved_plan(file)
    if expected is not None and plan.digest != expected:
        raise PlanMismatch(
            f"the plan {file} is not the one of --expect: its digest is {plan.digest}",
            hint="nothing was sent; name the file and the digest of one plan",
        )
    return Reviewed(plan.digest, plan, str(file))
