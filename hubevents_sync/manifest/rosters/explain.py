"""Say in a person's words what is wrong with the shape of an entry that the schema refuses, giving nobody away."""

from typing import Protocol

from hubevents_sync.manifest.rosters.interface import Entry, Path
from hubevents_sync.manifest.rules import rosters as rules
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.suggest import did_you_mean
from hubevents_sync.manifest.wording import describe_kind, listed, quoted

FIELDS = ("email", "vid", "registered", "cancelled", "attended", "contact")
ATTENDANCE_FIELDS = ("joinedAt", "leftAt", "at")
LARGEST_VID = 2**63 - 1
LARGEST_VID_DIGITS = 19
NO_SHOW_MESSAGE = "NO_SHOW can't be declared: HubSpot derives it from who registered and did not attend"
NO_SHOW_HINT = "leave it out; whoever registered and did not attend becomes NO_SHOW once the event is over"
TIME_HINT = "write it like 2026-11-30T17:00:00+01:00 or 2026-11-30T16:00:00Z"


class Say(Protocol):
    """Told of a fault in the current entry."""

    def __call__(self, rule: Rule, path: Path, message: str, hint: str | None = None, *, at_key: bool = False) -> None:
        """By *rule*, the value at *path* is at fault; or its name, *at_key*."""


def has_whole_texts(contact: dict[str, str]) -> bool:
    """No value holds half of a character, which no UTF-8 can carry and jsonschema-rs overlooks."""
    return _is_encodable("".join(contact.values()))


def means_no_show(name: str) -> bool:
    """*name* is one of the ways to write NO_SHOW."""
    return name.casefold().translate({ord("_"): None, ord("-"): None, ord(" "): None}) in ("noshow", "noshows")


def explain_entry(entry: Entry, say: Say) -> frozenset[str]:
    """Tell *say* each fault in the shape of *entry*; the names of the fields that no rule can work with.

    The texts of times are left to the rules of times.
    """
    if not isinstance(entry, dict):
        message = f"an attendee is a mapping with email or vid; found {describe_kind(entry)}"
        say(rules.ENTRY_SHAPE, (), message, "write it as `- email: ana@example.com`")
        return frozenset(FIELDS)
    faulty = {name for name in entry if not _explain_field(name, entry[name], say)}
    if ("email" in entry) == ("vid" in entry):
        _explain_identity(entry, say)
        faulty |= {"email", "vid"}
    if "vid" in entry and "contact" in entry:
        message = "contact stands beside a vid: HubSpot uses it only where it creates the contact"
        say(
            rules.CONTACT_WITH_VID, ("contact",), message, "leave contact out, or name the person by email", at_key=True
        )
    if "registered" not in entry and "cancelled" not in entry and entry.get("attended", False) is False:
        message = "the entry says nothing that happened: no registered, no cancelled, no attended"
        say(rules.NOTHING_DECLARED, (), message, "add registered: with the time of the registration")
    return frozenset(faulty)


def _explain_identity(entry: Entry, say: Say) -> None:
    if "email" in entry:
        say(rules.IDENTITY, ("vid",), "both email and vid name the person", "keep one of the two", at_key=True)
    else:
        say(rules.IDENTITY, (), "neither email nor vid says who this is", "add email: or vid:")


def _explain_field(name: str, value: Entry, say: Say) -> bool:
    """Whether *value* has a shape that *name* may have; if not, *say* was told."""
    match name:
        case "email":
            return _is_text(value, (name,), "an e-mail address", say)
        case "vid":
            return _is_vid(value, say)
        case "registered" | "cancelled":
            return _are_times(value, (name,), say)
        case "attended":
            return _is_attended(value, say)
        case "contact":
            return _is_contact(value, say)
        case _:
            _explain_unknown(name, (name,), FIELDS, say)
            return False


def _explain_unknown(name: str, path: Path, known: tuple[str, ...], say: Say) -> None:
    if means_no_show(name):
        say(rules.NO_SHOW, path, NO_SHOW_MESSAGE, NO_SHOW_HINT, at_key=True)
        return
    meant = did_you_mean(name, known) or f"known are {listed(known, 'and')}"
    say(rules.UNKNOWN_FIELD, path, f"unknown field {quoted(name)}", meant, at_key=True)


def _is_text(value: Entry, path: Path, wanted: str, say: Say) -> bool:
    if isinstance(value, str) and value and _is_encodable(value):
        return True
    hint = "put it in quotes" if isinstance(value, int | float) else None
    say(rules.ENTRY_SHAPE, path, f"{path[-1]} is {wanted}; found {_kind(value)}", hint)
    return False


def _is_vid(value: Entry, say: Say) -> bool:
    said = _find_vid_fault(value)
    if said is None:
        return True
    hint = "a contact's id looks like 543954422478"
    if isinstance(value, str) and "@" in value:
        hint = "an e-mail address belongs under email"
    if isinstance(value, str) and "found a text" in said and _is_number(value):
        hint = "write it without quotes"
    say(rules.BAD_VID, ("vid",), said, hint)
    return False


def _find_vid_fault(value: Entry) -> str | None:
    if isinstance(value, str) and _is_number(value) and len(value) > LARGEST_VID_DIGITS:
        return f"a vid has {LARGEST_VID_DIGITS} digits at most; found {len(value)}"
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return f"vid is a whole number; found {_kind(value)}"
    if value > LARGEST_VID:
        return "a vid is a number of 64 bits; this one is larger"
    return "a vid is above 0" if value < 1 else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _are_times(value: Entry, path: Path, say: Say) -> bool:
    if not isinstance(value, list):
        return _is_time(value, path, say)
    if not value:
        say(rules.ENTRY_SHAPE, path, f"{path[0]} is an empty list", "leave it out, or write a time")
        return False
    return _all([_is_time(item, (*path, index), say) for index, item in enumerate(value)])


def _all(answers: list[bool]) -> bool:
    """All are true. Takes a list, so that every one of them is asked and every fault told."""
    return all(answers)


def _is_time(value: Entry, path: Path, say: Say) -> bool:
    if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        if isinstance(value, float) and value != value // 1:
            say(rules.ENTRY_SHAPE, path, "milliseconds since 1970 are a whole number", TIME_HINT)
            return False
        return True
    named = next(step for step in reversed(path) if isinstance(step, str))
    say(rules.ENTRY_SHAPE, path, f"{named} is a time; found {_kind(value)}", TIME_HINT)
    return False


def _is_attended(value: Entry, say: Say) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, list):
        if not value:
            say(rules.ENTRY_SHAPE, ("attended",), "attended is an empty list", "leave it out")
        return bool(value) and _all([_is_attendance(item, ("attended", i), say) for i, item in enumerate(value)])
    return _is_attendance(value, ("attended",), say)


def _is_attendance(value: Entry, path: Path, say: Say) -> bool:
    if not isinstance(value, dict):
        hint = "write `attended: true` for the whole event, or `attended: {joinedAt: ..., leftAt: ...}`"
        if isinstance(value, str) and value.casefold() in ("true", "false"):
            hint = "write it without quotes"
        message = f"attended is true, or joinedAt and leftAt; found {_kind(value)}"
        say(rules.ENTRY_SHAPE, path, message, hint)
        return False
    is_good = True
    for name, item in value.items():
        if name in ATTENDANCE_FIELDS:
            is_good &= _is_time(item, (*path, name), say)
        else:
            _explain_unknown(name, (*path, name), ATTENDANCE_FIELDS, say)
            is_good = False
    missing = [name for name in ("joinedAt", "leftAt") if name not in value]
    if missing:
        message = f"the attendance has no {listed(missing, 'and no')}: HubSpot answers 200 and stores nothing"
        say(rules.ATTENDANCE_ENDS, path, message, "give both, or write `attended: true` for the whole event")
    return is_good and not missing


def _is_contact(value: Entry, say: Say) -> bool:
    if not isinstance(value, dict):
        message = f"contact is a mapping of property names to texts; found {_kind(value)}"
        say(rules.ENTRY_SHAPE, ("contact",), message, "write it like {firstname: Ana}")
        return False
    return _all([_is_property(name, item, say) for name, item in value.items()])


def _is_property(name: str, value: Entry, say: Say) -> bool:
    path = ("contact", name)
    if not name or not _is_encodable(name):
        say(rules.ENTRY_SHAPE, path, "a contact property has a name", at_key=True)
        return False
    if isinstance(value, str) and _is_encodable(value):
        return True
    hint = "put it in quotes" if isinstance(value, int | float) else 'write "" for an empty text, or leave it out'
    said = f"the contact property {quoted(name)} is a text; found {_kind(value)}"
    say(rules.ENTRY_SHAPE, path, said, hint)
    return False


def _kind(value: Entry) -> str:
    if isinstance(value, str) and not _is_encodable(value):
        return "half of a character (a lone surrogate)"
    if value is None:
        return "nothing"
    return describe_kind(value)


def _is_encodable(text: str) -> bool:
    """JSON may hold halves of characters, such as \\ud83d, that no UTF-8 text can."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
