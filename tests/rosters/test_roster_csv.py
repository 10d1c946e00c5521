"""CSV rosters: the header, the cells, and where in the file each of them stands."""

from typing import Any

import pytest

COLUMNS_HINT = "columns are email, vid, registered, cancelled, attended, joinedAt, leftAt and contact.NAME"
ANA = ("ana@example.com", "REGISTERED", "2026-11-01T09:00:00Z", None, None, None)


def test_columns_stand_in_any_order_and_empty_cells_are_left_out(read_roster: Any) -> None:
    text = (
        "contact.lastname,leftAt,email,registered,joinedAt,vid,cancelled,contact.firstname\n"
        "Diaz,2026-11-30T17:10:00Z,ana@example.com,2026-11-01T09:00:00Z,2026-11-30T16:00:00Z,,,Ana\n"
        ",,,2026-11-01T09:05:00Z,,543954422478,2026-11-20T08:00:00Z,\n"
    )
    outcome = read_roster(text, "people.csv")
    contact = {"firstname": "Ana", "lastname": "Diaz"}

    assert outcome.lines == []
    assert outcome.rows == [
        ("ana@example.com", "REGISTERED", "2026-11-01T09:00:00Z", None, None, contact, 2),
        (
            "ana@example.com",
            "ATTENDED",
            "2026-11-30T16:00:00Z",
            "2026-11-30T16:00:00Z",
            "2026-11-30T17:10:00Z",
            contact,
            2,
        ),
        (543954422478, "REGISTERED", "2026-11-01T09:05:00Z", None, None, None, 3),
        (543954422478, "CANCELLED", "2026-11-20T08:00:00Z", None, None, None, 3),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfemail,registered\r\nana@example.com,2026-11-01T09:00:00Z\r\n",
        b"email,registered\nana@example.com,2026-11-01T09:00:00Z",
        b"email,registered\rana@example.com,2026-11-01T09:00:00Z\r",
        b'"email","registered"\n"ana@example.com","2026-11-01T09:00:00Z"\n',
        b" email , registered \n ana@example.com , 2026-11-01T09:00:00Z \n",
    ],
    ids=["bom-crlf", "no-last-line-end", "cr", "quoted", "spaces"],
)
def test_what_spreadsheets_write_is_read(content: bytes, read_roster: Any) -> None:
    outcome = read_roster(content, "people.csv")

    assert outcome.lines == []
    assert outcome.rows == [(*ANA, 2)]


def test_blank_lines_and_rows_of_empty_cells_are_passed_over(read_roster: Any) -> None:
    outcome = read_roster("\n\nemail,registered\n\n,\n , \nana@example.com,2026-11-01T09:00:00Z\n\n", "people.csv")

    assert outcome.lines == []
    assert outcome.rows == [(*ANA, 7)]


def test_a_header_alone_is_a_roster_of_nobody(read_roster: Any) -> None:
    outcome = read_roster("email,registered\n", "people.csv")

    assert (outcome.lines, outcome.rows, outcome.reading.people) == ([], [], 0)


def test_a_cell_holds_several_times_with_semicolons_between_them(read_roster: Any) -> None:
    text = (
        "email,registered,cancelled\nana@example.com,2026-11-01T09:00:00Z; 2026-11-25T10:00:00Z;,2026-11-20T08:00:00Z\n"
    )
    outcome = read_roster(text, "people.csv")

    assert outcome.lines == []
    assert [row[1:3] for row in outcome.rows] == [
        ("REGISTERED", "2026-11-01T09:00:00Z"),
        ("REGISTERED", "2026-11-25T10:00:00Z"),
        ("CANCELLED", "2026-11-20T08:00:00Z"),
    ]


def test_attended_is_true_or_false_in_any_case(read_roster: Any) -> None:
    text = "vid,registered,attended\n1,,TRUE\n2,2026-11-01T09:00:00Z,false\n3,2026-11-01T09:00:00Z,\n4,,yes\n"
    outcome = read_roster(text, "people.csv")

    assert outcome.lines == [
        "people.csv:5:4: error: attended is true, or joinedAt and leftAt; found a text [entry-shape]"
    ]
    assert [row[:2] for row in outcome.rows] == [(1, "ATTENDED"), (2, "REGISTERED"), (3, "REGISTERED")]


def test_attended_beside_its_ends_is_an_error(read_roster: Any) -> None:
    text = "vid,attended,joinedAt,leftAt\n1,true,2026-11-30T16:00:00Z,2026-11-30T17:00:00Z\n"
    outcome = read_roster(text, "people.csv")

    assert outcome.lines == ["people.csv:2:3: error: attended stands beside joinedAt or leftAt [attended-twice]"]
    assert outcome.hints == ["keep attended, or joinedAt with leftAt"]


def test_a_row_after_a_quoted_line_end_is_found_at_its_physical_line(read_roster: Any) -> None:
    text = (
        "contact.note,email,registered\n"
        '"one\r\ntwo, ""three""\r\n",ana@example.com,2026-11-01T09:00:00Z\r\n'
        '"four\nfive",nobody,yesterday\n'
    )
    outcome = read_roster(text, "people.csv")

    assert outcome.lines == [
        "people.csv:6:7: error: this is no e-mail address: it has no @ [bad-email]",
        "people.csv:6:14: error: this is no time [bad-time]",
    ]
    assert outcome.rows == [(*ANA[:5], {"note": 'one\r\ntwo, "three"\r\n'}, 2)]


def test_a_column_counts_characters(read_roster: Any) -> None:
    outcome = read_roster("contact.firstname,email,registered\nÄöü🎉,ana@example.com,soon\n", "people.csv")

    assert outcome.lines == ["people.csv:2:22: error: this is no time [bad-time]"]


@pytest.mark.parametrize(
    ("header", "line", "hint"),
    [
        (
            "email;registered",
            '1:1: error: the cells are separated by ";"; a roster takes commas [csv-separator]',
            "save it as CSV with commas, in UTF-8",
        ),
        (
            "vid\tregistered",
            "1:1: error: the cells are separated by tabs; a roster takes commas [csv-separator]",
            "save it as CSV with commas, in UTF-8",
        ),
        (
            "ana@example.com;2026-11-01T09:00:00Z",
            "1:1: error: the first line looks like data; a header is needed [csv-header]",
            f"begin the file with a line such as email,registered; {COLUMNS_HINT}",
        ),
        (
            "Ana,Diaz,ana@example.com",
            "1:1: error: the first line looks like data; a header is needed [csv-header]",
            f"begin the file with a line such as email,registered; {COLUMNS_HINT}",
        ),
        (
            "email,ana@example.com",
            "1:1: error: the first line looks like data; a header is needed [csv-header]",
            f"begin the file with a line such as email,registered; {COLUMNS_HINT}",
        ),
        (
            "Ana,Diaz",
            "1:1: error: the first line looks like data; a header is needed [csv-header]",
            f"begin the file with a line such as email,registered; {COLUMNS_HINT}",
        ),
        ("Email,registered", '1:1: error: unknown column "Email" [csv-header]', "did you mean email?"),
        ("email,joined_at,leftAt", '1:7: error: unknown column "joined_at" [csv-header]', "did you mean joinedAt?"),
        ("email,firstname", '1:7: error: unknown column "firstname" [csv-header]', COLUMNS_HINT),
        (
            "email,registered,email",
            '1:18: error: the column "email" is there twice [csv-header]',
            "keep one of the two",
        ),
        (
            "email,contact.a,contact.a",
            '1:17: error: the column "contact.a" is there twice [csv-header]',
            "keep one of the two",
        ),
        (
            "email,registered,",
            "1:18: error: a column has no name [csv-header]",
            "take out the comma, or name the column",
        ),
        ("email,contact.", "1:7: error: a column has no name [csv-header]", "write contact.firstname"),
        ("registered,cancelled", "1:1: error: the header has neither email nor vid [csv-header]", COLUMNS_HINT),
        (
            "email,noShow",
            "1:7: error: NO_SHOW can't be declared: HubSpot derives it from who registered and did not attend"
            " [no-show]",
            "take the column out",
        ),
    ],
)
def test_a_header_is_checked_and_no_row_is_read_without_one(
    header: str, line: str, hint: str, read_roster: Any
) -> None:
    outcome = read_roster(f"{header}\nben@example.com,2026-11-01T09:00:00Z\n", "people.csv")

    assert outcome.lines == [f"people.csv:{line}"]
    assert outcome.hints == [hint]
    assert (outcome.rows, outcome.reading.digests) == ([], {})


def test_a_row_has_as_many_cells_as_the_header(read_roster: Any) -> None:
    text = "email,registered\nana@example.com,2026-11-01T09:00:00Z,\nben@example.com\n"
    outcome = read_roster(text, "people.csv")

    assert outcome.lines == [
        "people.csv:2:38: error: the row has 3 cells, the header 2 [csv-cells]",
        "people.csv:3:1: error: the row has 1 cell, the header 2 [csv-cells]",
    ]
    assert outcome.hints == ["a comma inside a cell needs quotes around the cell", "an empty cell needs its comma"]


@pytest.mark.parametrize(
    ("rows", "line", "hint"),
    [
        (
            'ana@example.com,"2026-11-01T09:00:00Z\nben@example.com,2026-11-01T09:00:00Z\n',
            "2:17: error: a quote opens here and is never closed [csv-quotes]",
            "close it, or write a quote inside a cell twice",
        ),
        (
            '\n\nana@example.com,"2026-11-01T09:00:00Z\n"ben@example.com",2026-11-01T09:00:00Z\n',
            "4:17: error: a quote opens here, and what follows its end is no comma [csv-quotes]",
            "write a quote inside a cell twice, or close one that was left open",
        ),
        (
            'ana@example.com,"' + "2026-11-01T09:00:00Z\n" * 8000,
            "2:17: error: a cell is longer than 131,072 characters [csv-quotes]",
            "is a quote left open here?",
        ),
    ],
)
def test_a_quote_that_is_left_open_is_told_where_it_opens(rows: str, line: str, hint: str, read_roster: Any) -> None:
    outcome = read_roster("email,registered\n" + rows, "people.csv")

    assert outcome.lines == [f"people.csv:{line}"]
    assert outcome.hints == [hint]


def test_cells_that_begin_like_a_formula_are_text(read_roster: Any) -> None:
    outcome = read_roster("vid,registered,contact.x\n7,2026-11-01T09:00:00Z,=1+1\n", "people.csv")
    assert [finding.rule for finding in outcome.findings] == ["contact-with-vid"]

    outcome = read_roster("email,registered,contact.x\nana@example.com,2026-11-01T09:00:00Z,=1+1\n", "people.csv")
    assert outcome.rows[0][5] == {"x": "=1+1"}
