"""What an id that HubSpot keys an event by may look like."""

import re

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def fault_of_id(text: str) -> str | None:
    """What is wrong with *text* as an id, said so that it completes "… "; None where nothing is.

    An id goes into the path of a URL and is compared byte by byte: what can't be seen in it makes another event.
    """
    if not text.strip():
        return "must not be empty"
    if text != text.strip():
        return "must not begin or end with a space"
    if match := _CONTROL.search(text):
        return f"must not hold a line break or another character that can't be seen (found U+{ord(match.group()):04X})"
    if text in (".", ".."):
        # A URL's path is normalised on its way: /events/.. is another call.
        return f"must not be {text}, which means something else in the path of a URL"
    return None
