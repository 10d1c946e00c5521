"""No attendee's personal data in the state: planted, applied in every way, and looked for in every byte."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hubevents_sync.model.outcome import Outcome, Rejection, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.state.redaction import redact

if TYPE_CHECKING:
    from tests.state.conftest import Bench

FilesOf = Callable[[Path], dict[str, bytes]]
EMAIL = "Planted.Person@Secret-Domain.example"
NAME = "Quetzalcoatlina"


def test_no_byte_of_the_state_tells_who_somebody_is(bench: Bench, files_of: FilesOf) -> None:
    seen: dict[str, bytes] = {}
    with bench.write() as state:
        state.begin_run(bench.run())
        rows = [
            Participation(
                person=state.identity.person(email=EMAIL),
                state=AttendanceState.REGISTERED,
                occurred_at_ms=at_ms,
                email=EMAIL,
                contact_properties={"firstname": NAME},
                file="rosters/launch.csv",
                line=2,
            )
            for at_ms in range(6)
        ]
        for row, outcome in zip(rows, Outcome, strict=True):
            call = state.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, [row])
            rejection = Rejection(f"contact {EMAIL} is not valid", "VALIDATION_ERROR", 400, "c-1")
            state.record_attendance(call, [RowResult(row, outcome, rejection=rejection)])
        call = state.intend_attendance(bench.key(), 1, AttendanceState.REGISTERED, rows)
        seen |= {f"in flight {name}": content for name, content in files_of(bench.location.parent).items()}
        state.fail_call(call, f'400 for "{EMAIL}"', outcome=Outcome.REJECTED)
        seen |= files_of(bench.location.parent)
        assert {"hubevents.db", "hubevents.db-wal"} <= set(seen)
        assert state.find_person(state.identity.person(email=EMAIL.upper()))[0].row.file == "rosters/launch.csv"
        assert EMAIL not in repr(state.find_person(state.identity.person(email=EMAIL)))
        assert [entry.error for entry in state.journal_of("7f3c")][-1] == '400 for "<e-mail>"'
    seen |= {f"closed {name}": content for name, content in files_of(bench.location.parent).items()}
    needles = [EMAIL, EMAIL.lower(), "Planted.Person", "planted.person", "secret-domain", "Secret-Domain", NAME]
    for name, content in seen.items():
        assert b"rosters/launch.csv" in content or name.endswith(("-shm", "hubevents.db"))
        for needle in needles:
            for form in (needle.encode(), needle.encode("utf-16-le"), base64.b64encode(needle.encode())):
                assert form not in content, (name, needle)


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("contact ana@example.com is not valid", "contact <e-mail> is not valid"),
        ('{"email":"ana@example.com"}', '{"email":"<e-mail>"}'),
        ("<ana@example.com>, ben+x@sub.example.com; done", "<<e-mail>>, <e-mail>; done"),
        ('"ana maria"@example.com is odd', "<e-mail> is odd"),
        ("GET /x/ana%40example.com/y", "GET <e-mail>"),
        ("ána@bücher.example", "<e-mail>"),
        ("no address @ all", "no address @ all"),
        ("half a \ud83d surrogate", "half a ? surrogate"),
    ],
)
def test_addresses_are_taken_out_of_messages(message: str, kept: str) -> None:
    assert redact(message) == kept


def test_an_endless_message_is_cut() -> None:
    assert len(redact("x" * 10_000)) == 2_000
    assert redact("x" * 3_000 + "@example.com") == "<e-mail>"
