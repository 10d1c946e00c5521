"""Measure whole processes: wall, CPU and memory, with those that they begin."""

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
PROGRAM = (sys.executable, "-m", "hubevents_sync")
SAMPLE_SECONDS = 0.02
MIB = 2**20
READ_BARE = """import csv, sys
with open(sys.argv[1], encoding="utf-8") as listing:
    paths = listing.read().splitlines()
for path in paths:
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            pass
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process took. *cpu* is user and system time, with that of the processes it began and waited for.

    *peak* is the largest sum, at any moment, of the peak memory of the processes that lived then, in bytes: what
    workers share with the program is counted with each. 0 where the machine does not tell or nobody looked. *output*
    is all it said.
    """

    wall: float
    cpu: float
    peak: int
    exit_code: int
    output: str


def environ_of_program() -> dict[str, str]:
    """The environment that the program is run in."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "HUBSPOT_ACCESS_TOKEN": "pat-test-0000", "NO_COLOR": "1"}


def compile_program() -> None:
    """Make the byte code that an installed program has.

    Where PYTHONDONTWRITEBYTECODE is set, a checkout is compiled anew by each process: a quarter of a second of start-up
    that no user has.
    """
    compileall.compile_dir(ROOT / "hubevents_sync", quiet=2)


def measure_process(command: Sequence[str], *, may_end_with: Iterable[int] = (0,), is_watched: bool = True) -> Measured:
    """Run *command* to its end. SystemExit, with what it said, where its exit code is none of *may_end_with*.

    To look at its memory takes a few hundredths of a core: what is measured for its time alone is not watched.
    """
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environ_of_program())
        watch = _MemoryWatch(process.pid) if is_watched else None
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = watch.end() if watch else 0
        output.seek(0)
        said = output.read().decode()
    if process.returncode not in set(may_end_with):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {said}")
    return Measured(wall, used.ru_utime + used.ru_stime, peak, process.returncode, said)


def read_bare(listing: Path) -> Sequence[str]:
    """The command that reads the CSV files that *listing* names with csv.reader: what all else is held against."""
    return [sys.executable, "-c", READ_BARE, str(listing)]


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure measured several times: its median, least and most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        """Of one figure at least."""
        return cls(statistics.median(figures), min(figures), max(figures))

    def __str__(self) -> str:
        """As it stands in a table."""
        if self.least == self.most:
            return f"{self.median:.2f}"
        return f"{self.median:.2f} ({self.least:.2f} to {self.most:.2f})"


def ratios(taken: Mapping[str, Sequence[Measured]], name: str, floor: str) -> tuple[Spread, Spread]:
    """Wall and CPU of *name* as ratios to those of *floor*, each of the same round."""
    pairs = list(zip(taken[name], taken[floor], strict=True))
    return Spread.of([a.wall / b.wall for a, b in pairs]), Spread.of([a.cpu / b.cpu for a, b in pairs])


class _MemoryWatch:
    """Looks at a process and all below it from a thread until it is told to end. Nothing to see without /proc."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory-watch", daemon=True)
        self._thread.start()

    def end(self) -> int:
        """The largest sum seen, in bytes."""
        self._is_over.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._is_over.wait(SAMPLE_SECONDS):
            self._peak = max(self._peak, sum(_peak_of(pid) for pid in _find_tree(self._pid)))


def _find_tree(pid: int) -> list[int]:
    """The process and those below it. Empty where it is gone."""
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        for task in _list(Path(f"/proc/{current}/task")):
            waiting += map(int, _read(task / "children").split())
    return found


def _peak_of(pid: int) -> int:
    for line in _read(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _list(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # the process ended meanwhile
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:  # the process ended meanwhile
        return ""
