"""What the scripts share on the command line and in their output: sizes, and figures beside their limits."""

import argparse
import sys
from dataclasses import dataclass, field

from tests.benchmarks.shared.measure import MIB, Measured

FULL = 1_000_000
QUICK = 100_000


def make_parser(description: str | None, *, quick: int = QUICK, full: int = FULL) -> argparse.ArgumentParser:
    """The options of every script that measures a size: ``--quick``, ``--full``, ``--people``, ``--strict``."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--quick", dest="people", action="store_const", const=quick, help=f"{quick:,} people: the default"
    )
    size.add_argument("--full", dest="people", action="store_const", const=full, help=f"{full:,} people")
    size.add_argument("--people", dest="people", type=int, metavar="N", help="any other number of people")
    parser.add_argument("--runs", type=int, default=3, help="rounds to measure; the median counts (default 3)")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/scale.md")
    parser.add_argument("--strict", action="store_true", help="end with 1 where a limit is missed")
    parser.set_defaults(people=quick)
    return parser


def say(text: str) -> None:
    """A line of output, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def in_mib(taken: list[Measured]) -> int:
    """The largest memory of all rounds."""
    return round(max(each.peak for each in taken) / MIB)


@dataclass(slots=True)
class Verdicts:
    """Which figures miss their limits. At another size than the limits are for, they are shown and not judged."""

    is_judged: bool
    missed: list[str] = field(default_factory=list)

    def at_most(self, name: str, figure: float, limit: float, unit: str = "") -> str:
        """*figure* beside its *limit*, in words."""
        return self._judge(name, f"limit {limit:g}{unit}", is_kept=figure <= limit)

    def at_least(self, name: str, figure: float, limit: float, unit: str = "") -> str:
        """*figure* beside the *limit* that it has to reach, in words."""
        return self._judge(name, f"at least {limit:g}{unit}", is_kept=figure >= limit)

    def end(self, *, is_strict: bool) -> int:
        """Say which limits were missed; the exit code."""
        if self.is_judged:
            say("all limits are kept" if not self.missed else f"limits missed: {', '.join(self.missed)}")
        return int(is_strict and bool(self.missed))

    def _judge(self, name: str, limit: str, *, is_kept: bool) -> str:
        if not self.is_judged:
            return f"{limit} at full size"
        if not is_kept:
            self.missed.append(name)
        return f"{limit}: {'kept' if is_kept else 'MISSED'}"
