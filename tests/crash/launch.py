"""Start the program as a real process, with or without something that will happen to it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import hubevents_sync

PROGRAM = Path(__file__).with_name("program.py")
KILLED = -9


@dataclass(frozen=True)
class Ended:
    """How a process ended, and all that it wrote to stdout and stderr."""

    code: int
    text: str


class Launcher(Protocol):
    """Runs the program once."""

    def run(self, folder: Path, *arguments: str, **crash: str) -> Ended:
        """The program in *folder*, to its end. *crash* are settings of ``program.py``, without their prefix."""


def build_environ(crash: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process: nothing of the user's own, but what a shell needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(Path(hubevents_sync.__file__).parents[1]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HUBSPOT_ACCESS_TOKEN": "pat-test-0000",
        "COLUMNS": "100",
        **{f"CRASH_{name.upper()}": value for name, value in crash.items()},
    }


def start(folder: Path, *arguments: str, under: Sequence[str] = (), **crash: str) -> "subprocess.Popen[str]":
    """A process of its own, started by the command *under*; its output is one text."""
    return subprocess.Popen(
        [*under, sys.executable, str(PROGRAM), "-C", str(folder), *arguments],
        env=build_environ(crash),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait(process: "subprocess.Popen[str]", *, seconds: float = 60) -> Ended:
    """Its end."""
    text, _ = process.communicate(timeout=seconds)
    return Ended(process.returncode, text)


class Interpreters:
    """A new interpreter each time."""

    def run(self, folder: Path, *arguments: str, **crash: str) -> Ended:
        """To its end."""
        return wait(start(folder, *arguments, **crash))


class Forks:
    """Forks of one interpreter that has imported everything: real processes too, and six times as fast to start."""

    def __init__(self, server: "subprocess.Popen[str]", output: Path) -> None:
        self._server = server
        self._output = output

    def run(self, folder: Path, *arguments: str, **crash: str) -> Ended:
        """To its end."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._output.unlink(missing_ok=True)
        order = {
            "arguments": ["-C", str(folder), *arguments],
            "environ": build_environ(crash),
            "output": str(self._output),
        }
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        code = int(self._server.stdout.readline())
        return Ended(code, self._output.read_text(encoding="utf-8"))


@contextmanager
def forking() -> Iterator[Forks]:
    """A launcher for as long as the block lasts."""
    command: Sequence[str] = [sys.executable, str(PROGRAM), "--serve"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            command, env=build_environ({}), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server,
    ):
        yield Forks(server, Path(folder) / "output.txt")
        assert server.stdin is not None
        server.stdin.close()
