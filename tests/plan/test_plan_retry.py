"""A retry has what earlier runs left over, and nothing else."""

from collections.abc import Sequence

from hubevents_sync.model.event import CompletionPolicy, RemovalPolicy
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import EventAction
from hubevents_sync.model.project import HubSpotSettings
from hubevents_sync.model.record import RecordedRow
from hubevents_sync.model.snapshot import DesiredEvent, RecordedEvent
from hubevents_sync.plan.event import PlannedEvent, plan_event
from hubevents_sync.plan.plan import build_plan
from tests.builders import DAY_MS, NOW_MS, build_key
from tests.desired import (
    CANCELLED,
    DIGEST_KEY,
    build_attendance,
    build_desired,
    build_event,
    build_participation,
    build_recorded,
)

ANA, BEN, CEM = (build_participation(name, line=line) for line, name in enumerate(["ana", "ben", "cem"], start=2))


def left_over(*rows: Participation, outcome: Outcome = Outcome.REJECTED) -> list[RecordedRow]:
    """Rows on record without confirmation."""
    return [RecordedRow(build_key(), row._replace(email=None), outcome) for row in rows]


def retry(recorded: RecordedEvent | None, desired: DesiredEvent, leftovers: Sequence[RecordedRow]) -> PlannedEvent:
    return plan_event(recorded, desired, now_ms=NOW_MS, digest_key=DIGEST_KEY, leftovers=leftovers)


def sent(planned: PlannedEvent) -> list[tuple[str | None, str]]:
    return [(row.row.email, row.row.state.value) for row in planned.plan.rows]


def test_only_rows_that_were_tried_before_are_sent() -> None:
    planned = retry(build_recorded(ANA), build_desired(ANA, BEN, CEM), left_over(CEM))
    assert sent(planned) == [("cem@example.com", "REGISTERED")]
    assert planned.summary.notes == ("rows that are new and not part of a retry: 1",)


def test_every_outcome_that_is_no_confirmation_is_tried_again() -> None:
    leftovers = [
        *left_over(ANA, outcome=Outcome.UNCONFIRMED),
        *left_over(BEN, outcome=Outcome.NOT_ATTEMPTED),
        *left_over(CEM, outcome=Outcome.INTENDED),
    ]
    planned = retry(build_recorded(), build_desired(ANA, BEN, CEM), leftovers)
    assert len(planned.plan.rows) == 3


def test_a_row_that_the_files_no_longer_name_is_not_sent() -> None:
    assert retry(build_recorded(), build_desired(ANA), left_over(BEN)).summary.rows_ready == 0


def test_a_row_whose_time_was_changed_is_a_new_one() -> None:
    moved = ANA._replace(occurred_at_ms=ANA.occurred_at_ms - DAY_MS)
    assert retry(build_recorded(), build_desired(moved), left_over(ANA)).plan.rows == ()


def test_changed_fields_wait_for_a_plain_apply_and_unanswered_ones_do_not() -> None:
    changed = build_desired(event=build_event(eventName="Another name"))
    answered = retry(build_recorded(), changed, ())
    assert (answered.plan.action, answered.plan.field_changes) == (EventAction.NONE, ())
    assert answered.summary.is_empty
    unanswered = retry(build_recorded(is_event_confirmed=False), changed, ())
    assert unanswered.plan.action is EventAction.UPDATE


def test_an_event_that_was_never_tried_is_not_created() -> None:
    assert retry(None, build_desired(ANA), ()).summary.is_empty


def test_a_completion_is_no_part_of_a_retry() -> None:
    desired = build_desired(ANA, build_attendance(), completion=CompletionPolicy())
    planned = retry(build_recorded(ANA), desired, left_over(build_attendance()))
    assert planned.plan.completion is None
    assert planned.summary.notes == ("completing it is not part of a retry",)


def test_a_removal_that_was_sent_before_is_sent_again_and_a_new_one_is_not() -> None:
    ana, ben = ANA._replace(contact_id=1), BEN._replace(contact_id=2)
    cancelled = ana._replace(state=CANCELLED, occurred_at_ms=NOW_MS - 1)
    desired = build_desired(CEM, removals=RemovalPolicy.CANCEL)
    planned = retry(build_recorded(ana, ben, CEM), desired, left_over(cancelled))
    assert [(row.row.person, row.is_removal) for row in planned.plan.rows] == [(ana.person, True)]
    assert planned.summary.removals == 1


def test_a_retry_never_has_the_digest_of_a_whole_plan() -> None:
    whole = plan_event(build_recorded(), build_desired(ANA), now_ms=NOW_MS, digest_key=DIGEST_KEY).summary
    again = retry(build_recorded(), build_desired(ANA), left_over(ANA)).summary
    assert again.digest == whole.digest  # the event's steps are the same
    settings = HubSpotSettings()
    assert build_plan([again], settings=settings, is_retry=True).digest != build_plan([whole], settings=settings).digest
