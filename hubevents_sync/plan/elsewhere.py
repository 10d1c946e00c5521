"""Let the files of another commit stand for what is on record, and say what that can't tell. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from hubevents_sync.model.event import RemovalPolicy
from hubevents_sync.model.plan import EventSummary
from hubevents_sync.model.snapshot import DesiredEvent, RecordedEvent
from hubevents_sync.plan.participations import RosterDiff


def stand_for_record(base: DesiredEvent) -> RecordedEvent:
    """*base*, which another commit declares, as if all of it were at HubSpot, what is still held included."""
    return RecordedEvent(base.snapshot)


def keep_new_completion(desired: DesiredEvent, base: DesiredEvent | None) -> DesiredEvent:
    """*desired*, without the wish to complete it where *base* has the same: for the same moment."""
    is_same = base is not None and _moment_of(base) == _moment_of(desired)
    return replace(desired, completion=None) if is_same else desired


def note_without_state(diff: RosterDiff) -> list[str]:
    """What to say of an event whose roster was compared with that of other files."""
    notes: list[str] = []
    if diff.unchangeable:
        first = min((row.file, row.line) for row in diff.unchangeable)
        notes.append(
            f"rows whose values changed for the same person and time: {len(diff.unchangeable)}"
            f" (first: {first[0]}:{first[1]}); where the earlier ones were sent, HubSpot takes these for repeats, so"
            " give them another time"
        )
    if diff.undeclared:
        notes.append(f"interactions that are no longer declared: {diff.undeclared}; HubSpot keeps those that were sent")
    return notes


def note_policies(desired: DesiredEvent, base: DesiredEvent) -> list[str]:
    """What changed in how an event is treated."""
    notes: list[str] = []
    if base.completion is not None and desired.completion is None:
        notes.append("complete is no longer declared")
    if desired.removals is not base.removals:
        said = f"removals is {desired.removals} now, and was {base.removals}"
        if desired.removals is RemovalPolicy.CANCEL:
            said += ": who left the roster before is cancelled too, as far as the state knows them"
        notes.append(said)
    return notes


def list_unknowns(base: str, events: Sequence[EventSummary], *, has_completions: bool) -> list[str]:
    """What a comparison with the files of *base* can't tell, a sentence each; only what matters for these events."""
    said = [
        f"what was really applied, and what HubSpot confirmed of it: all that the files of {base} declare is taken for"
        " done, what waits for its time included",
        "what earlier runs left over, and what was changed in HubSpot by hand",
    ]
    if has_completions:
        said.append("which events are complete already")
    if any(event.removals for event in events):
        said.append(
            "who of those who leave can be cancelled: it takes contact ids that only the state has, so all of them are"
            " counted"
        )
    if any(event.new_contacts_at_most for event in events):
        said.append(
            f"which people HubSpot knows already: everybody who is new since {base} is counted as a new contact"
        )
    return said


def _moment_of(event: DesiredEvent) -> object:
    return event.completion and (event.completion, event.snapshot.event.fields.get("endDateTime"))
