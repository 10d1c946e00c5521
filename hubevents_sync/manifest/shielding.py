"""Let ``${VAR}`` stand unquoted inside YAML's ``{ }`` and ``[ ]``: ``hubspot: {portal: 99, token: ${STAGING_TOKEN}}``.

YAML takes the brace for the beginning of a mapping. So the two braces of a variable are put out of YAML's sight before
it is parsed, as one private character each, and are put back into every text that comes out. All positions stay.
"""

import hashlib
import re
from io import BytesIO
from typing import BinaryIO

from hubevents_sync.manifest.source import Source
from hubevents_sync.manifest.yaml_events import Event, NextEvent

OPENING, CLOSING = "\ue000", "\ue001"
_VARIABLE = re.compile(rb"(?<!\$)\$\{([A-Za-z_][A-Za-z0-9_]*(?::-[^{}\n]*)?)\}")
_RESTORED = str.maketrans({OPENING: "{", CLOSING: "}"})


class ShieldedSource(Source):
    """A file whose variables YAML does not see. One that has the private characters itself is read as it is.

    *digest* is the SHA-256 of the file's own bytes, once it was opened.
    """

    digest: str = ""

    def open(self) -> BinaryIO:
        """The file with its variables shielded. Raises Unreadable where it can't be opened."""
        with super().open() as stream:
            content = stream.read()
        self.digest = hashlib.sha256(content).hexdigest()
        if any(character.encode() in content for character in (OPENING, CLOSING)):
            return BytesIO(content)
        return BytesIO(_VARIABLE.sub(rf"${OPENING}\1{CLOSING}".encode(), content))


def restoring(next_event: NextEvent) -> NextEvent:
    """*next_event*, with the variables back in every text that it hands out."""

    def next_restored() -> Event:
        event = next_event()
        value = getattr(event, "value", None)
        if value and OPENING in value:
            event.value = value.translate(_RESTORED)
        return event

    return next_restored
