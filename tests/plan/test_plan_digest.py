"""The digest: the same for the same steps, another for any other."""

from collections.abc import Sequence
from itertools import combinations
from types import MappingProxyType

from hypothesis import given

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import CompletionStep, EventAction, FieldChange, PlanBasis
from hubevents_sync.plan.digest import digest_event, digest_plan
from tests.builders import NOW_MS, build_completion, build_key
from tests.desired import ATTENDED, CANCELLED, DIGEST_KEY, ROWS, build_participation


def digest(
    rows: Sequence[Participation] = (),
    *,
    key: EventKey | None = None,
    action: EventAction = EventAction.NONE,
    changes: Sequence[FieldChange] = (),
    completion: CompletionStep | None = None,
    removals: Sequence[Participation] = (),
    digest_key: bytes = DIGEST_KEY,
) -> str:
    return digest_event(key or build_key(), action, changes, rows, completion, digest_key=digest_key, removals=removals)


@given(ROWS)
def test_the_order_of_rows_does_not_matter(rows: list[Participation]) -> None:
    assert digest(rows) == digest(rows[::-1])


def test_the_clock_does_not_matter() -> None:
    assert digest(completion=build_completion(is_due=True)) == digest(completion=build_completion(is_due=False))


def test_where_a_row_stands_and_the_case_of_its_e_mail_do_not_matter() -> None:
    row = build_participation("ana")
    moved = row._replace(line=99, file="elsewhere.csv", email="ANA@Example.com")
    assert digest([row]) == digest([moved])


def test_the_time_of_a_removal_does_not_matter_but_whose_it_is_does() -> None:
    removal = Participation(b"a" * 16, CANCELLED, 0, contact_id=7)
    assert digest(removals=[removal]) == digest(removals=[removal._replace(occurred_at_ms=5)])
    assert digest(removals=[removal]) != digest(removals=[removal._replace(person=b"b" * 16)])
    assert digest(removals=[removal]) != digest([removal])


ROW = build_participation(at_ms=12)


def test_any_difference_makes_another_digest() -> None:
    different = {
        "nothing": digest(),
        "a row": digest([ROW]),
        "the row twice": digest([ROW, ROW]),
        "another person": digest([build_participation("ben", at_ms=12)]),
        "another state": digest([ROW._replace(state=CANCELLED)]),
        "another time": digest([ROW._replace(occurred_at_ms=1)]),
        "another begin": digest([ROW._replace(state=ATTENDED, joined_at_ms=2, left_at_ms=3)]),
        "another end": digest([ROW._replace(state=ATTENDED, joined_at_ms=2, left_at_ms=4)]),
        "digits that moved to the next field": digest([ROW._replace(occurred_at_ms=1, joined_at_ms=2)]),
        "a property": digest([ROW._replace(contact_properties={"a": "b"})]),
        "two properties": digest([ROW._replace(contact_properties={"a": "b", "c": "d"})]),
        "a property that looks like two": digest([ROW._replace(contact_properties={"a": "b'), ('c', 'd"})]),
        "a contact id": digest([ROW._replace(email=None, contact_id=7)]),
        "an e-mail that looks like a contact id": digest([ROW._replace(email="vid:7")]),
        "another action": digest(action=EventAction.UPDATE),
        "a field": digest(changes=[FieldChange("eventName", None, "A")]),
        "a field from another value": digest(changes=[FieldChange("eventName", "B", "A")]),
        "a field to another value": digest(changes=[FieldChange("eventName", None, "B")]),
        "true": digest(changes=[FieldChange("eventName", None, after=True)]),
        "the text of true": digest(changes=[FieldChange("eventName", None, "true")]),
        "a property as a field": digest(changes=[FieldChange("customProperties.a", None, "b")]),
        "properties as a whole": digest(changes=[FieldChange("customProperties", None, {"a": "b"})]),
        "a completion": digest(completion=build_completion()),
        "a completion at another time": digest(completion=build_completion(due_at_ms=NOW_MS + 1)),
        "another event": digest(key=build_key("cookin", account="gCookingCo")),
        "an event whose id took a letter": digest(key=build_key("ocooking", account="CookingC")),
        "a row under another key": digest([ROW], digest_key=b"another key"),
    }
    assert [pair for pair in combinations(different, 2) if different[pair[0]] == different[pair[1]]] == []


def test_the_order_of_properties_does_not_matter() -> None:
    one = ROW._replace(contact_properties={"a": "1", "b": "2"})
    assert digest([one]) == digest([ROW._replace(contact_properties={"b": "2", "a": "1"})])


def test_properties_of_any_kind_of_mapping_are_the_same() -> None:
    one, other = ([FieldChange("customProperties", None, kind({"a": "b"}))] for kind in (dict, MappingProxyType))
    assert digest(changes=one) == digest(changes=other)


def test_a_row_with_properties_is_somebodys_whatever_the_case_of_the_e_mail() -> None:
    one, other = (build_participation(name, at_ms=12, properties={"a": "b"}) for name in ("ana", "ben"))
    assert digest([one]) == digest([one._replace(email="ANA@Example.com")])
    assert digest([one]) != digest([other])


def test_no_properties_are_the_same_as_none() -> None:
    assert digest([ROW]) == digest([ROW._replace(contact_properties={})])


def test_a_digest_is_known() -> None:
    # Committed plans and approvals hold digests: whoever changes how they are made changes DIGEST_FORMAT.
    assert digest([ROW]) == "267b0e39c477b9a9e7c04ed181d92dceb60959316f00efe95604f0d7cd745a10"
    with_property = ROW._replace(contact_properties={"a": "é"})
    assert digest([with_property]) == "712b06e18780a16edcaa411ab71b4e9cc1b59f78fe6eb7b1f3108b116a2b4125"
    removal = Participation(b"a" * 16, CANCELLED, 0, contact_id=7)
    change = FieldChange("eventName", None, "Crème brûlée")
    steps = [(build_key(), "ab" * 32)]
    assert digest_plan(steps) == "e28acade904630ae65e91dd37e43e4efa499cd223c49a122bb3df7fb40697788"
    assert digest(removals=[removal]) == "c92008a3e36ae7dc9307ec35e756a37a3e1907607285b345282b214488e69cf4"
    assert (
        digest([ROW._replace(email=None, contact_id=7)], changes=[change], completion=build_completion())
        == "f6ec80e7543b37be325fec9438e31e929cfce84888241e526f038a8a321f3b7a"
    )
    of_a_commit = "de58270dbcc2c9506818279ab13434df896a61271061fe9a0552a3e3596f2376"
    assert digest_plan(steps, basis=PlanBasis.COMMIT) == of_a_commit
    assert digest_plan(steps, is_retry=True) == "6071912646d662d303216693bc31daac037964825a6197515be89262213a0654"


def test_a_plans_digest_does_not_depend_on_the_order_of_its_events() -> None:
    first, second = (build_key("a"), "01"), (build_key("b"), "02")
    assert digest_plan([first, second]) == digest_plan([second, first])
    assert digest_plan([first, second]) != digest_plan([(first[0], "02"), (second[0], "01")])
    assert digest_plan([first]) != digest_plan([])


def test_the_digest_stands_for_both_values_of_a_changed_field() -> None:
    changes = [
        FieldChange("eventName", before, after) for before, after in [("a", "b"), ("x", "b"), ("a", "y"), (None, "b")]
    ]
    digests = {
        digest_event(build_key(), EventAction.UPDATE, [change], [], None, digest_key=DIGEST_KEY) for change in changes
    }
    assert len(digests) == 4


def test_a_plan_made_without_the_state_never_has_the_digest_of_one_made_with_it() -> None:
    events = [(build_key(), "ab" * 32)]
    digests = {digest_plan(events, is_retry=is_retry, basis=basis) for basis in PlanBasis for is_retry in (True, False)}
    assert len(digests) == 6
    assert digest_plan(events) == digest_plan(events, basis=PlanBasis.STATE)


def test_of_a_digest_key_as_much_counts_as_the_hash_takes() -> None:
    assert digest([ROW], digest_key=b"k" * 70) == digest([ROW], digest_key=b"k" * 64)
    assert digest([ROW], digest_key=b"k" * 64) != digest([ROW], digest_key=b"k" * 63)


def test_a_digest_of_several_rows_of_each_kind_is_known() -> None:
    rows = [
        ROW,
        build_participation("ben", at_ms=13),
        ROW._replace(email=None, contact_id=7),
        ROW._replace(contact_properties={"a": "b"}),
        ROW._replace(email=None, contact_id=8),
    ]
    assert digest(rows) == "f018d7e7b5e1f83a9e4bded687eaafbd8ce2a669b9133ef52141e0a6cfec96bc"


def test_half_of_a_character_in_an_e_mail_has_a_digest_too() -> None:
    assert digest([ROW._replace(email="a\ud83d@example.com")]) != digest([ROW])
