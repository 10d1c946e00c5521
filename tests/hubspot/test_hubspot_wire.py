"""The bodies that HubSpot takes."""

import json

from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.hubspot.wire import attendance_body
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.participation import AttendanceState, Participation

TIMES = st.integers(0, 4_000_000_000_000)
TEXTS = st.dictionaries(st.text(), st.text(), max_size=3)


def rows_of(state: AttendanceState, *, by_email: bool) -> st.SearchStrategy[list[Participation]]:
    joined = st.none() | TIMES if state is AttendanceState.ATTENDED else st.none()
    row = st.builds(
        Participation,
        person=st.just(b"p" * 16),
        state=st.just(state),
        occurred_at_ms=TIMES,
        joined_at_ms=joined,
        left_at_ms=joined,
        email=st.emails() | st.text(min_size=1) if by_email else st.none(),
        contact_id=st.integers(1, 10**15),
        contact_properties=st.none() | TEXTS,
    )
    return st.lists(row, min_size=1, max_size=5)


def expect(row: Participation, *, by_email: bool) -> dict[str, object]:
    times = {"joinedAt": row.joined_at_ms, "leftAt": row.left_at_ms}
    properties = {name: format_instant(at_ms) for name, at_ms in times.items() if at_ms is not None}
    told = {"interactionDateTime": row.occurred_at_ms, "properties": properties}
    if not by_email:
        return {"vid": row.contact_id, **told}
    return {"email": row.email, **told, "contactProperties": dict(row.contact_properties or {})}


@given(email=st.text(min_size=1), plain=st.lists(st.emails(), max_size=3))
def test_one_address_that_has_to_be_escaped_changes_no_other(email: str, plain: list[str]) -> None:
    addresses = [*plain, email, *plain]
    rows = [Participation(b"p" * 16, AttendanceState.REGISTERED, 1, email=address) for address in addresses]
    body = attendance_body(rows, by_email=True)
    assert [told["email"] for told in json.loads(body)["inputs"]] == addresses
    assert body.isascii()


@given(data=st.data(), state=st.sampled_from(AttendanceState), by_email=st.booleans())
def test_a_body_that_is_put_together_is_what_the_encoder_makes(
    data: st.DataObject, state: AttendanceState, *, by_email: bool
) -> None:
    rows = data.draw(rows_of(state, by_email=by_email))
    body = {"inputs": [expect(row, by_email=by_email) for row in rows]}
    assert attendance_body(rows, by_email=by_email) == json.dumps(body, separators=(",", ":")).encode()
