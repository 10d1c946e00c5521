"""The fast lane says what the way entry by entry says, of whatever file; and it is taken where it can be."""

import re
from array import array
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.manifest.findings import FindingCollector, Unreadable
from hubevents_sync.manifest.rosters.entry import EntryTaker
from hubevents_sync.manifest.rosters.interface import RosterContext, RosterFile
from hubevents_sync.manifest.rosters.plain.columns import count_sure_domains
from hubevents_sync.manifest.rosters.plain.interface import NotPlain
from hubevents_sync.manifest.rosters.plain.lanes import are_apart, read_alike
from hubevents_sync.manifest.rosters.plain.rows import Objection, PlainRows, find_format
from hubevents_sync.manifest.rosters.plain.times import TimeColumns
from hubevents_sync.manifest.rosters.read import READERS, read_participations
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.source import CHUNK, TextSource
from hubevents_sync.manifest.times import BadTime, parse_time
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Finding
from hubevents_sync.model.instant import parse_instant
from hubevents_sync.model.moments import DAY_MS
from hubevents_sync.model.participation import Participation
from tests.rosters.conftest import END, REFERENCE, START, identify

CONTEXT = RosterContext(EventKey("CookingCo", "class"), parse_instant(START), parse_instant(END))
Read = tuple[list[Participation], int, tuple[Finding, ...]]

YAML = """\
# people of the class
attendees:
  - email: ana@example.com
    registered: 2026-11-01T09:00:00Z
  - email: ben.b+c@mail.example.org
    registered: 2026-11-01T10:00:00+01:00
    attended: {joinedAt: 2026-11-30T16:00:00Z, leftAt: 2026-11-30T17:10:00Z}
  - email: cem@example.com
    registered: 2026-11-02T09:00:00.250Z
    cancelled: 2026-11-20T08:00:00Z
    contact: {firstname: Cem, lastname: de la Cruz}
  - vid: 543954422478
    registered: 2026-11-02T09:00:00Z
  - email: dora@example.com
    cancelled: 2026-11-20T08:00:00Z
    attended: {joinedAt: 2026-11-30T16:00:00Z, leftAt: 2026-11-30T17:10:00Z}
"""
CSV = """\
email,registered,cancelled,joinedAt,leftAt,contact.firstname,vid
ana@example.com,2026-11-01T09:00:00Z,,,,,
ben.b+c@mail.example.org,2026-11-01T10:00:00+01:00,,2026-11-30T16:00:00Z,2026-11-30T17:10:00Z,Ben B,
cem@example.com,2026-11-02T09:00:00.250Z,2026-11-20T08:00:00Z,,,,
dora@example.com,,2026-11-20T08:00:00Z,2026-11-30T16:00:00Z,2026-11-30T17:10:00Z,Dora,
"""
NDJSON = """\
{"email": "ana@example.com", "registered": "2026-11-01T09:00:00Z"}
{"vid": 543954422478, "registered": "2026-11-02T09:00:00Z"}
{"email": "cem@example.com", "registered": ["2026-11-02T09:00:00Z"], "cancelled": "2026-11-20T08:00:00Z"}
"""
FILES = {"people.yaml": YAML, "people.csv": CSV, "people.ndjson": NDJSON}
PIECES = [
    *"\n\r\t ,;:-#'\"|>&*!?%@`{}[]~\u2028é\0", "  - ", "\n  - ", "\n    ", "email: ", "vid: 7", "attendees:\n", "---\n",
    "...\n", "\r\n", "2026-11-30T16:00:00Z", "2026-02-30T16:00:00Z", "2026-11-30", "T24:00:00Z", "ana@example.com",
    "ANA@example.com", "registered: 2026-12-01T09:00:00Z", ",,", "null", "true", "  #", " #", "\\", "..", "@-",
    "contact: {a: b, a: c}",
]  # fmt: skip


def read_slowly(text: str, name: str) -> Read:
    """Entry by entry, as if there were no fast lane."""
    findings = FindingCollector()
    report = Report(findings)
    taker = EntryTaker(CONTEXT, identify=identify, timezone=None, report=report)
    suffix = f".{name.rpartition('.')[2]}"
    reader = READERS[suffix](TextSource(text.encode(), name), report)
    taker.begin(reader)
    try:
        reader.read(taker.take)
    except Unreadable as fault:
        findings.add(fault.finding)
    report.close()
    return list(taker.participations), taker.people, findings.sorted()


def read(text: str, name: str) -> Read:
    """As everybody does."""
    findings = FindingCollector()
    roster = RosterFile(TextSource(text.encode(), name), REFERENCE)
    found = read_participations([roster], event=CONTEXT, identify=identify, timezone=None, findings=findings)
    return list(found.participations), found.people, findings.sorted()


def is_read_fast(text: str, name: str) -> bool:
    """Whether the fast lane takes all of it."""
    plain = find_format(f".{name.rpartition('.')[2]}", name)
    assert plain is not None
    rows = PlainRows(TextSource(text.encode(), name), plain)
    taker = EntryTaker(CONTEXT, identify=identify, timezone=None, report=Objection())
    taker.begin(rows)
    try:
        with taker.attempting():
            rows.read(taker)
    except NotPlain:
        assert (list(taker.participations), taker.people) == ([], 0)
        return False
    return True


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """A plain file in which something was cut out, put in, or doubled."""
    name = draw(st.sampled_from(sorted(FILES)))
    text = FILES[name]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        put = draw(st.sampled_from([*PIECES, "", text[start : start + 60]]))
        text = text[:start] + put + text[end:]
    return text, name


@given(edited())
@settings(max_examples=600, deadline=None)
def test_both_ways_say_the_same_of_any_file(edited_file: tuple[str, str]) -> None:
    text, name = edited_file
    assert read(text, name) == read_slowly(text, name)


@pytest.mark.parametrize("line_end", ["\x85", "\u2028", "\u2029"])
def test_what_ends_a_line_to_yaml_alone_moves_no_entry(line_end: str) -> None:
    text = YAML.replace("lastname: de", f"lastname:{line_end} de")
    assert read(text, "people.yaml") == read_slowly(text, "people.yaml")


@pytest.mark.parametrize("name", FILES)
def test_a_plain_file_is_read_fast_whatever_its_line_ends(name: str) -> None:
    assert is_read_fast(FILES[name], name)
    assert is_read_fast(FILES[name].removesuffix("\n"), name)
    assert is_read_fast(FILES[name].replace("\n", "\r\n"), name) is not name.endswith("yaml")


@pytest.mark.parametrize("name", FILES)
def test_a_file_longer_than_a_piece_is_read_alike(name: str) -> None:
    head, text = ("", FILES[name]) if name.endswith("ndjson") else FILES[name].split("\n", 1)
    if name.endswith("yaml"):
        head, text = "attendees:", text.split("\n", 1)[1]
    people = [
        text.replace("example", f"example{number}").replace("543954422478", str(number + 1)) for number in range(1800)
    ]
    whole = f"{head}\n{''.join(people)}".removeprefix("\n")
    assert len(whole) > 2 * CHUNK
    assert is_read_fast(whole, name)
    assert read(whole, name) == read_slowly(whole, name)


def test_an_entry_that_is_not_plain_does_not_slow_down_the_file() -> None:
    text = YAML + '  - {email: "eva@example.com", registered: [2026-11-01T09:00:00Z, 2026-11-03T09:00:00Z]}\n'
    assert is_read_fast(text, "people.yaml")
    assert read(text, "people.yaml") == read_slowly(text, "people.yaml")


@pytest.mark.parametrize(
    "rows",
    [
        "ana@example.com, 2026-11-01T09:00:00Z , , \n",  # columns of spaces alone
        "ana@example.com,2026-11-01T09:00:00Z,,\nben@example.com,2026-11-01T09:00:00Z,,,\n",
        "ana@example.com,2026-11-01T09:00:00Z\n,,ben@example.com,2026-11-01T09:00:00Z,,\n",  # as many commas in all
        "ana@example.com,2026-11-01T09:00:00Z\u00a0,,\n",
        "ana@example.com,,2026-11-30T16:00:00Z,\n",
        "ana@example.com,,,2026-11-30T16:00:00Z\n",
    ],
)
def test_cells_in_other_places_are_read_alike(rows: str) -> None:
    text = f"email,registered,joinedAt,leftAt\n{rows}"
    assert read(text, "people.csv") == read_slowly(text, "people.csv")


@pytest.mark.parametrize(
    "said",
    [
        "  - email: ana@example.com\n    registered: 2026-11-03T09:00:00Z\n",
        "  - email: eva@example.com\n    registered: 2026-12-03T09:00:00Z\n",
        "  - email: eva@example.com\n    attended: {joinedAt: 2026-11-30T16:00:00Z, leftAt: 2026-11-30T16:00:00Z}\n",
        "  - email: eva@example.com\n",
        "other: 1\n",
    ],
)
def test_a_file_of_which_there_is_something_to_say_is_read_the_other_way(said: str) -> None:
    assert not is_read_fast(YAML + said, "people.yaml")
    findings = read(YAML + said, "people.yaml")[2]
    assert findings == read_slowly(YAML + said, "people.yaml")[2]
    assert findings


ADDRESSES = st.text(st.sampled_from("ab.-_+@1Zé \n"), max_size=12) | st.sampled_from(
    ["a@b.co", "x.y@b-c.de", "a@b.local"]
)


@given(st.lists(ADDRESSES, min_size=1, max_size=4))
def test_addresses_that_are_sure_together_are_sure_one_by_one(addresses: list[str]) -> None:
    from hubevents_sync.manifest.rosters.email import SURE_LENGTH, SURE_PATTERN

    each = all(len(address) <= SURE_LENGTH and SURE_PATTERN.fullmatch(address) for address in addresses)
    assert (count_sure_domains(addresses) is not None) is each


DAYS = st.sampled_from(
    ["2026-11-30", "2024-02-29", "2000-02-29", "2026-02-29", "2026-04-31", "2099-12-31", "1999-12-31", "2026-13-01",
     "2026-00-10", "2026-01-00", "2026-1-1", "2026/11/30", ""]
)  # fmt: skip
CLOCKS = st.sampled_from(
    ["T09:00:00Z", "T23:59:59.999+14:00", "T00:00:00-23:59", "T09:00Z", "T24:00:00Z", "T9:00:00Z", "T23:60:00Z",
     "T23:59:60Z", "T0:900:00Z", "T09:00:00Z\n", "T09:00:00z", "T09:00:0\u0669Z", "T09:00:00+24:00", ""]
)  # fmt: skip
TIMES = st.tuples(DAYS, CLOCKS).map("".join)
GOOD_DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(date.isoformat)
GOOD_CLOCKS = st.times().map(lambda time: time.isoformat(timespec="seconds"))


@st.composite
def columns_of_times(draw: st.DrawFn) -> list[str]:
    """Some written alike, beside some that may be anything, or nothing."""
    rest = draw(st.sampled_from(["Z", ".000Z", ".250Z", "+01:00", "-11:30", ".001+14:00", "+0100"]))
    alike = draw(st.lists(st.tuples(GOOD_DAYS, GOOD_CLOCKS).map(lambda each: f"{each[0]}T{each[1]}{rest}"), max_size=9))
    others = draw(st.lists(st.one_of(st.just(""), TIMES), max_size=3))
    return draw(st.permutations([*alike, *others]))


@settings(max_examples=400)
@given(columns_of_times())
def test_a_column_of_times_is_read_as_each_of_them_or_not_at_all(column: list[str]) -> None:
    given_bytes = bytes(map(bool, column)) if "" in column else None
    if not any(column):
        return
    try:
        found = TimeColumns().read(column, given_bytes)
    except NotPlain:
        assert not all(is_plain_time(text) for text in column if text)
        return
    assert list(found.spread()) == [parse_time(text, None) if text else 0 for text in column]
    assert dict(found.days) == Counter(moment // DAY_MS for moment in found.times)


def is_plain_time(text: str) -> bool:
    """It is of the one form, and a time."""
    try:
        parse_time(text, None)
    except BadTime:
        return False
    return re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?(Z|[+-]\d\d:\d\d)", text, re.ASCII) is not None


def test_every_day_of_the_century_is_read_right() -> None:
    first = date(2000, 1, 1)
    days = [first + timedelta(days=number) for number in range((date(2100, 1, 1) - first).days)]
    found = read_alike([f"{day.isoformat()}T23:59:59Z" for day in days], None)
    assert found is not None
    assert found.times.tolist() == [parse_instant(f"{day.isoformat()}T23:59:59Z") for day in days]
    assert found.days == {(day - date(1970, 1, 1)).days: 1 for day in days}


@pytest.mark.parametrize(
    "texts",
    [
        ["2026-11-30T09:00:00Z\n2026-11-30T09:00:00Z", ""],  # as long together as two, and cut elsewhere
        ["2026-11-30T09:00:00Z2", "026-11-30T09:00:00Z"],
        ["2026-11-30T09:00:00Z", "2026-11-30T09:00:00z"],
        ["2026-11-30T09:00:00Z", "2026-11-31T09:00:00Z"],
        ["2026-11-30T09:00:00+24:00"],
    ],
)  # fmt: skip
def test_times_that_are_not_alike_or_no_times_are_not_read_together(texts: list[str]) -> None:
    assert read_alike(texts, None) is None


MOMENTS = st.integers(parse_instant("2000-01-01T00:00:00Z") - 2 * DAY_MS, parse_instant("2100-01-01T00:00:00Z"))


@given(st.lists(st.tuples(MOMENTS, MOMENTS | st.integers(-2000, 2000)), min_size=1, max_size=5))
def test_times_are_apart_where_each_of_them_is(pairs: list[tuple[int, int]]) -> None:
    # A second one that is no moment is so far from the first.
    earlier = [first for first, _ in pairs]
    later = [second if second > 2000 else first + second for first, second in pairs]
    each = all(end - begin >= 1000 for begin, end in zip(earlier, later, strict=True))
    assert are_apart(array("q", earlier), array("q", later), 1000) is each
