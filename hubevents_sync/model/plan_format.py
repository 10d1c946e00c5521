"""What a plan written as JSON is known and sealed by."""

import hashlib
import json
from collections.abc import Mapping

PLAN_FORMAT = "hubevents-sync/plan"
PLAN_VERSION = 1
SEAL = "seal"


def seal_of(document: Mapping[str, object]) -> str:
    """SHA-256, in hex, over all that *document* says but its seal, however it is laid out.

    It finds out a file that was cut off or edited: no number in it can be changed alone. It is no signature: whoever
    can write the file can seal it again. What is applied does not hang on it, for an apply makes the plan anew.
    """
    said = {name: value for name, value in document.items() if name != SEAL}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
