"""An address is one by its syntax: the fast pattern takes nothing that email-validator would refuse."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.manifest.rosters.email import SURE_PATTERN, find_email_fault, is_email

NEAR_ADDRESSES = st.text(alphabet="aZ9._+-@ü<> '\"\n", max_size=80)


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.com",
        "ANA.Diaz+news@sub-domain.example.co.uk",
        "a@b.de",
        "ana@münchen.de",
        "jörg@example.com",
        "o'brien@example.com",
        "ana@xn--mnchen-3ya.de",
        "ana@staging.test",
        "a" * 64 + "@example.com",
    ],
)
def test_an_address_is_taken(text: str) -> None:
    assert is_email(text)
    assert find_email_fault(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ana", "it has no @"),
        ("", "it has no @"),
        ("ana@", "nothing stands after the @"),
        ("@example.com", "nothing stands before the @"),
        ("ana@localhost", "its domain has no dot"),
        ("ana@example..com", "it has two dots in a row"),
        ("ana..diaz@example.com", "it has two dots in a row"),
        ("ana@example.com.", "it ends in a dot"),
        ("ana@@example.com", "it has more than one @"),
        ("ana@example.com, ben@example.com", "there is space in it"),
        ("ana@example.com\n", "there is space around it"),
        (" ana@example.com", "there is space around it"),
        ("<ana@example.com>", "it has a name or brackets around it; only the address is wanted"),
        ("ana@printer.LOCAL", "its domain is a reserved name, where nobody has an address"),
        ("ana@test", "its domain has no dot"),
        ("a@" + "b." * 130 + "de", "it is longer than 254 characters"),
        ("ana@[127.0.0.1]", "it has characters that an address can't have there"),
        ('"ana"@example.com', "it has characters that an address can't have there"),
        ("ana@exa_mple.com", "it has characters that an address can't have there"),
        ("ana@-example.com", "it has characters that an address can't have there"),
        ("mailto:ana@example.com", "it has characters that an address can't have there"),
        ("a\ud83d@example.com", "it has characters that an address can't have there"),
    ],
)
def test_what_is_no_address_is_told_why_without_being_quoted(text: str, reason: str) -> None:
    assert not is_email(text)
    assert find_email_fault(text) == reason


@given(text=st.from_regex(SURE_PATTERN, fullmatch=True) | NEAR_ADDRESSES)
@settings(max_examples=100, deadline=None)
def test_the_fast_answer_is_that_of_email_validator(text: str) -> None:
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        expected = False
    else:
        expected = "." in text.rpartition("@")[2]

    assert is_email(text) == expected
