"""What formatting makes of a file."""

from dataclasses import dataclass
from enum import StrEnum

from hubevents_sync.errors import SyncError
from hubevents_sync.model.finding import Finding


class FormatOutcome(StrEnum):
    """What became of a file: it is, or would be, written anew; it is in form already; or it was left as it is."""

    CHANGED = "changed"
    CLEAN = "clean"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A file's text *before* and *after*, and the lines of each, counted from 1, that people stand on."""

    before: str
    after: str
    personal_before: frozenset[int] = frozenset()
    personal_after: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FormattedFile:
    """A *file*, as people know it. One that was left has the *findings* that stood in the way, or an *error*."""

    file: str
    outcome: FormatOutcome
    text: FormattedText = FormattedText("", "")
    findings: tuple[Finding, ...] = ()
    error: SyncError | None = None
