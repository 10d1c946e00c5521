"""The one form of rosters in CSV and NDJSON."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.manifest.layout.order import Kind
from tests.layout.conftest import build_person, fmt
from tests.projects import write_ndjson_roster


def test_csv_columns_and_rows_are_put_in_order() -> None:
    text = (
        "contact.b,registered,email,contact.a, vid\r\n"
        ' x ,2026-03-01 10:00Z; 2026-03-02T10:00:00.00Z,ben@example.com,"1,2",\r\n'
        ",2026-03-01T10:00:00Z,,,77\r\n"
        ",,,,\r\n"
        ",2026-03-01T10:00:00Z, Ana@example.com,,\r\n"
    )
    assert fmt(text, Kind.ROSTER, file="r.csv", sorts=True) == (
        "email,vid,registered,contact.b,contact.a\n"
        "Ana@example.com,,2026-03-01T10:00:00Z,,\n"
        'ben@example.com,,2026-03-01T10:00:00Z;2026-03-02T10:00:00Z, x ,"1,2"\n'
        ",77,2026-03-01T10:00:00Z,,\n"
    )


def test_a_line_break_inside_a_cell_stays_what_it_is() -> None:
    text = 'email,contact.a\na@example.com,"one\r\ntwo"\n'
    assert fmt(text, Kind.ROSTER, file="r.csv", sorts=True) == text


def test_ndjson_fields_and_lines_are_put_in_order() -> None:
    text = (
        '{"registered":"2026-03-01 10:00Z","email":"ben@example.com","attended":{"leftAt":"2026-05-01T11:00Z"}}\n'
        '\n{"vid":5,"contact":{"z":"größe","a":"\\ud800"},"cancelled":["2026-03-01t10:00z"]}\r\n'
        '{"email":"ANA@example.com","registered":1796054400000}'
    )
    assert fmt(text, Kind.ROSTER, file="r.ndjson", sorts=True) == (
        '{"email": "ANA@example.com", "registered": 1796054400000}\n'
        '{"email": "ben@example.com", "registered": "2026-03-01T10:00:00Z", '
        '"attended": {"leftAt": "2026-05-01T11:00:00Z"}}\n'
        '{"vid": 5, "cancelled": ["2026-03-01T10:00:00Z"], "contact": {"z": "gr\\u00f6\\u00dfe", "a": "\\ud800"}}\n'
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_any_ndjson_roster_is_sorted_once_and_for_all(seed: int) -> None:
    chance = random.Random(seed)
    people = [build_person(chance, f"{chance.choice('abcXYZ')}{number}@example.com") for number in range(5)]
    done = fmt(write_ndjson_roster(people), Kind.ROSTER, file="r.ndjson", sorts=True)
    assert fmt(done, Kind.ROSTER, file="r.ndjson", sorts=True) == done
    chance.shuffle(people)
    assert fmt(write_ndjson_roster(people), Kind.ROSTER, file="r.ndjson", sorts=True) == done
