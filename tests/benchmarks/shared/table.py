"""Figures as a table in markdown: printed as they come, and put into docs/scale.md where that is asked for."""

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.shared.measure import ROOT

DOCUMENT = ROOT / "docs/scale.md"


@dataclass(slots=True)
class Table:
    """Rows below the names of *columns*; what is added is printed at once."""

    columns: Sequence[str]
    rows: list[str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """One more row."""
        if not self.rows:
            self._print(*self._head())
        self.rows.append(f"| {' | '.join(cells)} |")
        self._print(self.rows[-1])

    def put(self, name: str, caption: str, document: Path = DOCUMENT) -> None:
        """Write it into *document* between the marks of the script *name*, in place of what was there."""
        opening, closing = f"<!-- {name}: written by tests/benchmarks/{name}.py --write -->", f"<!-- /{name} -->"
        before, found, rest = document.read_text(encoding="utf-8").partition(opening)
        _, ended, after = rest.partition(closing)
        if not found or not ended:
            raise SystemExit(f"{document} lacks the marks {opening} and {closing}")
        table = "\n".join([*self._head(), *self.rows])
        document.write_text(f"{before}{opening}\n{caption}\n\n{table}\n{closing}{after}", encoding="utf-8")
        self._print(f"written: docs/scale.md, {name}")

    def _head(self) -> list[str]:
        return [f"| {' | '.join(self.columns)} |", "|---" * len(self.columns) + "|"]

    def _print(self, *lines: str) -> None:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()


def say_rounds(count: int) -> str:
    """How often each figure was measured."""
    return "one round" if count == 1 else f"{count} rounds"


def say_machine() -> str:
    """What it was measured on: no name, only what makes a difference."""
    return f"Python {platform.python_version()}, {os.cpu_count()} cores"
