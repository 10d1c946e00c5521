"""An event is planned a second time when its turn comes: of the same files and record, to the same steps."""

import pytest

from hubevents_sync.model.event import CompletionPolicy, RemovalPolicy
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.record import RecordedRow
from hubevents_sync.model.snapshot import DesiredEvent, RecordedEvent
from hubevents_sync.plan.event import plan_event, replan_event
from tests.builders import DAY_MS, NOW_MS, build_key
from tests.desired import (
    CANCELLED,
    DIGEST_KEY,
    build_attendance,
    build_desired,
    build_participation,
    build_recorded,
    build_roster,
)

ANA, BEN = build_participation("ana"), build_participation("ben", line=3)
KNOWN = ANA._replace(contact_id=7)
LATER = build_participation("ana", CANCELLED, at_ms=NOW_MS + DAY_MS)
BY_ID = build_participation(vid=9)
LEFT_OVER = [RecordedRow(build_key(), BEN._replace(email=None), Outcome.REJECTED)]
CASES: list[tuple[RecordedEvent | None, DesiredEvent, list[RecordedRow] | None]] = [
    (None, build_desired(), None),
    (None, build_desired(*build_roster(5)), None),
    (None, build_desired(*build_roster(3), BY_ID, build_attendance("ana"), ANA, LATER), None),
    (build_recorded(KNOWN), build_desired(BEN, removals=RemovalPolicy.CANCEL), None),
    (build_recorded(ANA), build_desired(ANA, BEN, completion=CompletionPolicy()), None),
    (build_recorded(KNOWN, BEN), build_desired(BEN._replace(state=CANCELLED)), None),
    (build_recorded(KNOWN), build_desired(ANA, BEN, *build_roster(2)), LEFT_OVER),
]


@pytest.mark.parametrize(("recorded", "desired", "leftovers"), CASES)
def test_the_steps_are_those_that_were_shown(
    recorded: RecordedEvent | None, desired: DesiredEvent, leftovers: list[RecordedRow] | None
) -> None:
    shown = plan_event(recorded, desired, now_ms=NOW_MS, digest_key=DIGEST_KEY, leftovers=leftovers)
    again = replan_event(shown.summary, recorded, desired, now_ms=NOW_MS, leftovers=leftovers)
    assert again.summary is shown.summary
    assert (again.plan, list(again.missing), again.removals) == (shown.plan, list(shown.missing), shown.removals)
    summary = shown.summary
    assert again.digest(summary.action, summary.field_changes, digest_key=DIGEST_KEY) == summary.digest
