"""Turn what is stored of an event's known entries into an index, whoever read it."""

from collections.abc import Mapping

from hubevents_sync.model.roster_index import ENTRY_BYTES, PERSON_BYTES, RosterIndex


def to_index(
    fingerprint: str, files: Mapping[str, str], people: int, entries: bytes, watched: bytes
) -> RosterIndex | None:
    """The index; None where a part of it is cut off."""
    if len(entries) % ENTRY_BYTES or len(watched) % PERSON_BYTES:
        return None
    return RosterIndex(fingerprint, files, people, bytes(entries), bytes(watched))
