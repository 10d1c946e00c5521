"""Tell an e-mail address from text that can't be one."""

import re

# Most addresses: a pattern settles them in a third of a microsecond. Up to SURE_LENGTH no part can be too long. What
# the pattern does not know (umlauts, --, rare signs) is not wrong, only rare: email-validator decides, in 50 of them.
_RESERVED = "arpa|invalid|local|localhost|onion"
SURE_PATTERN = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+"
    rf"(?!(?i:{_RESERVED})\Z)[A-Za-z]{{2,}}",
    re.ASCII,
)
SURE_LENGTH = 64
_is_sure = SURE_PATTERN.fullmatch
LONGEST_ADDRESS = 254


def is_email(text: str) -> bool:
    """*text* is an address by its syntax, with a dot in its domain. No name is looked up.

    Reserved domains such as ``.local`` are refused, but for ``.test``: a staging environment uses that.
    """
    return (len(text) <= SURE_LENGTH and _is_sure(text) is not None) or find_email_fault(text) is None


def find_email_fault(text: str) -> str | None:
    """What is wrong with *text*, without quoting it; None for an address."""
    if "@" not in text:
        return "it has no @"
    if len(text) > LONGEST_ADDRESS:
        return f"it is longer than {LONGEST_ADDRESS} characters"
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return _find_reason(text)
    return None if "." in found.ascii_domain else "its domain has no dot"


def _find_reason(text: str) -> str:
    """A reason in our own words: those of email-validator quote characters of the address."""
    local, _, domain = text.rpartition("@")
    checks = (
        (text != text.strip(), "there is space around it"),
        (any(character.isspace() for character in text), "there is space in it"),
        ("<" in text or ">" in text, "it has a name or brackets around it; only the address is wanted"),
        ("@" in local, "it has more than one @"),
        (not local, "nothing stands before the @"),
        (not domain, "nothing stands after the @"),
        ("." not in domain, "its domain has no dot"),
        (text.endswith("."), "it ends in a dot"),
        (".." in text, "it has two dots in a row"),
        (_is_reserved(domain), "its domain is a reserved name, where nobody has an address"),
    )
    return next((reason for is_so, reason in checks if is_so), "it has characters that an address can't have there")


def _is_reserved(domain: str) -> bool:
    return re.search(rf"(?i:(?:^|\.)(?:{_RESERVED}))\Z", domain) is not None
