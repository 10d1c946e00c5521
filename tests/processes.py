"""The program as a process of its own, to be signalled, cut off and killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 60.0


def start_program(folder: Path, *arguments: str, **options: object) -> "subprocess.Popen[str]":
    """Begin ``hubevents-sync`` on the project in *folder*; stdin is closed, stdout and stderr are pipes."""
    environ = {**os.environ, "HUBSPOT_ACCESS_TOKEN": "pat-test-0000", "COLUMNS": "100", "NO_COLOR": "1"}
    if (ROOT / "hubevents_sync").is_dir():
        environ["PYTHONPATH"] = str(ROOT)
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    command = [sys.executable, "-m", "hubevents_sync", "-C", str(folder), *arguments]
    return subprocess.Popen(command, env=environ, text=True, **streams)  # type: ignore[call-overload, no-any-return]  # streams by name


def end_program(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Wait for *process*: its exit code, and what it said. It is killed where it does not end."""
    try:
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return process.returncode, out or "", err or ""


def run_program(folder: Path, *arguments: str, **options: object) -> tuple[int, str, str]:
    """Run it to its end."""
    return end_program(start_program(folder, *arguments, **options))


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    """Read its stderr up to the line with *words*, whatever a slow machine has it say before; what it said.

    AssertionError: it ended without.
    """
    assert process.stderr is not None
    said = ""
    while words not in said:
        line = process.stderr.readline()
        if not line:
            end_program(process)
            raise AssertionError(f"never said {words!r}: {said}")
        said += line
    return said


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for another process; AssertionError where it takes more than a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "waited for a minute"
        time.sleep(0.01)
