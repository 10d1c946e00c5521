"""An event file that is composed says what it was composed of, and has the one form already."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.manifest.composing import compose_event, keep_writable
from hubevents_sync.manifest.layout.fmt import format_file
from hubevents_sync.manifest.layout.order import Kind
from hubevents_sync.manifest.tree import CONTROL
from hubevents_sync.model.event import EventKey, FieldValue, MarketingEvent

NASTY = st.sampled_from(
    ["no", "12", "~", "a: b", "# x", "'", '"', "- a", "${HOME}", "2026-01-01", "x\ny", "é", "%", "a #b"]
)
TEXTS = st.one_of(NASTY, st.text(min_size=1, max_size=20, alphabet=st.characters(codec="utf-8"))).filter(
    lambda text: bool(text.strip()) and not CONTROL.search(text)
)
FIELDS: st.SearchStrategy[dict[str, FieldValue]] = st.fixed_dictionaries(
    {"eventName": TEXTS, "eventOrganizer": TEXTS},
    optional={
        "startDateTime": st.just("2026-05-01T10:00:00Z"),
        "eventDescription": TEXTS,
        "eventCancelled": st.booleans(),
        "customProperties": st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), TEXTS, min_size=1),
    },
)


def say(value: FieldValue) -> object:
    """As a reader that takes every scalar for text has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else dict(value)


@settings(deadline=None)
@given(event_id=TEXTS, account=st.none() | TEXTS, fields=FIELDS)
def test_whatever_is_in_it_is_read_back_and_fmt_leaves_it_as_it_is(
    event_id: str, account: str | None, fields: dict[str, FieldValue]
) -> None:
    event = MarketingEvent(EventKey(account or "CookingCo", event_id), fields)
    text = compose_event(event, account=account, roster="../rosters/x.csv", completes=True, remarks=("a remark",))
    (read,) = yaml.load(text, Loader=yaml.BaseLoader)["events"]  # noqa: S506  the base loader makes text only
    expected: dict[str, Any] = {"externalEventId": event_id, "roster": "../rosters/x.csv", "complete": "true"}
    expected |= {} if account is None else {"externalAccountId": account}
    assert read == expected | {name: say(value) for name, value in fields.items()}
    formatted = format_file(text.encode(), "events/x.yaml", Kind.EVENTS, sorts_people=False)
    assert formatted.after == formatted.before


def test_what_says_nothing_is_left_out_and_what_no_file_can_hold_is_named() -> None:
    fields: dict[str, FieldValue] = {
        "eventName": "Gala",
        "eventType": " ",
        "eventDescription": "a bell: \a",
        "eventCancelled": False,
        "customProperties": {"room": "12", "empty": "", "bell": "\a"},
    }
    assert keep_writable(fields) == (
        {"eventName": "Gala", "eventCancelled": False, "customProperties": {"room": "12"}},
        ("eventDescription", "customProperties.bell"),
    )
