"""Compare the fields of one event."""

from collections.abc import Mapping
from typing import Any

from hubevents_sync.model.event import EVENT_FIELDS, FieldValue
from hubevents_sync.model.plan import FieldChange


def diff_fields(recorded: Mapping[str, FieldValue], desired: Mapping[str, FieldValue]) -> tuple[FieldChange, ...]:
    """What the desired fields change in the recorded ones, in the order of EVENT_FIELDS.

    A field or custom property that is no longer declared is unmanaged, not cleared: it is no change.
    """
    managed = _managed_part(recorded, desired)
    if managed == desired:
        return ()
    # Most events don't change, and this import takes a quarter of a second.
    from deepdiff import DeepDiff

    # Left to itself it passes over names that begin with two underscores, and calls a mapping replaced as a whole where
    # less than a third of the names are common to both.
    found = DeepDiff(managed, desired, view="tree", ignore_private_variables=False, threshold_to_diff_deeper=0)
    changes = [_change_of(level) for kind in found for level in found[kind]]
    return tuple(sorted(changes, key=_shown_order))


def declare_fields(desired: Mapping[str, FieldValue]) -> tuple[FieldChange, ...]:
    """The fields of an event that is new: each one a change from nothing."""
    changes: list[FieldChange] = []
    for name in EVENT_FIELDS:
        value = desired.get(name)
        if isinstance(value, Mapping):
            changes += [FieldChange(f"{name}.{key}", None, value[key]) for key in sorted(value)]
        elif value is not None:
            changes.append(FieldChange(name, None, value))
    return tuple(changes)


def _managed_part(recorded: Mapping[str, FieldValue], desired: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """*recorded* without what *desired* does not name."""
    managed: dict[str, FieldValue] = {}
    for name, wanted in desired.items():
        had = recorded.get(name)
        if isinstance(wanted, Mapping):
            properties = had if isinstance(had, Mapping) else {}
            managed[name] = {key: properties[key] for key in wanted if key in properties}
        elif had is not None:
            managed[name] = had
    return managed


def _change_of(level: Any) -> FieldChange:  # Any: deepdiff's tree has no types
    path = ".".join(level.path(output_format="list"))
    absent = type(level.t1).__name__ == "NotPresent"
    return FieldChange(path, None if absent else level.t1, level.t2)


def _shown_order(change: FieldChange) -> tuple[int, str]:
    name, _, inner = change.path.partition(".")
    return EVENT_FIELDS.index(name), inner
