"""How the values of fields are said."""

from collections.abc import Mapping
from typing import assert_never
from unicodedata import normalize

from hubevents_sync.model.event import TIME_FIELDS, FieldValue
from hubevents_sync.model.plan import FieldChange
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_instant, say_written_instant


class ValueWording:
    """The words for values, with times in *timezone* (UTC where the project names none)."""

    def __init__(self, *, timezone: str | None) -> None:
        self._timezone = timezone

    def say_instant(self, epoch_ms: int) -> str:
        """A time that is sent, exactly."""
        return say_instant(epoch_ms, timezone=self._timezone)

    def say_values(self, change: FieldChange) -> tuple[str | None, str | None]:
        """Both values of *change*; two that would look the same are spelled out, so that the difference can be seen."""
        before, after = self.say_value(change.path, change.before), self.say_value(change.path, change.after)
        if before is None or after is None or normalize("NFKC", before) != normalize("NFKC", after):
            return before, after
        return _spell_out(change.before), _spell_out(change.after)

    def say_value(self, path: str, value: FieldValue | None) -> str | None:
        """A field's value on one line: text in quotes, times in the project's zone, booleans as HubSpot writes them."""
        if value is None:
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return self._say_text(path, value)
        if isinstance(value, Mapping):
            pairs = (f'{make_one_line(name)}: "{make_one_line(text)}"' for name, text in sorted(value.items()))
            return f"{{{', '.join(pairs)}}}"
        assert_never(value)

    def _say_text(self, path: str, value: str) -> str:
        if path in TIME_FIELDS:
            return make_one_line(say_written_instant(value, timezone=self._timezone))
        return f'"{make_one_line(value)}"'


def _spell_out(value: FieldValue | None) -> str:
    # An accent of its own, a joiner, a look-alike of full width: ascii() has an escape for each.
    plain = dict(sorted(value.items())) if isinstance(value, Mapping) else value
    return ascii(plain)
