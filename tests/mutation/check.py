"""Change ``apply/`` and ``plan/`` in every way that mutmut knows; each change that no test notices needs a reason.

The reasons stand in ``survivors.toml``. Run it: ``make mutation``.
"""

import argparse
import re
import resource
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

REASONS = Path(__file__).with_name("survivors.toml")
MUTMUT = (sys.executable, "-m", "mutmut")
NOTICED = ("killed", "timeout")
# A loop that a change leaves without an end took 3 GB within half a minute, and asked for more.
MOST_MEMORY = 4 << 30
RESULT = re.compile(r"^ {4}(?P<name>\S+): (?P<status>.+)$", re.MULTILINE)
NAME = re.compile(r"hubevents_sync\.(?P<module>[a-z_.]+)\.x(?:ǁ(?P<owner>\w+)ǁ|_)(?P<function>\w+)__mutmut_\d+")


def check_mutants() -> int:
    """Print the figures, and each survivor without a reason; 1 where there is one."""
    statuses = read_statuses(ask("results", "--all", "true"))
    survivors = [describe(name, ask("show", name)) for name, status in statuses.items() if status not in NOTICED]
    left = Counter(survivors)
    left.subtract(read_reasons(REASONS.read_text(encoding="utf-8")))
    unexplained = sorted((+left).elements())
    settled = sorted((-left).elements())
    say("".join(f"no test notices, and no reason says why: {change}\n" for change in unexplained))
    say("".join(f"a reason that nothing needs any more: {change}\n" for change in settled))
    counted = ", ".join(f"{count} {status}" for status, count in Counter(statuses.values()).most_common())
    say(f"{len(statuses)} mutants: {counted}; {len(unexplained)} without a reason\n")
    return 1 if unexplained or not statuses else 0


def ask(*arguments: str) -> str:
    return subprocess.run((*MUTMUT, *arguments), check=True, capture_output=True, encoding="utf-8").stdout


def read_statuses(results: str) -> Mapping[str, str]:
    """What became of each mutant, by its name."""
    return {found["name"]: found["status"] for found in RESULT.finditer(results)}


def describe(name: str, shown: str) -> str:
    """The function and what its changed lines became, which holds longer than the number of a line or a mutant."""
    found = NAME.fullmatch(name)
    assert found is not None, name
    where = ".".join(part for part in (found["module"], found["owner"], found["function"]) if part)
    changes = [line for line in shown.splitlines() if re.match(r"[+-](?![+-]{2} )", line)]
    added = [line[1:].strip() for line in changes if line.startswith("+")]
    return f"{where}: {' '.join(added)}" if added else f"{where}: without {changes[0][1:].strip()}"


def read_reasons(text: str) -> list[str]:
    """Every change that has a reason, once for each mutant that makes it."""
    return [change for reason in tomllib.loads(text)["reason"] for change in reason["changes"]]


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default: %(default)s)")
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    subprocess.run((*MUTMUT, "run", "--max-children", str(given.jobs)), check=True)
    sys.exit(check_mutants())
