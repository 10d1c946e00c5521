"""The one way to write a scalar: plain where everybody reads it as the same text, in double quotes where not."""

import json
import re

from hubevents_sync.manifest.expected import Expected
from hubevents_sync.manifest.layout.nodes import Leaf
from hubevents_sync.manifest.layout.order import takes_time
from hubevents_sync.manifest.scalars import TEXT_TAGS, typed
from hubevents_sync.manifest.shielding import OPENING
from hubevents_sync.manifest.times import canonical_time

# What YAML 1.1 or 1.2 takes for a null, a boolean, a number, a time or a merge key: plain, it would not be read as
# text by every tool that looks at the file.
_OTHER_TYPES = re.compile(
    r"""~|null|true|false|yes|no|on|off|y|n|=|<<
    |[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?
    |[-+]?\.[0-9_]+(?:e[-+]?[0-9]+)?|[-+]?\.inf|\.nan
    |[-+]?0(?:x[0-9a-f_]+|o[0-7_]+|b[01_]+)
    |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[t\s].*)?""",
    re.VERBOSE | re.IGNORECASE,
)
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_IN_BRACKETS = re.compile(r"[,\[\]{}]")
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff]"
)


def write_scalar(leaf: Leaf, expected: Expected, *, in_brackets: bool, is_open: bool) -> str:
    """*leaf* on one line. As it was written where that is the author's business.

    That is: an alias, what has an anchor or a tag, and where *is_open*, text with a variable in it: in quotes or not,
    it is typed by what is put in.
    """
    if leaf.is_alias or leaf.has_mark or (is_open and ("$" in leaf.text or OPENING in leaf.raw)):
        return leaf.raw
    if takes_time(expected) and (time := canonical_time(leaf.text)) is not None:
        return time
    value = leaf.text if leaf.style or leaf.tag in TEXT_TAGS else typed(leaf.text, expected.types())
    if isinstance(value, bool):
        return str(value).lower()
    return write_text(value, in_brackets=in_brackets) if isinstance(value, str) else leaf.raw


def write_text(text: str, *, in_brackets: bool) -> str:
    """*text* as YAML."""
    if is_plain(text, in_brackets=in_brackets):
        return text
    written = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def is_plain(text: str, *, in_brackets: bool) -> bool:
    """*text* needs no quotes."""
    if not text or text != text.strip() or _UNPRINTABLE.search(text) or _OTHER_TYPES.fullmatch(text):
        return False
    if text[0] in _INDICATORS or text.startswith(("---", "...")) or text.endswith(":"):
        return False
    return not (": " in text or " #" in text or (in_brackets and _IN_BRACKETS.search(text)))
