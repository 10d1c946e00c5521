"""The digest: the same for the same steps, another for any other."""

from collections.abc import Sequence
from itertools import combinations
from types import MappingProxyType

from hypothesis import given

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import CompletionStep, EventAction, FieldChange, PlannedRow
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
    is_held: bool = False,
    is_removal: bool = False,
    round_number: int = 1,
    digest_key: bytes = DIGEST_KEY,
) -> str:
    planned = [PlannedRow(row, round_number, is_held=is_held, is_removal=is_removal) for row in rows]
    return digest_event(key or build_key(), action, changes, planned, completion, digest_key=digest_key)


@given(ROWS)
def test_the_order_of_rows_does_not_matter(rows: list[Participation]) -> None:
    assert digest(rows) == digest(rows[::-1])


def test_the_clock_does_not_matter() -> None:
    rows = [build_participation()]
    assert digest(rows, is_held=True) == digest(rows, is_held=False)
    assert digest(completion=build_completion(is_due=True)) == digest(completion=build_completion(is_due=False))


def test_where_a_row_stands_and_the_case_of_its_e_mail_do_not_matter() -> None:
    row = build_participation("ana")
    moved = row._replace(line=99, file="elsewhere.csv", email="ANA@Example.com")
    assert digest([row]) == digest([moved])


def test_the_time_of_a_removal_does_not_matter_but_whose_it_is_does() -> None:
    removal = Participation(b"a" * 16, CANCELLED, 0, contact_id=7)
    assert digest([removal], is_removal=True) == digest([removal._replace(occurred_at_ms=5)], is_removal=True)
    assert digest([removal], is_removal=True) != digest([removal._replace(person=b"b" * 16)], is_removal=True)
    assert digest([removal], is_removal=True) != digest([removal], is_removal=False)


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


def test_no_properties_are_the_same_as_none() -> None:
    assert digest([ROW]) == digest([ROW._replace(contact_properties={})])


def test_a_digest_is_known() -> None:
    # Committed plans and approvals hold digests: whoever changes how they are made changes DIGEST_FORMAT.
    assert digest([ROW]) == "6b603f579e66ba337bfddbcebd332fe0cbce4939c7d0f92206ec07480595991d"
    removal = Participation(b"a" * 16, CANCELLED, 0, contact_id=7)
    change = FieldChange("eventName", None, "Crème brûlée")
    steps = [(build_key(), "ab" * 32)]
    assert digest_plan(steps) == "b231e13ab2037d3eef423a126addd4e904ae1c610751cda8cec5bed0c4bccc81"
    assert digest([removal], is_removal=True) == "b7d1786d73d5e757de7ae93dec1a5cf516bcd68a604827fc7aee06bcc9b2b25e"
    assert (
        digest([ROW._replace(email=None, contact_id=7)], changes=[change], completion=build_completion())
        == "bc02536285993bcee39387a00bd0c843c7e79c53523a5463e1150de6065c323f"
    )
    assert digest_plan(steps, is_retry=True) == "de7d749b1388146fa24b310c3c93be10d1d8976a68252c56e36a395f7ee9a9c0"


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


def test_of_a_digest_key_as_much_counts_as_the_hash_takes() -> None:
    assert digest([ROW], digest_key=b"k" * 70) == digest([ROW], digest_key=b"k" * 64)
    assert digest([ROW], digest_key=b"k" * 64) != digest([ROW], digest_key=b"k" * 63)
