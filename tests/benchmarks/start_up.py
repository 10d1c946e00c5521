"""How long ``--help`` and small plans take: whole processes, each beside an empty click program in the same run.

``python tests/benchmarks/start_up.py [RUNS]``. Quote the ratios: a machine's speed drifts, its ratios hardly do. The
limits are those of a machine with two idle cores.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from hubevents_sync.resources import examples_directory
from tests.benchmarks.shared.measure import compile_program
from tests.projects import ProjectFolder, build_people

EMPTY = "import click\n@click.command()\ndef main(): pass\nmain()\n"
PROGRAM = [sys.executable, "-m", "hubevents_sync"]
LIMITS_MS = {"hubevents-sync --help": 80, "plan of the quickstart": 350}


def time_once(command: list[str]) -> float:
    """Seconds for one whole process."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def write_twenty_events(folder: Path) -> None:
    """20 events with 500 attendees each, in YAML."""
    project = ProjectFolder(folder)
    project.write_settings()
    for number in range(20):
        project.write_event(f"event-{number}", roster=f"{number}.yaml")
        project.write_roster(f"{number}.yaml", build_people(500, prefix=f"e{number}-"))


def main(runs: int) -> None:
    """Print a line for each command."""
    compile_program()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        empty = root / "empty.py"
        empty.write_text(EMPTY)
        write_twenty_events(root / "first")
        write_twenty_events(root / "applied")
        limit = "hubspot:\n  requests: {per_10_seconds: 250, keep_free: 0%}\n"
        (root / "applied/hubevents.yaml").write_text(f"version: 1\naccount: CookingCo\n{limit}")
        time_once([*PROGRAM, "-C", str(root / "applied"), "apply", "--sandbox", "--auto-approve"])
        commands = {
            "an empty click program's --help": [sys.executable, str(empty), "--help"],
            "hubevents-sync --help": [*PROGRAM, "--help"],
            "plan of the quickstart": [*PROGRAM, "-C", str(examples_directory() / "quickstart"), "plan"],
            "plan of 20 x 500, first": [*PROGRAM, "-C", str(root / "first"), "plan"],
            "plan of 20 x 500, repeated": [*PROGRAM, "-C", str(root / "applied"), "plan", "--sandbox"],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs + 1):
            for name, command in commands.items():
                taken[name].append(time_once(command))
    floor = statistics.median(taken["an empty click program's --help"][1:])
    for name, seconds in taken.items():
        median = statistics.median(seconds[1:])  # the first is a warm-up
        written = f"{name:34} {median * 1000:7.0f} ms  {median / floor:5.1f} x an empty click program"
        sys.stdout.write(f"{written}{say_limit(name, median * 1000)}\n")


def say_limit(name: str, median_ms: float) -> str:
    """Whether the limit of a command is kept, where it has one."""
    limit = LIMITS_MS.get(name)
    return "" if limit is None else f"  limit {limit} ms: {'kept' if median_ms < limit else 'MISSED'}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
