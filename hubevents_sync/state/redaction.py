"""The last net before the disk: whatever a message should have left out, an e-mail address does not get past it."""

import re

# Wider than an address: it is better to lose a word of a message than to keep somebody's name in it. No part of the
# pattern can be read in two ways, so that an endless word takes no endless time.
WORD = r"[^\s\"'<>(),;:\[\]{}=|]+"
QUOTED_OR_WORD = re.compile(rf'"[^"]*"(?:@|%40){WORD}|{WORD}')
HAS_ADDRESS = re.compile(r".(?:@|%40).", re.DOTALL)
LONGEST = 2_000


def redact(message: str) -> str:
    """*message* without e-mail addresses, cut to what somebody reads, and in characters that can be stored."""
    # JSON may hold half of a surrogate, and a NUL, which PostgreSQL keeps in no text.
    storable = message[: 10 * LONGEST].encode("utf-8", "replace").decode("utf-8").replace("\x00", "?")
    return QUOTED_OR_WORD.sub(_hide, storable)[:LONGEST]


def _hide(found: re.Match[str]) -> str:
    word = found.group()
    return "<e-mail>" if HAS_ADDRESS.search(word) else word
