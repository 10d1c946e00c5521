"""Write JSON so that equal values are equal bytes, and so that no terminal can be driven by what is in it."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence

from hubevents_sync.model.event import FieldValue

# JSON itself escapes U+0000 to U+001F only.
_DOUBTFUL = re.compile(r"[^\x00-\x7e\u00a1-\u00ac\u00ae-\u02ff]")


def dump_json(document: Mapping[str, object] | Sequence[object]) -> str:
    """*document* with sorted names, two spaces of indent and a newline at the end.

    Letters of any script stay readable; control, format and private characters and lone surrogates are escaped.
    """
    written = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True)
    return _DOUBTFUL.sub(lambda found: _escape(found[0]), written) + "\n"


def plain_value(value: FieldValue | None) -> object:
    """A field's value in the types that ``json`` knows: any Mapping as a dict."""
    return dict(value) if isinstance(value, Mapping) else value


def _escape(character: str) -> str:
    if unicodedata.category(character) in ("Zl", "Zp") or unicodedata.category(character)[0] == "C":
        return json.dumps(character)[1:-1]
    return character
