"""Take people's data out of HubSpot's messages before anybody keeps or prints them."""

import re
from collections.abc import Iterable

LONGEST_KEPT = 500
# Bounds the work of the patterns below; nobody reads more of a message than this.
_LONGEST_READ = 5_000
_EDGE = r"\s@`'\"<>(),;:\[\]{}|=?&/\\"
# An apostrophe belongs to the address inside a word only (o'brien@…): around it, it is a quotation mark.
_LOCAL_PART = rf"(?:\"[^\"@]*\"|(?:[^{_EDGE}%]|(?<=\w)'(?=\w))+)"
_EMAIL = re.compile(rf"{_LOCAL_PART}(?:@|%40)[^{_EDGE}%]+", re.IGNORECASE)
# "for vid 123", "contact 123", "contact id: 123", and the backticks that HubSpot puts around the e-mail in the one
# message of this kind that was recorded.
_CONTACT_ID = re.compile(r"`(\d{1,19})`|\b(?:vid|contact(?:\s*id)?)\W{1,3}(\d{1,19})\b", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def emails_in(text: str) -> frozenset[str]:
    """What looks like an e-mail in *text*, in lower case."""
    if "@" not in text:
        return frozenset()
    return frozenset(match.group().rstrip(".!").lower() for match in _EMAIL.finditer(text[:_LONGEST_READ]))


def contact_ids_in(text: str) -> frozenset[int]:
    """The contact ids that a sentence of HubSpot's speaks of."""
    return frozenset(int(match.group(1) or match.group(2)) for match in _CONTACT_ID.finditer(text[:_LONGEST_READ]))


def without_people(text: str, *, hidden: Iterable[str] = ()) -> str:
    """*text* on one line, without e-mails and without the values *hidden*, cut to a readable length.

    A value of one character is left alone: it tells nothing, and taking it out would ruin every sentence.
    """
    line = _UNPRINTABLE.sub(" ", text[:_LONGEST_READ]).strip()
    for value in sorted((_UNPRINTABLE.sub(" ", value).strip() for value in hidden), key=len, reverse=True):
        # The first look is cheap: a batch has hundreds of values, and few of them ever come back.
        if len(value) > 1 and value.lower() in line.lower():
            placeholder = "<e-mail>" if "@" in value else "<hidden>"
            line = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", placeholder, line, flags=re.IGNORECASE)
    if "@" in line or "%40" in line:
        line = _EMAIL.sub("<e-mail>", line)
    return line if len(line) <= LONGEST_KEPT else f"{line[: LONGEST_KEPT - 1]}…"
