"""The same people in any format and order give the same participations."""

import csv
import json
from io import StringIO
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.model.instant import format_instant, parse_instant

FIRST_MS, LAST_MS = parse_instant("2026-10-01T00:00:00Z"), parse_instant("2026-11-29T00:00:00Z")
NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"), min_size=1
).filter(lambda text: text.isprintable())
TIMES = st.integers(FIRST_MS, LAST_MS).map(lambda time: time - time % 1000 if time % 3 else time)
OFFSETS = st.sampled_from(["Z", "+00:00"])


@st.composite
def people(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Entries of the YAML shape, each of another person, such as all three formats can hold."""
    numbers = draw(st.lists(st.integers(1, 10**12), unique=True, max_size=8))
    return [draw(entries(number)) for number in numbers]


@st.composite
def entries(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """What one person did; no two things at the same time."""
    moments = sorted(draw(st.lists(TIMES, min_size=4, max_size=4, unique=True)))
    written = [format_instant(moment).replace("Z", draw(OFFSETS)) for moment in moments]
    entry: dict[str, Any] = {"registered": written[0]}
    if draw(st.booleans()):
        entry["registered"] = [written[0], written[3]]
    if draw(st.booleans()):
        entry["cancelled"] = written[1]
    if draw(st.booleans()):
        left = format_instant(moments[2] + draw(st.integers(1000, 10**7)))
        entry["attended"] = draw(st.sampled_from([True, {"joinedAt": written[2], "leftAt": left}]))
    if draw(st.booleans()):
        return {"vid": number, **entry}
    if draw(st.booleans()):
        entry["contact"] = draw(st.dictionaries(st.sampled_from(["firstname", "note"]), NAMES, min_size=1))
    return {"email": f"person{number}@example.com", **entry}


def as_yaml(rows: list[dict[str, Any]]) -> str:
    """In block style, with texts in quotes: those of JSON are YAML's too."""
    return "attendees:\n" + "".join(f"  - {json.dumps(row, ensure_ascii=False)}\n" for row in rows) or "  []\n"


def as_plain_yaml(rows: list[dict[str, Any]]) -> str:
    """With times and addresses as people write them."""
    lines = ["attendees:" if rows else "attendees: []"]
    for row in rows:
        for number, (name, value) in enumerate(row.items()):
            written = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | bool) else value
            lines.append(f"{'    ' if number else '  - '}{name}: {written}")
    return "\n".join(lines) + "\n"


def as_csv(rows: list[dict[str, Any]]) -> str:
    """One row a person."""
    contact = [f"contact.{name}" for name in ("note", "firstname")]
    columns = [contact[0], "leftAt", "vid", "registered", "joinedAt", "email", "cancelled", "attended", contact[1]]
    text = StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    for row in rows:
        cells: dict[str, Any] = {name: row[name] for name in ("email", "vid", "cancelled") if name in row}
        registered = row["registered"]
        cells["registered"] = ";".join(registered) if isinstance(registered, list) else registered
        attended = row.get("attended")
        cells |= {"attended": "true"} if attended is True else attended or {}
        cells |= {f"contact.{name}": value for name, value in row.get("contact", {}).items()}
        writer.writerow(cells)
    return text.getvalue()


def as_ndjson(rows: list[dict[str, Any]]) -> str:
    """One object a person, and a blank line at the end, so that there is a file without anybody."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def without_places(outcome: Any) -> list[Any]:
    """Participations in the order of their people."""
    rows = [row._replace(file="", line=0) for row in outcome.reading.participations]
    return sorted(rows, key=lambda row: (row.person, row.occurred_at_ms))


@given(rows=people(), random=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_same_people_in_any_format_and_order_are_the_same(
    rows: list[dict[str, Any]], random: Any, read_roster: Any
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    outcomes = [
        read_roster(as_yaml(rows) if rows else "attendees: []\n", "people.yaml"),
        read_roster(as_plain_yaml(shuffled), "people.yaml"),
        read_roster(as_csv(shuffled), "people.csv"),
        *([read_roster(as_ndjson(shuffled), "people.ndjson")] if rows else []),
    ]
    expected = without_places(outcomes[0])

    assert {line for outcome in outcomes for line in outcome.lines if " error: " in line} == set()
    assert all(without_places(outcome) == expected for outcome in outcomes)
    assert all(outcome.reading.people == len(rows) for outcome in outcomes)


@given(rows=people().filter(len), cut=st.integers(0, 8))
@settings(max_examples=30, deadline=None)
def test_a_roster_cut_in_two_files_is_the_same_roster(rows: list[dict[str, Any]], cut: int, read_roster: Any) -> None:
    first, second = rows[:cut], rows[cut:]
    whole = read_roster(as_csv(rows), "people.csv")
    parts = read_roster((as_csv(first), "a.csv"), (as_plain_yaml(second), "b.yaml"))

    assert without_places(parts) == without_places(whole)
    assert set(parts.reading.digests) == {"a.csv", "b.yaml"}
