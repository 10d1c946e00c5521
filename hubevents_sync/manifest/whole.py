"""Check what must be there once an environment's settings are put over the project's own."""

from hubevents_sync.manifest.document import Document
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.rules import files as rules
from hubevents_sync.manifest.settings import Settings
from hubevents_sync.manifest.tree import Path
from hubevents_sync.manifest.wording import listed

NEEDED = {"settings": ("appId", "eventDetailsUrl"), "webhook": ("url", "secret")}


def check_whole(document: Document, settings: Settings, environment: str | None, findings: FindingCollector) -> None:
    """Check the merged *settings*: half of a part may stand in the project, and the other half in an environment."""
    for part, names in NEEDED.items():
        missing = [name for name in names if name not in settings.get(part, names)]
        if missing:
            override: Path = ("environments", environment, part) if environment else (part,)
            place: Path = override if document.has(override) else (part,)
            message = f"{part} lacks {listed(missing, 'and')}"
            findings.add(rules.MISSING_FIELD.at(document.key_position(place), message))
