"""The last net before the disk: whatever a message should have left out, an e-mail address does not get past it."""

import re

# Wider than an address: it is better to lose a word of a message than to keep somebody's name in it.
WORD = r"[^\s\"'<>(),;:\[\]{}=|]+"
ADDRESS = re.compile(rf'(?:"[^"]*"|{WORD})(?:@|%40){WORD}', re.IGNORECASE)
LONGEST = 2_000


def redact(message: str) -> str:
    """*message* without e-mail addresses, cut where it is longer than anybody reads."""
    return ADDRESS.sub("<e-mail>", message)[:LONGEST]
