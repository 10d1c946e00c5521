"""Where a finding is for a forge, and how it is known again in the next run."""

import hashlib
import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from hubevents_sync.model.finding import Finding
from hubevents_sync.render.findings import sort_findings
from hubevents_sync.render.safe import make_one_line

# Messages name other places, "the first is at events/a.yaml:3:5", which move with every line that is added above.
_PLACE = re.compile(r":[0-9]+:[0-9]+\b")


def path_in_repository(finding: Finding, folder: str) -> str:
    """The finding's file as seen from the repository's root. The project is in *folder* of it: "" for the root."""
    return make_one_line(posixpath.normpath(posixpath.join(folder, finding.position.file)))


def say_finding(finding: Finding) -> str:
    """Message and hint, a line each."""
    hint = f"\nhint: {make_one_line(finding.hint)}" if finding.hint else ""
    return make_one_line(finding.message) + hint


def fingerprint_findings(findings: Sequence[Finding], folder: str) -> Iterator[tuple[Finding, str, str]]:
    """Each finding by place, with its path in the repository and a fingerprint that moving it by lines leaves as it is.

    Of equal findings in one file, the first has the first one's fingerprint, the second the second one's.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in sort_findings(findings):
        path = path_in_repository(finding, folder)
        identity = (path, finding.rule, _PLACE.sub("", finding.message))
        yield finding, path, _hash(*identity, str(seen[identity]))
        seen[identity] += 1


def _hash(*parts: str) -> str:
    written = json.dumps(parts)  # escapes what is no UTF-8, such as half a character in a file's name
    return hashlib.sha256(written.encode()).hexdigest()
