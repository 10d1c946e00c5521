"""Places in files, and what was found wrong at them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Position(NamedTuple):
    """A place in a file: *file* relative to the project's folder with ``/``, *line* and *column* counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Severity(StrEnum):
    """An error stops the plan; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place. *rule* is a stable id that the docs explain.

    The message never holds a value from a roster that could tell who somebody is.
    """

    position: Position
    rule: str
    severity: Severity
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class RuleText:
    """What there is to say of a rule: *id* stands in its findings, *title* says what it asks for, *prevents* why."""

    id: str
    severity: Severity
    title: str
    prevents: str
