"""Rosters of any size that look like real ones: some attended, some cancelled, and one in a hundred is replaced."""

from collections.abc import Callable, Iterator
from pathlib import Path

CHANGED_OF = 100  # one of so many has left the changed roster, and somebody else has come
HEAD = "email,registered,cancelled,joinedAt,leftAt\n"

Row = tuple[str, str, str, str, str]


def make_rows(first: int, count: int, *, is_changed: bool = False, is_plain: bool = False) -> Iterator[Row]:
    """*count* people from number *first* on: e-mail, and when they registered, cancelled, joined and left.

    *is_plain*: all they did is register, so that there is one row to send for each.
    """
    for number in range(first, first + count):
        hour, minute, second = 9 + number % 10, number // 10 % 60, number // 600 % 60
        name = "guest" if is_changed and number % CHANGED_OF == CHANGED_OF // 2 else "person"
        email = f"{name}{number}@example{number % 50}.com"
        registered = f"2026-04-{1 + number % 28:02}T{hour:02}:{minute:02}:{second:02}Z"
        if is_plain:
            yield email, registered, "", "", ""
        elif number % 3 == 0:
            yield email, registered, "", "2026-05-30T16:00:00Z", f"2026-05-30T17:{minute % 30:02}:{second:02}Z"
        elif number % 25 == 1:
            yield email, registered, "2026-05-20T08:00:00Z", "", ""
        else:
            yield email, registered, "", "", ""


def write_csv(path: Path, rows: Iterator[Row]) -> None:
    """One roster in CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEAD)
        file.writelines(f"{','.join(row)}\n" for row in rows)


def write_yaml(path: Path, rows: Iterator[Row]) -> None:
    """One roster in YAML, as people write it."""
    with path.open("w", encoding="utf-8") as file:
        file.write("attendees:\n")
        for email, registered, cancelled, joined, left in rows:
            attended = f"    attended: {{joinedAt: {joined}, leftAt: {left}}}\n" if joined else ""
            over = f"    cancelled: {cancelled}\n" if cancelled else ""
            file.write(f"  - email: {email}\n    registered: {registered}\n{attended}{over}")


WRITERS: dict[str, Callable[[Path, Iterator[Row]], None]] = {"csv": write_csv, "yaml": write_yaml}
