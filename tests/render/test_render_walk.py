"""The one walk over a plan that every format draws."""

from dataclasses import replace

from hubevents_sync.model.app_settings import SettingsChange
from hubevents_sync.model.plan import EventAction, Plan, RequestCount
from hubevents_sync.render.fold import MOST_BLOCKS
from hubevents_sync.render.outline import Detail, Outline, Section, SectionKind
from hubevents_sync.render.walk import say_requests, walk_plan
from tests.builders import NOW_MS, build_change, build_plan, build_rows, build_summary


def walk(plan: Plan, *, detail: Detail = Detail.AUTOMATIC) -> Outline:
    return walk_plan(plan, detail=detail, now_ms=NOW_MS, timezone="Europe/Berlin")


def find_section(outline: Outline, kind: SectionKind) -> Section:
    (section,) = (section for section in outline.sections if section.kind is kind)
    return section


def build_created(count: int) -> Plan:
    return build_plan(
        *(
            build_summary(
                f"e{number:03}",
                action=EventAction.CREATE,
                field_changes=(build_change(),),
                row_counts=(build_rows(ready=10),),
            )
            for number in range(count)
        )
    )


def test_sections_answer_in_the_order_of_a_reviewers_questions(twelve_events: Plan) -> None:
    plan = replace(twelve_events, settings=SettingsChange(4711, None, "https://my.event.app/%s"))
    assert [section.kind for section in walk(plan).sections] == list(SectionKind)


def test_sections_without_an_answer_are_left_out() -> None:
    kinds = [section.kind for section in walk(build_created(1)).sections]
    assert kinds == [SectionKind.CHANGES, SectionKind.IRREVERSIBLE, SectionKind.COST, SectionKind.DIGEST]
    assert walk(build_plan()).sections == ()


def test_few_events_are_shown_with_all_their_fields() -> None:
    blocks = find_section(walk(build_created(3)), SectionKind.CHANGES).blocks
    assert [(len(block.ids), len(block.fields), block.fields_hidden) for block in blocks] == [(1, 1, 0)] * 3


def test_several_events_keep_their_line_but_not_the_fields_of_new_ones() -> None:
    blocks = find_section(walk(build_created(MOST_BLOCKS)), SectionKind.CHANGES).blocks
    assert [(len(block.ids), len(block.fields), block.fields_hidden) for block in blocks] == [(1, 0, 1)] * MOST_BLOCKS


def test_many_events_of_one_shape_are_one_block_with_their_sum() -> None:
    plan = build_created(MOST_BLOCKS + 1)
    outline = walk(plan)
    (block,) = find_section(outline, SectionKind.CHANGES).blocks
    assert block.ids == tuple(event.key.external_event_id for event in plan.events)
    assert sum(block.rows.values()) == 10 * (MOST_BLOCKS + 1)
    assert outline.is_shortened


def test_everything_is_everything() -> None:
    outline = walk(build_created(MOST_BLOCKS + 1), detail=Detail.EVERYTHING)
    assert len(find_section(outline, SectionKind.CHANGES).blocks) == MOST_BLOCKS + 1
    assert not outline.is_shortened


def test_a_plan_that_is_shown_whole_is_not_called_shortened() -> None:
    plan = build_created(1)
    assert not walk(plan).is_shortened


def test_a_plan_is_shortened_where_everything_would_say_more(twelve_events: Plan) -> None:
    noted = build_plan(*(build_summary(f"e{number}", notes=("odd",)) for number in range(3)))
    due_later = build_plan(*(build_summary(f"e{number}", row_counts=(build_rows(held=1),)) for number in range(9)))
    plans = (build_plan(), build_created(3), build_created(4), build_created(MOST_BLOCKS), noted, due_later)
    found = [walk(plan).is_shortened for plan in (*plans, twelve_events)]
    assert found == [
        walk(plan).sections != walk(plan, detail=Detail.EVERYTHING).sections for plan in (*plans, twelve_events)
    ]
    assert found == [False, False, True, True, True, True, True]


def test_requests_are_said_by_kind() -> None:
    assert say_requests(RequestCount(1, 2, 1, 3)) == "7: 1 upsert, 2 attendance, 1 completion, 3 look-ups"
    assert say_requests(RequestCount()) == "0"


def test_the_same_plan_walks_the_same_way_twice(twelve_events: Plan) -> None:
    assert walk(twelve_events) == walk(replace(twelve_events))
